"""Sums over all members for the official figure: in total, by zone and half, by replicate.

Scores are taken about their mean in the first batch, so that a large mean costs no digits.
"""

import numpy as np

from multilevel.ingest.statistics.rows import Floats, Integers, Rows, sums, wider
from multilevel.records.students import ReplicateSums, TotalSums, ZoneCells, ZoneSums

# Codes of the halves of a zone, as TIMSS has them and as other programs number them.
HALVES, HALVES_FROM_1 = (0, 1), (1, 2)
_CODES = 3


class _Centred:
    """What the three have in common: the weights and the centred scores of a batch."""

    def __init__(self) -> None:
        self._centre: Floats | None = None

    def _deviation(self, rows: Rows) -> Floats:
        if self._centre is None:
            self._centre = rows.scores.mean(axis=0)
        return np.asarray(rows.scores - self._centre)


class Totals(_Centred):
    """Sums of weights and weighted scores."""

    def __init__(self) -> None:
        super().__init__()
        self._weight = self._weight2 = 0.0
        self._weighted: Floats = np.zeros(1)

    def add(self, rows: Rows) -> None:
        """Take in a batch with weights."""
        weight = _weight(rows)
        self._weight += float(weight.sum())
        self._weight2 += float(np.sum(weight**2))
        self._weighted = self._weighted + np.einsum("nm,n->m", self._deviation(rows), weight)

    def result(self, order: Integers) -> TotalSums:
        """The sums, whatever the order of the groups."""
        return TotalSums(
            centre=np.empty(0) if self._centre is None else self._centre,
            weight=self._weight,
            weight2=self._weight2,
            weighted=self._weighted,
        )


class Replication(_Centred):
    """Sums of each replicate's weights and weighted scores."""

    def __init__(self) -> None:
        super().__init__()
        self._weight: Floats = np.zeros(1)
        self._weighted: Floats = np.zeros((1, 1))
        self._of_groups: Floats = np.zeros((0, 1024))

    def add(self, rows: Rows) -> None:
        """Take in a batch with replicate weights."""
        if rows.replicate is None:
            raise ValueError("no replicate weights")
        self._weight = self._weight + rows.replicate.sum(axis=0)
        # The order of a sum of BLAS depends on its threads: the sum must not.
        weighted = np.einsum("nr,nm->rm", rows.replicate, self._deviation(rows))
        self._weighted = self._weighted + weighted
        if not len(self._of_groups):
            self._of_groups = np.zeros((len(self._weight), self._of_groups.shape[1]))
        self._of_groups = wider(self._of_groups, int(rows.group.max()) + 1)
        for sums_of, weight in zip(self._of_groups, rows.replicate.T, strict=True):
            sums_of += sums(rows.group, weight, len(sums_of))

    def result(self, order: Integers) -> ReplicateSums:
        """The sums, those within groups in this order."""
        return ReplicateSums(
            weight=self._weight,
            weighted=self._weighted,
            of_groups=np.ascontiguousarray(self._of_groups[:, order].T),
        )


class Zones(_Centred):
    """Sums of weights and weighted scores by jackknife zone and half.

    Which codes are those of the halves, 0 and 1 or 1 and 2, only the last batch tells.
    """

    def __init__(self) -> None:
        super().__init__()
        self._places: dict[float, int] = {}
        self._weight = np.zeros(64 * _CODES)
        self._weighted = np.zeros((0, 64 * _CODES))
        self._cells: dict[tuple[int, int], float] = {}  # weight by group, and zone and code
        self._n_without = 0

    def add(self, rows: Rows) -> None:
        """Take in a batch with zones and halves; codes other than 0, 1 and 2 count for 1."""
        if rows.zone is None or rows.half is None:
            raise ValueError("no zones")
        deviation, weight = self._deviation(rows), _weight(rows)
        known = ~np.isnan(rows.zone) & ~np.isnan(rows.half)
        self._n_without += int(np.count_nonzero(~known))
        zone = self._numbered(rows.zone[known])
        code = np.where(np.isin(rows.half[known], (0, 2)), rows.half[known], 1).astype(np.int64)
        cell = _CODES * zone + code
        if len(self._weighted) == 0:
            self._weighted = np.zeros((deviation.shape[1], len(self._weight)))
        size = _CODES * len(self._places)
        self._weight, self._weighted = wider(self._weight, size), wider(self._weighted, size)
        size = len(self._weight)
        self._weight += np.bincount(cell, weights=weight[known], minlength=size)
        for m, values in enumerate(deviation[known].T):
            self._weighted[m] += np.bincount(cell, weights=weight[known] * values, minlength=size)
        numbers, place = np.unique(rows.group[known] * size + cell, return_inverse=True)
        of_cells = np.bincount(place, weights=weight[known]).tolist()
        for number, total in zip(numbers.tolist(), of_cells, strict=True):
            key = divmod(number, size)
            self._cells[key] = self._cells.get(key, 0.0) + total

    def result(self, order: Integers) -> ZoneSums:
        """Zones in ascending order of their codes, groups in this order."""
        n = len(self._places)
        by_code = np.array([self._places[zone] for zone in sorted(self._places)], dtype=np.int64)
        weight = self._weight[: _CODES * n].reshape(n, _CODES)
        weighted = self._weighted[:, : _CODES * n].reshape(-1, n, _CODES)
        codes = list(HALVES if weight[:, HALVES[0]].any() else HALVES_FROM_1)
        both = (weight[:, codes] > 0).all(axis=1)
        cells = self._in_order(order, by_code, codes)
        zones_of = np.unique(np.stack([cells.zone, cells.group]), axis=1)[0]
        one_group = np.bincount(zones_of, minlength=n)[np.argsort(by_code)] == 1
        return ZoneSums(
            weight=weight[by_code][:, codes],
            weighted=np.moveaxis(weighted[:, by_code][:, :, codes], 0, -1),
            n_without=self._n_without,
            n_both=int(both.sum()),
            n_one_group=int((both & one_group).sum()),
            cells=cells,
        )

    def _in_order(self, order: Integers, by_code: Integers, codes: list[int]) -> ZoneCells:
        numbers = np.array(list(self._cells), dtype=np.int64).reshape(-1, 2)
        group = np.argsort(order)[np.searchsorted(np.sort(order), numbers[:, 0])]
        zone = np.argsort(by_code)[numbers[:, 1] // _CODES]
        half = (numbers[:, 1] % _CODES == codes[1]).astype(np.int64)
        weight = np.array(list(self._cells.values()))
        place = np.lexsort((half, zone, group))
        return ZoneCells(
            group=group[place], zone=zone[place], half=half[place], weight=weight[place]
        )

    def _numbered(self, zone: Floats) -> Integers:
        values, index = np.unique(zone, return_inverse=True)
        places = [self._places.setdefault(value, len(self._places)) for value in values.tolist()]
        return np.array(places, dtype=np.int64)[index]


def half_of(code: Floats) -> Floats:
    """Half 0 or 1 by the codes of a whole file, or of a sample of it; NaN stays."""
    return np.asarray(code - 1.0 if np.any(code == HALVES_FROM_1[1]) else code)


def _weight(rows: Rows) -> Floats:
    if rows.total is None:
        raise ValueError("no weights")
    return rows.total
