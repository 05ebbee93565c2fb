"""Texts of SVGs in a PDF: whole words, whatever the script."""

import pytest
from weasyprint import HTML

from multilevel.report import svg_text
from multilevel.report.svg_text import Whole, draw_whole_texts

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="40">{}</svg>'


def drawn(text: str) -> bytes:
    draw_whole_texts()
    return bytes(HTML(string=SVG.format(text)).write_pdf())


def layouts_of(text: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The letters that WeasyPrint lays out of an SVG's text."""
    seen: list[str] = []
    letter_by_letter = svg_text._letter_by_letter

    def watched(drawing: object, node: object, font_size: float) -> None:
        seen.extend(node.text)  # type: ignore[attr-defined]
        letter_by_letter(drawing, node, font_size)

    draw_whole_texts()
    monkeypatch.setattr(svg_text, "_letter_by_letter", watched)
    drawn(text)
    return seen


@pytest.mark.parametrize("word", ["مدرسة", "בית ספר", "विद्यालय", "School 12"])
def test_a_text_is_one_layout(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert layouts_of(f'<text x="9" y="20">{word}</text>', monkeypatch) == [word]


@pytest.mark.parametrize("placing", ['x="1 9 20"', 'dx="1,2"', 'letter-spacing="3"'])
def test_letters_placed_one_by_one_stay_so(placing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert layouts_of(f'<text y="20" {placing}>abc</text>', monkeypatch) == ["a", "b", "c"]


def test_a_whole_text_has_one_letter() -> None:
    assert list(Whole("abc")) == ["abc"]
