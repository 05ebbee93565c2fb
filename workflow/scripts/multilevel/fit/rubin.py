"""Rubin's rules: estimates from M plausible values become one.

Each plausible value is a draw from what a student's score may be, so each gives its own
estimate; their spread says what the test could not measure (Rubin 1987; Mislevy 1991).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from multilevel.fit import distributions
from multilevel.fit.sufficient import Floats

Interval = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Pooled:
    """An estimate pooled over M >= 2 plausible values.

    Attributes
    ----------
    estimate
        Mean of the estimates.
    within
        U: mean of the squared standard errors.
    between
        B: variance of the estimates between plausible values, divisor M-1.
    total
        T = U + (1 + 1/M) B, the squared standard error.
    increase
        r = (1 + 1/M) B/U: relative increase of the variance; infinite where U = 0 < B.
    df
        Rubin's (1987) degrees of freedom, (M-1)(1 + 1/r)^2; infinite where B = 0.
    missing_information
        lambda = (1 + 1/M) B/T: share of the variance that is due to the scores being
        plausible values, from 0 to 1.
    """

    estimate: float
    within: float
    between: float
    total: float
    increase: float
    df: float
    missing_information: float

    @property
    def se(self) -> float:
        """Standard error, sqrt(T)."""
        return math.sqrt(self.total)

    def df_with(self, df_complete: float) -> float:
        """Degrees of freedom when each fit has `df_complete` itself (Barnard & Rubin 1999).

        1/df = 1/df_Rubin + 1/df_observed, df_observed = (df_c + 1)/(df_c + 3) df_c (1 - lambda);
        never above `df_complete`, which it is where B = 0.
        """
        if self.between == 0:
            return df_complete
        share = (df_complete + 1.0) / (df_complete + 3.0)
        observed = share * df_complete * (1.0 - self.missing_information)
        return 0.0 if observed == 0 else 1.0 / (1.0 / self.df + 1.0 / observed)


def pool(estimates: Sequence[float], variances: Sequence[float]) -> Pooled:
    """Rubin's rules.

    Parameters
    ----------
    estimates
        One for each plausible value, length M >= 2.
    variances
        Their squared standard errors, >= 0.

    Examples
    --------
    U = 9, B = 4, so T = 9 + 4/3 * 4.

    >>> mean = pool([500.0, 502.0, 504.0], [9.0, 9.0, 9.0])
    >>> mean.estimate, round(mean.total, 3), round(mean.missing_information, 3)
    (502.0, 14.333, 0.372)
    """
    m = len(estimates)
    # About the first: equal values must have no spread, whatever their size.
    offset = np.asarray(estimates) - estimates[0]
    within = float(np.mean(variances))
    between = float(np.var(offset, ddof=1))
    extra = (1.0 + 1.0 / m) * between
    total = within + extra
    increase = 0.0 if extra == 0 else (extra / within if within > 0 else math.inf)
    return Pooled(
        estimate=estimates[0] + float(np.mean(offset)),
        within=within,
        between=between,
        total=total,
        increase=increase,
        df=degrees_of_freedom(increase, m),
        missing_information=0.0 if extra == 0 else extra / total,
    )


def degrees_of_freedom(increase: float, m: int) -> float:
    """(M-1)(1 + 1/r)^2 (Rubin 1987, eq. 3.1.6); infinite for r = 0."""
    if increase == 0:
        return math.inf
    # Squared by hand: a power that overflows is an error, a product infinity.
    ratio = 1.0 + 1.0 / increase
    return (m - 1) * ratio * ratio


def pool_columns(estimates: Floats, variances: Floats) -> tuple[Floats, Floats, Floats]:
    """Rubin's rules for J quantities at once.

    Parameters
    ----------
    estimates, variances
        Shape (M, J).

    Returns
    -------
    Mean, T and Rubin's degrees of freedom (infinite where B = 0), each shape (J,).
    """
    m = len(estimates)
    offset = estimates - estimates[0]
    within = variances.mean(axis=0)
    extra = (1.0 + 1.0 / m) * offset.var(axis=0, ddof=1) if m > 1 else np.zeros_like(within)
    with np.errstate(divide="ignore", invalid="ignore"):
        df = np.where(extra > 0, (m - 1) * (1.0 + within / extra) ** 2, np.inf)
    return estimates[0] + offset.mean(axis=0), within + extra, df


def pool_intervals(
    estimates: Sequence[float],
    intervals: Sequence[Interval],
    confidence: float,
    scale: Callable[[float], float],
    back: Callable[[float], float],
) -> Interval:
    """One interval from those of M plausible values, each side pooled by itself.

    On `scale` the distance of an end from its estimate, over the normal quantile, stands for
    a standard error of that side (variance recovered from confidence limits: Zou & Donner
    2008); these are pooled with the spread of the estimates by Rubin's rules, with the degrees
    of freedom of both sides' mean variance. Intervals keep their asymmetry, and M equal
    plausible values give the single interval.

    Parameters
    ----------
    estimates, intervals
        One for each plausible value; an end may be infinite, and so is then the pooled one.
    confidence
        Of the intervals, in (0, 1).
    scale, back
        An increasing function on which estimates are near to normal, and its inverse.
    """
    upper = 0.5 + confidence / 2.0
    z = distributions.normal_quantile(upper)
    centres = [scale(estimate) for estimate in estimates]

    def variances(side: int) -> list[float]:
        limits = [scale(interval[side]) for interval in intervals]
        return [((c - e) / z) ** 2 for c, e in zip(centres, limits, strict=True)]

    low, high = pool(centres, variances(0)), pool(centres, variances(1))
    both = pool(centres, [(low.within + high.within) / 2.0] * len(centres))
    quantile = distributions.t_quantile(upper, both.df)
    top = back(high.estimate + quantile * high.se) if math.isfinite(high.total) else math.inf
    return back(low.estimate - quantile * low.se), top
