"""Ids of groups that a reader would take for the same."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence

from multilevel.ingest.checks.material import Members
from multilevel.records.findings import Finding, caution
from multilevel.wording.quoting import DRAWN_AS

_MOST_SHOWN = 3


def look_alikes(ids: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Those of the distinct `ids` that look the same, in the order given.

    The same are letters of other alphabets that are drawn alike, upper and lower case,
    full-width forms, and ids that differ in blanks or in characters that aren't seen.
    """
    by_look: dict[str, list[str]] = defaultdict(list)
    for one in ids:
        by_look[_look(one)].append(one)
    return tuple(tuple(same) for same in by_look.values() if len(same) > 1)


def check(members: Members) -> Iterator[Finding]:
    """A caution on the ids of groups that look the same."""
    ids = [list(same) for same in look_alikes(members.group_ids)]
    if ids:
        more = max(len(ids) - _MOST_SHOWN, 0)
        yield caution("similar_ids", members.group, ids=ids[:_MOST_SHOWN], more=more)


def _look(text: str) -> str:
    if text.isascii():
        return "".join(text.split()).casefold()
    plain = unicodedata.normalize("NFKC", text).translate(DRAWN_AS)
    seen = "".join(c for c in plain if unicodedata.category(c) != "Cf")
    return "".join(seen.split()).casefold()
