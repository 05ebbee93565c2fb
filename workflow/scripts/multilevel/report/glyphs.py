"""Letters that no font has: a PDF for archives may not show what it can't name.

The bundled fonts have Latin, Greek and Cyrillic. For names in other scripts the machine's own
fonts are asked; what they lack too, such as an emoji, is spelled by its code, in figures
drawn as a box, and named in a note. The attached files have every name as it is.
"""

import logging
import re
import unicodedata
from collections.abc import Iterable, Set
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from multilevel.report.assets import FACES
from multilevel.wording import numbers
from multilevel.wording.catalogue import Catalogue

BOX = "□"
# Letters of a run that are spelled, and those that the note names.
MOST_SPELLED, MOST_NAMED = 3, 8
# The styles in which a label may stand.
STYLES = ("", "font-weight: 600", "font-style: italic", "font: 600 1em 'STIX Two Text'")
_ALT = re.compile(r'(\salt="[^"]*")')


def spelled(html: str, letters: Set[int]) -> str:
    """`html` with the codes of `letters`, except in its head and in texts that are only heard."""
    if not letters:
        return html
    runs = re.compile(f"[{''.join(re.escape(chr(code)) for code in sorted(letters))}]+")
    head, body, rest = html.partition("<body")
    parts = _ALT.split(rest)
    parts[::2] = [runs.sub(_codes, part) for part in parts[::2]]
    return head + body + "".join(parts)


def boxed(text: str, letters: Set[int]) -> str:
    """`text`, such as an SVG, with a box for each of `letters`: it has no room for more."""
    return text.translate(dict.fromkeys(letters, BOX))


def note(letters: Set[int], words: Catalogue) -> str:
    """What a reader should know of `letters`; "" when there are none."""
    if not letters:
        return ""
    first = sorted(letters)[:MOST_NAMED]
    named = ", ".join(f"U+{code:04X} {unicodedata.name(chr(code), '')}".strip() for code in first)
    more = len(letters) - len(first)
    if more:
        named = words.plain("page.lacking.more", named=named, n_more=numbers.count(more))
    return words.plain("page.lacking.note", named=named)


def _codes(run: re.Match[str]) -> str:
    codes = " ".join(f"U+{ord(letter):04X}" for letter in run.group()[:MOST_SPELLED])
    return f"[{codes} …]" if len(run.group()) > MOST_SPELLED else f"[{codes}]"


def undrawable(
    texts: Iterable[str], templates: Path, styles: tuple[CSS, ...], config: FontConfiguration
) -> frozenset[int]:
    """The letters of `texts` that neither the bundled nor the machine's fonts have.

    Parameters
    ----------
    styles, config
        With the bundled fonts.
    """
    letters = {
        ord(letter) for letter in set().union(*(text for text in texts if not text.isascii()))
    }
    odd = frozenset(code for code in letters - _bundled(templates) if code > 0x7F)
    return _without_font(odd, styles, config) if odd else odd


@lru_cache(maxsize=64)
def _without_font(
    letters: frozenset[int], styles: tuple[CSS, ...], config: FontConfiguration
) -> frozenset[int]:
    """Those that WeasyPrint complains of when it draws all of them: most reports have the same."""
    text = "".join(f"<span>&#{code};</span> " for code in sorted(letters))
    spans = "".join(f'<p style="{style}">{text}</p>' for style in STYLES)
    found = _Complaints()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(found)
    heard, logger.propagate = logger.propagate, False
    try:
        HTML(string=spans).write_pdf(stylesheets=styles, font_config=config)
    finally:
        logger.removeHandler(found)
        logger.propagate = heard
    return frozenset(found.codes)


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
