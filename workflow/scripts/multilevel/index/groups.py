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
    """Datasets of one scale together, then those of one entry, then single ones."""
    found: dict[tuple[str, ...], list[IndexRow]] = {}
    for row in rows:
        key = ("scale", row.scale) if row.scale else ("entry", row.entry, row.outcome.casefold())
        found.setdefault(key, []).append(row)
    several = [(key[0] == "scale", some) for key, some in found.items() if len(some) > 1]
    single = tuple(row for some in found.values() if len(some) == 1 for row in some)
    groups = [_group(some, one_scale) for one_scale, some in several]
    groups.sort(key=lambda group: not group.one_scale)
    return (*groups, *([Group("", "", single, one_scale=False)] if single else []))


def _group(rows: Sequence[IndexRow], one_scale: bool) -> Group:
    """Titled by the beginning of all titles where there is one, else by entry and measure."""
    begins = {row.title.partition(SEPARATOR)[:2] for row in rows}
    begin, separator = begins.pop() if len(begins) == 1 else ("", "")
    if not separator:
        begin = ""
    measures = {row.measure for row in rows}
    measure = measures.pop() if len(measures) == 1 else ""
    title = SEPARATOR.join(part for part in (begin or rows[0].entry, measure) if part)
    return Group(title, begin + separator, tuple(rows), one_scale)
