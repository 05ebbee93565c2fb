"""One colour gives colours that can be read and told apart."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from multilevel.figures import palette as figures
from multilevel.publication.palette import (
    NIGHT,
    WHITE,
    apart,
    checked,
    contrast,
    darker,
    palette_of,
    recoloured,
)

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    # WCAG 2.2: black on white is 21 to 1; #767676 is known as the lightest grey of 4.5 to 1.
    [("#000000", "#ffffff", 21.0), ("#767676", "#ffffff", 4.54), ("#ff0000", "#ffffff", 4.0)],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


@pytest.mark.parametrize("colour", ["red", "#14619", "14619f", "#14619g", "", "#14619f; x"])
def test_what_is_no_colour_is_refused(colour: str) -> None:
    with pytest.raises(ValueError, match="no colour"):
        checked(colour)


@given(COLOURS)
def test_a_colour_is_taken_where_it_can_be_read_and_else_a_darker_one_named(colour: str) -> None:
    if contrast(colour, WHITE) >= 4.5:
        assert checked(colour) == colour
        return
    with pytest.raises(ValueError, match="can't be read on white") as refusal:
        checked(colour)
    proposed = darker(colour)
    assert proposed in str(refusal.value)
    assert checked(proposed) == proposed


@given(COLOURS)
@example("#e2206f")
def test_all_derived_colours_can_be_read(colour: str) -> None:
    brand = palette_of(colour if contrast(colour, WHITE) >= 4.5 else darker(colour))
    for colours, page, ground in (
        (brand.figures, brand.light, WHITE),
        (brand.dark_figures, brand.dark, NIGHT),
    ):
        assert contrast(page["accent"], ground) >= 4.5
        assert contrast(colours["within"], ground) >= 4.5
        for name in ("above", "below", "within-mid"):
            assert contrast(colours[name], ground) >= 3, name
        assert set(colours) <= set(figures.palette)
    assert contrast(brand.light["accent"], brand.light["accent-tint"]) >= 4.4
    assert contrast("#17222d", brand.figures["between-mid"]) >= 4.5
    assert apart(brand.figures["between"], brand.figures["within"])


def test_the_usual_blue_gives_about_the_usual_colours() -> None:
    derived = palette_of("#14619f")
    assert derived.figures["within"] == figures.WITHIN
    assert contrast(derived.figures["between-tint"], figures.BETWEEN_TINT) < 1.05


def test_orange_stands_beside_blue() -> None:
    assert palette_of("#b85c00").figures["within"] == "#14619f"


def test_only_colours_of_styles_are_replaced() -> None:
    svg = '<svg><text style="fill: #14619F; stroke: #17222d">#14619f</text></svg>'
    new = recoloured(svg, figures.palette, {"between": "#7a0019"})
    assert new == '<svg><text style="fill: #7a0019; stroke: #17222d">#14619f</text></svg>'
