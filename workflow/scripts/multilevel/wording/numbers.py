"""How numbers are printed: by their own precision, never by a fixed format.

Every text, table and figure formats through this module, so that the same
number looks the same everywhere. One rule gives the decimals of a report's scores:
its standard error shows two digits at least, the spread of its scores three
(`ScoreFormat`); another those of a proportion (`ShareFormat`). An interval has the
decimals of its estimate. Multiplying all scores by 1,000 moves the decimal point
and nothing else.
"""

import math
from dataclasses import dataclass, replace

MISSING = "n/a"
MINUS = "−"
# Nearer to 0 or 1 than this many decimals show, a share is called below or above.
MOST_SHARE_DECIMALS = 4
# A difference of shares that is nothing but rounding.
ROUNDED_SHARE = 1e-9
# Standard errors from one end of a 95% interval to the other.
INTERVAL_IN_SE = 3.92
# What is so much smaller than the standard deviation is 0: floating-point numbers leave it.
NOISE = 1e-12
# Decimals of scores that nothing limits.
UNLIMITED = 15


def fixed(value: float | None, decimals: int) -> str:
    """Thousands separated, `decimals` places; negative `decimals` round to tens, hundreds, ..."""
    if value is None or not math.isfinite(value):
        return MISSING
    rounded = round(value, decimals)
    text = f"{rounded:,.{max(decimals, 0)}f}"
    return text.lstrip("-") if rounded == 0 else _signed(text)


def significant(value: float | None, digits: int) -> str:
    """Thousands separated, with so many significant digits."""
    if value is None or not math.isfinite(value) or value == 0:
        return fixed(value, 0)
    return fixed(value, digits - 1 - math.floor(math.log10(abs(value))))


def _signed(text: str) -> str:
    """With a real minus sign, U+2212."""
    return text.replace("-", MINUS)


def for_programs(text: str) -> str:
    """With the hyphen that programs print and read in place of the minus sign."""
    return text.replace(MINUS, "-")


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


def signed_percent(value: float | None) -> str:
    """As `percent`, of a share that may be negative; what rounding left is 0."""
    if value is None or value > ROUNDED_SHARE:
        return percent(value)
    return f"{MINUS}{percent(-value)}" if value < -ROUNDED_SHARE else percent(0.0)


def by_error(value: float, se: float) -> str:
    """An estimate, or the end of its interval, with three digits of its standard error."""
    if not (math.isfinite(value) and math.isfinite(se)):
        return MISSING
    magnitude = _magnitude(se, 0)
    if -5 <= magnitude <= 7:
        return fixed(value, max(2 - magnitude, 0))
    digits = 2 - magnitude + (math.floor(math.log10(abs(value))) if value else 0)
    return _signed(f"{value:.{min(max(digits, 1), 15)}e}")


def p_value(p: float | None) -> str:
    """Three decimals, or "<.001", for columns; `p_after_sign` for running text."""
    if p is None or not math.isfinite(p):
        return MISSING
    return "<.001" if p < 0.001 else f"{p:.3f}"


def p_after_sign(p: float | None) -> str:
    """What follows "p" in running text: "= 0.003" or "< .001"."""
    text = p_value(p)
    return f"< {text[1:]}" if text.startswith("<") else f"= {text}"


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
class ShareFormat:
    """Prints a proportion that is estimated, its interval and what is compared with it.

    Two decimals, more where the last digit would be worth more than the standard error,
    or where an estimate would print as 0 or 1 without being it; four at most.
    """

    decimals: int

    @classmethod
    def of(cls, estimate: float | None, low: float | None, high: float | None) -> "ShareFormat":
        """From an estimate and its interval, which spans some four standard errors."""
        decimals = 2
        if low is not None and high is not None and high > low:
            decimals = math.ceil(-math.log10((high - low) / INTERVAL_IN_SE) - 1e-9)
        decimals = min(max(decimals, 2), MOST_SHARE_DECIMALS)
        if estimate is not None and 0 < estimate < 1:
            while round(estimate, decimals) in (0, 1) and decimals < MOST_SHARE_DECIMALS:
                decimals += 1
        return cls(decimals)

    def show(self, value: float | None) -> str:
        """.2562 -> 0.26; what is not 0 or 1 is below or above what the decimals show."""
        if value is None or not math.isfinite(value):
            return MISSING
        text = f"{value:.{self.decimals}f}"
        if 0 < value < 1 and round(value, self.decimals) in (0, 1):
            unit = 10.0**-self.decimals
            return f"<{unit:.{self.decimals}f}" if value < 0.5 else f">{1 - unit:.{self.decimals}f}"
        return text

    def percent(self, value: float | None) -> str:
        """.2562 -> 26%, with the decimals that the proportion has beyond two."""
        text = self.show(value)
        if text == MISSING:
            return text
        digits = text.lstrip("<>")
        sign = text.removesuffix(digits)
        return f"{sign}{100 * float(digits):.{self.decimals - 2}f}%"

    def interval(self, ends: tuple[float, float]) -> tuple[str, str]:
        """Both ends."""
        return self.show(ends[0]), self.show(ends[1])

    @property
    def finer(self) -> "ShareFormat":
        """One decimal more, where estimates close to each other stand side by side."""
        return ShareFormat(min(self.decimals + 1, MOST_SHARE_DECIMALS))


@dataclass(frozen=True)
class ScoreFormat:
    """Prints scores of one dataset.

    With a standard deviation of 99.8 and a standard error of 16.4 (the lecture's) a mean
    prints as 539.0 in text and beside its interval, 538.979 among the fitted model's
    estimates, and a variance as 5,227, or 5,393.40 where two more digits are wanted.

    Attributes
    ----------
    decimals
        Of scores, negative for whole tens, hundreds, ...
    magnitude
        Power of ten of the standard deviation of the scores.
    variance_decimals
        Of variances: the last digit of a score times the standard deviation is some ten of it.
    most
        Of scores, whatever is asked for: what rounding left has no more.
    """

    decimals: int
    magnitude: int
    variance_decimals: int
    most: int = UNLIMITED

    @classmethod
    def of(cls, sd: float, se: float | None = None, unit: float | None = None) -> "ScoreFormat":
        """Two digits of `se` at least, and three of `sd`.

        Parameters
        ----------
        sd
            Standard deviation of all scores.
        se
            Standard error of the overall mean; may be unknown.
        unit
            A power of ten to which scores were rounded; None where they weren't.
        """
        magnitude = _magnitude(sd, 0)
        decimals = max(2 - magnitude, 1 - _magnitude(se, magnitude))
        variance = decimals - _magnitude(sd / 2, 0)
        most = UNLIMITED if unit is None else round(-math.log10(unit))
        return cls(min(decimals, most), magnitude, variance, most)

    @property
    def scientific(self) -> bool:
        """Scores so small or large that plain decimals are unreadable."""
        return not -4 <= self.magnitude <= 7

    def headline(self, value: float | None) -> str:
        """538.979 -> 539.0"""
        return self._score(value, self.decimals)

    def interval(self, ends: tuple[float, float]) -> tuple[str, str]:
        """Both ends as a headline; one that is nearer to 0 than the last digit is 0."""
        low, high = (0.0 if round(end, self.decimals) == 0 else end for end in ends)
        return self.headline(low), self.headline(high)

    def difference(self, value: float) -> str:
        """With a headline's decimals, however small: what is nearer to 0 than the last is 0."""
        return self.headline(value) if self.scientific else fixed(value, max(self.decimals, 0))

    @property
    def finer(self) -> "ScoreFormat":
        """One decimal more, for tables that are looked things up in."""
        return replace(self, decimals=min(self.decimals + 1, self.most))

    def table(self, value: float | None) -> str:
        """538.979 -> 538.98"""
        return self._score(value, min(self.decimals + 1, self.most))

    def estimate(self, value: float | None) -> str:
        """538.979 -> 538.979"""
        return self._score(value, min(self.decimals + 2, self.most))

    def whole(self, value: float | None) -> str:
        """538.979 -> 539: for axis ends and claims."""
        return self._score(value, self.decimals - 1)

    def variance(self, value: float | None, more: int = 0) -> str:
        """5226.9 -> 5,227; `more` digits after that: 5,226.9."""
        return self._print(value, self.variance_decimals + more)

    def variance_interval(self, ends: tuple[float, float]) -> tuple[str, str]:
        """Both ends as a variance; one that is nearer to 0 than the last digit is 0."""
        low, high = (0.0 if round(end, self.variance_decimals) == 0 else end for end in ends)
        return self.variance(low), self.variance(high)

    def without_noise(self, value: float) -> float:
        """0 for what sums of floating-point numbers leave where a score is 0."""
        return 0.0 if abs(value) < NOISE * 10.0**self.magnitude else value

    def _score(self, value: float | None, decimals: int) -> str:
        return self._print(None if value is None else self.without_noise(value), decimals)

    def _print(self, value: float | None, decimals: int) -> str:
        if value is None or not math.isfinite(value):
            return MISSING
        if self.scientific:
            digits = decimals + (math.floor(math.log10(abs(value))) if value else 0)
            return _signed(f"{value:.{min(max(digits, 1), 15)}e}")
        if self.most < UNLIMITED and value:
            # Two digits at least: standard errors are smaller than what means are rounded to.
            decimals = max(decimals, 1 - math.floor(math.log10(abs(value))))
        text = fixed(value, max(decimals, 0))
        # What is not 0 never prints as 0.
        return _signed(f"{value:.2g}") if value != 0 and parse(text) == 0 else text


def _magnitude(value: float | None, unknown: int) -> int:
    """Power of ten of a positive number, else `unknown`."""
    if value is None or not value > 0 or not math.isfinite(value):
        return unknown
    return math.floor(math.log10(value))


def parse(text: str) -> float:
    """The number that a printed text says: "5,393" -> 5393. For sums done "on paper"."""
    return float(for_programs(text).replace(",", ""))
