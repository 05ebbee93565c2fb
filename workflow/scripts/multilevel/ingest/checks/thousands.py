"""Points or commas that were read as decimal and may separate thousands."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from multilevel.ingest.checks.material import Members, Separator, Verdict
from multilevel.records.findings import Finding, caution

_WHOLE = r"^[+-]?[0-9]{1,3}$"
_LOOKED_AT = 1_000  # values that tell of nearly all columns that they have other decimals
_LARGE = 100.0  # whole numbers such as 987 beside 1.012
_TIMES = 10.0  # how much larger they are than what stands beside them, at least


class Thousands:
    """What the texts of a column say of one separator, "." or ",", batch by batch.

    Thousands are possible when every value is either a whole number of at most three digits or of
    the form 1.354, with no leading zero and three digits after the separator, and none is as small
    as -1.354, which many standardised scores are and few thousands. They are likely
    when beside those there are whole numbers from 100 that are ten times as large, if the
    separator is decimal, as the largest of them: 987 beside 1.012.
    """

    def __init__(self, separator: str) -> None:
        self._separator = separator
        self._form = rf"^[+-]?[1-9][0-9]{{0,2}}\{separator}[0-9]{{3}}$"
        self._small = rf"^-[1-9]\{separator}[0-9]{{3}}$"
        self.ruled_out = self.is_decimal = False
        self._example, self._row = "", -1
        self._largest, self._least_whole = 0.0, np.inf
        self._any_small = False

    def add(self, text: Any, rows: NDArray[np.int64]) -> None:
        """Take in values as Arrow text, null where missing, and the row of each, from 0."""
        if self.ruled_out:
            return
        first = pc.drop_null(text[:_LOOKED_AT])
        separated = pc.match_substring_regex(first, self._form)
        if not self._all(first, separated):
            self.ruled_out = True
            decimal = pc.match_substring_regex(first, surely_decimal(self._separator))
            self.is_decimal = bool(pc.any(decimal).as_py())
            return
        separated = pc.match_substring_regex(text, self._form)
        if not self._all(text, separated):
            self.ruled_out = True
            return
        self._any_small |= pc.any(pc.match_substring_regex(text, self._small)).as_py() or False
        places = np.flatnonzero(pc.fill_null(separated, False).to_numpy(zero_copy_only=False))
        if len(places) and not self._example:
            self._example, self._row = text[int(places[0])].as_py(), int(rows[places[0]])
        decimal = np.abs(_numbers(pc.replace_substring(text.take(places), ",", ".")))
        large = np.abs(_numbers(text.filter(pc.match_substring_regex(text, _WHOLE))))
        large = large[large >= _LARGE]
        self._largest = max(self._largest, decimal.max(initial=0.0))
        self._least_whole = min(self._least_whole, large.min(initial=np.inf))

    @property
    def separator(self) -> Separator:
        """The verdict on all that was taken in."""
        return Separator(
            mark=self._separator,
            verdict=self._verdict,
            least_whole=float(self._least_whole),
            example=self._example,
            row=self._row,
        )

    @property
    def _verdict(self) -> Verdict:
        if self.ruled_out or not self._example:
            return "no"
        if _TIMES * self._largest <= self._least_whole < np.inf:
            return "likely"
        return "no" if self._any_small else "possible"

    @staticmethod
    def _all(text: Any, separated: Any) -> bool:
        """Whether all values are of the form, or short whole numbers."""
        alike = pc.or_(separated, pc.match_substring_regex(text, _WHOLE))
        return bool(pc.all(pc.fill_null(alike, True)).as_py())


def surely_decimal(sign: str) -> str:
    """A pattern of numbers in which a point or comma can't separate thousands: 64.8 and 0.125."""
    rest = rf"[0-9]*\{sign}(?:[0-9]{{1,2}}|[0-9]{{4,}})"
    return rf"^[+-]?(?:{rest}|(?:0[0-9]*|[1-9][0-9]{{3,}})?\{sign}[0-9]{{3}})$"


def check(members: Members) -> Iterator[Finding]:
    """A caution where nothing tells thousands from decimals.

    The decimal sign of other numbers of the file tells it, unless whole numbers beside these
    look like thousands.
    """
    for column, separator in members.separators.items():
        told = separator.mark == members.decimal_sign and separator.verdict == "possible"
        if separator.verdict == "no" or told:
            continue
        marks = ("point", "comma") if separator.mark == "." else ("comma", "point")
        yield caution(
            "thousands",
            column,
            case=separator.verdict,
            mark=marks[0],
            other=marks[1],
            example=separator.example,
            row=separator.row + 1,
            least_whole=separator.least_whole if separator.verdict == "likely" else None,
        )


def _numbers(text: Any) -> NDArray[np.float64]:
    numbers: NDArray[np.float64] = pc.cast(text, pa.float64()).to_numpy(zero_copy_only=False)
    return numbers
