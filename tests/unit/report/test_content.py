"""What is done to a drawn PDF to make it small changes nothing of what it shows."""

from datetime import date
from typing import Any

import numpy as np
import pypdfium2
import pytest
from weasyprint import HTML

from multilevel.report import conformance
from multilevel.report.attachments import Attachment, Enclosure, fitting, rounded_groups
from multilevel.report.content import lean_drawing, repeated_outlines, with_named
from multilevel.report.glyphs import boxed, note, spelled
from multilevel.report.paper import cited
from multilevel.report.pdf import render_pdf


def test_letters_are_joined_and_coordinates_cut() -> None:
    drawn = b"[<0180>0<01fb>-5<0305>0<0255>0] TJ\n1.23456 -0.0012 m\n7 8.9999 l\n0.078431 0 0 rg\n"
    assert lean_drawing(drawn) == (
        b"[<018001fb>-5<03050255>0] TJ\n1.23 0 m\n7 9 l\n0.078431 0 0 rg\n"
    )


def test_outlines_that_repeat_are_named() -> None:
    outline = b"0 0 m\n" + b"1 2 l\n" * 9 + b"h\nf\n"
    once = outline.replace(b"1 2 l", b"3 4 l")
    content = b"q\n" + outline + b"Q\nq\n" + outline + b"Q\n" + once
    names = repeated_outlines([content])
    assert names == {outline: "outline0"}
    assert with_named(content, names) == b"q\n/outline0 Do\nQ\nq\n/outline0 Do\nQ\n" + once


@pytest.mark.xdist_group("pdf")
def test_a_lean_report_looks_like_a_fat_one(pages: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def draw() -> bytes:
        return render_pdf(
            pages.make(),
            pages.figures,
            pages.templates,
            pages.words,
            data_sha256="",
            produced=date(2026, 11, 23),
            enclosures=(Enclosure((), ""),),
        )

    lean = draw()
    monkeypatch.setattr(conformance, "_make_lean", lambda pdf: None)
    monkeypatch.setattr(conformance, "prune", lambda pdf: None)
    fat = draw()
    assert len(lean) < len(fat)
    with pypdfium2.PdfDocument(lean) as one, pypdfium2.PdfDocument(fat) as other:
        assert len(one) == len(other)
        for left, right in zip(one, other, strict=True):
            pixels = [np.asarray(page.render(scale=1.5).to_numpy(), int) for page in (left, right)]
            # A hundredth of a pixel of a path may move the grey of an edge, and no more.
            assert np.abs(pixels[0] - pixels[1]).max() <= 24
            texts = [page.get_textpage().get_text_range() for page in (left, right)]
            assert texts[0] == texts[1]


def test_streams_never_end_ambiguously(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever zlib gives: here each stream ends in a carriage return."""
    squeeze = conformance.zlib.compress

    def ending(raw: bytes, level: int) -> bytes:
        return squeeze(raw, level)[:-1] + b"\r"

    monkeypatch.setattr(conformance.zlib, "compress", ending)
    document = HTML(string="<html lang=en><title>a</title><p>Some words").render()
    drawn = conformance.conformant_pdf(document, "0" * 32)
    assert conformance.AMBIGUOUS_END not in drawn


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [((100, 90, 10), 0), ((300, 90, 10), 1), ((300, 260, 10), 2), ((300, 260, 255), 2)],
)
def test_the_first_enclosure_that_fits_is_taken(sizes: tuple[int, ...], expected: int) -> None:
    offered = [Enclosure((), str(number)) for number in range(3)]
    drawn: list[str] = []

    def draw(enclosure: Enclosure) -> bytes:
        drawn.append(enclosure.sentence)
        return bytes(1_000 * sizes[int(enclosure.sentence)])

    assert len(fitting(offered, draw)) == 1_000 * sizes[expected]
    assert drawn == [str(number) for number in range(expected + 1)]


def test_what_cannot_fit_is_not_drawn() -> None:
    noise = np.random.default_rng(1).bytes(200_000)
    large = Enclosure((Attachment("groups.csv", noise, ""),), "large")
    drawn: list[str] = []

    def draw(enclosure: Enclosure) -> bytes:
        drawn.append(enclosure.sentence)
        return b""

    fitting([large, Enclosure((), "none")], draw)
    assert drawn == ["none"]


def test_letters_without_a_font_are_spelled_where_they_are_seen() -> None:
    html = (
        '<head><title>🏫</title></head><body><p data-short="🏫">学校高校]🏫 a<img alt="🏫 heard">'
    )
    assert spelled(html, {ord(letter) for letter in "🏫学校高"}) == (
        '<head><title>🏫</title></head><body><p data-short="[U+1F3EB]">'
        '[U+5B66 U+6821 U+9AD8 …]][U+1F3EB] a<img alt="🏫 heard">'
    )
    assert spelled(html, frozenset()) == html


def test_in_figures_they_are_boxes() -> None:
    assert boxed("<text>学 a</text>", {ord("学")}) == "<text>□ a</text>"


def test_a_note_names_the_first_of_them(pages: Any) -> None:
    assert note(frozenset(), pages.words) == ""
    assert "U+1F3EB SCHOOL." in note({ord("🏫")}, pages.words)
    many = note(set(range(0x4E00, 0x4E00 + 1_200)), pages.words)
    assert "U+4E07 CJK UNIFIED IDEOGRAPH-4E07 and 1,192 more." in many
    # A letter without a name.
    assert "U+E123." in note({0xE123}, pages.words)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("as Hedges & Hedberg (2007) found", True),
        ("the conventions of Hedges & Hedberg, 2007", True),
        ("Hedges wrote. In 2007 nobody", False),
        ("Kish 2007", False),
    ],
)
def test_a_reference_is_listed_where_it_is_cited(text: str, expected: bool, pages: Any) -> None:
    reference = pages.words.say("references.hedges2007")
    assert cited(reference, text) is expected


def test_rounded_schools_keep_their_scale_and_defuse_formulas() -> None:
    from multilevel.figures.data import GroupTable
    from multilevel.wording.numbers import ScoreFormat

    n = np.array([3, 1])
    values = {name: np.array([1234.5678, -0.5]) for name in ("mean", "eb_mean", "ci_low")}
    rest = {
        name: np.array([2.0, 3.0])
        for name in ("error_variance", "eb_se", "ci_high", "mean_ci_low", "mean_ci_high")
    }
    table = GroupTable(
        group=np.array(["=cmd()", "b, c"], dtype=object),
        n=n,
        sd=np.array([12.345, np.nan]),
        reliability=np.array([0.98765, 0.5]),
        **values,
        **rest,
    )
    assert rounded_groups(table, ScoreFormat.of(99.0)).decode() == (
        "group,n,mean,sd,eb_mean,ci_low,ci_high,reliability\n"
        "'=cmd(),3,1234.57,12.35,1234.57,1234.57,2.00,0.988\n"
        '"b, c",1,-0.50,,-0.50,-0.50,3.00,0.500\n'
    )
