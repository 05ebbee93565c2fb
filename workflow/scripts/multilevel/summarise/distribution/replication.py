"""Sampling variances by the replicates of a study, for statistics of all kinds.

JK2 leaves half a zone out and counts the other double; BRR brings its weights along (TIMSS 2019
Methods and Procedures, ch. 14; PISA Data Analysis Manual, ch. 4).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from multilevel.fit.official import FAY
from multilevel.fit.sufficient import Floats, Integers
from multilevel.summarise.distribution.ordered import Ordered

# Numbers in an array of replicates by students.
BLOCK_CELLS = 2_000_000


@dataclass(frozen=True, eq=False)
class Jackknife:
    """Zones and halves of the students.

    Attributes
    ----------
    zone
        0..Z-1, shape (N,); two zones at least.
    half
        0 or 1, shape (N,).
    both_halves
        JK2 as since 2015: each half doubled in turn, averaged, for each plausible value. Else
        half 1 alone is doubled, and the first plausible value stands for all.
    """

    zone: Integers
    half: Integers
    both_halves: bool = True

    @property
    def df(self) -> float:
        """Zones."""
        return float(self.zone.max()) + 1.0

    @property
    def first_value_only(self) -> bool:
        """Whether the sampling variance is that of the first plausible value."""
        return not self.both_halves

    def weights(self, weight: Floats, order: Integers) -> Iterator[Floats]:
        """Replicate weights in the given order of students, in blocks of shape (B, N)."""
        zone, half, sorted_weight = self.zone[order], self.half[order], weight[order]
        doubled = [np.where(half == h, 2.0 * sorted_weight, 0.0) for h in (1, 0)]
        for zones in blocks(int(self.df), len(weight)):
            inside = zone == zones[:, None]
            for each in doubled[: 1 + self.both_halves]:
                yield np.where(inside, each, sorted_weight)

    def variance(self, squares: Floats) -> Floats:
        """From sums over replicates of squared differences."""
        return squares / 2.0 if self.both_halves else squares


@dataclass(frozen=True, eq=False)
class BalancedReplicates:
    """Replicate weights of balanced repeated replication by Fay's method.

    Attributes
    ----------
    replicate
        Shape (N, R), none missing.
    fay
        Fay's factor, in [0, 1).
    """

    replicate: Floats
    fay: float = FAY

    @property
    def df(self) -> float:
        """Replicates."""
        return float(self.replicate.shape[1])

    @property
    def first_value_only(self) -> bool:
        """False: each plausible value has its own sampling variance."""
        return False

    def weights(self, weight: Floats, order: Integers) -> Iterator[Floats]:
        """Replicate weights in the given order of students, in blocks of shape (B, N)."""
        for columns in blocks(self.replicate.shape[1], len(weight)):
            yield self.replicate[:, columns][order].T

    def variance(self, squares: Floats) -> Floats:
        """From sums over replicates of squared differences."""
        return np.asarray(squares / (self.replicate.shape[1] * (1.0 - self.fay) ** 2))


Replication = Jackknife | BalancedReplicates


def blocks(count: int, size: int) -> Iterator[Integers]:
    """0 .. count-1 in lots, so that a lot times `size` stays within BLOCK_CELLS."""
    step = max(1, BLOCK_CELLS // size)
    for start in range(0, count, step):
        yield np.arange(start, min(start + step, count))


def sampling_variance(
    ordered: Ordered, weight: Floats, replication: Replication, estimates: Floats
) -> Floats:
    """Of each of `Ordered.statistics`, shape (S,).

    Parameters
    ----------
    weight
        Total student weights as in the file, shape (N,).
    estimates
        With all weights, shape (S,).
    """
    squares = np.zeros_like(estimates)
    for block in replication.weights(weight, ordered.order):
        squares += ((ordered.statistics(block) - estimates) ** 2).sum(axis=0)
    return replication.variance(squares)
