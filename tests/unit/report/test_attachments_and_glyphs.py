"""What a PDF carries, and how it writes letters that it has no font for."""

from typing import Any

import numpy as np
import pytest
from weasyprint import HTML

from multilevel.report import conformance
from multilevel.report.attachments import Attachment, Enclosure, fitting, rounded_groups
from multilevel.report.glyphs import boxed, note, spelled
from multilevel.report.paper import cited


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
    [((100, 90, 10), 0), ((600, 90, 10), 1), ((600, 510, 10), 2), ((600, 510, 505), 2)],
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
    noise = np.random.default_rng(1).bytes(400_000)
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
