"""Labels from anywhere become short, harmless words."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.unit.figures.conftest import draw_one

from multilevel.figures.data import FigureData
from multilevel.figures.style import DESKTOP, register_fonts, settings
from multilevel.figures.text import Voice, clean, fit, shorten, text_width
from multilevel.wording.catalogue import Catalogue


@pytest.mark.parametrize(
    ("raw", "tidy"),
    [
        ("a\nb\tc", "a b c"),
        ("  a \x00\x07 b ", "a b"),
        ("\u202eabc\u2066", "abc"),
        ("x\ufffey", "x y"),
        ("École n° 1 🏫", "École n° 1 🏫"),
    ],
)
def test_clean(raw: str, tidy: str) -> None:
    assert clean(raw) == tidy


def test_shorten_keeps_what_fits_and_marks_what_does_not() -> None:
    assert shorten("school", 6) == "school"
    assert shorten("schools", 6) == "schoo…"
    assert len(shorten("x" * 300)) == 60


def test_fit_never_exceeds_the_room(fonts_folder: Path) -> None:
    with settings(register_fonts(fonts_folder), "test"):
        for text in ("W" * 300, "iiiiiiii", "🏫" * 40, "קבוצה " * 30, ""):
            cut = fit(text, 1.0, 9.0)
            assert text_width(cut, 9.0) <= 1.0
            assert cut == text or cut.endswith("…")


def test_semibold_is_wider_than_regular(fonts_folder: Path) -> None:
    with settings(register_fonts(fonts_folder), "test"):
        assert text_width("Between schools", 9, 600) > text_width("Between schools", 9) > 0.5


def test_hostile_labels_stay_text(
    data_of: Callable[[str], FigureData], words: Catalogue, fonts_folder: Path
) -> None:
    svg = draw_one("caterpillar", data_of("hostile"), words, fonts_folder, DESKTOP)
    assert "&lt;script&gt;$\\sqrt{" in svg
    assert "<script" not in svg
    assert "\u202e" not in svg


def test_voice_escapes_in_markup_and_not_in_plain_text(
    data_of: Callable[[str], FigureData], words: Catalogue
) -> None:
    voice = Voice.of(words, "variance_split", data_of("hostile").results)
    said = voice.markup("subtitle")
    assert "&lt;b&gt;" in said
    assert "<b>" not in said
    assert "<b>" in voice.plain("subtitle")


def test_one_is_singular(data_of: Callable[[str], FigureData], words: Catalogue) -> None:
    voice = Voice.of(words, "spread", data_of("lecture").results)
    assert (voice.groups(1), voice.groups(0)) == ("1 school", "0 schools")
    assert voice.members(1_234) == "1,234 students"


def test_small_numbers_do_not_read_zero(
    data_of: Callable[[str], FigureData], words: Catalogue
) -> None:
    voice = Voice.of(words, "shrinkage", data_of("lecture").results)
    assert voice.visible(0.0) == voice.score.headline(0.0)
    assert float(voice.visible(0.0004)) > 0
