"""What is said of the weighted fit and the official figure beyond their estimates."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from multilevel.configuration.datasets import Replicates, Weights
from multilevel.fit.intervals import Interval
from multilevel.fit.official import OfficialMean
from multilevel.fit.pooled import typical_size
from multilevel.fit.replication import fit_under_replicates
from multilevel.fit.robust import FEWEST_GROUPS, ROUNDING
from multilevel.fit.rubin import pool
from multilevel.fit.sufficient import Floats
from multilevel.fit.weighted import WeightedFit, WeightedStatistics
from multilevel.fit.weighted_intervals import (
    WeightedIntervals,
    jackknife_intervals,
    mean_interval,
    replication_intervals,
    sandwich_intervals,
)

# Sets of schools that are left out in turn: each school by itself up to this many.
MOST_SETS = 100


def weighted_inference(
    values: Sequence[WeightedStatistics],
    fits: Sequence[WeightedFit],
    group_weight: Floats,
    weights: Weights,
    replicates: Replicates | None,
    factors: Floats | None,
    confidence: float,
) -> dict[str, Any]:
    """The fields of `Weighted` on the ICC, the variances and the reliability.

    Parameters
    ----------
    values, fits
        Statistics with conditional weights as they are, and their fits, of M plausible values.
    group_weight
        School weights, shape (J,).
    weights, replicates
        As configured.
    factors
        What each replicate multiplies the school weights by, shape (J, R); None without.
    confidence
        In (0, 1).
    """
    intervals = _without_replicates(values, fits, group_weight, weights, confidence)
    if factors is not None and replicates is not None:
        intervals = _by_replication(
            values, fits, group_weight, weights, replicates, factors, confidence
        )
    reliability = [_reliability(values[0], group_weight, fit.icc) for fit in fits]
    return {
        "ci_icc": intervals.icc,
        "ci_tau00": intervals.tau00,
        "ci_sigma2": intervals.sigma2,
        "ci_method": intervals.method,
        "reliability": float(np.mean(reliability)),
        "ci_reliability": _reliability_interval(values[0], group_weight, intervals.icc),
    }


def official_inference(
    official: OfficialMean | None, df: float, confidence: float
) -> dict[str, Any]:
    """The fields of `Weighted` on the interval of the official figure.

    Parameters
    ----------
    df
        Zones of the jackknife, or replicates.
    """
    if official is None or df <= 0:
        return {}
    if len(official.per_value) > 1 and official.sampling > 0:
        m = len(official.per_value)
        df = pool(list(official.per_value), [official.sampling] * m).df_with(df)
    return {
        "official_df": df,
        "ci_official": mean_interval(official.mean, official.se, df, confidence),
    }


def _by_replication(
    values: Sequence[WeightedStatistics],
    fits: Sequence[WeightedFit],
    group_weight: Floats,
    weights: Weights,
    replicates: Replicates,
    factors: Floats,
    confidence: float,
) -> WeightedIntervals:
    n_replicates = factors.shape[1]
    return replication_intervals(
        fits,
        fit_under_replicates(values, group_weight, factors, weights.scaling),
        replicates.method,
        replicates.fay,
        df=n_replicates if replicates.method == "brr-fay" else n_replicates / 2.0,
        typical=typical_size(values[0].n),
        confidence=confidence,
    )


def _without_replicates(
    values: Sequence[WeightedStatistics],
    fits: Sequence[WeightedFit],
    group_weight: Floats,
    weights: Weights,
    confidence: float,
) -> WeightedIntervals:
    size = len(group_weight)
    kept = _sets_left_out(size)
    if size < FEWEST_GROUPS or not all(_can_be_left_out(one, kept) for one in values):
        return sandwich_intervals(fits, size, confidence)
    return jackknife_intervals(
        fits,
        fit_under_replicates(values, group_weight, kept, weights.scaling),
        typical_size(values[0].n),
        confidence,
    )


def _sets_left_out(size: int) -> Floats:
    """1 for schools that stay and 0 for those left out, shape (J, G)."""
    sets = np.arange(min(size, MOST_SETS))
    stays = np.arange(size)[:, None] % len(sets) != sets
    return np.asarray(stays, dtype=np.float64)


def _can_be_left_out(statistics: WeightedStatistics, kept: Floats) -> bool:
    """Whether scores vary within the schools that stay, whichever go."""
    rest = np.einsum("j,jg->g", statistics.ss, kept)
    return bool(rest.min() > ROUNDING * float(statistics.ss.sum()))


def effective_sizes(statistics: WeightedStatistics) -> Floats:
    """Students as effective as a school's with their unequal weights, shape (J,).

    (sum w)^2/sum w^2 (Kish 1965): sigma2 over it is the sampling variance of a weighted mean.
    """
    return np.asarray(statistics.weight**2 / statistics.weight2)


def _reliability(statistics: WeightedStatistics, group_weight: Floats, rho: float) -> float:
    """Mean of lambda_j over the schools of the population."""
    lambdas = rho / (rho + (1.0 - rho) / effective_sizes(statistics))
    return float(np.average(lambdas, weights=group_weight))


def _reliability_interval(
    statistics: WeightedStatistics, group_weight: Floats, ci_icc: Interval | None
) -> Interval | None:
    """The mean lambda_j grows with the ICC alone, so the ICC's interval carries over."""
    if ci_icc is None:
        return None
    low, high = (_reliability(statistics, group_weight, rho) for rho in ci_icc)
    return low, high
