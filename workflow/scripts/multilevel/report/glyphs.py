"""Letters that no font has: a PDF for archives may not show what it can't name.

The bundled fonts have Latin, Greek and Cyrillic. For names in other scripts the machine's own
fonts are asked; what they lack too, such as an emoji, is drawn as a box. The attached files
have every name as it is.
"""

import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from multilevel.report.assets import FACES

BOX = "□"
# The styles in which a label may stand.
STYLES = ("", "font-weight: 600", "font-style: italic", "font: 600 1em 'STIX Two Text'")
_ALT = re.compile(r'(\salt="[^"]*")')


def boxed(html: str, letters: Mapping[int, str]) -> str:
    """`html` with boxes for `letters`, except in its head and in texts that are only heard."""
    head, body, rest = html.partition("<body")
    parts = _ALT.split(rest)
    parts[::2] = [part.translate(letters) for part in parts[::2]]
    return head + body + "".join(parts)


def undrawable(
    texts: Iterable[str], templates: Path, styles: Sequence[CSS], config: FontConfiguration
) -> dict[int, str]:
    """The letters of `texts` that neither the bundled nor the machine's fonts have, with a box.

    Parameters
    ----------
    styles, config
        With the bundled fonts.
    """
    letters = {
        ord(letter) for letter in set().union(*(text for text in texts if not text.isascii()))
    }
    odd = sorted(code for code in letters - _bundled(templates) if code > 0x7F)
    if not odd:
        return {}
    spans = "".join(
        f'<p style="{style}">{"".join(f"<span>&#{code};</span> " for code in odd)}</p>'
        for style in STYLES
    )
    found = _Complaints()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(found)
    heard, logger.propagate = logger.propagate, False
    try:
        HTML(string=spans).write_pdf(stylesheets=styles, font_config=config)
    finally:
        logger.removeHandler(found)
        logger.propagate = heard
    return dict.fromkeys(found.codes, BOX)


class _Complaints(logging.Handler):
    """Gathers the letters that WeasyPrint warns of."""

    def __init__(self) -> None:
        super().__init__()
        self.codes: set[int] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Its warning has the letter and its code."""
        codes = record.args if isinstance(record.args, tuple) else ()
        self.codes |= {code for code in codes if isinstance(code, int)}


@lru_cache
def _bundled(templates: Path) -> frozenset[int]:
    """What every bundled face has that labels are set in."""
    sets = []
    for face in FACES:
        if face.family == "Inter":
            with TTFont(templates / "fonts" / f"{face.file}.ttf", lazy=True) as font:
                sets.append(frozenset(font.getBestCmap()))
    return frozenset.intersection(*sets)
