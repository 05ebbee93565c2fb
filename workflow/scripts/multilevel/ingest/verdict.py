"""Whether a refusal is the file's doing, and lasts, or may be the moment's."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from multilevel.records.findings import Finding
from multilevel.storage import attempts
from multilevel.storage.attempts import PassingFault
from multilevel.wording.findings import reason

# What nothing but another try can tell from a fault of the file.
PASSING = frozenset(("unreadable_file.changed", "unreadable_file.system"))
# What a machine short of memory or time does to sound files too: a library in C that gets no memory
# may crash.
_DOUBTFUL = frozenset(
    f"unreadable_file.{fault}" for fault in ("slow", "memory", "killed", "broke_off")
)
# What a drive that is away looks like.
AWAY = frozenset(
    f"unreadable_file.{fault}"
    for fault in ("no_file", "not_there", "folder", "not_regular", "forbidden")
)
_PUBLISHED = "results.json"


def check_lasting(refusal: Finding, inputs: Mapping[str, str], folder: Path) -> None:
    """Pass a refusal that may be kept until the files or the program change.

    Parameters
    ----------
    refusal
        What ingest found.
    inputs
        Digests of the files.
    folder
        The dataset's, in results/.stages.

    Raises
    ------
    PassingFault
        For what may be over soon: troubles of the system; a file that is away though a report
        of it stands; the first time that reading took too much time or memory, or crashed.
    """
    message = reason(refusal).message
    if refusal.code in PASSING:
        raise PassingFault(message)
    if refusal.code in AWAY and _has_report(folder):
        raise PassingFault(f"{message} The report of what it held stands until it is back.")
    if refusal.code in _DOUBTFUL and not attempts.is_repeated(folder, _digest(refusal, inputs)):
        raise PassingFault(f"{message} Should it end so again, the file is taken for the cause.")


def _has_report(folder: Path) -> bool:
    """Whether an accepted state of the dataset is published."""
    try:
        published = json.loads((folder.parents[1] / folder.name / _PUBLISHED).read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(published, dict) and published.get("status") == "ok"


def _digest(refusal: Finding, inputs: Mapping[str, str]) -> str:
    content = json.dumps([refusal.code, dict(inputs)], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()
