import re
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from multilevel.report.svg_text import in_sight_order, lean, start_anchored

TEXT = (
    "<g>\n<g/>\n<text style=\"font-size: 10px; font-family: 'Inter', sans-serif; "
    'text-anchor: {anchor}; fill: #51606e" x="100.00" y="20" '
    'transform="rotate(-0 100 20)">{text}</text></g>'
)


def x_of(svg: str) -> float:
    found = re.search(r' x="([\d.-]+)"', svg)
    assert found
    return float(found[1])


@pytest.mark.parametrize(("anchor", "share"), [("middle", 0.5), ("end", 1.0)])
def test_texts_begin_where_their_letters_begin(pages: Any, anchor: str, share: float) -> None:
    fonts = pages.templates / "fonts"
    with TTFont(fonts / "Inter-Regular.ttf") as font:
        names = [font.getBestCmap()[ord(letter)] for letter in "5&"]
        width = 10 * sum(font["hmtx"][name][0] for name in names) / font["head"].unitsPerEm
    shifted = start_anchored(TEXT.format(anchor=anchor, text="5&amp;"), fonts)
    assert x_of(shifted) == pytest.approx(100 - share * width, abs=0.006)
    assert "text-anchor" not in shifted
    assert ">5&amp;<" in shifted


def test_letters_that_the_font_lacks_keep_their_anchor(pages: Any) -> None:
    shifted = start_anchored(TEXT.format(anchor="end", text="学校"), pages.templates / "fonts")
    assert x_of(shifted) == 100
    assert "text-anchor: end" in shifted


def test_a_page_need_not_repeat_fonts_and_fallbacks() -> None:
    svg = TEXT.format(anchor="middle", text="5").replace("#51606e", "var(--fig-muted, #51606e)")
    assert lean(svg) == (
        '<g>\n<text style="font-size: 10px; text-anchor: middle; fill: var(--fig-muted)" '
        'x="100.00" y="20">5</text></g>'
    )


def test_words_from_the_right_are_drawn_from_the_left() -> None:
    svg = '<text x="1">of the קבוצה חדשה &lt;i&gt;</text><title>קבוצה</title>'
    assert in_sight_order(svg) == (
        '<text x="1">of the השדח הצובק &lt;i&gt;</text><title>קבוצה</title>'
    )
    assert in_sight_order("<text>مدرسة 3</text>") == "<text>ةسردم 3</text>"
