"""Sampling variances where a study has no replicates: from its schools.

Means, SDs and shares are smooth in the schools' sums, so leaving one school out at a time is
right for them (Efron & Tibshirani 1993, ch. 11); for percentiles it is not, so schools are
drawn anew, J - 1 of J with replacement (Rao & Wu 1988).
"""

from dataclasses import dataclass

import numpy as np

from multilevel.fit.sufficient import Floats, Integers
from multilevel.summarise.distribution.ordered import PERCENTS, Ordered, places
from multilevel.summarise.distribution.replication import blocks

FEWEST_SCHOOLS = 3
# A standard error by 400 draws is right to 3.5%.
DRAWS = 400
# Fixed: the same data must give the same report. Efron's year.
SEED = 1979
# Draws times students up to which each draw's percentiles are looked up singly: a second.
EXACT_CELLS = 20_000_000


@dataclass(frozen=True)
class SchoolSums:
    """Sums of a school's weights, for what is smooth in them; all of shape (J, ...).

    Attributes
    ----------
    weight
        Sum of weights, shape (J,).
    first, second
        Of weight times deviation from a centre and times its square, shape (J,).
    reached
        Of the weights at or above each cut, shape (J, C).
    """

    weight: Floats
    first: Floats
    second: Floats
    reached: Floats

    @classmethod
    def of(cls, score: Floats, group: Integers, weight: Floats, cuts: Floats) -> "SchoolSums":
        """One pass over the students; `group` holds 0..J-1, all arrays have shape (N,)."""
        centre = float(np.median(score))
        deviation = score - centre

        def summed(values: Floats) -> Floats:
            return np.asarray(np.bincount(group, weights=values), dtype=np.float64)

        reached = [summed(weight * (score >= cut)) for cut in cuts]
        return cls(
            weight=summed(weight),
            first=summed(weight * deviation),
            second=summed(weight * deviation**2),
            reached=np.stack(reached, axis=1) if reached else np.empty((int(group.max()) + 1, 0)),
        )


def jackknife_variance(sums: SchoolSums) -> Floats:
    """(J-1)/J sum_j (t_(j) - their mean)^2 for mean, SD and each share, shape (2 + C,)."""
    n_schools = len(sums.weight)
    weight, first, second, reached = (
        part.sum(axis=0) - part for part in (sums.weight, sums.first, sums.second, sums.reached)
    )
    mean = first / weight
    sd = np.sqrt(np.maximum(second / weight - mean**2, 0.0))
    left_out = np.column_stack([mean, sd, reached / weight[:, None]])
    return np.asarray((n_schools - 1.0) * left_out.var(axis=0))


def draws_of_schools(n_schools: int) -> Integers:
    """How often each school is in each draw of J - 1, shape (DRAWS, J)."""
    random = np.random.default_rng(SEED)
    return random.multinomial(n_schools - 1, np.full(n_schools, 1.0 / n_schools), size=DRAWS)


def percentile_variance(
    ordered: Ordered, group: Integers, weight: Floats, draws: Integers
) -> Floats:
    """Over the draws of schools, shape (P,).

    Parameters
    ----------
    group, weight
        As in the file, shape (N,).
    draws
        From `draws_of_schools`.
    """
    if len(draws) * len(weight) > EXACT_CELLS:
        return _first_order(ordered, group, weight, draws)
    group, weight = group[ordered.order], weight[ordered.order]
    found = [
        ordered.percentiles(np.cumsum(draws[rows][:, group] * weight, axis=1))
        for rows in blocks(len(draws), len(weight))
    ]
    return np.asarray(np.concatenate(found).var(axis=0, ddof=1))


def _first_order(ordered: Ordered, group: Integers, weight: Floats, draws: Integers) -> Floats:
    """Each draw's share up to a percentile, taken to scores by the whole sample's distribution.

    Bahadur's (1966) representation: a draw in which the share up to the p-th percentile is
    p + e has its own p-th percentile near the whole sample's (p - e)-th.
    """
    group, weight = group[ordered.order], weight[ordered.order]
    n_schools = draws.shape[1]
    cumulated = np.cumsum(weight)
    place = places(cumulated[None, :])[0]
    by_school = np.stack(
        [
            np.bincount(group[: end + 1], weights=weight[: end + 1], minlength=n_schools)
            for end in place
        ],
        axis=1,
    )
    total = np.bincount(group, weights=weight, minlength=n_schools)
    share = np.einsum("dj,jp->dp", draws, by_school) / np.einsum("dj,j->d", draws, total)[:, None]
    wanted = 2.0 * cumulated[place] / cumulated[-1] - share
    at = np.searchsorted(cumulated, wanted * cumulated[-1], side="left")
    scores = ordered.score[np.clip(at, 0, len(cumulated) - 1)]
    return np.asarray(scores.var(axis=0, ddof=1)).reshape(len(PERCENTS))
