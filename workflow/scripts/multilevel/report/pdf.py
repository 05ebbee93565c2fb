"""The report as a PDF, drawn by WeasyPrint from the same blocks and templates."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from multilevel.report.assets import FACES, environment, linked_fonts, read
from multilevel.report.blocks import Equation, Figure, Report, Row, Table
from multilevel.report.equation_svg import equation_svg
from multilevel.report.page import place, printed_rows, short
from multilevel.report.svg_text import start_anchored
from multilevel.words import Catalogue

SCHEME = "bundle:"
INK = "#17222d"
PRINT_SIZE = 14.0
VARIANT = "pdf/ua-1"
SHORT_HASH = 12


class Bundle(URLFetcher):  # type: ignore[misc]
    """Answers for what we hand it and for nothing else: no network, no files.

    Parameters
    ----------
    content
        Bytes and MIME type by ``bundle:`` address.
    """

    def __init__(self, content: Mapping[str, tuple[bytes, str]]) -> None:
        super().__init__(allowed_protocols=())
        self._content = dict(content)

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The bytes of a ``bundle:`` address.

        Raises
        ------
        FatalURLFetchingError
            For every other address.
        """
        if url not in self._content:
            raise FatalURLFetchingError(f"not part of the report: {url[:80]}")
        body, kind = self._content[url]
        return URLFetcherResponse(url, body, {"Content-Type": kind})


@dataclass(frozen=True)
class PrintPainter:
    """Figures and equations as images of the bundle, with their texts; long tables cut."""

    words: Catalogue

    def figure(self, figure: Figure) -> tuple[Markup, Markup]:
        """An image with its alt text."""
        image = Markup('<img src="{}" alt="{}">')
        return image.format(figure_url(figure.key), figure.alt), Markup()

    def equation(self, equation: Equation) -> tuple[Markup, Markup]:
        """An image with the spoken equation as its alt text."""
        image = Markup('<img src="{}" alt="{}">')
        return image.format(equation_url(equation), equation.spoken), Markup()

    def rows(self, table: Table) -> tuple[tuple[Row, ...], str, tuple[Row, ...]]:
        """At most `print_rows` of them."""
        return printed_rows(table, self.words)


def render_pdf(
    report: Report,
    figures: Mapping[str, str],
    templates: Path,
    words: Catalogue,
    *,
    data_sha256: str,
    produced: date | None,
) -> bytes:
    """The PDF of a report; the same input gives the same bytes.

    Parameters
    ----------
    figures
        SVG text by figure key, as for the HTML.
    data_sha256
        Of the data file; its start stands at the foot of each page. May be "".
    produced
        The date of the document; without one it bears none.

    Raises
    ------
    KeyError
        When a figure is missing.
    """
    summary, sections = place(report, PrintPainter(words))
    html = (
        environment(templates)
        .get_template("report.html.j2")
        .render(
            base="print.html.j2",
            printed=True,
            words=words,
            language=report.language,
            title=report.title,
            description=report.claim.striptags(),
            created="" if produced is None else produced.isoformat(),
            short_title=short(report.title),
            report=report,
            summary=summary,
            sections=sections,
        )
    )
    return draw_pdf(
        html, _pictures(report, figures, templates / "fonts"), templates, words, data_sha256
    )


def draw_pdf(
    html: str,
    pictures: Mapping[str, str],
    templates: Path,
    words: Catalogue,
    data_sha256: str,
) -> bytes:
    """`html` by WeasyPrint in our styles; `pictures` are SVG texts by address."""
    svgs = {url: (svg.encode(), "image/svg+xml") for url, svg in pictures.items()}
    fetcher = Bundle({**_fonts(templates), **svgs})
    config, styles = _styles(templates)
    furniture = CSS(string=page_words(words, data_sha256))
    identifier = hashlib.sha256(html.encode() + "".join(pictures.values()).encode())
    drawn: bytes | None = HTML(string=html, url_fetcher=fetcher).write_pdf(
        stylesheets=[*styles, furniture],
        font_config=config,
        pdf_variant=VARIANT,
        pdf_identifier=identifier.hexdigest()[:32].encode(),
    )
    if drawn is None:
        raise ValueError("WeasyPrint gave no PDF")
    return drawn


def figure_url(key: str) -> str:
    """The address of a figure within the bundle."""
    return f"{SCHEME}figure/{hashlib.sha256(key.encode()).hexdigest()[:16]}.svg"


def equation_url(equation: Equation) -> str:
    """The address of an equation's picture within the bundle."""
    return f"{SCHEME}equation/{hashlib.sha256(equation.mathml.encode()).hexdigest()[:16]}.svg"


def page_words(words: Catalogue, data_sha256: str) -> str:
    """CSS of the page foot, in the catalogue's words."""
    page, pages = "\ue000", "\ue001"
    text = css_string(words.plain("page.print.page", page=page, pages=pages))
    text = text.replace(page, '" counter(page) "').replace(pages, '" counter(pages) "')
    data = words.plain("page.print.data", sha256=data_sha256[:SHORT_HASH]) if data_sha256 else ""
    return (
        f"@page {{ @bottom-left {{ content: {css_string(data)}; }} "
        f"@bottom-right {{ content: {text}; }} }}"
    )


def css_string(text: str) -> str:
    """`text` as a quoted CSS string."""
    escaped = "".join(f"\\{ord(c):x} " if c in '"\\<\n\r\f' else c for c in text)
    return f'"{escaped}"'


def _pictures(report: Report, figures: Mapping[str, str], fonts: Path) -> dict[str, str]:
    pictures: dict[str, str] = {}
    for block in _all_blocks(report):
        if isinstance(block, Figure):
            pictures[figure_url(block.key)] = start_anchored(figures[block.key], fonts)
        elif isinstance(block, Equation):
            pictures[equation_url(block)] = equation_svg(str(block.mathml), INK, PRINT_SIZE)
    return pictures


def _all_blocks(report: Report) -> list[object]:
    outer = [*report.summary, *(block for section in report.sections for block in section.blocks)]
    inner = [block for one in outer for block in getattr(one, "blocks", ())]
    return [*outer, *inner]


@lru_cache
def _fonts(templates: Path) -> Mapping[str, tuple[bytes, str]]:
    folder = templates / "fonts"
    return {
        f"{SCHEME}fonts/{face.file}.ttf": ((folder / f"{face.file}.ttf").read_bytes(), "font/ttf")
        for face in FACES
    }


@lru_cache
def _styles(templates: Path) -> tuple[FontConfiguration, tuple[CSS, ...]]:
    """Parsed once per process: it saves a warm worker some .2 s a report."""
    config = FontConfiguration()
    names = ("tokens", "content", "pdf")
    text = "\n".join(read(templates, f"css/{name}.css") for name in names)
    fetcher = Bundle(_fonts(templates))
    fonts = linked_fonts(f"{SCHEME}fonts/")
    return config, (
        CSS(string=fonts, font_config=config, url_fetcher=fetcher),
        CSS(string=text, font_config=config, url_fetcher=fetcher),
    )
