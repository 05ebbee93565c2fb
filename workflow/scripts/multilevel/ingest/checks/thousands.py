"""Points or commas that were read as decimal and may separate thousands."""

from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from multilevel.wording.quoting import shown

Verdict = Literal["no", "possible", "likely"]

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
    def verdict(self) -> Verdict:
        """Of all that was taken in."""
        if self.ruled_out or not self._n:
            return "no"
        if _TIMES * self._largest <= self._least_whole < np.inf:
            return "likely"
        return "possible" if self._n >= _FEWEST else "no"

    def notes(self, column: str) -> tuple[str, ...]:
        """The same in a sentence, none where thousands aren't possible."""
        if self.verdict == "no":
            return ()
        mark = "point" if self._separator == "." else "comma"
        beside = (
            f", and whole numbers from {self._least_whole:g} stand beside them"
            if self.verdict == "likely"
            else ""
        )
        return (
            f"In {shown(column)} every value with a {mark} has three digits after it{beside}. The "
            f"{mark}s were read as decimal; if they separate thousands, remove them from the file.",
        )


def _numbers(text: Any) -> Any:
    return pc.cast(text, pa.float64()).to_numpy(zero_copy_only=False)
