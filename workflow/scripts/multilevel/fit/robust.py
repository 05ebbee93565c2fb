"""Intervals that hold where effects or residuals aren't normal: a bootstrap over schools.

The exact interval of the ICC solves H(q) = F quantile. Its numerator and denominator have the
same expectation at the true q whatever the distributions, but the F quantiles are those of
normal effects. Here log H is studentised by a jackknife over schools instead, and the
quantiles are those of a bootstrap of the jackknife's pseudo-values (bootstrap-t: Efron &
Tibshirani 1993, ch. 12.5; for variance components Ukoumunne et al. 2003, Statistics in
Medicine, 22, 3805-3821).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from multilevel.fit import distributions
from multilevel.fit.intervals import Interval, icc_from_ratio, ratio_where, variance_ratio_df
from multilevel.fit.likelihood import Likelihood
from multilevel.fit.sufficient import Floats, SufficientStatistics

# Fixed: the same data must give the same report.
SEED = 1993
MOST_DRAWS, FEWEST_DRAWS = 1_000, 400
# Schools drawn in all, which bounds the time for very many schools.
DRAWN_GROUPS = 2_000_000
# Schools drawn at once, which bounds the memory.
DRAWN_AT_ONCE = 500_000
# Fewer schools say nothing of a distribution's shape, and their resamples are too much alike.
FEWEST_GROUPS = 10
# Heavy tails hide in small samples: what an interval misses lies above it. The upper end is
# therefore taken at a fifth of its share of the error.
UPPER_SHARE = 0.2
# Of a resample without a positive mean or without spread.
FAR = 100.0
# Below this share of a sum of squares only rounding is left.
ROUNDING = 1e-12


@dataclass(frozen=True)
class RobustIntervals:
    """Intervals by the bootstrap over schools, never shorter than the exact ones."""

    icc: Interval
    tau00: Interval
    sigma2: Interval


def robust_intervals(
    statistics: SufficientStatistics, likelihood: Likelihood, q: float, confidence: float
) -> RobustIntervals | None:
    """Of the ICC, tau00 and sigma2; None where schools are too few or alike to be resampled.

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
    Each end is the further one of the bootstrap's and of the exact interval's: with few
    schools the bootstrap alone is too short.
    """
    within = _within_without(statistics)
    ratio = None if within is None else _ratio_without(statistics, q, within)
    if within is None or ratio is None:
        return None
    (low_f, high_f), (low_s, high_s) = _limits((ratio, within), confidence)
    tail = (1.0 - confidence) / 2.0
    df = variance_ratio_df(likelihood)
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


def _limits(statistics: Sequence[_Jackknife], confidence: float) -> list[Interval]:
    """Factors by which chance puts each statistic below and above its true value."""
    size = len(statistics[0].without)
    pseudo = np.stack([size * one.whole - (size - 1) * one.without for one in statistics])
    logs = np.log(np.stack([one.without for one in statistics]))
    error = (size - 1) / math.sqrt(size) * logs.std(axis=1, ddof=1)
    tail = (1.0 - confidence) / 2.0
    ends = np.quantile(_studentised(pseudo), [UPPER_SHARE * tail, 1.0 - tail], axis=1)
    factors = np.exp(np.clip(error * ends, -FAR, FAR))
    return [(float(low), float(high)) for low, high in factors.T]


def _studentised(pseudo: Floats) -> Floats:
    """log mean of each resample, less that of all, over its standard error.

    Parameters
    ----------
    pseudo
        Jackknife pseudo-values of several statistics, shape (S, J).

    Returns
    -------
    Shape (S, draws).
    """
    size, mean = pseudo.shape[1], pseudo.mean(axis=1)[:, None]
    sums = _resampled_means(np.stack([pseudo - mean, (pseudo - mean) ** 2]))
    shift, square = sums[0], sums[1]
    means = mean + shift
    variance = (square - shift**2) / (size - 1)
    usable = (means > 0) & (mean > 0) & (variance > ROUNDING * square)
    error = np.sqrt(np.where(usable, variance, 1.0)) / np.where(usable, means, 1.0)
    logs = np.log(np.where(usable, means / np.where(mean > 0, mean, 1.0), 1.0))
    return np.clip(np.where(usable, logs / error, np.sign(shift) * FAR), -FAR, FAR)


def _resampled_means(values: Floats) -> Floats:
    """Means over schools of each resample of J schools; shape (..., J) to (..., draws)."""
    size = values.shape[-1]
    n_draws = min(MOST_DRAWS, max(FEWEST_DRAWS, DRAWN_GROUPS // size))
    random = np.random.default_rng(SEED)
    rows = max(1, DRAWN_AT_ONCE // size)
    parts = []
    for start in range(0, n_draws, rows):
        n = min(rows, n_draws - start)
        place = random.integers(0, size, (n, size)) + size * np.arange(n)[:, None]
        count = np.bincount(place.ravel(), minlength=n * size).reshape(n, size)
        # Not a product by BLAS, whose last digits depend on the number of threads.
        parts.append(np.einsum("...j,dj->...d", values, count / size))
    return np.concatenate(parts, axis=-1)
