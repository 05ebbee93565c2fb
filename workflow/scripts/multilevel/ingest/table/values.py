"""Values of a table's columns: as text, and the rules by which texts are numbers."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from multilevel.errors import DataRefused
from multilevel.ingest.checks.thousands import Thousands, surely_decimal
from multilevel.ingest.readers import Table
from multilevel.ingest.table.faults import Faults
from multilevel.ingest.table.written import Written, with_plain_signs

# Without regard to case.
MISSING_NUMBERS = ("", "na", "n/a", "#n/a", "nan", ".", "null", "none", r"\n")
# As they stand: "na" or "." may well be an id.
MISSING_IDS = ("", "NA", "NaN", "nan")

_FIRST = 1_000
EXACT = 2.0**53  # from here on doubles leave out whole numbers
# No score is larger; squares of what is would leave double precision in sums of many.
LARGEST_SCORE = 1e100

POINT = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
# A number with blanks, points, commas or apostrophes that the column's others don't have.
_SEPARATED = r"[+-]?[0-9]+(?:[ \u00a0\u202f.,'’][0-9]+)+"
# As accountants and their programs write what is below zero.
_BELOW_ZERO = r"\([0-9][0-9.,]*\)|[0-9][0-9.,]*-"
# With the mark of a note, a bound or a unit: 460.9*, < 5, (460.9), 12 pts.
_MARKED = r"[<>≤≥~≈±($€£]*\s?[+-]?[0-9][0-9 .,]*\s?[^\W\d_]{0,12}[*†‡§¹²³#^)+-]*"
# As calendars, clocks and spreadsheets write them: 2024-12-05 00:00:00, 5.12.2024, 05-Dec, 12:30.
_DATE = (
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[ T].*)?|[0-9]{1,2}([./-])[0-9]{1,2}\1(?:[0-9]{2}){1,2}|"
    r"[0-9]{1,2}[-. ]{1,2}[^\W\d_]{3,9}\.?(?:[- ][0-9]{2,4})?|[^\W\d_]{3,9}[- ][0-9]{2,4}|"
    r"[0-9]{1,3}:[0-9]{2}(?::[0-9]{2})?(?:\.[0-9]+)?|[0-9]+ days?,? .*|P[0-9T][0-9A-Z.]*"
)
# As R and spreadsheets in several languages write them.
_TRUE = pa.array(
    ["true", "t", "wahr", "vrai", "verdadero", "verdadeiro", "vero", "waar", "sant"],
    pa.large_string(),
)
_LOGICAL = pa.array(
    [*_TRUE.to_pylist(), "false", "f", "falsch", "faux", "falso", "onwaar", "falskt"],
    pa.large_string(),
)
COMMA = POINT.replace(r"\.", ",")
_SURELY_COMMA = surely_decimal(",")


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


class Numbers:
    """The numbers of a column, batch by batch.

    Whether points or commas are decimal only the last batch tells, so all that is wrong is
    kept until `check`.

    Parameters
    ----------
    column
        Its name.
    scores
        Whether it holds scores, which must be finite and not too large.
    """

    def __init__(self, column: str, *, scores: bool = False) -> None:
        self.column = column
        self._are_scores = scores
        self._n_commas = self._n_points = 0
        self._said_comma = self._quoted_commas = False
        self._wrong_by_point, self._wrong_by_comma = Faults(), Faults()
        self._too_long, self._too_large = Faults(), Faults()
        self._by_point, self._by_comma = Thousands("."), Thousands(",")
        self.written = Written(column)

    def add(self, table: Table, first_row: int = 0) -> NDArray[np.float64]:
        """The numbers of a batch that begins at `first_row`, NaN where missing or wrong."""
        stored = arrow(table.frame[self.column])
        rows = np.arange(first_row, first_row + len(stored))
        if is_text(stored):
            numbers = self._of_texts(stored, rows, table)
        else:
            self._too_long.add(too_long(stored), stored, rows)
            numbers = nearest(stored)
        if not self._are_scores:
            return numbers
        large = too_large(numbers)
        if not large.any():
            return numbers
        infinite = np.isinf(numbers)
        if infinite.any():
            for faults in (self._wrong_by_point, self._wrong_by_comma):
                faults.add(infinite, texts(stored), rows)
        self._too_large.add(large & ~infinite, numbers, rows)
        return np.where(large, np.nan, numbers)

    def check(self, file: str, n_rows: int, first_line: int | None) -> None:
        """Refuse what is no number, once all of the `n_rows` rows were taken in.

        Raises
        ------
        DataRefused
            `not_numeric` with the first row that holds something else, or a whole number stored
            with more digits than a double has.
        """
        if self._too_long.n:
            wrong = self._too_long
            raise not_exact(file, self.column, wrong.n, wrong.row, str(wrong.value))
        wrong = self._wrong_by_comma if self.comma else self._wrong_by_point
        wrong = self.written.faults if self.written.faults.n else wrong
        if self._quoted_commas and self.written.by_comma.n:
            wrong = self.written.by_comma
        if wrong.n:
            value = wrong.value.as_py()
            raise not_numeric(file, self.column, n_rows, first_line, wrong.n, wrong.row, value)

    def check_size(self, file: str) -> None:
        """Refuse scores that no calculation can hold; DataRefused `not_numeric`."""
        if self._too_large.n:
            wrong = self._too_large
            raise not_bounded(file, self.column, wrong.n, wrong.row, float(wrong.value))

    @property
    def comma(self) -> bool:
        """Whether more of its values have a decimal comma than a point, or all are said to."""
        return self._said_comma or self._n_commas > self._n_points

    @property
    def decimal_signs(self) -> frozenset[str]:
        """Those of "." and "," that surely are decimal in some of its values."""
        seen = {".": self._by_point, ",": self._by_comma}
        return frozenset(sign for sign, what in seen.items() if what.is_decimal)

    @property
    def thousands(self) -> Thousands:
        """What its decimal signs say of thousands."""
        return self._by_comma if self.comma else self._by_point

    def _of_texts(self, text: Any, rows: NDArray[np.int64], table: Table) -> NDArray[np.float64]:
        plain = plain_numbers(text)
        if plain is not None and not (table.decimal == "comma" and _any(text, ".")):
            self.written.plain()
            # Where commas aren't expected the first rows tell of points.
            first = slice(None if table.decimal_comma else _FIRST)
            self._see_points(text[first], rows[first])
            self._see_thousands(text, plain, rows, table)
            return plain
        text, absent = without_missing(texts(text))
        if not table.decimal_comma and table.decimal is None and has_decimal_commas(text):
            table = replace(table, decimal_comma=True)
            self._quoted_commas = True
        stored, decimal_comma = text, table.decimal_comma
        self._said_comma |= table.decimal == "comma"
        text = with_plain_signs(text)
        text = self._read(text, rows, table)
        if self._are_scores:
            text = as_digits(text)
        by_point, by_comma = (
            pc.fill_null(pc.match_substring_regex(text, pattern), False)
            for pattern in (POINT, COMMA)
        )
        numbers = nearest(pc.if_else(by_point, text, pa.scalar(None, pa.large_string())))
        if decimal_comma:
            only_comma = pc.and_not(by_comma, by_point)
            self._n_commas += pc.sum(only_comma).as_py() or 0
            self._n_points += pc.sum(pc.and_not(by_point, by_comma)).as_py() or 0
            commas = pc.if_else(only_comma, pointed(text), pa.scalar(None, pa.large_string()))
            numbers = np.where(only_comma.to_numpy(zero_copy_only=False), nearest(commas), numbers)
        present = ~absent.to_numpy(zero_copy_only=False)
        infinite = np.isinf(numbers)
        for faults, good in ((self._wrong_by_point, by_point), (self._wrong_by_comma, by_comma)):
            faults.add(present & (~good.to_numpy(zero_copy_only=False) | infinite), stored, rows)
        numbers = np.where(infinite, np.nan, numbers)
        self._see_thousands(text, numbers, rows, table)
        return numbers

    def _see_points(self, text: Any, rows: NDArray[np.int64]) -> None:
        pointed = pc.fill_null(pc.match_substring(text, "."), False)
        pointed = pointed.to_numpy(zero_copy_only=False)
        self._n_points += int(np.count_nonzero(pointed))
        self._wrong_by_comma.add(pointed, text, rows)

    def _read(self, text: Any, rows: NDArray[np.int64], table: Table) -> Any:
        """The texts, with numbers written plainly where they aren't."""
        good = pc.match_substring_regex(text, COMMA if table.decimal == "comma" else POINT)
        if table.decimal_comma:
            good = pc.or_(good, pc.match_substring_regex(text, COMMA))
        if pc.all(pc.fill_null(good, True)).as_py():
            self.written.plain()
            return text
        return self.written.read(text, rows, table.decimal_comma, table.decimal)

    def _see_thousands(
        self, text: Any, numbers: NDArray[np.float64], rows: NDArray[np.int64], table: Table
    ) -> None:
        if table.decimal is not None or (self._by_point.ruled_out and self._by_comma.ruled_out):
            return
        known = pa.array(~np.isnan(numbers))
        text = pc.if_else(known, text, pa.scalar(None, pa.large_string()))
        self._by_point.add(text, rows)
        self._by_comma.add(text, rows)


def numeric(table: Table, column: str) -> NDArray[np.float64]:
    """The numbers of a column of a whole file, NaN where it has none; DataRefused as `Numbers`."""
    numbers = Numbers(column)
    found = numbers.add(table)
    numbers.check(table.name, table.n_rows, table.first_line)
    return found


def nearest(stored: Any) -> NDArray[np.float64]:
    """The nearest double to each of an Arrow array's numbers, NaN for null."""
    doubles = pc.cast(stored, pa.float64(), safe=False)
    return np.asarray(doubles.to_numpy(zero_copy_only=False), dtype=np.float64)


def _any(text: Any, sign: str) -> bool:
    return bool(pc.any(pc.match_substring(text, sign)).as_py())


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


def without_missing(text: Any) -> tuple[Any, Any]:
    """The text with null where it means "missing", and where that is."""
    absent = pc.is_in(pc.utf8_lower(text), value_set=pa.array(MISSING_NUMBERS, pa.large_string()))
    return pc.if_else(absent, pa.scalar(None, pa.large_string()), text), absent


def pointed(text: Any) -> Any:
    """Decimal commas as points; what has a point already becomes unreadable."""
    return pc.replace_substring(pc.replace_substring(text, ".", "?"), ",", ".")


def has_decimal_commas(text: Any) -> bool:
    """Whether all of the texts are numbers without a point and some surely have decimal commas.

    Such are "64,8" in quotation marks where commas separate values.
    """
    if not pc.any(pc.match_substring_regex(text, _SURELY_COMMA)).as_py():
        return False
    return bool(pc.all(pc.match_substring_regex(text, COMMA)).as_py())


def parsed(text: Any) -> NDArray[np.float64] | None:
    """The nearest double to each number, NaN for null; None when one is no number."""
    try:
        numbers: NDArray[np.float64] = pc.cast(text, pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        return None
    return numbers


def plain_numbers(text: Any) -> NDArray[np.float64] | None:
    """The numbers of texts that all are finite ones without blanks and commas, else None.

    NaN stands for null. This is how nearly all columns are, and much quicker than any pattern.
    """
    numbers = parsed(text)
    if numbers is None or np.isfinite(numbers).sum() < len(text) - text.null_count:
        return None
    return numbers


def as_digits(text: Any) -> Any:
    """1 for TRUE and 0 for FALSE, where all texts are one of these or null."""
    lower = pc.utf8_lower(text)
    known = pc.drop_null(lower)
    if not len(known) or not pc.all(pc.is_in(known, value_set=_LOGICAL)).as_py():
        return text
    digits = pc.if_else(pc.is_in(lower, value_set=_TRUE), "1", "0")
    return pc.if_else(pc.is_valid(text), digits, None).cast(pa.large_string())


def not_numeric(
    file: str, column: str, n_rows: int, first_line: int | None, n: int, first: int, text: str
) -> DataRefused:
    """The refusal of `n` values that are no numbers, of which row `first` (from 0) has `text`."""
    row = first + 1
    line = None if first_line is None else first_line + first
    if n == n_rows:
        return DataRefused(
            "not_numeric.no_numbers",
            column,
            case=_case(text),
            file=file,
            row=row,
            line=line,
            value=text,
        )
    return DataRefused(
        "not_numeric.not_a_number",
        column,
        case=_case(text),
        file=file,
        row=row,
        line=line,
        value=text,
        alike=n if n > 1 else 0,
    )


def _case(text: str) -> str:
    """What may be wrong with a text that is no number."""
    if re.fullmatch(_DATE, text):
        return "date"
    if re.fullmatch(_SEPARATED, text):
        return "separated"
    if re.fullmatch(_BELOW_ZERO, text):
        return "below_zero"
    return "marked" if re.fullmatch(_MARKED, text) else "other"
