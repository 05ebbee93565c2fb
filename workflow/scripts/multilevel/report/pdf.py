"""The report as a PDF, drawn by WeasyPrint from the same blocks and templates."""

import hashlib
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from pathlib import Path

from markupsafe import Markup
from weasyprint import CSS, HTML
from weasyprint import Attachment as EmbeddedFile
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from multilevel.publication.imprint import LOGO_URL, imprint, paper_styles, titled
from multilevel.publication.publisher import NOBODY, Publisher
from multilevel.report.assets import FACES, environment, linked_fonts, read
from multilevel.report.attachments import Attachment, Enclosure, fitting, moment
from multilevel.report.blocks import Equation, Figure, Points, Report, Row, Table
from multilevel.report.conformance import conformant_pdf
from multilevel.report.equations import equation_svg
from multilevel.report.glyphs import boxed, note, spelled, undrawable
from multilevel.report.page import balanced, blocks_of, place, printed_rows, short
from multilevel.report.paper import on_paper, without_terms
from multilevel.report.svg_text import draw_whole_texts
from multilevel.report.widths import column_shares
from multilevel.wording.catalogue import Catalogue

SCHEME = "bundle:"
INK = "#17222d"
PRINT_SIZE = 13.0
SHORT_HASH = 12
# Of more pages than these tables break over pages; a survey's section and a companion's have one
# page more each.
MOST_OF_SHORT, MOST_PAGES, WITH_A_PAGE = 4, 8, frozenset({"survey", "companion"})
PAGE = "-page"
_BLANK_BEFORE = re.compile(
    r"<pre.*?</pre>|(?<=[^\s>]) (<(a|b|code|em|i|span|strong)\b[^>]*>)", re.S
)


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
    fonts: Path

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

    def shares(self, table: Table, rows: Sequence[Row]) -> tuple[float, ...]:
        """From the widths of their words."""
        return column_shares(table, rows, self.fonts)

    def columns(self, points: Points) -> tuple[tuple[Markup, ...], ...]:
        """As many as the points ask for."""
        return balanced(points.items, points.columns)


def render_pdf(
    report: Report,
    figures: Mapping[str, str],
    templates: Path,
    words: Catalogue,
    *,
    data_sha256: str,
    produced: date | None,
    enclosures: Sequence[Enclosure],
) -> bytes:
    """The PDF of a report; the same input gives the same bytes.

    Parameters
    ----------
    figures
        SVG text by figure key; ``<key>-page`` is drawn for paper.
    data_sha256
        Of the data file; its start stands at the foot of each page. May be "".
    produced
        The date of the document; without one it bears none.
    enclosures
        What may be attached, best first: the first that fits is.

    Raises
    ------
    KeyError
        When a figure is missing.
    """
    report = on_paper(report)
    summary, sections = place(report, PrintPainter(words, templates / "fonts"))
    template = environment(templates).get_template("report.html.j2")
    foot = report.foot or data_words(words, data_sha256)
    more = sum(section.key in WITH_A_PAGE for section in report.sections)
    most = MOST_OF_SHORT if report.short else MOST_PAGES + more
    first = report.sections[0].key if report.sections and not report.short else ""
    pictures = _pictures(report, figures)
    paper = Paper(templates, words, pictures, foot, report.publisher, most, first)

    def draw(enclosure: Enclosure) -> bytes:
        page = partial(
            template.render,
            base="print.html.j2",
            printed=True,
            words=words,
            language=report.language,
            imprint=imprint(report.publisher, words, printed=True),
            title=titled(report.title, report.publisher, words),
            description=report.claim.striptags(),
            keywords=report.keywords,
            created=iso(produced),
            short_title=short(report.title),
            report=report,
            source="",
            summary=summary,
            sections=sections,
            enclosed=enclosure.sentence,
        )
        return draw_pdf(page, paper, enclosure.files, produced)

    return fitting(enclosures, draw)


@dataclass(frozen=True)
class Paper:
    """What a document is drawn with: styles, pictures by address, words at the pages' left foot.

    `publisher` brings a logo, colours and the mark of a draft. Of more than `most_pages` tables
    break over pages; page one is set closer where `first`, the id of what follows it, comes later
    than page 2.
    """

    templates: Path
    words: Catalogue
    pictures: Mapping[str, str]
    foot: str
    publisher: Publisher = NOBODY
    most_pages: int = MOST_PAGES
    first: str = ""

    @property
    def brand(self) -> str:
        """CSS of the publisher's."""
        mark = css_string(self.words.plain("publisher.draft_mark"))
        return paper_styles(self.publisher, mark)


def draw_pdf(
    page: Callable[..., str], paper: Paper, files: Sequence[Attachment], produced: date | None
) -> bytes:
    """A page by WeasyPrint in our styles, with `files` attached.

    Parameters
    ----------
    page
        Its HTML, with the note on letters that no font has as `lacking`.
    """
    config, styles = _styles(paper.templates)
    html = page(lacking="")
    letters = undrawable(
        (html, paper.foot, *paper.pictures.values()), paper.templates, styles, config
    )
    if letters:
        html = page(lacking=note(letters, paper.words))
    html = _held(without_terms(spelled(html, letters)))
    svgs = {
        url: (boxed(svg, letters).encode(), "image/svg+xml") for url, svg in paper.pictures.items()
    }
    logo = paper.publisher.logo
    pictured = {LOGO_URL: (logo.content, logo.kind)} if logo else {}
    fetcher = Bundle({**_fonts(paper.templates), **svgs, **pictured})
    furniture = CSS(string=page_words(paper.words, boxed(paper.foot, letters)) + paper.brand)
    seen = "".join((html, paper.foot, *paper.pictures.values(), paper.publisher.content)).encode()
    identifier = hashlib.sha256(seen + b"".join(file.content for file in files))
    source = HTML(string=html, url_fetcher=fetcher)
    document = _fitted(source, [*styles, furniture], config, paper)
    return conformant_pdf(
        document,
        identifier.hexdigest()[:32],
        attached=lambda: [_embedded(file, produced) for file in files],
    )


def _fitted(source: HTML, sheets: list[CSS], config: FontConfiguration, paper: Paper) -> Document:
    """The document; what takes more pages than it may is set closer."""

    def drawn(*closer: str) -> Document:
        more = (_sheet(paper.templates, name) for name in closer)
        return source.render(stylesheets=[*sheets, *more], font_config=config)

    draw_whole_texts()
    document = drawn()
    starts = [number for number, page in enumerate(document.pages) if paper.first in page.anchors]
    late = max(starts[0] - 1, 0) if starts else 0
    front = ("dense-front",) if late else ()
    tables = ("dense-tables",) if len(document.pages) - late > paper.most_pages else ()
    return drawn(*front, *tables) if front or tables else document


def iso(day: date | None) -> str:
    """2026-11-23, or "" for none."""
    return "" if day is None else day.isoformat()


def _embedded(file: Attachment, produced: date | None) -> EmbeddedFile:
    when = moment(produced)
    return EmbeddedFile(
        file_obj=io.BytesIO(file.content),
        name=file.name,
        description=file.description,
        created=when,
        modified=when,
        relationship="Data",
    )


def _held(html: str) -> str:
    """With the blank between a word and an element out of the word's run of text.

    WeasyPrint 70 ends a line after its first word where the rest of a run fits but its last blank.
    """
    return _BLANK_BEFORE.sub(_blank_moved, html)


def _blank_moved(found: re.Match[str]) -> str:
    opening, name = found.groups()
    if opening is None:
        return found[0]
    # A blank inside would be underlined, or stand on the code's ground.
    return f"<span> </span>{opening}" if name in ("a", "code") else f"{opening} "


def figure_url(key: str) -> str:
    """The address of a figure within the bundle."""
    return f"{SCHEME}figure/{hashlib.sha256(key.encode()).hexdigest()[:16]}.svg"


def equation_url(equation: Equation) -> str:
    """The address of an equation's picture within the bundle."""
    return f"{SCHEME}equation/{hashlib.sha256(equation.latex.encode()).hexdigest()[:16]}.svg"


def data_words(words: Catalogue, data_sha256: str) -> str:
    """The data's hash, shortened; "" for none."""
    return words.plain("page.print.data", sha256=data_sha256[:SHORT_HASH]) if data_sha256 else ""


def page_words(words: Catalogue, foot: str) -> str:
    """CSS of the page foot: `foot` at the left, the page's number at the right."""
    page, pages = "\ue000", "\ue001"
    text = css_string(words.plain("page.print.page", page=page, pages=pages))
    text = text.replace(page, '" counter(page) "').replace(pages, '" counter(pages) "')
    return (
        f"@page {{ @bottom-left {{ content: {css_string(foot)}; }} "
        f"@bottom-right {{ content: {text}; }} }}"
    )


def css_string(text: str) -> str:
    """`text` as a quoted CSS string."""
    escaped = "".join(f"\\{ord(c):x} " if c in '"\\<\n\r\f' else c for c in text)
    return f'"{escaped}"'


def _pictures(report: Report, figures: Mapping[str, str]) -> dict[str, str]:
    pictures: dict[str, str] = {}
    for block in blocks_of(report):
        if isinstance(block, Figure):
            pictures[figure_url(block.key)] = figures[block.key + PAGE]
        elif isinstance(block, Equation):
            pictures[equation_url(block)] = equation_svg(block.latex, INK, PRINT_SIZE)
    return pictures


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


@lru_cache
def _sheet(templates: Path, name: str) -> CSS:
    return CSS(string=read(templates, f"css/{name}.css"))
