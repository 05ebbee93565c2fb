"""Central moments of many groups, built up batch by batch.

Group j is kept as n_j, its mean and its sums of powers of deviations
M_k,j = sum_i (y_ij - m_j)^k, k = 2, 3, 4. Two sets of them add up exactly: Chan, Golub
& LeVeque (1983) for the second, Pébay (2008, Sandia report SAND2008-6212) for the higher.
"""

import math

import numpy as np

from multilevel.ingest.statistics.rows import Floats, Integers, Rows, wider
from multilevel.records.students import Moments

# Deviations of up to 2^FAR units keep their fourth powers far from overflow.
FAR = 60


class Values:
    """Moments of each plausible value."""

    def __init__(self) -> None:
        self._values: list[ScoreMoments] = []

    def add(self, rows: Rows) -> None:
        """Take in a batch."""
        if not self._values:
            self._values = [ScoreMoments() for _ in rows.scores.T]
        for moments, score in zip(self._values, rows.scores.T, strict=True):
            moments.add(rows.group, np.ascontiguousarray(score))

    def result(self, order: Integers) -> tuple[Moments, ...]:
        """Of each value those of the groups in this order."""
        return tuple(moments.result(order) for moments in self._values)


class Averaged:
    """Moments of the members' mean over plausible values."""

    def __init__(self) -> None:
        self._moments = ScoreMoments()

    def add(self, rows: Rows) -> None:
        """Take in a batch."""
        self._moments.add(rows.group, rows.scores.mean(axis=1))

    def result(self, order: Integers) -> Moments:
        """Those of the groups in this order."""
        return self._moments.result(order)


class ScoreMoments:
    """Moments of one score so far; groups may be added at any time."""

    def __init__(self) -> None:
        self._centre: float | None = None
        self._unit = 1.0
        self._low, self._high = math.inf, -math.inf
        self._rows = np.zeros((5, 1024))

    def add(self, group: Integers, score: Floats) -> None:
        """Take in a batch.

        Parameters
        ----------
        group
            0-based number of each member's group, shape (N,).
        score
            Finite scores, shape (N,).
        """
        if not len(score):
            return
        if self._centre is None:
            self._centre = float(np.mean(score))
        self._low = min(self._low, float(score.min()))
        self._high = max(self._high, float(score.max()))
        deviation = score - self._centre
        self._rescale(float(np.max(np.abs(deviation))))
        self._rows = wider(self._rows, int(group.max()) + 1)
        groups, place = _present(group, self._rows.shape[1])
        with np.errstate(over="ignore", invalid="ignore"):
            batch = _of_batch(place, deviation / self._unit, len(groups))
            self._rows[:, groups] = _together(self._rows[:, groups], batch)

    def result(self, order: Integers) -> Moments:
        """Those of the groups in this order."""
        n, mean, m2, m3, m4 = self._rows[:, order]
        return Moments(
            centre=self._centre or 0.0,
            unit=self._unit,
            low=self._low,
            high=self._high,
            n=n.astype(np.int64),
            mean=mean,
            m2=m2,
            m3=m3,
            m4=m4,
        )

    def _rescale(self, reach: float) -> None:
        """Let the unit be near the largest deviation so far, which no fourth power outgrows."""
        if reach == 0 or (self._rows[1:].any() and reach < self._unit * 2.0**FAR):
            return
        unit = math.ldexp(1.0, min(max(math.frexp(reach)[1], -1000), 1000))
        if self._rows[1:].any():
            self._rows *= (self._unit / unit) ** np.array([[0.0], [1.0], [2.0], [3.0], [4.0]])
        self._unit = unit


def _present(group: Integers, size: int) -> tuple[Integers, Integers]:
    """The distinct numbers below `size` in ascending order, and the place of each among them."""
    present = np.zeros(size, dtype=np.bool_)
    present[group] = True
    groups = np.flatnonzero(present)
    place = np.empty(size, dtype=np.int64)
    place[groups] = np.arange(len(groups))
    return groups, place[group]


def _of_batch(place: Integers, z: Floats, size: int) -> Floats:
    """n, mean, M_2, M_3 and M_4 of each group as rows, shape (5, size)."""
    n = np.bincount(place, minlength=size)
    first = np.bincount(place, z, minlength=size) / n
    residual = z - first[place]
    # The first pass leaves a rounding error in the means; the second takes it out.
    left = np.bincount(place, residual, minlength=size) / n
    m2 = np.bincount(place, residual * residual, minlength=size) - n * left**2
    residual -= left[place]
    power = residual * residual
    higher = []
    for _ in range(2):
        power *= residual
        higher.append(np.bincount(place, power, minlength=size))
    return np.array([n, first + left, np.maximum(m2, 0.0), *higher], dtype=np.float64)


def _together(a: Floats, b: Floats) -> Floats:
    """Both sets of moments of the same groups; `a` may have empty ones."""
    if not a[0].any():
        return b
    na, mean_a, m2a, m3a, m4a = a
    nb, mean_b, m2b, m3b, m4b = b
    n = na + nb
    d = np.where(na > 0, mean_b - mean_a, 0.0)
    pa, pb = na / n, nb / n
    mean = np.where(na > 0, mean_a + d * pb, mean_b)
    m2 = m2a + m2b + d**2 * na * pb
    m3 = m3a + m3b + d**3 * na * pb * (pa - pb) + 3.0 * d * (pa * m2b - pb * m2a)
    m4 = (
        m4a
        + m4b
        + d**4 * na * pb * (pa**2 - pa * pb + pb**2)
        + 6.0 * d**2 * (pa**2 * m2b + pb**2 * m2a)
        + 4.0 * d * (pa * m3b - pb * m3a)
    )
    return np.array([n, mean, m2, m3, m4])
