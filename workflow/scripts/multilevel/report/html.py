"""The report as one self-contained HTML page that asks nothing of anyone."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from markupsafe import Markup

from multilevel.report.assets import environment, page_assets
from multilevel.report.blocks import Equation, Figure, Report, Row, Table
from multilevel.report.equation_svg import equation_svg, shared_symbols
from multilevel.report.page import Link, Placed, PlacedSection, place, short
from multilevel.report.svg_text import lean
from multilevel.words import Catalogue

PHONE = "-phone"
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

    def figure(self, figure: Figure) -> tuple[Markup, Markup]:
        """Inline SVG for wide and, where there is one, for narrow screens."""
        narrow = self.figures.get(figure.key + PHONE)
        return (
            inline_svg(self.figures[figure.key], figure.alt, self.theme),
            inline_svg(narrow, figure.alt, self.theme) if narrow else Markup(),
        )

    def equation(self, equation: Equation) -> tuple[Markup, Markup]:
        """The drawing, and MathML for those who hear the page."""
        drawn = equation_svg(str(equation.mathml))
        spoken = Markup('<math alttext="{}"').format(equation.spoken)
        return Markup(drawn), Markup(str(equation.mathml).replace("<math", spoken, 1))

    def rows(self, table: Table) -> tuple[tuple[Row, ...], str, tuple[Row, ...]]:
        """All rows."""
        return table.rows, "", ()


def render_html(
    report: Report,
    figures: Mapping[str, str],
    templates: Path,
    words: Catalogue,
    links: tuple[Link, ...] = (),
    theme: FigureTheme | None = None,
) -> str:
    """The page of a report.

    Parameters
    ----------
    figures
        SVG text by figure key; ``<key>-phone`` is shown on narrow screens.
    templates
        The templates folder.
    links
        Buttons, usually `page.standard_links`.
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
    summary, sections = place(report, ScreenPainter(figures, theme))
    shared, summary, sections = _share_symbols(summary, sections)
    return (
        environment(templates)
        .get_template("report.html.j2")
        .render(
            base="base.html.j2",
            printed=False,
            assets=page_assets(templates, theme.light, theme.dark),
            words=words,
            language=report.language,
            title=report.title,
            short_title=short(report.title),
            report=report,
            links=links,
            summary=summary,
            sections=sections,
            shared_graphics=shared,
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
    body = lean(theme.themed(svg[start:].strip()))
    named = Markup('<svg role="img" aria-label="{}"').format(alt)
    return named + Markup(body[len("<svg") :])


def _share_symbols(
    summary: tuple[Placed, ...], sections: tuple[PlacedSection, ...]
) -> tuple[Markup, tuple[Placed, ...], tuple[PlacedSection, ...]]:
    """Glyphs of all equations once per page: an equation is then a few hundred bytes."""
    blocks = (*summary, *(placed for section in sections for placed in section.blocks))
    drawn = tuple(dict.fromkeys(str(one.image) for one in _equations(blocks)))
    sheet, lean = shared_symbols(drawn)
    lean_by_drawn = dict(zip(drawn, lean, strict=True))
    sections = tuple(
        replace(section, blocks=_with_images(section.blocks, lean_by_drawn)) for section in sections
    )
    return Markup(sheet), _with_images(summary, lean_by_drawn), sections


def _equations(blocks: tuple[Placed, ...]) -> list[Placed]:
    inner = [one for placed in blocks for one in _equations(placed.blocks)]
    return [placed for placed in blocks if placed.kind == "equation"] + inner


def _with_images(blocks: tuple[Placed, ...], images: Mapping[str, str]) -> tuple[Placed, ...]:
    hide = '<svg aria-hidden="true" focusable="false"'
    return tuple(
        replace(placed, image=Markup(images[str(placed.image)].replace("<svg", hide, 1)))
        if placed.kind == "equation"
        else replace(placed, blocks=_with_images(placed.blocks, images))
        for placed in blocks
    )
