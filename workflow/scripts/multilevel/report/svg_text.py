"""Texts of SVGs laid out as a whole, by Pango as all other text of a PDF.

WeasyPrint 70 lays out each letter of an SVG by itself: Arabic letters then stay unjoined, words
from the right stand the wrong way round, and marks leave their letters. A layout for each letter
takes more time, too.
"""

from collections.abc import Iterator
from typing import Any

from weasyprint import svg

# Attributes by which an SVG places letters, which are then laid out each by itself.
LISTS = ("x", "y", "dx", "dy", "rotate")
SPACED = ("letter-spacing", "textLength")
_letter_by_letter = svg.text


class Whole(str):
    """A text whose only letter is the whole text."""

    def __iter__(self) -> Iterator[str]:
        yield str(self)


def draw_whole_texts() -> None:
    """From now on, WeasyPrint draws texts of SVGs in this process as a whole."""
    if svg.text is _letter_by_letter:
        svg.TAGS |= {tag: _text for tag, draw in svg.TAGS.items() if draw is _letter_by_letter}
        svg.text = _text


def _text(drawing: Any, node: Any, font_size: float) -> None:
    """WeasyPrint's `weasyprint.svg.text.text`, of a text that has one letter if it can."""
    placed = any(len(node.get(name, "").replace(",", " ").split()) > 1 for name in LISTS)
    if node.text and not placed and not any(node.get(name) for name in SPACED):
        node._etree_node.text = Whole(node.text)
    _letter_by_letter(drawing, node, font_size)
