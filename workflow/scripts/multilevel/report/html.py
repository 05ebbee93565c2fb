"""The report as one self-contained HTML page that asks nothing of anyone."""

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from markupsafe import Markup

from multilevel.publication.imprint import imprint, screen_styles, titled
from multilevel.report.assets import environment, page_assets
from multilevel.report.blocks import Equation, Figure, Points, Report, Row, Table
from multilevel.report.embedded import embedded_table
from multilevel.report.equations import equation_svg, mathml
from multilevel.report.page import Placed, PlacedSection, place, short, some_rows
from multilevel.report.tools import Tools
from multilevel.wording import numbers
from multilevel.wording.catalogue import Catalogue

PHONE = "-phone"
NO_TOOLS = Tools()
# Beyond so many rows a table's rows are drawn by its script, a page at a time; without
# scripts it shows the first and last of them.
MOST_ROWS, EACH_END = 200, 20
PlacedReport = tuple[tuple[Placed, ...], tuple[PlacedSection, ...]]
_SPOTS = re.compile(r"<metadata>([^<>]*)</metadata>")
_STYLE = re.compile(r'(?<=\s)style="([^"<>]*)"(?=[^<>]*>)')
_FOREIGN = re.compile(r"<\s*(script|foreignobject|iframe|image)\b|<[^>]*\son\w+\s*=", re.I)


def _unchanged(svg: str) -> str:
    return svg


@dataclass(frozen=True)
class FigureTheme:
    """The figures' colours: by name, light and dark, and how to put variables in their place."""

    light: Mapping[str, str] = field(default_factory=dict)
    dark: Mapping[str, str] = field(default_factory=dict)
    themed: Callable[[str], str] = _unchanged


@dataclass(frozen=True)
class ScreenPainter:
    """Figures inline as SVG, wide and narrow; equations as SVG beside hidden MathML."""

    figures: Mapping[str, str]
    theme: FigureTheme
    words: Catalogue

    def figure(self, figure: Figure) -> tuple[Markup, Markup]:
        """Inline SVG for wide and, where there is one, for narrow screens."""
        narrow = self.figures.get(figure.key + PHONE)
        return (
            inline_svg(self.figures[figure.key], figure.alt, self.theme),
            inline_svg(narrow, figure.alt, self.theme) if narrow else Markup(),
        )

    def equation(self, equation: Equation) -> tuple[Markup, Markup]:
        """The drawing, and MathML for those who hear the page."""
        svg = equation_svg(equation.latex)
        drawing = Markup(svg.replace("<svg", '<svg aria-hidden="true" focusable="false"', 1))
        spoken = Markup('<math alttext="{}"').format(equation.spoken)
        return drawing, Markup(mathml(equation.latex).replace("<math", spoken, 1))

    def rows(self, table: Table) -> tuple[tuple[Row, ...], str, tuple[Row, ...]]:
        """All rows, or both ends of a long table that its script will show whole."""
        if table.screen_rows is not None:
            return some_rows(table, table.screen_rows, self.words)
        if not table.sortable or len(table.rows) <= MOST_ROWS:
            return tuple(table.rows), "", ()
        left_out = self.words.plain(
            "page.left_out_on_screen",
            n_each=numbers.count(EACH_END),
            n_rows=numbers.count(len(table.rows)),
            file=self.words.plain("page.groups_file"),
        )
        return tuple(table.rows[:EACH_END]), left_out, tuple(table.rows[-EACH_END:])

    def shares(self, table: Table, rows: Sequence[Row]) -> tuple[float, ...]:
        """None: the browser finds them."""
        return ()

    def columns(self, points: Points) -> tuple[tuple[Markup, ...], ...]:
        """One."""
        return (points.items,)


def render_html(
    report: Report,
    figures: Mapping[str, str],
    templates: Path,
    words: Catalogue,
    tools: Tools = NO_TOOLS,
    theme: FigureTheme | None = None,
) -> str:
    """The page of a report.

    Parameters
    ----------
    figures
        SVG text by figure key; ``<key>-phone`` is shown on narrow screens.
    templates
        The templates folder.
    tools
        Buttons, usually `tools.standard_tools`.
    theme
        Colours of the figures; without, they keep their own.

    Raises
    ------
    KeyError
        When a figure is missing.
    ValueError
        When a figure holds scripts or foreign content.
    """
    theme = theme or FigureTheme()
    placed = place(report, ScreenPainter(figures, theme, words))
    styles, placed = _share_styles(_with_packed_rows(placed))
    summary, sections = placed
    return (
        environment(templates)
        .get_template("report.html.j2")
        .render(
            base="base.html.j2",
            printed=False,
            assets=page_assets(
                templates, theme.light, theme.dark, styles + screen_styles(report.publisher)
            ),
            imprint=imprint(report.publisher, words),
            words=words,
            language=report.language,
            title=titled(report.title, report.publisher, words),
            short_title=short(report.title),
            report=report,
            source=report.source,
            tools=tools,
            summary=summary,
            sections=sections,
        )
    )


def inline_svg(svg: str, alt: str, theme: FigureTheme) -> Markup:
    """An SVG file's text as an element of a page, named by `alt`.

    The file comes from the figures stage; what could run or load is refused all the same.

    Raises
    ------
    ValueError
        When it isn't an SVG or holds scripts or foreign content.
    """
    start = svg.find("<svg")
    if start < 0 or _FOREIGN.search(svg):
        raise ValueError("a figure isn't plain SVG")
    plain, told = _without_spots(svg[start:].strip())
    body = theme.themed(plain)
    named = Markup('<svg role="img" aria-label="{}"').format(alt) + told
    return named + Markup(body[len("<svg") :])


def _without_spots(svg: str) -> tuple[str, Markup]:
    """The SVG, and what it tells of its marks as an attribute for the page's script."""
    found = _SPOTS.search(svg)
    if found is None:
        return svg, Markup()
    told = Markup(' data-marks="{}"').format(html.unescape(found[1]))
    return svg[: found.start()] + svg[found.end() :], told


def _with_packed_rows(placed: PlacedReport) -> PlacedReport:
    """Tables of which only some rows are shown with all of them for their script."""

    def change(one: Placed) -> Placed:
        if isinstance(one.block, Table) and one.block.sortable and one.left_out:
            return replace(one, packed=embedded_table(one.block))
        return one

    return _changed(placed, change)


def _share_styles(placed: PlacedReport) -> tuple[str, PlacedReport]:
    """The figures' styles as one sheet: the page's policy forbids style attributes."""
    figures = [one for one in _all(placed) if one.kind == "figure"]
    drawn = tuple(str(svg) for one in figures for svg in (one.image, one.narrow) if svg)
    sheet, classed = shared_styles(drawn)
    by_drawn = {"": "", **dict(zip(drawn, classed, strict=True))}

    def change(one: Placed) -> Placed:
        if one.kind != "figure":
            return one
        image, narrow = by_drawn[str(one.image)], by_drawn[str(one.narrow)]
        return replace(one, image=Markup(image), narrow=Markup(narrow))

    return sheet, _changed(placed, change)


def shared_styles(svgs: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """A sheet with a class for each style attribute, and the SVGs with classes in their place."""
    names: dict[str, str] = {}

    def class_of(style: re.Match[str]) -> str:
        return f'class="{names.setdefault(style[1], f"s{len(names)}")}"'

    classed = tuple(_STYLE.sub(class_of, svg) for svg in svgs)
    return "\n".join(f".{name} {{{style}}}" for style, name in names.items()), classed


def _all(placed: PlacedReport) -> Iterator[Placed]:
    """Every placed block, those of subsections included."""
    summary, sections = placed
    waiting = [*summary, *(one for section in sections for one in section.blocks)]
    while waiting:
        one = waiting.pop(0)
        waiting[:0] = one.blocks
        yield one


def _changed(placed: PlacedReport, change: Callable[[Placed], Placed]) -> PlacedReport:
    """The same with `change` made to every block."""

    def deep(blocks: tuple[Placed, ...]) -> tuple[Placed, ...]:
        return tuple(replace(change(one), blocks=deep(one.blocks)) for one in blocks)

    summary, sections = placed
    return deep(summary), tuple(replace(one, blocks=deep(one.blocks)) for one in sections)
