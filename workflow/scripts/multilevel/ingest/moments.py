"""Central moments of many schools, built up batch by batch.

School j is kept as n_j, its mean and its sums of powers of deviations
M_k,j = sum_i (y_ij - m_j)^k, k = 2, 3, 4. Two sets of them add up exactly: Chan, Golub
& LeVeque (1983) for the second, Pébay (2008, Sandia report SAND2008-6212) for the higher.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Deviations of up to 2^FAR units keep their fourth powers far from overflow.
FAR = 60
_ROWS = ("n", "mean", "m2", "m3", "m4")


@dataclass(frozen=True, eq=False)
class Moments:
    """Moments of J schools of scores z = (y - centre)/unit.

    `centre` keeps the digits of scores far from 0; `unit`, a power of two, keeps
    fourth powers within double precision and costs no digits.

    Attributes
    ----------
    centre, unit
        In score units.
    n
        Students per school, shape (J,).
    mean, m2, m3, m4
        Mean of z and M_2, M_3, M_4, shape (J,).
    """

    centre: float
    unit: float
    n: Integers
    mean: Floats
    m2: Floats
    m3: Floats
    m4: Floats

    def of(self, schools: Integers) -> "Moments":
        """Those of some schools, in the order given."""
        chosen = {name: getattr(self, name)[schools] for name in _ROWS}
        return Moments(self.centre, self.unit, **chosen)

    @property
    def centred(self) -> tuple[float, Floats, Floats]:
        """Grand mean, school means less the grand mean, M_2: score units and their squares."""
        shift = float(self.n @ self.mean) / int(self.n.sum())
        centre = self.centre + self.unit * shift
        # What the sum above rounded away stays with the schools.
        moved = (centre - self.centre) / self.unit
        return centre, self.unit * (self.mean - moved), self.unit**2 * self.m2


class Accumulator:
    """Moments of all students so far; schools may be added at any time."""

    def __init__(self) -> None:
        self._centre: float | None = None
        self._unit = 1.0
        self._rows = np.zeros((5, 1024))

    def add(self, school: Integers, score: Floats) -> None:
        """Take in a batch.

        Parameters
        ----------
        school
            0-based number of each student's school, shape (N,).
        score
            Finite scores, shape (N,).
        """
        if not len(score):
            return
        if self._centre is None:
            self._centre = _mean(score)
        deviation = score - self._centre
        self._rescale(float(np.max(np.abs(deviation))))
        self._grow(int(school.max()) + 1)
        schools, place = _present(school, self._rows.shape[1])
        with np.errstate(over="ignore", invalid="ignore"):
            batch = _of_batch(place, deviation / self._unit, len(schools))
            self._rows[:, schools] = _together(self._rows[:, schools], batch)

    def moments(self, n_schools: int) -> Moments:
        """Of schools 0..n_schools-1; those without students have zeros."""
        self._grow(n_schools)
        n, mean, m2, m3, m4 = self._rows[:, :n_schools].copy()
        return Moments(self._centre or 0.0, self._unit, n.astype(np.int64), mean, m2, m3, m4)

    def _rescale(self, reach: float) -> None:
        """Let the unit be near the largest deviation so far, which no fourth power outgrows."""
        if reach == 0 or (self._rows[1:].any() and reach < self._unit * 2.0**FAR):
            return
        unit = math.ldexp(1.0, min(max(math.frexp(reach)[1], -1000), 1000))
        if self._rows[1:].any():
            self._rows *= (self._unit / unit) ** np.array([[0.0], [1.0], [2.0], [3.0], [4.0]])
        self._unit = unit

    def _grow(self, size: int) -> None:
        if size > self._rows.shape[1]:
            more = max(size, 2 * self._rows.shape[1]) - self._rows.shape[1]
            self._rows = np.pad(self._rows, ((0, 0), (0, more)))


def _mean(score: Floats) -> float:
    """The mean; of scores whose sum overflows, of their shares in it."""
    with np.errstate(over="ignore"):
        mean = float(np.mean(score))
    return mean if math.isfinite(mean) else float(np.sum(score / len(score)))


def _present(school: Integers, size: int) -> tuple[Integers, Integers]:
    """The distinct numbers below `size` in ascending order, and the place of each among them."""
    found = np.zeros(size, dtype=np.bool_)
    found[school] = True
    schools = np.flatnonzero(found)
    place = np.empty(size, dtype=np.int64)
    place[schools] = np.arange(len(schools))
    return schools, place[school]


def _of_batch(place: Integers, z: Floats, size: int) -> Floats:
    """n, mean, M_2, M_3 and M_4 of each school as rows, shape (5, size)."""
    n = np.bincount(place, minlength=size)
    first = np.bincount(place, z, minlength=size) / n
    residual = z - first[place]
    # The first pass leaves a rounding error in the means; the second takes it out.
    left = np.bincount(place, residual, minlength=size) / n
    residual -= left[place]
    power = residual * residual
    sums = [np.bincount(place, power, minlength=size)]
    for _ in range(2):
        power *= residual
        sums.append(np.bincount(place, power, minlength=size))
    return np.array([n, first + left, *sums], dtype=np.float64)


def _together(a: Floats, b: Floats) -> Floats:
    """Both sets of moments of the same schools; `a` may have empty ones."""
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
