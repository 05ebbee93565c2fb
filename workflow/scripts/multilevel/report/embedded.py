"""Files that travel inside a page: packed, and rounded where they would make it too big."""

import base64
import csv
import gzip
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from html import unescape
from typing import TypeVar

from multilevel.report.blocks import Row, Table
from multilevel.wording.cells import lines

# Characters that groups.csv and the table of schools may take in a page of 2.5 MB.
CSV_LIMIT, TABLE_LIMIT = 1_200_000, 900_000
# Of a big file's rows these many tell how far rounding shrinks it.
SAMPLE = 2_000
# Significant digits to try when the whole is too big; fewer would say too little.
DIGITS = (12, 10, 9, 8, 7, 6, 5, 4)
R = TypeVar("R")


@dataclass(frozen=True)
class Embedded:
    """A file inside a page.

    Attributes
    ----------
    name, media_type
        As it is saved.
    packed
        Its content, gzip in base64.
    digits
        Significant digits of its numbers when it was rounded, 0 when it is whole.
    """

    name: str
    media_type: str
    packed: str
    digits: int = 0

    @property
    def key(self) -> str:
        """Names its element: ``groups.csv`` is in ``file-groups``."""
        return f"file-{self.name.partition('.')[0]}"


def packed(content: bytes) -> str:
    """gzip in base64; the same content gives the same text."""
    return base64.b64encode(gzip.compress(content, compresslevel=9, mtime=0)).decode("ascii")


def embedded_json(name: str, content: bytes) -> Embedded:
    """A JSON file as it is."""
    return Embedded(name, "application/json", packed(content))


def embedded_csv(name: str, content: bytes, limit: int = CSV_LIMIT) -> Embedded | None:
    """A CSV file whole, or in as many digits as `limit` leaves room for; None without any room.

    The first column (an id) is never rounded, nor are whole numbers.
    """
    rows = list(csv.reader(io.StringIO(content.decode("utf-8"))))
    if _estimate(rows, lines) <= limit and len(whole := packed(content)) <= limit:
        return Embedded(name, "text/csv", whole)
    for digits in DIGITS:
        if _estimate(rows, partial(_csv, digits=digits)) > limit:
            continue
        rounded = packed(_csv(rows, digits).encode())
        if len(rounded) <= limit:
            return Embedded(name, "text/csv", rounded, digits)
    return None


def embedded_table(table: Table, limit: int = TABLE_LIMIT) -> str:
    """All rows of a table for its script: a line a row, cells parted by tabs; "" when too big.

    Raises
    ------
    ValueError
        When a cell holds markup: the script shows texts.
    """
    if _estimate(table.rows, _lines) > limit:
        return ""
    content = packed(_lines(table.rows).encode("utf-8"))
    return content if len(content) <= limit else ""


def _lines(rows: Iterable[Row]) -> str:
    return "\n".join(map(_line, rows))


def _line(row: Row) -> str:
    texts = [str(cell.text) for cell in row.cells]
    if any(character in text for text in texts for character in "<\t\n"):
        raise ValueError("a table of many rows holds only plain texts")
    return "\t".join(unescape(text) for text in texts)


def _estimate(rows: Sequence[R], written: Callable[[Sequence[R]], str]) -> float:
    """Characters of all rows, written and packed, from some of them; 0 where they are few."""
    every = len(rows) // SAMPLE
    if every < 2:
        return 0.0
    some = rows[::every]
    # Packing gains a little with length.
    return 0.97 * len(packed(written(some).encode())) * len(rows) / len(some)


def _csv(rows: Iterable[Sequence[str]], digits: int) -> str:
    return lines([first, *(_rounded(cell, digits) for cell in rest)] for first, *rest in rows)


def _rounded(cell: str, digits: int) -> str:
    if not any(mark in cell for mark in ".e"):
        return cell
    try:
        return f"{float(cell):.{digits}g}"
    except ValueError:
        return cell
