"""Words for proportions and for shapes of distributions, chosen so that they are true.

"About half" is said from 45% to 55% and nowhere else. The words themselves stand in
the catalogue, those for proportions under ``share``.
"""

import math
from typing import Literal

# A departure from normality worth a warning, in size; half of it is worth a word.
CLEAR_SKEWNESS, CLEAR_KURTOSIS = 1.0, 2.0
SOME_SKEWNESS, SOME_KURTOSIS = CLEAR_SKEWNESS / 2, CLEAR_KURTOSIS / 2
# The shape of so few values cannot be judged.
TOO_FEW_TO_JUDGE = 8

Shape = Literal["few", "clear", "some", "small", "little", "none"]

_SHARES = (
    (0.01, "tiny"),
    (0.045, "small"),
    (0.08, "twentieth"),
    (0.13, "tenth"),
    (0.17, "seventh"),
    (0.225, "fifth"),
    (0.29, "quarter"),
    (0.37, "third"),
    (0.45, "two_fifths"),
    (0.55, "half"),
    (0.63, "three_fifths"),
    (0.71, "two_thirds"),
    (0.79, "three_quarters"),
    (0.95, "most"),
)


def share_key(value: float) -> str:
    """Catalogue key for a proportion: "none" only for exactly 0, "nearly_all" from 95%."""
    if value == 0:
        return "share.none"
    for limit, name in _SHARES:
        if value < limit:
            return f"share.{name}"
    return "share.nearly_all"


def shape_key(n: int, skewness: float | None, excess_kurtosis: float | None) -> Shape:
    """What the shape of `n` values tells of normality: by size, and no more than `n` can show.

    "clear" from a skewness beyond 1 or a kurtosis 2 above the normal's, "some" from half
    of that, each where two standard errors don't reach so far; "small" where either is more
    than chance gives but no larger; "little" where nothing was seen but a skewness of .5 could
    be chance; "few" where nothing can be said.
    """
    if n < TOO_FEW_TO_JUDGE or skewness is None or excess_kurtosis is None:
        return "few"
    chance_skewness, chance_kurtosis = by_chance(n)
    if departs_clearly(skewness, excess_kurtosis, chance_skewness, chance_kurtosis):
        return "clear"
    if abs(skewness) > max(SOME_SKEWNESS, chance_skewness) or abs(excess_kurtosis) > max(
        SOME_KURTOSIS, chance_kurtosis
    ):
        return "some"
    if abs(skewness) > chance_skewness or abs(excess_kurtosis) > chance_kurtosis:
        return "small"
    return "little" if chance_skewness > SOME_SKEWNESS else "none"


def departs_clearly(
    skewness: float, excess_kurtosis: float, chance_skewness: float, chance_kurtosis: float
) -> bool:
    """A departure from normality that matters by size and is more than chance gives.

    Short tails do no harm. With chance left out, 8 normal values would depart in one of ten
    samples.
    """
    return abs(skewness) > max(CLEAR_SKEWNESS, chance_skewness) or excess_kurtosis > max(
        CLEAR_KURTOSIS, chance_kurtosis
    )


def by_chance(n: int) -> tuple[float, float]:
    """How far chance moves skewness and excess kurtosis of `n` > 3 normal values, at 95%."""
    skewness, kurtosis = shape_errors(n)
    return 2.0 * skewness, 2.0 * kurtosis


def shape_errors(n: int) -> tuple[float, float]:
    """Standard errors of skewness and excess kurtosis of `n` > 3 normal values (Fisher 1930)."""
    skewness = math.sqrt(6.0 * n * (n - 1) / ((n - 2) * (n + 1) * (n + 3)))
    return skewness, 2.0 * skewness * math.sqrt((n**2 - 1) / ((n - 3) * (n + 5)))
