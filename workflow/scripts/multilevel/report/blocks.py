"""What a report is made of: sections of blocks, as data.

The same sections become the HTML page and the PDF. Templates in
templates/blocks/ know how each kind looks; nothing here or there computes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import overload

from markupsafe import Markup

from multilevel.publication.publisher import NOBODY, Publisher
from multilevel.publication.revision import NONE, Revision


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `role` is "claim" for a section's main finding, "note" for small print."""

    text: Markup
    role: str = "body"


@dataclass(frozen=True)
class Points:
    """A bulleted list, on paper in so many columns."""

    items: tuple[Markup, ...]
    columns: int = 1


@dataclass(frozen=True)
class Answer:
    """A question of page one, its answer in a sentence, and what stands behind the answer."""

    question: str
    answer: Markup
    detail: Markup


@dataclass(frozen=True)
class Answers:
    """Questions with their answers, beside each other."""

    items: tuple[Answer, ...]


@dataclass(frozen=True)
class KeyFigure:
    """One of the large numbers at the top."""

    label: Markup
    value: str
    note: str


@dataclass(frozen=True)
class KeyFigures:
    """The row of large numbers."""

    figures: tuple[KeyFigure, ...]


@dataclass(frozen=True)
class Column:
    """A table column. `kind`: "text", "number" (right-aligned, tabular digits) or "code"."""

    title: Markup
    kind: str = "text"


@dataclass(frozen=True)
class Cell:
    """A table cell; `sort` is what the HTML sorts by when the text doesn't do."""

    text: Markup
    sort: float | str | None = None


@dataclass(frozen=True)
class Row:
    """A table row; `role` is "" or "group" (a heading inside the table body)."""

    cells: tuple[Cell, ...]
    role: str = ""


@dataclass(frozen=True)
class MadeRows(Sequence[Row]):
    """`n` rows, each made by its number when it is asked for: a long table shows few of them."""

    n: int
    make: Callable[[int], Row]

    def __len__(self) -> int:
        return self.n

    @overload
    def __getitem__(self, place: int) -> Row: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Row, ...]: ...

    def __getitem__(self, place: int | slice) -> Row | tuple[Row, ...]:
        places = range(self.n)[place]
        return self.make(places) if isinstance(places, int) else tuple(map(self.make, places))


@dataclass(frozen=True)
class Table:
    """A table. The first cell of each row is its heading.

    `sortable` tables get sort buttons and a search box in HTML. Of a table with
    more than `print_rows` rows the PDF prints the first and last half of that
    number and says where the rest is; so does the HTML with more than `screen_rows`.
    """

    key: str
    title: Markup
    columns: tuple[Column, ...]
    rows: Sequence[Row]
    subtitle: Markup = field(default_factory=Markup)
    notes: tuple[Markup, ...] = ()
    sortable: bool = False
    print_rows: int = 100
    screen_rows: int | None = None

    def ends(self, most: int) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
        """All rows and none, or the first and the last halves of `most`."""
        if len(self.rows) <= most:
            return tuple(self.rows), ()
        half = max(most // 2, 1)
        return tuple(self.rows[:half]), tuple(self.rows[-half:])


@dataclass(frozen=True)
class Figure:
    """A figure from the figures stage; `key` names its files."""

    key: str
    title: Markup
    subtitle: Markup
    how_to_read: Markup
    alt: str


@dataclass(frozen=True)
class Equation:
    """A displayed equation in LaTeX, and the same in words for screen readers.

    `symbols` says what each of its symbols is, in a box beside it.
    """

    latex: str
    spoken: str
    label: Markup = field(default_factory=Markup)
    symbols: tuple[tuple[Markup, Markup], ...] = ()


@dataclass(frozen=True)
class Code:
    """Code to copy; `language` names it for programs, `title` for people.

    `folded` code is behind its title until asked for in HTML, and open in the PDF.
    """

    key: str
    language: str
    title: str
    text: str
    folded: bool = False


@dataclass(frozen=True)
class Quote:
    """A sentence made to be copied; `key` is its anchor, `label` says what it is for."""

    key: str
    label: str
    text: Markup


@dataclass(frozen=True)
class Beside:
    """What stands in two columns where there is room: all of `left`, and `right` beside it."""

    left: "tuple[Block, ...]"
    right: "tuple[Block, ...]"

    @property
    def blocks(self) -> "tuple[Block, ...]":
        """Both columns."""
        return (*self.left, *self.right)


Block = Paragraph | Points | Answers | KeyFigures | Table | Figure | Equation | Code | Beside


@dataclass(frozen=True)
class Subsection:
    """A heading inside a section; `printed` is what paper shows instead of `blocks`."""

    key: str
    title: str
    blocks: tuple[Block, ...]
    printed: tuple[Block, ...] | None = None


@dataclass(frozen=True)
class Section:
    """A section of the report; `key` is its anchor, `printed` what paper shows instead.

    A section of which paper shows nothing isn't there on paper. On screens one with `folded` is
    behind those words until asked for.
    """

    key: str
    title: str
    blocks: tuple[Block | Subsection, ...]
    printed: tuple[Block | Subsection, ...] | None = None
    folded: str = ""


@dataclass(frozen=True)
class Report:
    """A whole report.

    `quotes` are sentences to copy, `bibtex` is the citation for programs, on the page alone.
    `source` stands under each figure and table of the page, `foot` at the foot of paper's pages;
    `publisher` is who publishes it, `revision` says what changed since the release before. A
    `short` one has at most four pages of paper and no list of sections there: they follow on page
    one.
    """

    id: str
    kicker: str
    title: str
    subtitle: str
    claim: Markup
    summary: tuple[Block | Subsection, ...]
    sections: tuple[Section, ...]
    produced: str
    keywords: str = ""
    quotes: tuple[Quote, ...] = ()
    citation: str = ""
    bibtex: str = ""
    source: str = ""
    foot: str = ""
    publisher: Publisher = NOBODY
    revision: Revision = NONE
    short: bool = False
    language: str = "en"
