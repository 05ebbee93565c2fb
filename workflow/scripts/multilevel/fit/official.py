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
from multilevel.fit.sufficient import Floats, Integers

Method = Literal["jk2", "jk2-half", "brr-fay"]
FAY = 0.5


@dataclass(frozen=True)
class ZoneSums:
    """Sums of weights and of weighted scores by zone and half; they add up over chunks.

    Attributes
    ----------
    centre
        What was subtracted from all scores, shape (M,).
    weight
        Shape (Z, 2): zone, half 0 or 1.
    weighted
        Sums of weight times (score - centre), shape (Z, 2, M).
    """

    centre: Floats
    weight: Floats
    weighted: Floats

    @classmethod
    def from_members(
        cls,
        scores: Floats,
        weight: Floats,
        zone: Integers,
        half: Integers,
    ) -> "ZoneSums":
        """One pass over the students.

        Parameters
        ----------
        scores
            Shape (N, M), a column for each plausible value.
        weight
            Total student weights, shape (N,).
        zone
            0..Z-1, shape (N,).
        half
            0 or 1, shape (N,).
        """
        middle = scores.mean(axis=0)
        size = int(zone.max()) + 1
        cell = 2 * zone + half
        sums = [
            np.bincount(cell, weights=weight * (scores[:, m] - middle[m]), minlength=2 * size)
            for m in range(scores.shape[1])
        ]
        weights = np.bincount(cell, weights=weight, minlength=2 * size)
        return cls(
            centre=middle,
            weight=weights.reshape(size, 2).astype(np.float64),
            weighted=np.stack(sums, axis=-1).reshape(size, 2, -1).astype(np.float64),
        )

    def replicate_offsets(self) -> tuple[Floats, Floats]:
        """Weighted mean - centre, shape (M,), and that of each replicate, shape (2, Z, M).

        In replicate (1, h) the students of zone h with half 1 count double and those with
        half 0 not at all; (0, h) the other way round.
        """
        total, weighted = self.weight.sum(), self.weighted.sum(axis=(0, 1))
        shift, weighted_shift = (
            self.weight[:, 1] - self.weight[:, 0],
            self.weighted[:, 1] - self.weighted[:, 0],
        )
        replicates = [
            (weighted + sign * weighted_shift) / (total + sign * shift)[:, None]
            for sign in (-1.0, 1.0)
        ]
        return weighted / total, np.stack(replicates)


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


def weighted_means(scores: Floats, weight: Floats) -> Floats:
    """Weighted mean of each plausible value, shape (M,)."""
    centre = scores.mean(axis=0)
    offset = np.einsum("nm,n->m", scores - centre, weight) / weight.sum()
    return np.asarray(centre + offset)


def jackknife_mean(sums: ZoneSums, method: Literal["jk2", "jk2-half"]) -> OfficialMean:
    """Weighted mean with its jackknife standard error.

    "jk2" uses both halves of every zone and averages over all plausible values, as TIMSS
    and PIRLS do since 2015: variance = 1/2 sum_h sum_half (t_h - t)^2. "jk2-half", their
    practice before, uses the replicates in which half 1 counts double and the first
    plausible value alone: sum_h (t_h - t)^2.
    """
    offset, replicates = sums.replicate_offsets()
    squares = ((replicates - offset) ** 2).sum(axis=1)
    sampling = 0.5 * squares.sum(axis=0) if method == "jk2" else squares[1, :1]
    n_replicates = len(sums.weight) * (2 if method == "jk2" else 1)
    return _official(sums.centre, offset, sampling, n_replicates)


def brr_fay_mean(
    scores: Floats, weight: Floats, replicate_weights: Floats, fay: float = FAY
) -> OfficialMean:
    """Weighted mean with the standard error of balanced repeated replication, Fay's method.

    variance = sum_r (t_r - t)^2/(R (1 - fay)^2), averaged over plausible values.

    Parameters
    ----------
    scores, weight
        Shape (N, M) and (N,).
    replicate_weights
        Shape (N, R).
    fay
        Fay's factor, in [0, 1); PISA's is .5.
    """
    centre = scores.mean(axis=0)
    deviation = scores - centre
    offset = np.einsum("nm,n->m", deviation, weight) / weight.sum()
    # The order of a sum of BLAS depends on its threads: the sum must not.
    totals = np.einsum("nr,nm->rm", replicate_weights, deviation)
    replicates = totals / replicate_weights.sum(axis=0)[:, None]
    n_replicates = replicate_weights.shape[1]
    sampling = ((replicates - offset) ** 2).sum(axis=0) / (n_replicates * (1.0 - fay) ** 2)
    return _official(centre, offset, sampling, n_replicates)


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
