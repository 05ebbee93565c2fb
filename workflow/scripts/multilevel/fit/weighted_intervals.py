"""Intervals of the weighted ICC and variances: by replication, else by a jackknife over schools.

Replicates of the design repeat the whole fit and carry what the design does to it; their t has
as many degrees of freedom as the design has zones (Rust & Rao 1996). Without them each school,
or each of many sets of schools, is left out in turn, with t on one less than their number.
Pseudo maximum likelihood puts tau00 too low with few schools, and heavy tails hide there: what
an interval misses lies above it, so the limit there is twice as far (`fit.robust`). With 20 to
150 schools sampled by their size such intervals hold in .92 to .98 of samples, the sandwich's in
.87 to .95, replication's of equal arms in .84 to .95 (docs/validation/coverage.md). The sandwich
remains where schools are too few to be left out: it is multiplied by J/(J-1) and used with
Student's t on J-1 degrees of freedom.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from multilevel.fit import distributions
from multilevel.fit.intervals import LARGEST_LOG, Interval, LogF
from multilevel.fit.replication import Method, ReplicateFits, sampling_variance
from multilevel.fit.robust import STRETCH
from multilevel.fit.rubin import pool
from multilevel.fit.sufficient import Floats
from multilevel.fit.weighted import WeightedFit


@dataclass(frozen=True)
class WeightedIntervals:
    """Intervals of the weighted fit; an end of the sandwich is None where tau00 = 0."""

    icc: Interval | None
    tau00: Interval | None
    sigma2: Interval | None
    method: Literal["replication", "jackknife", "sandwich"]


@dataclass(frozen=True)
class _Scale:
    """An increasing function on which estimates are near to normal, and its inverse."""

    there: Callable[[float], float]
    back: Callable[[float], float]


def corrected_se(se: float, n_groups: int) -> float:
    """A sandwich standard error with its variance multiplied by J/(J-1)."""
    return se * math.sqrt(n_groups / (n_groups - 1.0))


def sandwich_intervals(
    fits: Sequence[WeightedFit], n_groups: int, confidence: float
) -> WeightedIntervals:
    """The ICC's on the logit, the variances' on the logarithm, t on J-1.

    Parameters
    ----------
    fits
        Of M plausible values, or of the score.
    n_groups
        J.
    confidence
        In (0, 1).
    """
    log = _Scale(math.log, _exp)
    logit = _Scale(lambda x: math.log(x) - math.log1p(-x), lambda x: 1.0 / (1.0 + _exp(-x)))

    def interval(name: str, scale: _Scale, slope: Callable[[float], float]) -> Interval | None:
        estimates = [float(getattr(fit, name)) for fit in fits]
        errors = [getattr(fit, f"se_{name}") for fit in fits]
        if any(error is None for error in errors):
            return None
        variances = [
            (corrected_se(error, n_groups) * slope(x)) ** 2
            for x, error in zip(estimates, errors, strict=True)
        ]
        return _interval(estimates, variances, scale, n_groups - 1.0, confidence)

    return WeightedIntervals(
        icc=interval("icc", logit, lambda x: 1.0 / (x * (1.0 - x))),
        tau00=interval("tau00", log, lambda x: 1.0 / x),
        sigma2=interval("sigma2", log, lambda x: 1.0 / x),
        method="sandwich",
    )


def replication_intervals(
    fits: Sequence[WeightedFit],
    replicated: ReplicateFits,
    method: Method,
    fay: float,
    df: float,
    typical: float,
    confidence: float,
) -> WeightedIntervals:
    """By the spread of the replicates about the estimates, t on the number of zones.

    Parameters
    ----------
    fits, replicated
        Of M plausible values, and of the same under R replicates.
    method, fay
        Of the replication.
    df
        Zones of the jackknife; replicates of BRR.
    typical
        n0, the school size that stands for all.
    confidence
        In (0, 1).
    """

    def variance(centres: Floats, replicates: Floats) -> float:
        return sampling_variance(centres, replicates, method, fay)

    return _by_refits(fits, replicated, variance, df, typical, confidence, "replication")


def jackknife_intervals(
    fits: Sequence[WeightedFit],
    without: ReplicateFits,
    typical: float,
    confidence: float,
) -> WeightedIntervals:
    """By the spread of the fits without each set of schools, t on one less than their number.

    Parameters
    ----------
    fits, without
        Of M plausible values, and of the same without each of G sets of schools.
    typical
        n0, the school size that stands for all.
    confidence
        In (0, 1).
    """
    size = without.q.shape[1]

    def variance(_: Floats, refits: Floats) -> float:
        spread = float(refits.var(axis=1, ddof=1).mean())
        return float(spread * (size - 1) ** 2 / size)

    return _by_refits(fits, without, variance, size - 1.0, typical, confidence, "jackknife")


def _by_refits(
    fits: Sequence[WeightedFit],
    replicated: ReplicateFits,
    sampling: Callable[[Floats, Floats], float],
    df: float,
    typical: float,
    confidence: float,
    method: Literal["replication", "jackknife"],
) -> WeightedIntervals:
    """From estimates and their refits; `sampling` makes a variance of both.

    The ICC's as the logarithm of the expected F ratio, and tau00's on log(tau00 + sigma2/n0),
    both finite where a refit has tau00 = 0.
    """
    tau00, sigma2 = replicated.q * replicated.sigma2, replicated.sigma2
    error = float(np.mean([fit.sigma2 for fit in fits])) / typical

    def interval(name: str, replicates: Floats, scale: _Scale) -> Interval | None:
        estimates = [float(getattr(fit, name)) for fit in fits]
        centres = np.array([scale.there(x) for x in estimates])
        spread = np.vectorize(scale.there)(replicates)
        variances = [sampling(centres, spread)] * len(fits)
        return _interval(estimates, variances, scale, df, confidence, STRETCH)

    log_f = LogF(typical)
    return WeightedIntervals(
        icc=interval("icc", replicated.q / (1.0 + replicated.q), _Scale(log_f.of_icc, log_f.icc)),
        tau00=interval(
            "tau00",
            tau00,
            _Scale(lambda x: math.log(x + error), lambda x: max(_exp(x) - error, 0.0)),
        ),
        sigma2=interval("sigma2", sigma2, _Scale(math.log, _exp)),
        method=method,
    )


def mean_interval(mean: float, se: float, df: float, confidence: float) -> Interval:
    """mean -/+ t SE."""
    half_width = distributions.t_quantile(0.5 + confidence / 2.0, df) * se
    return mean - half_width, mean + half_width


def _exp(x: float) -> float:
    """exp(x), infinite where it leaves double precision."""
    return math.inf if x > LARGEST_LOG else math.exp(x)


def _interval(
    estimates: Sequence[float],
    variances: Sequence[float],
    scale: _Scale,
    df: float,
    confidence: float,
    above: float = 1.0,
) -> Interval | None:
    """On the scale, pooled over plausible values by Rubin's rules (Barnard & Rubin's df).

    The arm above the estimate is `above` times as long as that below. None where so little is
    known that an end leaves double precision.
    """
    centres = [scale.there(x) for x in estimates]
    centre, se = centres[0], math.sqrt(variances[0])
    if len(centres) > 1:
        pooled = pool(centres, variances)
        centre, se, df = pooled.estimate, pooled.se, pooled.df_with(df)
    low, high = mean_interval(centre, se, df, confidence)
    ends = scale.back(low), scale.back(centre + above * (high - centre))
    return ends if math.isfinite(ends[1]) else None
