"""Scores in ascending order: statistics of them under many sets of weights at once."""

from dataclasses import dataclass

import numpy as np

from multilevel.fit.sufficient import Floats, Integers

PERCENTS = (5, 10, 25, 50, 75, 90, 95)
# Cumulated weights are sums of N numbers: one that misses p by less than this has reached it.
ROUNDING = 1e-10


@dataclass(frozen=True)
class Ordered:
    """One plausible value, sorted.

    Attributes
    ----------
    order
        Where each score stood before, shape (N,).
    score
        Ascending, shape (N,).
    centre
        Middle of the scores, about which sums are taken.
    cuts
        Scores at which shares are asked for, shape (C,).
    first
        For each cut the number of scores below it, shape (C,).
    """

    order: Integers
    score: Floats
    centre: float
    cuts: Floats
    first: Integers

    @classmethod
    def of(cls, score: Floats, cuts: Floats) -> "Ordered":
        """Sort scores of shape (N,)."""
        order = np.argsort(score, kind="stable")
        ascending = score[order]
        return cls(
            order=order,
            score=ascending,
            centre=float(ascending[len(ascending) // 2]),
            cuts=cuts,
            first=np.searchsorted(ascending, cuts, side="left").astype(np.int64),
        )

    def percentiles(self, cumulated: Floats) -> Floats:
        """The smallest score at which each row's cumulated weight reaches p, shape (R, P).

        Parameters
        ----------
        cumulated
            Cumulated weights in the order of the scores, shape (R, N).
        """
        return self.score[places(cumulated)]

    def statistics(self, weight: Floats) -> Floats:
        """Mean, SD, percentiles and shares under each set of weights, shape (R, 2 + P + C).

        Parameters
        ----------
        weight
            At least 0, with a positive sum, in the order of the scores, shape (R, N).
        """
        deviation = self.score - self.centre
        cumulated = np.cumsum(weight, axis=1)
        total = cumulated[:, -1]
        mean = np.einsum("rn,n->r", weight, deviation) / total
        square = np.einsum("rn,n->r", weight, deviation**2) / total
        below = np.concatenate([np.zeros((len(weight), 1)), cumulated], axis=1)[:, self.first]
        return np.column_stack(
            [
                self.centre + mean,
                np.sqrt(np.maximum(square - mean**2, 0.0)),
                self.percentiles(cumulated),
                1.0 - below / total[:, None],
            ]
        )


def places(cumulated: Floats) -> Integers:
    """Of each row and percentage the first place at which the share is reached, shape (R, P)."""
    shares = np.array(PERCENTS) / 100.0 * (1.0 - ROUNDING)
    rows = [np.searchsorted(row, shares * row[-1], side="left") for row in cumulated]
    return np.asarray(np.stack(rows), dtype=np.int64)
