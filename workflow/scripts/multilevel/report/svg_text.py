"""Figures made leaner for the page and for the PDF; what they show stays the same."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

from multilevel.report.advances import advances

_NO_ROTATION = re.compile(r' transform="rotate\(-?0(?:\.0*)? [^")]*\)"')
_EMPTY_GROUP = re.compile(r"<g/>\s*")
_FAMILY = re.compile(r"(?<=[\s\"])font-family: [^;\"<>]*;? ?")
_FALLBACK = re.compile(r"(var\(--fig-[\w-]+), #[0-9a-fA-F]{6}\)")
_TEXT = re.compile(
    r'<text style="(?P<style>[^"]*)" x="(?P<x>[-\d.]+)"(?P<rest>[^>]*)>(?P<text>[^<]+)<'
)
_ANCHOR = re.compile(r"text-anchor: (middle|end);? ?")
_SIZE = re.compile(r"font-size: ([\d.]+)px")
_SEMIBOLD = re.compile(r"font-weight: (?:600|700|bold)")
_WORDS = re.compile(r"(?<=>)[^<]+(?=</text>)")
# Hebrew, Arabic and the other scripts that are written from the right, with blanks between.
_RIGHT = r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+"
_FROM_THE_RIGHT = re.compile(f"{_RIGHT}(?: +{_RIGHT})*")

Advances = Callable[[str], float | None]


def lean(svg: str) -> str:
    """For inline use: the page gives the font and the colours, so texts need not repeat them."""
    svg = _EMPTY_GROUP.sub("", _NO_ROTATION.sub("", svg))
    return _FAMILY.sub("", _FALLBACK.sub(r"\1)", svg))


def start_anchored(svg: str, fonts: Path) -> str:
    """For WeasyPrint: centred and right-aligned texts begin where their letters begin.

    It puts every other text into a transparency group of its own, a quarter of the PDF,
    and lays out letter by letter, without kerning; so a width is the sum of advances.
    A text with a letter that Inter lacks is left alone.

    Parameters
    ----------
    fonts
        The folder with the bundled Inter.
    """
    regular, bold = (_advances(fonts / f"Inter-{name}.ttf") for name in ("Regular", "SemiBold"))

    def shifted(match: re.Match[str]) -> str:
        style = match["style"]
        anchor, size = _ANCHOR.search(style), _SIZE.search(style)
        width = (bold if _SEMIBOLD.search(style) else regular)(unescape(match["text"]))
        if anchor is None or size is None or width is None:
            return match.group()
        share = 0.5 if anchor[1] == "middle" else 1.0
        x = float(match["x"]) - share * width * float(size[1])
        kept = _ANCHOR.sub("", style)
        return f'<text style="{kept}" x="{x:.2f}"{match["rest"]}>{match["text"]}<'

    return _TEXT.sub(shifted, _EMPTY_GROUP.sub("", _NO_ROTATION.sub("", svg)))


def in_sight_order(svg: str) -> str:
    """For WeasyPrint, which draws a text letter by letter from the left.

    Words written from the right are turned round. Arabic letters stay unjoined.
    """

    def turned(words: re.Match[str]) -> str:
        return _FROM_THE_RIGHT.sub(lambda run: run.group()[::-1], words.group())

    return _WORDS.sub(turned, svg)


def _advances(font: Path) -> Advances:
    """Measures a text in ems; None when a letter is missing."""
    ems = advances(font)

    def width(text: str) -> float | None:
        if any(ord(letter) not in ems for letter in text):
            return None
        return sum(ems[ord(letter)] for letter in text)

    return width
