"""Which datasets of the index stand together, and whose means may be compared."""

from collections.abc import Sequence
from dataclasses import dataclass

from multilevel.index.rows import IndexRow

SEPARATOR = ": "


@dataclass(frozen=True)
class Group:
    """Datasets that stand together.

    Attributes
    ----------
    title
        What they have in common; "" for those that have nothing.
    prefix
        With what all their titles begin, to be left out beside the group's title.
    rows
        The datasets, in the order given.
    one_scale
        Whether their means and standard deviations may be compared.
    """

    title: str
    prefix: str
    rows: tuple[IndexRow, ...]
    one_scale: bool


def grouped(rows: Sequence[IndexRow]) -> tuple[Group, ...]:
    """Group datasets that share a scale, then those of an entry, then all that are left."""
    alike: dict[tuple[str, ...], list[IndexRow]] = {}
    for row in rows:
        key = ("scale", row.scale) if row.scale else ("entry", row.entry, row.outcome.casefold())
        alike.setdefault(key, []).append(row)
    several = [(key[0] == "scale", members) for key, members in alike.items() if len(members) > 1]
    single = tuple(row for members in alike.values() if len(members) == 1 for row in members)
    groups = [_group(members, one_scale) for one_scale, members in several]
    groups.sort(key=lambda group: not group.one_scale)
    return (*groups, *([Group("", "", single, one_scale=False)] if single else []))


def _group(rows: Sequence[IndexRow], one_scale: bool) -> Group:
    """Make a group, titled by the beginning that all titles share, else by entry and measure."""
    begins = {row.title.partition(SEPARATOR)[:2] for row in rows}
    begin, separator = begins.pop() if len(begins) == 1 else ("", "")
    if not separator:
        begin = ""
    measures = {row.measure for row in rows}
    measure = measures.pop() if len(measures) == 1 else ""
    title = SEPARATOR.join(part for part in (begin or rows[0].entry, measure) if part)
    return Group(title, begin + separator, tuple(rows), one_scale)
