"""Where a table's names stand: after a title, above units, one short of the values."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from multilevel.ingest.readers.table import find
from multilevel.records.findings import Finding, caution, note

# Rows from the first in which names are looked for, and rows that are looked at in all.
TITLE_ROWS = 40
LOOKED_AT = 100
_FEWEST = 2  # rows below what may be units, or columns that a row of names has
_MOST_CELLS = 4  # that a note names
_MOST_NOTES = 10  # rows of notes below a table
_NUMBER = re.compile(r"[+-]?[0-9][0-9 .,'’\u00a0\u202f]*([eE][+-]?[0-9]+)?\s*(%|/\s*[0-9.,]+)?")
_PLAIN = re.compile(r"[+-]?(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)")
_WHOLE = re.compile(r"[0-9]+")
_ABSENT = frozenset(("", "na", "n/a", "#n/a", "nan", ".", "-", "null", "none"))

Row = Sequence[str]


@dataclass(frozen=True)
class Place:
    """Where names and rows stand among the first rows of a table.

    Attributes
    ----------
    names
        The row with the columns' names, from 0.
    first
        The first row of values; those between say more of the columns, such as units.
    """

    names: int
    first: int


def place(rows: Sequence[Row], wanted: Sequence[str]) -> Place | None:
    """Where the names and the values stand among a table's first rows; None where all are blank.

    The names are the first row that has most of the `wanted` names; where none has any, the
    first row as wide as the rows below it.
    """
    rows = without_notes(rows)
    there = [number for number, row in enumerate(rows[:TITLE_ROWS]) if _width(row)]
    if not there:
        return None
    found = {
        number: sum(bool(find(joined(rows, number), one)[0]) for one in wanted) for number in there
    }
    names = max(there, key=lambda number: found[number])
    if not found[names]:
        names = _as_wide_as_others(rows, there)
    return Place(names, _first_values(rows, names))


def without_notes(rows: Sequence[Row]) -> Sequence[Row]:
    """The rows without single texts at their end, below a table of several columns."""
    widest = max(map(_width, rows), default=0)
    last = len(rows)
    while widest > 1 and last and _width(rows[last - 1]) <= 1:
        last -= 1
    return rows[:last] if len(rows) - last <= _MOST_NOTES else rows


def _as_wide_as_others(rows: Sequence[Row], there: Sequence[int]) -> int:
    """The first row as wide as most, less one for a header without a name for row names."""
    widths = Counter(_width(row) for row in rows if _width(row))
    usual = max(widths, key=lambda width: (widths[width], width))
    wide = [number for number in there if _width(rows[number]) >= max(_FEWEST, usual - 1)]
    if not wide:
        return there[0]
    first, *further = wide
    # A row over several columns, above their own names.
    below = further[0] if further and _width(rows[first]) < usual <= _width(rows[further[0]]) else 0
    return below if below and _says_more(rows[below], rows[below + 1 :]) else first


def _width(row: Row) -> int:
    """How many cells aren't blank."""
    return sum(bool(cell.strip()) for cell in row)


def _first_values(rows: Sequence[Row], names: int) -> int:
    """The first row after the names and after units, descriptions or a second row of names."""
    below = [number for number in range(names + 1, len(rows)) if _width(rows[number])]
    for n in (2, 1):
        top = [rows[number] for number in below[:n]]
        rest = [rows[number] for number in below[n:]]
        if len(rest) >= _FEWEST and all(
            _width(row) <= _width(rows[names]) and _says_more(row, rest) for row in top
        ):
            return below[n]
    return below[0] if below else len(rows)


def _says_more(row: Row, rest: Sequence[Row]) -> bool:
    """Whether a row says something of the columns: texts above numbers, which don't recur."""
    above_numbers = False
    for column, cell in enumerate(row):
        text = cell.strip()
        if text.casefold() in _ABSENT:
            continue
        below = [other[column].strip() for other in rest if column < len(other)]
        if text in below or _NUMBER.fullmatch(text):
            return False
        values = [value for value in below if value.casefold() not in _ABSENT]
        above_numbers |= len(values) >= _FEWEST and all(map(_NUMBER.fullmatch, values))
    return above_numbers


def joined(rows: Sequence[Row], number: int) -> tuple[str, ...]:
    """The names in the row of this number; those that columns share follow what stands above.

    A cell above stands for the blank ones to its right too, as in a header over several columns.
    """
    names, above = tuple(rows[number]), rows[number - 1] if number else ()
    twice = {name.strip() for name, n in Counter(map(str.strip, names)).items() if name and n > 1}
    if not twice or _width(above) < _FEWEST:
        return names
    over, last = [], ""
    for column in range(len(names)):
        last = (above[column].strip() if column < len(above) else "") or last
        over.append(last)
    whole = [
        f"{top} {name.strip()}" if name.strip() in twice and top and top != name.strip() else name
        for top, name in zip(over, names, strict=True)
    ]
    return tuple(whole) if len(set(whole)) > len(set(names)) else names


def _is_of_values(names: Row, rows: Sequence[Row]) -> bool:
    """Whether all cells of a row look like the values of their columns, numbers among them."""
    n_numbers = 0
    for column, cell in enumerate(names):
        values = [row[column].strip() for row in rows if column < len(row)]
        known = [value for value in values if value.casefold() not in _ABSENT]
        text = cell.strip()
        if not text or len(known) < _FEWEST:
            continue
        if not all(map(_PLAIN.fullmatch, known)):
            # What recurs nowhere, such as a name, tells nothing.
            if text not in known and len(set(known)) < len(known):
                return False
            continue
        if not _PLAIN.fullmatch(text):
            return False
        numbers = [float(one.replace(",", ".")) for one in known]
        reach = max(numbers) - min(numbers)
        # Not a year above scores.
        if not min(numbers) - reach <= float(text.replace(",", ".")) <= max(numbers) + reach:
            return False
        n_numbers += 1
    return n_numbers > 0


def dress(rows: Sequence[Row], place: Place, line: int) -> Iterator[Finding]:
    """What stands before and below the names, which are in this line of the file.

    A caution where the names look like values, as in a file without names.
    """
    names = joined(rows, place.names)
    if names != tuple(rows[place.names]):
        whole = [one for one, name in zip(names, rows[place.names], strict=True) if one != name]
        yield note("names_joined", names=whole[:_MOST_CELLS])
    if _is_of_values(rows[place.names], rows[place.first :]):
        cells = [cell.strip() for cell in rows[place.names] if cell.strip()]
        yield caution("names_like_values", line=line, cells=cells[:_MOST_CELLS])
    before = sum(bool(_width(row)) for row in rows[: place.names])
    if before:
        yield note("names_below", line=line, n=before)
    below = [row for row in rows[place.names + 1 : place.first] if _width(row)]
    if below:
        cells = [cell.strip() for row in below for cell in row if cell.strip()]
        yield note("rows_below_names", n=len(below), cells=cells[:_MOST_CELLS])


def completed(names: Row, rows: Sequence[Row], delimiter: str, quoted: bool) -> tuple[str, ...]:
    """The names with "" for a column that the header leaves out, though all `rows` have it.

    That is a last column of nothing, or a first one of row names, as R writes them. Names that
    no column has at the end are left out.

    Parameters
    ----------
    quoted
        Whether the rows begin with a quotation mark.
    """
    n = len(names)
    widths = {len(row) for row in rows}
    if widths == {n - 1} and n > 1 and not names[-1].strip():
        return tuple(names[:-1])
    if widths != {n + 1}:
        return tuple(names)
    if not any(row[-1].strip() for row in rows):
        return (*names, "")
    return ("", *names) if _named(rows, delimiter, quoted) else tuple(names)


def _named(rows: Sequence[Row], delimiter: str, quoted: bool) -> bool:
    """Whether the rows begin with names, each with its own, not with a value too many.

    Where commas separate values, decimal commas make one too many as well.
    """
    if len({row[0] for row in rows}) < len(rows):
        return False
    if delimiter != "," or quoted:
        return True
    numbered = [row[0] for row in rows] == [str(number) for number in range(1, len(rows) + 1)]
    decimals = all(_WHOLE.fullmatch(cell.strip()) for row in rows for cell in row[-2:])
    return numbered and not decimals
