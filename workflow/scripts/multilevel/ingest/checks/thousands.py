"""Points or commas that were read as decimal and may separate thousands."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from multilevel.ingest.checks.material import Members, Separator, Verdict
from multilevel.records.findings import Finding, caution, note

_WHOLE = r"^[+-]?[0-9]{1,3}$"
_FEWEST = 10  # values such as 1.354; fewer may well have three decimals
_LARGE = 100.0  # whole numbers such as 987 beside 1.012
_TIMES = 10.0  # how much larger they are than what stands beside them, at least


class Thousands:
    """What the texts of a column say of one separator, "." or ",", batch by batch.

    Thousands are possible when every value is either a whole number of at most three digits or of
    the form 1.354, with no leading zero and three digits after the separator. They are likely
    when beside those there are whole numbers from 100 that are ten times as large, if the
    separator is decimal, as the largest of them: 987 beside 1.012.
    """

    def __init__(self, separator: str) -> None:
        self._separator = separator
        self._form = rf"^[+-]?[1-9][0-9]{{0,2}}\{separator}[0-9]{{3}}$"
        self.ruled_out = False
        self._n, self._largest, self._least_whole = 0, 0.0, np.inf

    def add(self, text: Any) -> None:
        """Take in values as Arrow text, null where missing."""
        if self.ruled_out:
            return
        text = pc.drop_null(text)
        separated = pc.match_substring_regex(text, self._form)
        whole = pc.match_substring_regex(text, _WHOLE)
        if not pc.all(pc.or_(separated, whole)).as_py():
            self.ruled_out = len(text) > 0
            return
        decimal = np.abs(_numbers(pc.replace_substring(text.filter(separated), ",", ".")))
        large = np.abs(_numbers(text.filter(whole)))
        large = large[large >= _LARGE]
        self._n += len(decimal)
        self._largest = max(self._largest, decimal.max(initial=0.0))
        self._least_whole = min(self._least_whole, large.min(initial=np.inf))

    @property
    def separator(self) -> Separator:
        """The verdict on all that was taken in."""
        return Separator(
            mark=self._separator, verdict=self._verdict, least_whole=float(self._least_whole)
        )

    @property
    def _verdict(self) -> Verdict:
        if self.ruled_out or not self._n:
            return "no"
        if _TIMES * self._largest <= self._least_whole < np.inf:
            return "likely"
        return "possible" if self._n >= _FEWEST else "no"


def check(members: Members) -> Iterator[Finding]:
    """A caution where thousands are likely, a note where they are possible."""
    for column, separator in members.separators.items():
        mark = "point" if separator.mark == "." else "comma"
        if separator.verdict == "likely":
            yield caution("thousands", column, mark=mark, least_whole=separator.least_whole)
        elif separator.verdict == "possible":
            yield note("thousands_possible", column, case=mark)


def _numbers(text: Any) -> Any:
    return pc.cast(text, pa.float64()).to_numpy(zero_copy_only=False)
