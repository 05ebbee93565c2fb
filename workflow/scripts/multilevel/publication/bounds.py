"""How closely withheld means follow from what is published, by linear programming."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

Floats = NDArray[np.float64]

# Of many withheld groups those are looked at that weigh most in published sums, and least.
LARGEST, SMALLEST = 16, 8


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What a published number says of withheld means: a weighted sum lies between two limits.

    Attributes
    ----------
    coefficients
        Weight of each group's deviation from its true value, by the group's key.
    low, high
        Limits of the sum; the true one is 0.
    """

    coefficients: Mapping[str, float]
    low: float
    high: float


def narrowest(
    statements: Sequence[Statement],
    reach: Mapping[str, tuple[float, float]],
    sizes: Mapping[str, int],
    scale: float,
) -> float:
    """The smallest width of the interval to which all statements together pin a mean down.

    All other means, their rounding included, are taken as known, and so are all sizes: an
    attacker who knows less has wider intervals. Hundepool et al. (2012), Statistical Disclosure
    Control, chapter 4.

    Parameters
    ----------
    reach
        By key the lowest and the highest deviation that the scale of the scores allows.
    sizes
        Members of the groups whose means are to be protected, by key.
    scale
        Unit in which the programs are solved, such as the standard deviation of the scores.

    Returns
    -------
    The width in units of the scores; infinite without groups to protect.
    """
    if not sizes:
        return float("inf")
    keys = list({key for one in statements for key in one.coefficients} | set(sizes))
    place = {key: at for at, key in enumerate(keys)}
    rows = np.zeros((len(statements), len(keys)))
    for row, statement in zip(rows, statements, strict=True):
        for key, weight in statement.coefficients.items():
            row[place[key]] = weight
    # Each row has a largest coefficient of 1: weights of thousandths are no tolerance.
    largest = np.abs(rows).max(axis=1, initial=1e-300)
    rows = rows / largest[:, None]
    low = np.array([one.low for one in statements]) / largest / scale
    high = np.array([one.high for one in statements]) / largest / scale
    widest = max(end - start for start, end in reach.values())
    limits = [reach.get(key, (-widest, widest)) for key in keys]
    ends = [(start / scale, end / scale) for start, end in limits]
    matrix, limit = np.vstack([rows, -rows]), np.concatenate([high, -low])
    return scale * min(
        _width(place[key], len(keys), matrix, limit, ends) for key in _looked_at(sizes)
    )


def _looked_at(sizes: Mapping[str, int]) -> list[str]:
    ordered = sorted(sizes, key=lambda key: -sizes[key])
    if len(ordered) <= LARGEST + SMALLEST:
        return ordered
    return ordered[:LARGEST] + ordered[-SMALLEST:]


def _width(
    at: int, n: int, matrix: Floats, limit: Floats, ends: Sequence[tuple[float, float]]
) -> float:
    aim = np.zeros(n)
    aim[at] = 1.0
    lowest, highest = (
        linprog(sign * aim, A_ub=matrix, b_ub=limit, bounds=ends, method="highs")
        for sign in (1.0, -1.0)
    )
    if lowest.fun is None or highest.fun is None:
        # Limits that rounding of doubles lets contradict each other pin a mean down entirely.
        return 0.0
    return float(-highest.fun - lowest.fun)
