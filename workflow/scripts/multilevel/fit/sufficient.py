"""Sufficient statistics of the random-intercept model.

School j enters the likelihood only through n_j, its mean m_j and its sum of
squares SS_j. They add up over chunks and files, so a fit costs one pass over
the students and then O(number of distinct n_j) per evaluation.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from multilevel.records.students import Moments

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class SufficientStatistics:
    """n_j, m_j and SS_j of J schools.

    Means are kept as offsets from `centre`, so that a mean of 1e9 costs no digits.

    Attributes
    ----------
    centre
        What was subtracted from all scores; in score units.
    n
        Students per school, shape (J,).
    offset
        m_j - centre, shape (J,), score units; 0 for an empty school.
    ss
        sum_i (y_ij - m_j)^2, shape (J,), squared score units.
    """

    centre: float
    n: Integers
    offset: Floats
    ss: Floats

    @classmethod
    def from_members(cls, group: Integers, score: Floats) -> "SufficientStatistics":
        """Two passes over the students.

        Parameters
        ----------
        group
            School of each student as 0..J-1, shape (N,).
        score
            Finite scores, shape (N,), N >= 1.

        Examples
        --------
        >>> import numpy as np
        >>> score = np.array([1.0, 3.0, 10.0, 11.0, 12.0])
        >>> schools = SufficientStatistics.from_members(np.array([0, 0, 1, 1, 1]), score)
        >>> schools.n.tolist(), schools.mean.tolist(), schools.ssw
        ([2, 3], [2.0, 11.0], 4.0)
        """
        n = np.bincount(group).astype(np.int64)
        size, divisor = len(n), np.maximum(n, 1)
        # Scores too large for their squares leave infinities, which `check_fittable` refuses.
        with np.errstate(over="ignore", invalid="ignore"):
            centre = float(np.mean(score))
            deviation = score - centre
            first = np.bincount(group, weights=deviation, minlength=size) / divisor
            residual = deviation - first[group]
            # The first pass leaves a rounding error in the means; the second takes it out.
            correction = np.bincount(group, weights=residual, minlength=size) / divisor
            squares = np.bincount(group, weights=residual * residual, minlength=size)
            ss = np.maximum(squares - n * correction**2, 0.0)
        return cls(centre, n, first + correction, ss)

    @classmethod
    def of(cls, moments: Moments) -> "SufficientStatistics":
        """What ingest added up of one score, in score units; no empty school."""
        # Scores too large for their squares leave infinities, which `check_fittable` refuses.
        with np.errstate(over="ignore", invalid="ignore"):
            return cls(
                moments.centre, moments.n, moments.unit * moments.mean, moments.unit**2 * moments.m2
            )

    @property
    def n_members(self) -> int:
        """N."""
        return int(self.n.sum())

    @property
    def n_groups(self) -> int:
        """J."""
        return len(self.n)

    @property
    def ssw(self) -> float:
        """Sum of squares within schools."""
        return float(self.ss.sum())

    @property
    def mean(self) -> Floats:
        """School means m_j, shape (J,), score units."""
        return self.centre + self.offset


@dataclass(frozen=True)
class SizeClasses:
    """Schools of one size taken together: all that the likelihood needs.

    Attributes
    ----------
    n
        Distinct school sizes as floats, ascending, shape (K,).
    count
        Schools of that size, shape (K,).
    offset
        Mean of their m_j - centre, shape (K,).
    between_ss
        Sum of squares of their means about that mean, shape (K,).
    """

    n: Floats
    count: Floats
    offset: Floats
    between_ss: Floats

    @classmethod
    def of(cls, statistics: SufficientStatistics) -> "SizeClasses":
        """Classes of the schools that have students."""
        filled = statistics.n > 0
        sizes, index = np.unique(statistics.n[filled], return_inverse=True)
        offset = statistics.offset[filled]
        count = np.bincount(index).astype(np.float64)
        mean = np.bincount(index, weights=offset) / count
        between_ss = np.bincount(index, weights=(offset - mean[index]) ** 2)
        return cls(sizes.astype(np.float64), count, mean, between_ss.astype(np.float64))
