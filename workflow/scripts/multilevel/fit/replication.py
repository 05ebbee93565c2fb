"""The whole weighted fit repeated under replicate weights, all replicates and values at once.

A replicate multiplies the weight of each school by the ratio of its students' replicate to
their total weights; weights within schools stay. That is what JK2 and BRR do where schools
were the units drawn. W_j then stays the same, so that the fits of all replicates and
plausible values are those of datasets whose schools come in the same sizes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from multilevel.fit.official import FAY
from multilevel.fit.replicates import Replicates, fit_replicates
from multilevel.fit.sufficient import Floats, Integers
from multilevel.fit.weighted import Scaling, WeightedStatistics

Method = Literal["jk2", "jk2-half", "brr-fay"]


@dataclass(frozen=True)
class ReplicateFits:
    """Estimates of M plausible values under R replicates, shape (M, R).

    Attributes
    ----------
    q
        tau00/sigma2.
    gamma00
        Score units.
    sigma2
        Squared score units.
    """

    q: Floats
    gamma00: Floats
    sigma2: Floats


def fit_under_replicates(
    values: Sequence[WeightedStatistics], group_weight: Floats, factors: Floats, scaling: Scaling
) -> ReplicateFits:
    """The weighted fit of each plausible value under each replicate.

    Parameters
    ----------
    values
        Statistics with conditional weights as they are, of M plausible values.
    group_weight
        School weights, shape (J,).
    factors
        What each replicate multiplies them by, >= 0, shape (J, R).
    scaling
        Of the conditional weights.
    """
    scaled = [one.scaled(scaling) for one in values]
    sizes, place = np.unique(scaled[0].weight, return_inverse=True)
    member = (place[:, None] == np.arange(len(sizes))).astype(np.float64)
    weight = factors.T * group_weight
    fits = [fit_replicates(_replicates(one, weight, sizes, place, member)) for one in scaled]
    return ReplicateFits(
        q=np.stack([fit.q for fit in fits]),
        gamma00=np.stack([one.centre + fit.offset for one, fit in zip(scaled, fits, strict=True)]),
        sigma2=np.stack([fit.sigma2 for fit in fits]),
    )


def _replicates(
    statistics: WeightedStatistics, weight: Floats, sizes: Floats, place: Integers, member: Floats
) -> Replicates:
    """Sums over the schools of each W_j, a row a replicate."""

    def by_size(values: Floats) -> Floats:
        # Not a product by BLAS, whose last digits depend on the number of threads.
        return np.asarray(np.einsum("rj,jk->rk", values, member))

    count = by_size(weight)
    offset = by_size(weight * statistics.offset) / np.where(count > 0, count, 1.0)
    deviation = statistics.offset - offset[:, place]
    return Replicates(
        n=sizes,
        count=count,
        offset=offset,
        between_ss=by_size(weight * deviation**2),
        ssw=np.einsum("rj,j->r", weight, statistics.ss),
        n_members=np.einsum("rj,j->r", weight, statistics.weight),
        p=0,
    )


def sampling_variance(
    estimates: Floats, replicates: Floats, method: Method, fay: float = FAY
) -> float:
    """Variance by replication, averaged over plausible values as official figures are.

    "jk2": half the sum of squares over both halves of every zone; "jk2-half": the sum over
    the replicates in which half 1 counts double, of the first plausible value alone;
    "brr-fay": sum of squares over R (1 - fay)^2.

    Parameters
    ----------
    estimates
        Shape (M,).
    replicates
        Shape (M, R); for the jackknife R = 2 Z as `jackknife_factors` orders them.
    """
    squares = (replicates - estimates[:, None]) ** 2
    n_replicates = squares.shape[1]
    if method == "brr-fay":
        return float(squares.sum(axis=1).mean() / (n_replicates * (1.0 - fay) ** 2))
    if method == "jk2":
        return float(squares.sum(axis=1).mean()) / 2.0
    return float(squares[0, : n_replicates // 2].sum())
