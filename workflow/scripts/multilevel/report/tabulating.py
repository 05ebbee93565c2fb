"""Tables of texts."""

from collections.abc import Iterable

from markupsafe import Markup

from multilevel.report.blocks import Cell, Column, Row, Table
from multilevel.wording.quoting import one_line

NOTHING = Markup()
LONGEST_CELL = 400


def simple_table(
    key: str,
    title: Markup,
    headings: tuple[tuple[Markup, str], ...],
    rows: tuple[tuple[object, ...], ...],
    subtitle: Markup = NOTHING,
    notes: tuple[Markup, ...] = (),
) -> Table:
    """A table of texts; cells that are Markup keep it, all others are escaped."""
    return Table(
        key=key,
        title=title,
        subtitle=subtitle,
        columns=tuple(Column(heading, kind) for heading, kind in headings),
        rows=tuple(map(text_row, rows)),
        notes=notes,
    )


def text_row(cells: Iterable[object]) -> Row:
    """A row of texts."""
    return Row(tuple(Cell(_cell(cell)) for cell in cells))


def _cell(content: object) -> Markup:
    if isinstance(content, Markup):
        return content
    return Markup.escape(one_line(str(content), LONGEST_CELL))
