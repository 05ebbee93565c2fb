"""What figures may show of members: quantiles that each stand for several of them."""

import numpy as np
from numpy.typing import NDArray

from multilevel.publication.rounding import members, to_unit
from multilevel.publication.withholding import Booleans
from multilevel.records.students import Blurred, Students

Floats = NDArray[np.float64]

TENTHS = 10
BANDS = (0.05, 0.25, 0.5, 0.75, 0.95)
# Residuals: at most so many values, in parts of the standard deviation within groups.
# One standard deviation lies between two of them: no share within it hangs on a tie.
MOST_VALUES, PART_OF_SD = 240, 2 / 39


def blurred(
    students: Students,
    hidden: Booleans,
    order: Floats,
    *,
    min_members: int,
    sd_within: float,
    unit: float,
) -> Blurred:
    """Quantiles with at least `min_members` members beyond and between them.

    Parameters
    ----------
    hidden
        Groups that are withheld, shape (J,): none of their members is in a quantile.
    order
        Means of the other groups as shown, which put them into tenths.
    sd_within, unit
        Standard deviation within groups, and the unit of scores.
    """
    first = students.moments[0]
    mean, n = first.centre + first.unit * first.mean, first.n
    group, score = students.members.group, students.members.scores[:, 0]
    kept = ~hidden[group]
    group, score = group[kept], score[kept]
    several = n[group] > 1
    of_several = group[several]
    deviation = (score[several] - mean[of_several]) * np.sqrt(n[of_several] / (n[of_several] - 1.0))
    place = np.full(len(hidden), -1)
    rank = np.empty(len(order), dtype=np.int64)
    rank[np.argsort(order, kind="stable")] = np.arange(len(order))
    place[~hidden] = rank * TENTHS // len(order)
    return Blurred(
        residuals=_residuals(deviation, min_members, PART_OF_SD * sd_within),
        tenths=np.array(
            [_quantiles(score[place[group] == tenth], min_members, unit) for tenth in range(TENTHS)]
        ),
    )


def _residuals(deviation: Floats, min_members: int, unit: float) -> Floats:
    values = min(MOST_VALUES, len(deviation) // min_members)
    if values == 0:
        return np.empty(0)
    levels = np.quantile(deviation, (np.arange(values) + 0.5) / values)
    times = np.diff(np.round(np.linspace(0, members(len(deviation)), values + 1)).astype(int))
    return np.repeat([to_unit(float(level), unit) for level in levels], times)


def _quantiles(score: Floats, min_members: int, unit: float) -> list[float]:
    """NaN where fewer than `min_members` members lie on either side."""
    return [
        to_unit(float(np.quantile(score, band)), unit)
        if min(band, 1 - band) * len(score) >= min_members
        else float("nan")
        for band in BANDS
    ]
