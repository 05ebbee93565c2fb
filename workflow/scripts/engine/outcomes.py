"""What became of the datasets of a run, for what is said at its end."""

import contextlib
import json
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine import fingerprints
from engine.places import RECORD
from multilevel.storage.files import write_whole

if TYPE_CHECKING:
    from engine.batch import Batch

# Those of this process that are about to run jobs: one, or one for each module.
BATCHES: list["Batch"] = []


def record_broken(rules: Sequence[str]) -> None:
    """Note for those who started the run the rules that failed, of which no result tells."""
    record = fingerprints.known(RECORD)
    with contextlib.suppress(OSError):
        write_whole(RECORD, json.dumps({**record, "broken": list(rules)}).encode())


def count_outcomes(published: Sequence[str], left: int) -> tuple[str, str]:
    """What became of all datasets, in numbers that add up, and where the reports are."""
    became: Counter[tuple[bool, str]] = Counter()
    for batch in BATCHES:
        became += batch.outcomes(published)
    refused, total = became[False, "refused"], became.total()
    before = total - len(published) - left - refused
    parts = [
        f"{became[True, 'ok']} of {total}",
        f"refused {became[True, 'refused']}",
        f"failed {became[True, 'failed']}",
        *([f"left {left}"] if left else []),
        f"up to date before {max(before, 0)}",
        *([f"refused before and unchanged {refused}"] if refused else []),
    ]
    return ", ".join(parts), ", ".join(str(batch.public.resolve()) for batch in BATCHES)
