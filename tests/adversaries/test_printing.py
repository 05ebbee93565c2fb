"""Whatever stood in the page or in a picture: WeasyPrint gets nothing but the bundle."""

import http.server
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2
import pytest
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from multilevel.report.pdf import Paper, draw_pdf
from multilevel.wording.catalogue import Catalogue

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
SECRET = "the-secret-of-the-house"
PICTURE = "bundle:figure/a.svg"
SIZE = 'xmlns:xlink="http://www.w3.org/1999/xlink" width="400" height="20"'
SVG = '<svg xmlns="http://www.w3.org/2000/svg" {size}>{}</svg>'

PAGES = {
    "image": '<img src="{}">',
    "object": '<object data="{}" type="image/svg+xml"></object>',
    "embed": '<embed src="{}" type="image/svg+xml">',
    "style sheet": '<link rel="stylesheet" href="{}">',
    "import": '<style>@import url("{}");</style>',
    "background": '<p style="background: url({})">x</p>',
    "content": '<style>p::before {{ content: url("{}") }}</style><p>x</p>',
    "font": (
        '<style>@font-face {{ font-family: f; src: url("{}") }} p {{ font: 9pt f }}</style><p>x'
    ),
    "list": '<ul style="list-style-image: url({})"><li>x</ul>',
    "attachment": '<link rel="attachment" href="{}">',
    "attached link": '<a rel="attachment" href="{}">x</a>',
    "base": '<base href="{}"><img src="a.svg">',
}
PICTURES = {
    "image in SVG": '<image href="{}" width="9" height="9"/>',
    "old image in SVG": '<image xlink:href="{}" width="9" height="9"/>',
}


@dataclass
class Outside:
    """A file and a server that nobody may ask; the server notes who does."""

    file: str
    server: str
    asked: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    file = tmp_path_factory.mktemp("outside") / "a.svg"
    text = SVG.format(f'<text id="a" y="9">{SECRET}</text>', size=SIZE)
    file.write_text(text)
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Outside(file.as_uri(), f"http://127.0.0.1:{server.server_port}/a.svg", asked)
    finally:
        server.shutdown()
        server.server_close()


def page(body: str) -> str:
    return f'<!doctype html><html lang="en"><head><title>x</title></head><body>{body}</body></html>'


def drawn(body: str, svg: str = "") -> bytes:
    """The PDF as the report stage draws it, or nothing where drawing it was refused."""
    words = Catalogue.load(TEMPLATES / "text" / "en")
    paper = Paper(templates=TEMPLATES, words=words, pictures={PICTURE: svg}, foot="")
    try:
        return draw_pdf(lambda lacking: page(body), paper, (), None)
    except FatalURLFetchingError:
        return b""


def unguarded(body: str, svg: str = "") -> None:
    """WeasyPrint as it is, which must ask for the address: else the case would show nothing."""

    class Open(URLFetcher):
        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
            if url == PICTURE:
                return URLFetcherResponse(url, svg.encode(), {"Content-Type": "image/svg+xml"})
            return super().fetch(url, headers)

    HTML(string=page(body), url_fetcher=Open()).write_pdf()


def text_of(pdf: bytes) -> str:
    if not pdf:
        return ""
    pages = pypdfium2.PdfDocument(pdf)
    texts = [one.get_textpage().get_text_range() for one in pages]
    return "".join(texts).replace("\n", "")


def test_text_of_a_picture_is_found() -> None:
    svg = SVG.format(f'<text y="9">{SECRET}</text>', size=SIZE)
    assert SECRET in text_of(drawn(f'<img src="{PICTURE}" alt="x">', svg))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("way", PAGES)
def test_a_page_fetches_nothing(outside: Outside, way: str) -> None:
    outside.asked.clear()
    unguarded(PAGES[way].format(outside.server))
    assert outside.asked
    outside.asked.clear()
    for address in (outside.file, outside.server):
        assert SECRET not in text_of(drawn(PAGES[way].format(address)))
    assert not outside.asked


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("way", PICTURES)
def test_a_picture_fetches_nothing(outside: Outside, way: str) -> None:
    body = f'<img src="{PICTURE}" alt="x">'
    outside.asked.clear()
    unguarded(body, SVG.format(PICTURES[way].format(outside.server), size=SIZE))
    assert outside.asked
    outside.asked.clear()
    for address in (outside.file, outside.server):
        svg = SVG.format(PICTURES[way].format(address), size=SIZE)
        assert SECRET not in text_of(drawn(body, svg))
    assert not outside.asked


def test_a_picture_includes_no_file(outside: Outside) -> None:
    entity = f'<!DOCTYPE svg [<!ENTITY a SYSTEM "{outside.file}">]>'
    svg = entity + SVG.format('<text y="9">&a;</text>', size=SIZE)
    assert SECRET not in text_of(drawn(f'<img src="{PICTURE}" alt="x">', svg))
