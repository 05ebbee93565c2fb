"""What each replicate of the design multiplies a group's weight by.

A group's weight under a replicate, over its own, is the sum of its members' replicate weights
over that of their total weights.
"""

import numpy as np

from multilevel.ingest.statistics.official import HALVES, HALVES_FROM_1
from multilevel.ingest.statistics.rows import Floats, Integers, Rows, sums, wider


class JackknifeFactors:
    """Those of JK2, from the weights by group, zone and half.

    Which codes are those of the halves, 0 and 1 or 1 and 2, only the last batch tells.
    """

    def __init__(self) -> None:
        self._total = np.zeros(1024)
        self._cells: dict[tuple[int, float, int], float] = {}

    def add(self, rows: Rows) -> None:
        """Take in a batch with weights, zones and halves."""
        if rows.total is None or rows.zone is None or rows.half is None:
            raise ValueError("no zones")
        self._total = wider(self._total, int(rows.group.max()) + 1)
        self._total += sums(rows.group, rows.total, len(self._total))
        known = ~np.isnan(rows.zone) & ~np.isnan(rows.half)
        code = np.where(np.isin(rows.half[known], (0, 2)), rows.half[known], 1)
        columns = np.stack([rows.group[known], rows.zone[known], code], axis=1)
        cells, place = np.unique(columns, axis=0, return_inverse=True)
        weights = sums(place.ravel(), rows.total[known], len(cells))
        for (group, zone, half), weight in zip(cells.tolist(), weights.tolist(), strict=True):
            key = int(group), zone, int(half)
            self._cells[key] = self._cells.get(key, 0.0) + weight

    def result(self, order: Integers) -> Floats:
        """Of the groups in this order, shape (J, 2 Z), zones in the order of their codes."""
        codes = {half for _, _, half in self._cells}
        zero, _ = HALVES if HALVES[0] in codes else HALVES_FROM_1
        zones = {zone: z for z, zone in enumerate(sorted({zone for _, zone, _ in self._cells}))}
        place = np.full(len(self._total), -1)
        place[order] = np.arange(len(order))
        shift = np.zeros((len(order), len(zones)))
        for (group, zone, half), weight in self._cells.items():
            shift[place[group], zones[zone]] += -weight if half == zero else weight
        share = shift / self._total[order][:, None]
        return np.concatenate([1.0 + share, 1.0 - share], axis=1)


class ReplicateWeightFactors:
    """Those of given replicate weights; NaN where one is missing."""

    def __init__(self) -> None:
        self._total = np.zeros(1024)
        self._replicate = np.zeros((0, 1024))

    def add(self, rows: Rows) -> None:
        """Take in a batch with weights and replicate weights."""
        if rows.total is None or rows.replicate is None:
            raise ValueError("no replicate weights")
        if not len(self._replicate):
            self._replicate = np.zeros((rows.replicate.shape[1], len(self._total)))
        size = int(rows.group.max()) + 1
        self._total, self._replicate = wider(self._total, size), wider(self._replicate, size)
        size = len(self._total)
        self._total += sums(rows.group, rows.total, size)
        for r, weight in enumerate(rows.replicate.T):
            self._replicate[r] += sums(rows.group, np.ascontiguousarray(weight), size)

    def result(self, order: Integers) -> Floats:
        """Of the groups in this order, shape (J, R)."""
        return np.asarray((self._replicate[:, order] / self._total[order]).T)


class Factors:
    """Those of the jackknife or of replicate weights, by what the rows have."""

    def __init__(self) -> None:
        self._kind: JackknifeFactors | ReplicateWeightFactors | None = None

    def add(self, rows: Rows) -> None:
        """Take in a batch with weights and replicates of either kind."""
        if self._kind is None:
            jackknife = rows.replicate is None
            self._kind = JackknifeFactors() if jackknife else ReplicateWeightFactors()
        self._kind.add(rows)

    def result(self, order: Integers) -> Floats:
        """Of the groups in this order, shape (J, R)."""
        return np.empty((len(order), 0)) if self._kind is None else self._kind.result(order)
