"""The widths of a printed table's columns, from how wide its words are.

WeasyPrint would find them by laying out every cell twice more: a report then takes 4.2 s in
place of 3.0 with 20 schools, 4.4 in place of 3.1 with 160 and 5.2 in place of 3.8 with plausible
values (CPU time of a warm process, WeasyPrint 70). Where not all columns can be as wide as
their longest cell, heads are broken first, then the widest columns.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from multilevel.report.blocks import Cell, Column, Row, Table

# In ems of a table's letters: the paper's text, the space between two columns, which the first
# and the last have at one side only, and what rounding may take.
PAPER_WIDTH, GAP, ROUNDING = 63.0, 1.06, 0.15
# The widest column's limit is found to a thousandth of an em.
HALVINGS = 16
# Words wider than so many ems may be broken.
LONGEST_WORD = 12.0
# Texts no wider than this are not broken, such as a mark and its word.
UNBROKEN = 6.0
# How wide code is, in its own font, beside the same in Inter.
CODE = 0.85


@dataclass(frozen=True)
class Needs:
    """Ems that a column needs at least, and those that it would fill."""

    least: float
    full: float


def column_shares(table: Table, rows: Sequence[Row], fonts: Path) -> tuple[float, ...]:
    """Per cent of the table's width for each of its columns.

    Parameters
    ----------
    rows
        Those that are printed.
    fonts
        The folder with the bundled Inter.
    """
    whole = [row.cells for row in rows if len(row.cells) == len(table.columns)]
    cells = list(zip(*whole, strict=True)) if whole else [()] * len(table.columns)
    columns = list(zip(table.columns, cells, strict=True))
    room = PAPER_WIDTH - GAP * (len(columns) - 1)
    needs = [_needs(column, texts, fonts) for column, texts in columns]
    if sum(one.full for one in needs) > room:
        needs = [_needs(column, texts, fonts, broken_head=True) for column, texts in columns]
    widths = [width + GAP for width in _widths(needs, room)]
    widths[0] -= GAP / 2
    widths[-1] -= GAP / 2
    return tuple(round(100 * width / sum(widths), 2) for width in widths)


def _widths(needs: Sequence[Needs], room: float) -> list[float]:
    """Each as wide as its longest cell, but no wider than a limit that lets all have room."""
    low, high = 0.0, max(room, *(one.full for one in needs))
    for _ in range(HALVINGS):
        limit = (low + high) / 2
        if sum(_limited(one, limit) for one in needs) > room:
            high = limit
        else:
            low = limit
    return [_limited(one, low) for one in needs]


def _limited(needs: Needs, limit: float) -> float:
    return max(needs.least, min(needs.full, limit))


def _needs(column: Column, cells: Iterable[Cell], fonts: Path, broken_head: bool = False) -> Needs:
    head = column.title.striptags()
    least = _longest_word(head, fonts, bold=True)
    full = least if broken_head else _ems(head, fonts, bold=True)
    for cell in cells:
        plain = unescape(cell.text.striptags())
        ems = _ems(plain, fonts) * (CODE if column.kind == "code" else 1.0)
        full = max(full, ems)
        if column.kind == "number":
            least = max(least, ems)
        elif column.kind == "text":
            least = max(least, min(ems, UNBROKEN), _longest_word(plain, fonts))
    return Needs(min(least, full) + ROUNDING, full + ROUNDING)


def _longest_word(text: str, fonts: Path, bold: bool = False) -> float:
    words = (_ems(word, fonts, bold) for word in text.split())
    return min(max(words, default=0.0), LONGEST_WORD)


@lru_cache(maxsize=4096)
def _ems(text: str, fonts: Path, bold: bool = False) -> float:
    """Digits count as all equally wide, a letter that Inter lacks as one em."""
    known = _advances(fonts / f"Inter-{'SemiBold' if bold else 'Regular'}.ttf")
    digit = max(known[ord(figure)] for figure in "0123456789")
    return sum(digit if one.isdecimal() else known.get(ord(one), 1.0) for one in text)


@lru_cache
def _advances(font: Path) -> Mapping[int, float]:
    """Ems that each letter of a TrueType font takes, by its code."""
    with TTFont(font, lazy=True) as opened:
        units = opened["head"].unitsPerEm
        metrics = opened["hmtx"].metrics
        return {code: metrics[name][0] / units for code, name in opened.getBestCmap().items()}
