"""Colours that can be read, and swapped without harm to labels."""

from pathlib import Path

import numpy as np
import pytest

from multilevel.figures.palette import dark_palette, palette, themed
from multilevel.figures.style import register_fonts

PAGES = {"light": (palette, "#ffffff"), "dark": (dark_palette, "#12181f")}
TEXT = ("ink", "muted", "between", "within", "flag")
MARKS = (*TEXT, "rule", "within-mid", "above", "below")


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


# Machado, Oliveira & Fernandes (2009), severity 1, on linear RGB.
BLINDNESS = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
                   (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
                     (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
                   (0.004733, 0.691367, 0.303900)),
}  # fmt: skip


def _lab(colour: str, blindness: str | None) -> np.ndarray:
    """CIE L*a*b* of a colour as the colour-blind see it."""
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    if blindness:
        linear = np.clip(np.array(BLINDNESS[blindness]) @ linear, 0, 1)
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.array(to_xyz) @ linear / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("blindness", [None, *BLINDNESS])
@pytest.mark.parametrize("theme", PAGES)
def test_the_colour_blind_tell_the_parts_apart(theme: str, blindness: str | None) -> None:
    """A difference of 10 is plain at a glance; the flags have a shape of their own besides."""
    colours, _ = PAGES[theme]
    pairs = (
        ("between", "within"),
        ("within", "flag"),
        ("between", "muted"),
        ("above", "below"),
        ("above", "muted"),
        ("below", "muted"),
    )
    for one, other in pairs:
        apart = np.linalg.norm(_lab(colours[one], blindness) - _lab(colours[other], blindness))
        assert apart >= 10, (one, other, round(apart, 1))


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
