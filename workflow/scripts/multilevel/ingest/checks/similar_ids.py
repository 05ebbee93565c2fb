"""Ids of groups that a reader would take for the same."""

import unicodedata
from collections import defaultdict
from collections.abc import Sequence

from multilevel.wording.quoting import listed, shown

# Letters of the Greek and Cyrillic alphabets that are drawn as a Latin one
# (of the pairs in Unicode Technical Standard 39, those of everyday letters).
_DRAWN_AS = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеіјорсухѕ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧορν",
    "ABESIJKMHOPCTYXaeijopcyxs" + "ABEZHIKMNOPTYXopv",
)
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


def notes(column: str, ids: Sequence[str]) -> tuple[str, ...]:
    """A sentence on the ids of `column` that look the same; none where there are none."""
    found = look_alikes(ids)
    if not found:
        return ()
    pairs = "; ".join(listed(_legible(same), _MOST_SHOWN) for same in found[:_MOST_SHOWN])
    more = f"; and {len(found) - _MOST_SHOWN} more" if len(found) > _MOST_SHOWN else ""
    return (
        f"Ids in {shown(column)} look the same and are kept apart, as their characters differ: "
        f"{pairs}{more}. If they mean the same, write them alike in the file.",
    )


def _look(text: str) -> str:
    if text.isascii():
        return "".join(text.split()).casefold()
    plain = unicodedata.normalize("NFKC", text).translate(_DRAWN_AS)
    seen = "".join(c for c in plain if unicodedata.category(c) != "Cf")
    return "".join(seen.split()).casefold()


def _legible(same: tuple[str, ...]) -> list[str]:
    """The ids, with letters drawn as Latin ones named by number where these make the difference."""
    if len({one.translate(_DRAWN_AS) for one in same}) == len(same):
        return list(same)
    return [
        "".join(f"{c} (U+{ord(c):04X})" if ord(c) in _DRAWN_AS else c for c in one) for one in same
    ]
