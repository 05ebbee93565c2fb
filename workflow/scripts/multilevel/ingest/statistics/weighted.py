"""Weighted means and sums of squares of many groups, built up batch by batch."""

import numpy as np

from multilevel.ingest.statistics.rows import Floats, Integers, Rows, sums, wider
from multilevel.records.students import WeightedMoments


class Conditional:
    """Under conditional weights, total weights over those of the groups."""

    def __init__(self) -> None:
        self._centre = np.empty(0)
        self._counts = np.zeros((3, 1024))  # n, weight, weight2
        self._values = np.zeros((2, 0, 1024))  # offset and ss of each plausible value

    def add(self, rows: Rows) -> None:
        """Take in a batch with weights."""
        if rows.total is None or rows.group_weight is None:
            raise ValueError("conditional weights need weights of members and of groups")
        scores, size = rows.scores, int(rows.group.max()) + 1
        if not len(self._centre):
            columns = map(np.ascontiguousarray, scores.T)
            self._centre = np.array([np.mean(score) for score in columns])
            self._values = np.zeros((2, scores.shape[1], self._counts.shape[1]))
        self._counts, self._values = wider(self._counts, size), wider(self._values, size)
        size = self._counts.shape[1]
        weight = rows.total / rows.group_weight
        counts = np.stack(
            [
                np.bincount(rows.group, minlength=size).astype(np.float64),
                sums(rows.group, weight, size),
                sums(rows.group, weight * weight, size),
            ]
        )
        for m, score in enumerate(scores.T):
            batch = _of_batch(rows.group, score - self._centre[m], weight, counts[1])
            self._values[:, m] = _together(
                self._counts[1], self._values[:, m], counts[1], np.stack(batch)
            )
        self._counts += counts

    def result(self, order: Integers) -> WeightedMoments:
        """Those of the groups in this order."""
        n, weight, weight2 = self._counts[:, order]
        offset, ss = self._values[:, :, order]
        return WeightedMoments(
            centre=self._centre,
            n=n.astype(np.int64),
            weight=weight,
            weight2=weight2,
            offset=offset,
            ss=ss,
        )


def _of_batch(
    group: Integers, deviation: Floats, weight: Floats, total: Floats
) -> tuple[Floats, Floats]:
    """Weighted mean and sum of squares of each group's deviations; 0 for an empty one."""
    size, divisor = len(total), np.where(total > 0, total, 1.0)
    first = sums(group, weight * deviation, size) / divisor
    residual = deviation - first[group]
    # The first pass leaves a rounding error in the means; the second takes it out.
    correction = sums(group, weight * residual, size) / divisor
    squares = sums(group, weight * residual * residual, size)
    return first + correction, np.maximum(squares - total * correction**2, 0.0)


def _together(weight_a: Floats, a: Floats, weight_b: Floats, b: Floats) -> Floats:
    """Both sets of weighted means and sums of squares; either may have empty groups."""
    weight = weight_a + weight_b
    share = np.where(weight_b > 0, weight_b / np.where(weight > 0, weight, 1.0), 0.0)
    difference = b[0] - a[0]
    mean = np.where(share == 1.0, b[0], a[0] + difference * share)
    return np.stack([mean, a[1] + b[1] + difference**2 * weight_a * share])
