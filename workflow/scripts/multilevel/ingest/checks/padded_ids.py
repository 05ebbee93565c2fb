"""Ids of groups that are the same numbers, written with and without leading zeros or decimals."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from multilevel.ingest.checks.material import Members
from multilevel.records.findings import Finding, caution

_MOST_SHOWN = 3
_NUMBER = re.compile(r"0*([0-9]+?)(?:\.0+)?")


def same_numbers(ids: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Those of the distinct `ids` that are one number, in the order given: 0010, 10 and 10.0."""
    if not any(one.startswith("0") or "." in one for one in ids):
        return ()
    by_number: dict[str, list[str]] = defaultdict(list)
    for one in ids:
        number = _NUMBER.fullmatch(one)
        if number is not None:
            by_number[number[1]].append(one)
    return tuple(tuple(same) for same in by_number.values() if len(same) > 1)


def check(members: Members) -> Iterator[Finding]:
    """A caution where ids of groups are the same number."""
    ids = [list(same) for same in same_numbers(members.group_ids)]
    if ids:
        more = max(len(ids) - _MOST_SHOWN, 0)
        yield caution("padded_ids", members.group, ids=ids[:_MOST_SHOWN], more=more)
