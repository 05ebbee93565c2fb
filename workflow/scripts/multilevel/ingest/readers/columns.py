"""Which of a file's columns are meant."""

from collections.abc import Callable, Sequence
from itertools import zip_longest

from multilevel.errors import DataRefused
from multilevel.wording.quoting import listed, nearest, shown

# From strict to lenient: how a name may differ, and what to say about it.
_WAYS: tuple[tuple[Callable[[str], str], str], ...] = (
    (lambda name: name, ""),
    (str.strip, "blanks around it"),
    (lambda name: name.strip().casefold(), "upper and lower case"),
)
# Where columns are named, in the configuration and on the command line; the latter has no parts.
_MAKE = {
    "outcome": "OUTCOME",
    "group": "GROUP",
    "weights: member": "MEMBER_WEIGHT",
    "weights: group": "GROUP_WEIGHT",
    "replicates: zone": "ZONE",
    "replicates: code": "ZONE_CODE",
    "replicates: columns": "REPLICATE_WEIGHTS",
    "join: by": "JOIN_BY",
    "join: name": "JOIN_NAME",
}
OUTCOME_AND_GROUP = ("outcome", "group")


def find(names: Sequence[str], wanted: str) -> tuple[list[int], str]:
    """The places of `wanted` among `names`, and how the name differs there ("" if not)."""
    for same, difference in _WAYS:
        places = [place for place, name in enumerate(names) if same(name) == same(wanted)]
        if places:
            return places, difference
    return [], ""


def resolve(
    names: Sequence[str], wanted: Sequence[str], file: str, keys: Sequence[str] = ()
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Place of each of the `wanted` columns among a file's `names`, and notes.

    `keys` are those of the configuration under which they are named, for the remedy.

    Raises
    ------
    DataRefused
        `missing_column` when one is missing, there twice, or the same as another.
    """
    places, notes = [], []
    for name, key in zip_longest(wanted, keys[: len(wanted)]):
        found, difference = find(names, name)
        if len(found) != 1:
            raise (
                _missing(name, names, file, key) if not found else _twice(name, names, found, file)
            )
        if difference:
            actual = names[found[0]]
            notes.append(f"The column {shown(name)} is {shown(actual)} in the file: {difference}.")
        places.append(found[0])
    place = next((place for place in places if places.count(place) > 1), None)
    if place is not None:
        same = [name for name, other in zip(wanted, places, strict=True) if other == place]
        raise _same(same, names[place], file)
    return tuple(places), tuple(notes)


def _missing(name: str, names: Sequence[str], file: str, key: str | None) -> DataRefused:
    named = [other for other in (one.strip() for one in names) if other]
    near = nearest(name, named)
    guess = f"Did you mean {shown(near)}? " if near else ""
    make = f" ({_MAKE[key]}= of make report)" if key in _MAKE else ""
    where = f" under {key}{make}" if key else ""
    return DataRefused(
        "missing_column",
        f"The file {shown(file)} has no column {shown(name)}. Its columns are {listed(named)}.",
        f"{guess}Correct the column's name{where}.",
    )


def _same(wanted: Sequence[str], column: str, file: str) -> DataRefused:
    """The refusal of names that all mean one column."""
    if len(set(wanted)) == 1:
        what = f"{shown(wanted[0])} of {shown(file)} is named {len(wanted)} times"
        return DataRefused(
            "missing_column",
            f"The column {what}.",
            "Name each column once, and different ones for outcome and group.",
        )
    return DataRefused(
        "missing_column",
        f"{listed(wanted)} are the same column of {shown(file)}: {shown(column)}.",
        "Name different columns for outcome and group.",
    )


def _twice(name: str, names: Sequence[str], found: Sequence[int], file: str) -> DataRefused:
    spelled = listed(names[place] for place in found)
    return DataRefused(
        "missing_column",
        f"The file {shown(file)} has the column {shown(name)} {len(found)} times ({spelled}), "
        "so it isn't clear which one is meant.",
        "Rename the columns in the file so that their names differ.",
    )
