"""Values of a table's columns: as text, and the rules by which texts are numbers."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from multilevel.errors import DataRefused
from multilevel.ingest.readers import Table

# Without regard to case.
MISSING_NUMBERS = ("", "na", "n/a", "#n/a", "nan", ".", "null", "none")
# As they stand: "na" or "." may well be an id.
MISSING_IDS = ("", "NA", "NaN", "nan")

EXACT = 2.0**53  # from here on doubles leave out whole numbers
# No score is larger; squares of what is would leave double precision in sums of many.
LARGEST_SCORE = 1e100

POINT = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
# A number with blanks, points, commas or apostrophes that the column's others don't have.
_SEPARATED = r"[+-]?[0-9]+(?:[ \u00a0\u202f.,'’][0-9]+)+"
COMMA = POINT.replace(r"\.", ",")


def texts(column: Any) -> Any:
    """A column as Arrow text without surrounding blanks, "" where it has nothing."""
    values = arrow(column)
    return pc.utf8_trim_whitespace(pc.fill_null(values.cast(pa.large_string()), ""))


def arrow(column: Any) -> Any:
    """A column of a table's frame as one Arrow array, text as large text."""
    values = pa.array(column, from_pandas=True)
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if isinstance(values, pa.ChunkedArray):  # more than 2 GiB of text in one column
        values = values.cast(pa.large_string()).combine_chunks()
    return values.cast(pa.large_string()) if pa.types.is_string(values.type) else values


def is_text(values: Any) -> bool:
    """Whether an Arrow array holds text."""
    return bool(pa.types.is_large_string(values.type) or pa.types.is_string(values.type))


def numeric(table: Table, column: str) -> NDArray[np.float64]:
    """The numbers of a column, NaN where it has none.

    Raises
    ------
    DataRefused
        `not_numeric` with the first row that holds something else, or a whole number stored
        with more digits than a double has.
    """
    stored = arrow(table.frame[column])
    if is_text(stored):
        return numbers_of_texts(table, column)[0]
    long = np.flatnonzero(too_long(stored))
    if len(long):
        first = int(long[0])
        raise not_exact(table.name, column, len(long), first, str(stored[first]))
    return nearest(stored)


def nearest(stored: Any) -> NDArray[np.float64]:
    """The nearest double to each of an Arrow array's numbers, NaN for null."""
    doubles = pc.cast(stored, pa.float64(), safe=False)
    return np.asarray(doubles.to_numpy(zero_copy_only=False), dtype=np.float64)


def too_large(scores: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which scores no calculation can hold; not those that are missing (NaN)."""
    return np.asarray(np.abs(scores) > LARGEST_SCORE)


def not_bounded(file: str, column: str, n: int, first: int, score: float) -> DataRefused:
    """The refusal of `n` scores that are `too_large`, of which row `first` has `score`."""
    return DataRefused(
        "not_numeric.too_large",
        column,
        file=file,
        row=first + 1,
        value=score,
        alike=n if n > 1 else 0,
    )


def too_long(stored: Any) -> NDArray[np.bool_]:
    """Which of an Arrow array's whole numbers have more digits than doubles keep."""
    if not pa.types.is_integer(stored.type):
        return np.zeros(len(stored), dtype=bool)
    return np.asarray(np.abs(nearest(stored)) >= EXACT)


def not_exact(file: str, column: str, n: int, first: int, text: str) -> DataRefused:
    """The refusal of `n` whole numbers that are `too_long`, of which row `first` has `text`."""
    return DataRefused(
        "not_numeric.too_long",
        column,
        file=file,
        row=first + 1,
        value=text,
        alike=n if n > 1 else 0,
    )


def numbers_of_texts(
    table: Table, column: str, codes: Sequence[str] = ()
) -> tuple[NDArray[np.float64], bool]:
    """The numbers of a column's texts, NaN where missing, and whether they have decimal commas.

    `codes` are texts that mean "missing" too; DataRefused as `numeric`.
    """
    text, absent = without_missing(texts(table.frame[column]), codes)
    comma = table.decimal_comma and mostly_commas(text)
    numbers = parsed(pointed(text) if comma else text)
    present = ~absent.to_numpy(zero_copy_only=False)
    if numbers is None or not np.isfinite(numbers[present]).all():
        raise first_wrong(table, column, text, COMMA if comma else POINT)
    return numbers, comma


def mostly_commas(text: Any) -> bool:
    """Whether more values are numbers with a decimal comma than with a point."""
    commas = pc.and_(pc.match_substring(text, ","), pc.match_substring_regex(text, COMMA))
    points = pc.and_(pc.match_substring(text, "."), pc.match_substring_regex(text, POINT))
    return bool((pc.sum(commas).as_py() or 0) > (pc.sum(points).as_py() or 0))


def without_missing(text: Any, codes: Sequence[str]) -> tuple[Any, Any]:
    """The text with null where it, or one of `codes`, means "missing", and where that is."""
    absent = pc.or_(
        pc.is_in(pc.utf8_lower(text), value_set=pa.array(MISSING_NUMBERS, pa.large_string())),
        pc.is_in(text, value_set=pa.array(codes, pa.large_string())),
    )
    return pc.if_else(absent, pa.scalar(None, pa.large_string()), text), absent


def pointed(text: Any) -> Any:
    """Decimal commas as points; what has a point already becomes unreadable."""
    return pc.replace_substring(pc.replace_substring(text, ".", "?"), ",", ".")


def parsed(text: Any) -> NDArray[np.float64] | None:
    """The nearest double to each number, NaN for null; None when one is no number."""
    try:
        numbers: NDArray[np.float64] = pc.cast(text, pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        return None
    return numbers


def first_wrong(table: Table, column: str, text: Any, pattern: str) -> DataRefused:
    """The refusal of a column's texts that aren't written by the pattern, or are too large."""
    good = pc.fill_null(pc.match_substring_regex(text, pattern), True)
    numbers = parsed(pc.if_else(good, pc.replace_substring(text, ",", "."), None))
    too_large = np.zeros(len(good), bool) if numbers is None else np.isinf(numbers)
    wrong = np.flatnonzero(~good.to_numpy(zero_copy_only=False) | too_large)
    first = int(wrong[0])
    return not_numeric(
        table.name, column, table.n_rows, table.first_line, len(wrong), first, text[first].as_py()
    )


def not_numeric(
    file: str, column: str, n_rows: int, first_line: int | None, n: int, first: int, text: str
) -> DataRefused:
    """The refusal of `n` values that are no numbers, of which row `first` (from 0) has `text`."""
    row = first + 1
    line = None if first_line is None else first_line + first
    if n == n_rows:
        return DataRefused(
            "not_numeric.no_numbers", column, file=file, row=row, line=line, value=text
        )
    return DataRefused(
        "not_numeric.not_a_number",
        column,
        case="separated" if re.fullmatch(_SEPARATED, text) else "other",
        file=file,
        row=row,
        line=line,
        value=text,
        alike=n if n > 1 else 0,
    )
