"""Colours that can be read, and swapped without harm to labels."""

from pathlib import Path

import pytest

from multilevel.figures.palette import dark_palette, palette, themed
from multilevel.figures.style import register_fonts

PAGES = {"light": (palette, "#ffffff"), "dark": (dark_palette, "#12181f")}
TEXT = ("ink", "muted", "between", "within", "flag")
MARKS = (*TEXT, "rule", "within-mid")


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", PAGES)
def test_text_and_marks_stand_out(theme: str) -> None:
    colours, page = PAGES[theme]
    assert colours["paper"] == page
    for name in TEXT:
        assert contrast(colours[name], page) >= 4.5, name
    for name in MARKS:
        assert contrast(colours[name], page) >= 3, name
    for name in ("between", "within"):
        assert contrast(colours["paper"], colours[name]) >= 4.5, name
    for name in ("between-mid", "between-tint", "within-tint"):
        assert contrast(colours["ink"], colours[name]) >= 4.5, name


def test_both_palettes_name_the_same_distinct_colours() -> None:
    assert palette.keys() == dark_palette.keys()
    assert len(set(palette.values())) == len(palette)


def test_theming_leaves_labels_alone() -> None:
    hex_ink = palette["ink"]
    svg = f'<text style="fill: {hex_ink}">a style="fill: {hex_ink}" {hex_ink}</text>'
    assert themed(svg) == (
        f'<text style="fill: var(--fig-ink, {hex_ink})">a style="fill: {hex_ink}" {hex_ink}</text>'
    )


def test_a_folder_without_fonts_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        register_fonts(tmp_path)
    assert register_fonts(None) == "DejaVu Sans"
