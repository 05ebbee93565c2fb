"""Which of a file's columns are meant."""

from collections.abc import Callable, Sequence
from itertools import zip_longest

from multilevel.errors import DataRefused
from multilevel.records.reading import Difference, Renamed
from multilevel.wording.quoting import nearest

# From strict to lenient: how a name may differ.
_WAYS: tuple[tuple[Callable[[str], str], Difference | None], ...] = (
    (lambda name: name, None),
    (str.strip, "blanks"),
    (lambda name: name.strip().casefold(), "case"),
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


def find(names: Sequence[str], wanted: str) -> tuple[list[int], Difference | None]:
    """The places of `wanted` among `names`, and how the name differs there."""
    for same, difference in _WAYS:
        places = [place for place, name in enumerate(names) if same(name) == same(wanted)]
        if places:
            return places, difference
    return [], None


def resolve(
    names: Sequence[str], wanted: Sequence[str], file: str, keys: Sequence[str] = ()
) -> tuple[tuple[int, ...], tuple[Renamed, ...]]:
    """Place of each of the `wanted` columns among a file's `names`, and which differ from these.

    `keys` are those of the configuration under which they are named, for the remedy.

    Raises
    ------
    DataRefused
        `missing_column` when one is missing, there twice, or the same as another.
    """
    places: list[int] = []
    renamed = []
    for name, key in zip_longest(wanted, keys[: len(wanted)]):
        found, difference = find(names, name)
        if len(found) != 1:
            raise (
                _missing(name, names, file, key) if not found else _twice(name, names, found, file)
            )
        if difference:
            renamed.append(Renamed(asked=name, name=names[found[0]], differs_by=difference))
        places.append(found[0])
    place = next((place for place in places if places.count(place) > 1), None)
    if place is not None:
        same = [name for name, other in zip(wanted, places, strict=True) if other == place]
        raise _same(same, names[place], file)
    return tuple(places), tuple(renamed)


def _missing(name: str, names: Sequence[str], file: str, key: str | None) -> DataRefused:
    named = [other for other in (one.strip() for one in names) if other]
    return DataRefused(
        "missing_column.absent",
        name,
        file=file,
        names=named,
        near=nearest(name, named),
        key=key,
        setting=_MAKE.get(key or ""),
    )


def _same(wanted: Sequence[str], column: str, file: str) -> DataRefused:
    """The refusal of names that all mean one column."""
    if len(set(wanted)) == 1:
        return DataRefused("missing_column.named_twice", wanted[0], file=file, n=len(wanted))
    return DataRefused("missing_column.same", column, file=file, names=list(wanted))


def _twice(name: str, names: Sequence[str], found: Sequence[int], file: str) -> DataRefused:
    spelled = [names[place] for place in found]
    return DataRefused("missing_column.ambiguous", name, file=file, n=len(spelled), names=spelled)
