import io
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pikepdf
import pypdfium2
import pytest
from markupsafe import Markup
from weasyprint.urls import FatalURLFetchingError

from multilevel.report.attachments import Attachment, Enclosure
from multilevel.report.blocks import Paragraph, Section
from multilevel.report.pdf import (
    Bundle,
    Paper,
    css_string,
    data_words,
    draw_pdf,
    page_words,
    render_pdf,
)

SHA256 = "619dcd663132" * 5
FILE = Attachment("results.json", b'{"icc": 0.51}', "All numbers")


def pdf_of(pages: Any, **changes: Any) -> bytes:
    return render_pdf(
        pages.make(**changes),
        pages.figures,
        pages.templates,
        pages.words,
        data_sha256=SHA256,
        produced=date(2026, 11, 23),
        enclosures=(Enclosure((FILE,), "Attached: results.json."),),
    )


@pytest.fixture(scope="module")
def complaints() -> Iterator[list[str]]:
    """What WeasyPrint complains of while this module draws."""
    found: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: found.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("weasyprint")
    logger.addHandler(handler)
    yield found
    logger.removeHandler(handler)


@pytest.fixture(scope="module")
def drawn(pages: Any, complaints: list[str]) -> bytes:
    return pdf_of(pages)


def texts(drawn: bytes) -> list[str]:
    with pypdfium2.PdfDocument(drawn) as document:
        return [page.get_textpage().get_text_range() for page in document]


def outline(items: Any) -> Iterator[tuple[str, list[str]]]:
    for item in items:
        yield item.title, [child.title for child in item.children]


def test_code_is_read_from_paper_letter_by_letter(pages: Any) -> None:
    """The arrow and the two colons are ligatures that share a glyph."""
    code = Paragraph(Markup("<code>m1 &lt;- lmer(y)</code>, <code>performance::icc(m1)</code>"))
    report = replace(pages.make(), sections=(Section("programs", "Programs", (code,)),))
    drawn = render_pdf(
        report, pages.figures, pages.templates, pages.words,
        data_sha256=SHA256, produced=None, enclosures=(Enclosure((FILE,), "Attached."),),
    )  # fmt: skip
    assert "performance::icc(m1)" in " ".join(texts(drawn))


@pytest.mark.parametrize("element", ["b", "i", "code", 'span class="sym"', 'a href="#x"'])
def test_no_line_ends_after_its_first_word(pages: Any, element: str) -> None:
    """Where the blank before an element is the first thing that is too wide for the line."""
    words = [f"Begin {'i' * k} {'word ' * n}" for n in (16, 17, 18, 19, 20) for k in range(12)]
    ended = [f"<p>{word}<{element}>x</{element.split()[0]}> then more.</p>" for word in words]
    html = f'<html lang="en"><title>T</title>{"".join(ended)}</html>'
    paper = Paper(pages.templates, pages.words, {}, "")
    drawn = texts(draw_pdf(lambda lacking: html, paper, (), None))
    lines = [line.strip() for page in drawn for line in page.splitlines()]
    assert sum(line.startswith("Begin") for line in lines) == len(words)
    assert "Begin" not in lines


def test_tables_break_over_pages_where_there_would_be_too_many(pages: Any) -> None:
    table = f'<figure class="table"><table>{"<tr><td>A row.</td></tr>" * 45}</table></figure>'
    html = f'<html lang="en"><title>T</title>{"<p>Words in a line.</p>" * 15}{table * 2}</html>'

    def drawn(most: int) -> int:
        paper = Paper(pages.templates, pages.words, {}, "", most_pages=most)
        return len(texts(draw_pdf(lambda lacking: html, paper, (), None)))

    assert [drawn(most) for most in (12, 3, 2)] == [3, 3, 2]


def test_page_one_is_set_closer_where_it_would_take_two(pages: Any) -> None:
    def starts(n: int, first: str) -> int:
        html = (
            '<html lang="en"><title>T</title><main><section class="subsection"><h2>H</h2>'
            f"{'<p>Words in a line.</p>' * n}</section></main>"
            '<nav class="contents"></nav><section id="after">After</section></html>'
        )
        paper = Paper(pages.templates, pages.words, {}, "", first=first)
        drawn = texts(draw_pdf(lambda lacking: html, paper, (), None))
        return next(number for number, page in enumerate(drawn) if "After" in page)

    least = next(n for n in range(40, 70) if starts(n, "") == 2)
    assert starts(least, "after") == 1


def test_closer_styles_leave_letters_as_large_as_they_are(pages: Any) -> None:
    for name in ("dense-front", "dense-tables"):
        text = (pages.templates / "css" / f"{name}.css").read_text(encoding="utf-8")
        assert not re.search(r"--(text|small|tiny)\b|^(body|p|li)[^{]*{[^}]*font-size", text, re.M)
    base = (pages.templates / "css" / "pdf.css").read_text(encoding="utf-8")
    body = re.search(r"--text: ([\d.]+)pt", base)
    assert body is not None and float(body[1]) >= 9.5


@pytest.mark.xdist_group("pdf")
class TestPdf:
    def test_same_report_gives_same_bytes(self, pages: Any, drawn: bytes) -> None:
        assert pdf_of(pages) == drawn

    def test_weasyprint_understands_everything(self, drawn: bytes, complaints: list[str]) -> None:
        assert drawn
        assert complaints == []

    def test_bookmarks_lead_to_sections_and_their_parts(self, drawn: bytes) -> None:
        with pikepdf.open(io.BytesIO(drawn)) as pdf, pdf.open_outline() as found:
            ((title, sections),) = outline(found.root)
            parts = {
                item.title: [c.title for c in item.children] for item in found.root[0].children
            }
        assert title.startswith("Mathematics achievement")
        assert {"Main points", "How much schools differ", "School by school"} <= set(sections)
        assert parts["How much schools differ"] == ["The distribution of true school means"]

    def test_metadata_language_and_tags(self, drawn: bytes) -> None:
        with pikepdf.open(io.BytesIO(drawn)) as pdf:
            assert str(pdf.docinfo["/Title"]) == "Mathematics achievement in 20 US schools"
            assert str(pdf.docinfo["/CreationDate"]).startswith("D:20261123")
            assert str(pdf.Root.Lang) == "en"
            assert bool(pdf.Root.MarkInfo.Marked)
            with pdf.open_metadata() as metadata:
                assert metadata["pdfuaid:part"] == "1"

    def test_contents_and_feet_bear_page_numbers(self, drawn: bytes) -> None:
        pages = texts(drawn)
        assert f"Page 1 of {len(pages)}" in pages[0]
        assert "Data sha256 619dcd663132" in pages[-1]
        number = pages[0].rpartition("School by school")[2].strip()[:1]
        assert "School by school" in pages[int(number) - 1]

    def test_every_image_has_its_text(self, drawn: bytes) -> None:
        with pikepdf.open(io.BytesIO(drawn)) as pdf:
            alts = [str(o.Alt) for o in pdf.objects if isinstance(o, pikepdf.Dictionary)
                    and o.get("/S") == "/Figure" and "/Alt" in o]  # fmt: skip
        assert sum(alt.startswith("Bar: 51% between") for alt in alts) == 2
        assert any(alt.startswith("lambda hat j equals") for alt in alts)

    def test_fonts_are_ours_and_embedded(self, drawn: bytes) -> None:
        with pikepdf.open(io.BytesIO(drawn)) as pdf:
            names = {
                str(o.FontName).partition("+")[2] or str(o.FontName)
                for o in pdf.objects
                if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/FontDescriptor"
            }
        ours = ("Inter", "STIX", "JetBrains")
        assert names
        assert all(name.replace("-", "").startswith(ours) for name in names), names

    def test_long_tables_are_cut_and_say_so(self, pages: Any) -> None:
        text = "\n".join(texts(pdf_of(pages, n_schools=2_000)))
        assert "1,960 of 2,000 rows are not printed here; groups.csv has them all." in text
        assert "5003" in text
        assert "11000" in text
        assert "8000" not in text

    def test_a_letter_without_a_font_is_spelled_and_named(self, pages: Any) -> None:
        # Of the private use: no font has it.
        first = texts(pdf_of(pages, title="School \U000f1234"))[0]
        assert "School [U+F1234]" in first
        assert "as boxes: U+F1234." in " ".join(first.split())

    def test_hostile_labels_are_drawn_as_text(self, pages: Any) -> None:
        drawn = pdf_of(pages, title=pages.hostile)
        assert "alert(1)" in "".join(texts(drawn))
        with pikepdf.open(io.BytesIO(drawn)) as pdf:
            assert "/JavaScript" not in pdf.Root.get("/Names", {})
            assert "/OpenAction" not in pdf.Root


@pytest.mark.parametrize(
    "url", ["http://example.org/x.png", "file:///etc/passwd", "data:,x", "bundle:other", "x.png"]
)
def test_only_the_bundle_is_fetched(url: str) -> None:
    bundle = Bundle({"bundle:a.svg": (b"<svg/>", "image/svg+xml")})
    assert bundle.fetch("bundle:a.svg").read() == b"<svg/>"
    with pytest.raises(FatalURLFetchingError):
        bundle.fetch(url)


def test_page_words_are_quoted(pages: Any) -> None:
    assert css_string('a"b\\c') == '"a\\22 b\\5c c"'
    css = page_words(pages.words, data_words(pages.words, SHA256))
    assert '"Page " counter(page) " of " counter(pages) ""' in css
    assert "619dcd663132" in css
    assert SHA256 not in css
    assert 'content: ""' in page_words(pages.words, data_words(pages.words, ""))
