"""The official figure: the weighted student mean with its replication standard error.

Replicates repeat the sampling on paper: each leaves some schools out and lets others count
double. JK2 has two for each zone of two schools, PISA's BRR with Fay's factor brings its
replicate weights along (Rust & Rao 1996; TIMSS 2019 Methods and Procedures, ch. 14; PISA
Data Analysis Manual, ch. 4).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from multilevel.fit.rubin import Pooled, pool
from multilevel.fit.sufficient import Floats
from multilevel.records.students import ReplicateSums, TotalSums, ZoneSums

Method = Literal["jk2", "jk2-half", "brr-fay"]
FAY = 0.5


def zone_replicates(zones: ZoneSums) -> Floats:
    """Weighted mean - centre of each replicate, shape (2, Z, M).

    In replicate (1, h) the students of zone h with half 1 count double and those with
    half 0 not at all; (0, h) the other way round.
    """
    weight, weighted = zones.weight.sum(), zones.weighted.sum(axis=(0, 1))
    shift, weighted_shift = (
        zones.weight[:, 1] - zones.weight[:, 0],
        zones.weighted[:, 1] - zones.weighted[:, 0],
    )
    return np.stack(
        [
            (weighted + sign * weighted_shift) / (weight + sign * shift)[:, None]
            for sign in (-1.0, 1.0)
        ]
    )


@dataclass(frozen=True, kw_only=True)
class OfficialMean:
    """The weighted student mean.

    Attributes
    ----------
    mean
        Mean over plausible values.
    se
        sqrt(sampling + (1 + 1/M) imputation).
    sampling, imputation
        Variance by replication; variance between plausible values, 0 for one.
    per_value
        The weighted mean of each plausible value.
    n_replicates
        Replicates that the sampling variance rests on.
    """

    mean: float
    se: float
    sampling: float
    imputation: float
    per_value: tuple[float, ...]
    n_replicates: int


def weighted_means(total: TotalSums) -> Floats:
    """Weighted mean of each plausible value, shape (M,)."""
    return np.asarray(total.centre + total.weighted / total.weight)


def jackknife_mean(
    total: TotalSums, zones: ZoneSums, method: Literal["jk2", "jk2-half"]
) -> OfficialMean:
    """Weighted mean with its jackknife standard error.

    "jk2" uses both halves of every zone and averages over all plausible values, as TIMSS
    and PIRLS do since 2015: variance = 1/2 sum_h sum_half (t_h - t)^2. "jk2-half", their
    practice before, uses the replicates in which half 1 counts double and the first
    plausible value alone: sum_h (t_h - t)^2.
    """
    offset = zones.weighted.sum(axis=(0, 1)) / zones.weight.sum()
    squares = ((zone_replicates(zones) - offset) ** 2).sum(axis=1)
    sampling = 0.5 * squares.sum(axis=0) if method == "jk2" else squares[1, :1]
    n_replicates = len(zones.weight) * (2 if method == "jk2" else 1)
    return _official(total.centre, offset, sampling, n_replicates)


def brr_fay_mean(total: TotalSums, replicates: ReplicateSums, fay: float = FAY) -> OfficialMean:
    """Weighted mean with the standard error of balanced repeated replication, Fay's method.

    variance = sum_r (t_r - t)^2/(R (1 - fay)^2), averaged over plausible values.

    Parameters
    ----------
    total, replicates
        Sums under the total weights and under R replicate weights, none missing.
    fay
        Fay's factor, in [0, 1); PISA's is .5.
    """
    offset = total.weighted / total.weight
    means = replicates.weighted / replicates.weight[:, None]
    n_replicates = len(replicates.weight)
    sampling = ((means - offset) ** 2).sum(axis=0) / (n_replicates * (1.0 - fay) ** 2)
    return _official(total.centre, offset, sampling, n_replicates)


def _official(
    centre: Floats, offset: Floats, sampling: Sequence[float] | Floats, n_replicates: int
) -> OfficialMean:
    means = [float(value) for value in centre + offset]
    variance = float(np.mean(sampling))
    if len(means) == 1:
        pooled_mean, imputation, total = means[0], 0.0, variance
    else:
        pooled: Pooled = pool(means, [variance] * len(means))
        pooled_mean, imputation, total = pooled.estimate, pooled.between, pooled.total
    return OfficialMean(
        mean=pooled_mean,
        se=math.sqrt(total),
        sampling=variance,
        imputation=imputation,
        per_value=tuple(means),
        n_replicates=n_replicates,
    )
