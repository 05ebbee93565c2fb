"""A report laid out: its blocks numbered and given their pictures, for screen or print."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, count
from typing import Protocol

from markupsafe import Markup

from multilevel.report.blocks import (
    Beside,
    Block,
    Equation,
    Figure,
    Points,
    Report,
    Row,
    Subsection,
    Table,
)
from multilevel.report.paper import printed
from multilevel.wording import numbers
from multilevel.wording.catalogue import Catalogue
from multilevel.wording.quoting import one_line

SHORT_TITLE = 80
# From this many rows a table gets a box of its own height; from this many columns it may be
# wider than a phone, and its first column stays in view.
TALL_TABLE = 40
WIDE_TABLE = 4
# Letters by which an item's last line falls short, and its distance from the next.
HALF_A_LINE = 40


@dataclass(frozen=True)
class Placed:
    """A block with what its template needs beside it.

    Attributes
    ----------
    kind
        Names the template: blocks/<kind>.html.j2.
    number
        Of a figure or table: from 1 in the order of paper, from S1 where only screens have it.
    image, narrow
        A figure's picture and that for narrow screens, or an equation's and its MathML.
    rows, rows_after, left_out
        A table's rows, the last ones when some are left out, and the words that say so.
    shares
        Of the table's width for each column, in per cent; none where they are found in showing.
    columns
        The items of points, in columns beside each other.
    packed
        All rows of a table that shows only some, for its script; see `embedded`.
    copyable
        Whether a button copies the table as text.
    classes, role
        For CSS.
    level, blocks
        A subsection's heading level and content; two columns' content.
    n_left
        How many of `blocks` stand in the left one of two columns.
    """

    kind: str
    block: Block | Subsection
    number: str = ""
    image: Markup = field(default_factory=Markup)
    narrow: Markup = field(default_factory=Markup)
    rows: tuple[Row, ...] = ()
    rows_after: tuple[Row, ...] = ()
    left_out: str = ""
    shares: tuple[float, ...] = ()
    columns: tuple[tuple[Markup, ...], ...] = ()
    packed: str = ""
    copyable: bool = False
    classes: str = ""
    role: str = ""
    level: int = 3
    blocks: "tuple[Placed, ...]" = ()
    n_left: int = 0


@dataclass(frozen=True)
class PlacedSection:
    """A section with its blocks placed."""

    key: str
    title: str
    blocks: tuple[Placed, ...]
    folded: str = ""


class Painter(Protocol):
    """How a medium, screen or print, shows what isn't text."""

    def figure(self, figure: Figure) -> tuple[Markup, Markup]:
        """The picture, and that for narrow screens or nothing."""

    def equation(self, equation: Equation) -> tuple[Markup, Markup]:
        """The picture, and its MathML or nothing."""

    def rows(self, table: Table) -> tuple[tuple[Row, ...], str, tuple[Row, ...]]:
        """The rows shown; when not all, the words that say so and the rows after them."""

    def shares(self, table: Table, rows: Sequence[Row]) -> tuple[float, ...]:
        """Per cent of the width for each column of a table that shows `rows`, or nothing."""

    def columns(self, points: Points) -> tuple[tuple[Markup, ...], ...]:
        """The items of points, in columns beside each other."""


@dataclass(frozen=True)
class Layout:
    """Places blocks; figures and tables have the numbers of `numbering`."""

    painter: Painter
    numbering: Mapping[tuple[type, str], str]

    def blocks(self, blocks: Iterable[Block | Subsection], level: int) -> tuple[Placed, ...]:
        """Blocks of one section; its subsections get headings of `level`."""
        return tuple(self.block(block, level) for block in blocks)

    def block(self, block: Block | Subsection, level: int) -> Placed:
        """One block."""
        placed = Placed(kind_of(type(block)), block, level=level)
        if isinstance(block, Subsection):
            inside = self.blocks(block.blocks, level + 1)
            role = "caution" if block.key == "care" else "subsection"
            return replace(placed, role=role, blocks=inside)
        if isinstance(block, Beside):
            columns = self.blocks(block.left, level), self.blocks(block.right, level)
            return replace(placed, blocks=(*columns[0], *columns[1]), n_left=len(columns[0]))
        if isinstance(block, Table):
            return self._table(placed, block)
        if isinstance(block, Points):
            return replace(placed, columns=self.painter.columns(block))
        if isinstance(block, Figure):
            image, narrow = self.painter.figure(block)
            number = self.numbering[Figure, block.key]
            return replace(placed, number=number, image=image, narrow=narrow)
        if isinstance(block, Equation):
            image, narrow = self.painter.equation(block)
            return replace(placed, image=image, narrow=narrow)
        return placed

    def _table(self, placed: Placed, table: Table) -> Placed:
        rows, left_out, after = self.painter.rows(table)
        tall = " tall" if len(table.rows) >= TALL_TABLE else ""
        wide = " wide-table" if len(table.columns) >= WIDE_TABLE else ""
        return replace(
            placed,
            number=self.numbering[Table, table.key],
            rows=rows,
            left_out=left_out,
            rows_after=after,
            shares=self.painter.shares(table, (*rows, *after)),
            copyable=not table.sortable and any(one.kind == "number" for one in table.columns),
            classes=column_classes(table),
            role=tall + wide,
        )


def place(report: Report, painter: Painter) -> tuple[tuple[Placed, ...], tuple[PlacedSection, ...]]:
    """The summary and the sections of a report, placed."""
    layout = Layout(painter, numbering(report))
    summary = layout.blocks(report.summary, level=2)
    sections = tuple(
        PlacedSection(
            section.key, section.title, layout.blocks(section.blocks, level=3), section.folded
        )
        for section in report.sections
    )
    return summary, sections


def numbering(report: Report) -> dict[tuple[type, str], str]:
    """Numbers of figures and tables, the same on screen and on paper.

    Those on paper are counted from 1 in its order; those that only screens have from S1, as
    journals number their supplements.
    """
    numbered: dict[tuple[type, str], str] = {}
    for mark, version in (("", printed(report)), ("S", report)):
        counts = {Figure: count(1), Table: count(1)}
        for block in blocks_of(version):
            if isinstance(block, Figure | Table) and (type(block), block.key) not in numbered:
                number = next(counts[type(block)])
                numbered[type(block), block.key] = f"{mark}{number}"
    return numbered


def blocks_of(report: Report) -> Iterator[Block | Subsection]:
    """Every block in its order."""
    yield from every((*report.summary, *(b for section in report.sections for b in section.blocks)))


def every(blocks: Iterable[Block | Subsection]) -> Iterator[Block | Subsection]:
    """Blocks, each followed by those that it holds."""
    for block in blocks:
        yield block
        if isinstance(block, Subsection | Beside):
            yield from every(block.blocks)


def kind_of(block: type) -> str:
    """KeyFigures -> key_figures"""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", block.__name__).lower()


def column_classes(table: Table) -> str:
    """``n2 n3``: which columns hold numbers (n) or code (c), counted from 1."""
    letters = {"number": "n", "code": "c"}
    return " ".join(
        f"{letters[column.kind]}{position}"
        for position, column in enumerate(table.columns, start=1)
        if column.kind in letters
    )


def short(title: str, limit: int = SHORT_TITLE) -> str:
    """`title` on one line, cut to `limit` characters."""
    return one_line(title, limit)


def balanced(items: Sequence[Markup], columns: int) -> tuple[tuple[Markup, ...], ...]:
    """`items` in order, in columns of about as much text each."""
    lengths = [len(item.striptags()) + HALF_A_LINE for item in items]
    middles = [end - length / 2 for end, length in zip(accumulate(lengths), lengths, strict=True)]
    column = [int(middle / sum(lengths) * columns) for middle in middles]
    return tuple(
        tuple(item for item, found in zip(items, column, strict=True) if found == number)
        for number in range(columns)
    )


def printed_rows(table: Table, words: Catalogue) -> tuple[tuple[Row, ...], str, tuple[Row, ...]]:
    """The rows that a PDF prints: all, or the first and last halves of `print_rows`."""
    return some_rows(table, table.print_rows, words)


def some_rows(
    table: Table, most: int, words: Catalogue
) -> tuple[tuple[Row, ...], str, tuple[Row, ...]]:
    """All rows, or the first and last halves of `most`."""
    first, last = table.ends(most)
    if not last:
        return first, "", ()
    left_out = words.plain(
        "page.left_out",
        n_left_out=numbers.count(len(table.rows) - len(first) - len(last)),
        n_rows=numbers.count(len(table.rows)),
        file=words.plain("page.groups_file"),
    )
    return first, left_out, last
