"""How numbers are printed: by their own precision, never by a fixed format.

Every text, table and figure formats through this module, so that the same
number looks the same everywhere. Scores are printed relative to their spread:
multiplying all scores by 1,000 moves the decimal point and nothing else.
"""

import math
from dataclasses import dataclass

MISSING = "n/a"
# Nearer to 0 or 1 than this many decimals show, a share is called below or above.
MOST_SHARE_DECIMALS = 4


def fixed(value: float | None, decimals: int) -> str:
    """Thousands separated, `decimals` places; negative `decimals` round to tens, hundreds, ..."""
    if value is None or not math.isfinite(value):
        return MISSING
    rounded = round(value, decimals)
    text = f"{rounded:,.{max(decimals, 0)}f}"
    return text.lstrip("-") if rounded == 0 else text


def count(value: int) -> str:
    """1234567 -> 1,234,567"""
    return f"{value:,d}"


def as_typed(value: float) -> str:
    """As one would type it: 1 for 1.0, 1.5 for 1.5, all digits, no separators."""
    if math.isfinite(value) and value == int(value) and abs(value) < 2**63:
        return str(int(value))
    return repr(value)


def share(value: float | None, decimals: int = 2) -> str:
    """A proportion such as an ICC or a reliability: two decimals, more next to 0 and 1.

    A share strictly between 0 and 1 never prints as 0.00 or 1.00.
    """
    if value is None or not math.isfinite(value):
        return MISSING
    if 0 < value < 1:
        distance = min(value, 1 - value)
        needed = -math.floor(math.log10(distance)) if distance > 0 else decimals
        if needed > MOST_SHARE_DECIMALS:
            return "<0.0001" if value < 0.5 else ">0.9999"
        while round(value, decimals) in (0, 1) and decimals < needed:
            decimals += 1
    return f"{value:.{decimals}f}"


def percent(value: float | None, decimals: int = 0) -> str:
    """A proportion as a percentage; one strictly inside (0, 1) never prints as 0% or 100%."""
    if value is None or not math.isfinite(value):
        return MISSING
    near_an_end = 0 < value < 0.01 or 0.99 < value < 1
    text = share(value, max(decimals, 1 if near_an_end else 0) + 2)
    if not text[0].isdigit():
        return {"<": "<0.01%", ">": ">99.99%"}[text[0]]
    places = max(len(text.partition(".")[2]) - 2, 0)
    return f"{100 * value:.{places}f}%"


def p_value(p: float | None) -> str:
    """Three decimals, or "<.001"; two decimals above .1 would lose nothing but are not used."""
    if p is None or not math.isfinite(p):
        return MISSING
    return "<.001" if p < 0.001 else f"{p:.3f}"


def p_value_flextable(p: float | None) -> str:
    """Four decimals as flextable prints them: 0.0000."""
    return MISSING if p is None or not math.isfinite(p) else f"{p:.4f}"


def significance_stars(p: float | None) -> str:
    """flextable's codes: 0 <= '***' < 0.001 < '**' < 0.01 < '*' < 0.05 < '.' < 0.1"""
    if p is None or not math.isfinite(p):
        return ""
    for limit, stars in ((0.001, "***"), (0.01, "**"), (0.05, "*"), (0.1, ".")):
        if p < limit:
            return stars
    return ""


def degrees_of_freedom(df: float | None) -> str:
    """Whole when whole to six digits, else one decimal."""
    if df is None or not math.isfinite(df):
        return MISSING
    return count(round(df)) if math.isclose(df, round(df), rel_tol=1e-6) else f"{df:,.1f}"


def confidence_percent(confidence: float) -> str:
    """.95 -> 95%, .999 -> 99.9%"""
    return f"{100 * confidence:g}%"


@dataclass(frozen=True)
class ScoreFormat:
    """Prints scores of one dataset, in decimals that follow from their standard deviation.

    With a standard deviation of 99.8 (the lecture's) a mean prints as 539.0 in
    text, 538.98 in tables of schools and 538.979 among the estimates, and a
    variance as 5,227, or 5,393.40 where two more digits are wanted.
    """

    magnitude: int

    @classmethod
    def from_sd(cls, sd: float) -> "ScoreFormat":
        """`sd`: the standard deviation of all scores, > 0."""
        return cls(math.floor(math.log10(sd)) if sd > 0 and math.isfinite(sd) else 0)

    @property
    def scientific(self) -> bool:
        """Scores so small or large that plain decimals are unreadable."""
        return not -4 <= self.magnitude <= 7

    def headline(self, value: float | None) -> str:
        """538.979 -> 539.0"""
        return self._print(value, 2 - self.magnitude)

    def table(self, value: float | None) -> str:
        """538.979 -> 538.98"""
        return self._print(value, 3 - self.magnitude)

    def estimate(self, value: float | None) -> str:
        """538.979 -> 538.979"""
        return self._print(value, 4 - self.magnitude)

    def whole(self, value: float | None) -> str:
        """538.979 -> 539: for axis ends and claims."""
        return self._print(value, 1 - self.magnitude)

    def variance(self, value: float | None, more: int = 0) -> str:
        """5226.9 -> 5,227; `more` digits after that: 5,226.9."""
        return self._print(value, 3 - self._variance_magnitude + more)

    @property
    def _variance_magnitude(self) -> int:
        return 2 * self.magnitude + 1

    def _print(self, value: float | None, decimals: int) -> str:
        if value is None or not math.isfinite(value):
            return MISSING
        if self.scientific:
            digits = decimals + (math.floor(math.log10(abs(value))) if value else 0)
            return f"{value:.{min(max(digits, 1), 15)}e}"
        text = fixed(value, max(decimals, 0))
        # What is not 0 never prints as 0.
        return f"{value:.2g}" if value != 0 and parse(text) == 0 else text


def parse(text: str) -> float:
    """The number that a printed text says: "5,393" -> 5393. For sums done "on paper"."""
    return float(text.replace(",", ""))
