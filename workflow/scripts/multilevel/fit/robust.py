"""Intervals that hold where effects or residuals aren't normal: a jackknife over schools.

The exact interval of the ICC solves H(q) = F quantile. Its numerator and denominator have the
same expectation at the true q whatever the distributions, but the F quantiles are those of
normal effects. Here the standard error of log H is that of a jackknife over schools (Arvesen
1969, Annals of Mathematical Statistics, 40, 2076-2100; for the ICC Ukoumunne 2002, Statistics
in Medicine, 21, 3757-3774), and the limits are multiples of it.

Heavy tails hide in small samples: where the schools far out were not drawn, both the estimate
and its error come out too small. What an interval then misses lies above it, so the limit there
is up to twice as far. With normal effects such an interval holds in .96 to .99 of samples, with
exponential or t3 effects in .92 to .98, with lognormal effects in .83 to .97; the exact one
holds in .95, .5 to .9 and .35 to .8 (docs/validation/coverage.md).
"""

import math
from dataclasses import dataclass

import numpy as np

from multilevel.fit import distributions
from multilevel.fit.intervals import Interval, icc_from_ratio, ratio_where, variance_ratio_df
from multilevel.fit.likelihood import Likelihood
from multilevel.fit.sufficient import Floats, SufficientStatistics

# Fewer schools say nothing of a spread of their own.
FEWEST_GROUPS = 5
# How much further the limit lies on the side of hidden tails, at most and from this many schools
# on at least 1: so many would show them.
STRETCH, SHOWN_BY = 2.0, 100
# There each tenth by which the error exceeds that of normal effects adds two tenths, from here on.
LIKE_NORMAL = 0.85
# Of the logarithm of a limit.
FAR = 100.0
# Below this share of a sum of squares only rounding is left.
ROUNDING = 1e-12


@dataclass(frozen=True)
class RobustIntervals:
    """Intervals by the jackknife over schools, never shorter than the exact ones."""

    icc: Interval
    tau00: Interval
    sigma2: Interval


def robust_intervals(
    statistics: SufficientStatistics, likelihood: Likelihood, q: float, confidence: float
) -> RobustIntervals | None:
    """Of the ICC, tau00 and sigma2; None where schools are too few or can't be left out.

    Parameters
    ----------
    statistics, likelihood
        Of the same data, no empty school.
    q
        The estimate of tau00/sigma2, at which schools are weighted.
    confidence
        In (0, 1).

    Notes
    -----
    Each end is the further one of the jackknife's and of the exact interval's.
    """
    within = _within_without(statistics)
    ratio = None if within is None else _ratio_without(statistics, q, within)
    if within is None or ratio is None:
        return None
    df = variance_ratio_df(likelihood)
    tail = (1.0 - confidence) / 2.0
    low_f, high_f = _limits(ratio, math.sqrt(2.0 / df[0] + 2.0 / df[1]), confidence)
    low_s, high_s = _limits(within, math.sqrt(2.0 / df[1]), confidence)
    q_low = ratio_where(likelihood, max(high_f, distributions.f_quantile(1.0 - tail, *df)))
    q_high = ratio_where(likelihood, min(low_f, distributions.f_quantile(tail, *df)))
    top, bottom = (distributions.chi2_quantile(p, df[1]) / df[1] for p in (1.0 - tail, tail))
    if not math.isfinite(q_high * within.whole):
        return None
    return RobustIntervals(
        icc=(icc_from_ratio(q_low), icc_from_ratio(q_high)),
        tau00=(q_low * within.whole, q_high * within.whole),
        sigma2=(within.whole / max(high_s, top), within.whole / min(low_s, bottom)),
    )


@dataclass(frozen=True)
class _Jackknife:
    """A positive statistic of all schools and without each, shape (J,)."""

    whole: float
    without: Floats

    @property
    def error(self) -> float:
        """Standard error of its logarithm."""
        size = len(self.without)
        return (size - 1) / math.sqrt(size) * float(np.log(self.without).std(ddof=1))


def _within_without(statistics: SufficientStatistics) -> _Jackknife | None:
    """sigma2 = SSW/(N-J); None where a school has all the variation within schools."""
    f = statistics.n - 1.0
    rest_df, rest = f.sum() - f, statistics.ssw - statistics.ss
    if statistics.n_groups < FEWEST_GROUPS or not (
        rest_df.min() > 0 and rest.min() > ROUNDING * statistics.ssw
    ):
        return None
    return _Jackknife(statistics.ssw / float(f.sum()), np.asarray(rest / rest_df))


def _ratio_without(
    statistics: SufficientStatistics, q: float, within: _Jackknife
) -> _Jackknife | None:
    """H(q) = [sum w_j (m_j - g)^2/(J-1)]/sigma2; None where the means of some schools are equal."""
    w = statistics.n / (1.0 + statistics.n * q)
    total, size = float(w.sum()), statistics.n_groups
    square = w * (statistics.offset - float(w @ statistics.offset) / total) ** 2
    spread = float(square.sum())
    rest = spread - square * total / (total - w)
    if not rest.min() > ROUNDING * spread:
        return None
    return _Jackknife(
        spread / (size - 1) / within.whole, np.asarray(rest / (size - 2) / within.without)
    )


def _limits(statistic: _Jackknife, normal_error: float, confidence: float) -> Interval:
    """Factors by which chance puts a statistic below and above its true value.

    Parameters
    ----------
    normal_error
        Standard error of the logarithm under normal distributions.
    """
    z = distributions.normal_quantile(0.5 + confidence / 2.0)
    error = statistic.error
    low = z * error * stretch(len(statistic.without), error / normal_error)
    return math.exp(-min(low, FAR)), math.exp(min(z * error, FAR))


def stretch(n_groups: int, excess: float) -> float:
    """How much further the limit lies on the side of hidden tails.

    Parameters
    ----------
    n_groups
        J.
    excess
        The standard error over that of normal distributions.

    Examples
    --------
    >>> stretch(20, 0.9), stretch(160, 1.0), stretch(160, 2.0)
    (2.0, 1.3, 2.0)
    """
    least = max(1.0, SHOWN_BY / n_groups)
    return min(STRETCH, max(least, 1.0 + STRETCH * (excess - LIKE_NORMAL)))
