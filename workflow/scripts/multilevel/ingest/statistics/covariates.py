"""What one pass over the rows learns of a companion's covariates, batch by batch."""

from collections.abc import Sequence

import numpy as np

from multilevel.ingest import vocabulary
from multilevel.ingest.statistics.ids import Ids
from multilevel.ingest.statistics.products import empty, merged, of_rows, ordered, padded
from multilevel.ingest.statistics.rows import Floats, Integers, Labelled, Rows
from multilevel.records.covariates import (
    CompleteRows,
    Covariate,
    CovariateStatistics,
    Kind,
    Level,
    Products,
)

# Text with more values names things (ids, dates), it doesn't classify them.
MOST_VALUES = 30
# So few different values are no ids, whatever their column is called.
FEW_VALUES = 4
# Rows that are gathered before they are added up: each time costs O(J C).
GATHERED_ROWS = 2**18
# Rows up to which they are kept for statsmodels, which takes some seconds for so many.
MOST_KEPT = 30_000


class Covariates:
    """Sufficient statistics of all rows so far; groups and labels may be added at any time."""

    def __init__(self) -> None:
        self._readers: list[_Reader] = []
        self._n_outcomes = self._n_columns = 0
        self._n_left_out = self._n_groups = self._n_gathered = 0
        self._gathered: list[tuple[Integers, Floats, Floats]] = []
        self._products: Products | None = None
        self._weighted: Products | None = None
        self._has_weights = False
        self._kept: list[tuple[Integers, Floats]] | None = []

    def add(self, rows: Rows) -> None:
        """Take in a batch with covariates, of the same columns each time.

        Raises
        ------
        TypeError
            When a column that was numeric is labelled, or the other way round.
        """
        covariates = rows.covariates or ()
        if not self._readers:
            self._readers = [_Reader(one.name, one.level) for one in covariates]
            self._n_outcomes = self._n_columns = rows.scores.shape[1]
            self._has_weights = rows.total is not None
        group = rows.group
        self._n_groups = max(self._n_groups, int(group.max()) + 1)
        values = [
            reader.codes(one.values) for reader, one in zip(self._readers, covariates, strict=True)
        ]
        complete = np.ones(len(group), dtype=np.bool_)
        for reader, column in zip(self._readers, values, strict=True):
            present = np.isfinite(column)
            reader.check(group[present], column[present])
            complete &= present
        self._n_left_out += int(len(group) - complete.sum())
        if complete.any():
            weight = np.ones(len(group))
            if rows.total is not None and rows.group_weight is not None:
                weight = rows.total / rows.group_weight
            table = np.column_stack([rows.scores, *values])
            self._gathered.append((group[complete], table[complete], weight[complete]))
            self._n_gathered += int(complete.sum())
        if self._n_gathered >= GATHERED_ROWS:
            self._take_gathered()

    def result(self, order: Integers) -> CovariateStatistics | None:
        """Of all rows added, the groups in this order; None when no row was complete."""
        self._take_gathered()
        if self._products is None:
            return None
        n_members = int(self._products.n.sum())
        return CovariateStatistics(
            products=ordered(self._products, order),
            weighted=None if self._weighted is None else ordered(self._weighted, order),
            n_outcomes=self._n_outcomes,
            covariates=tuple(reader.covariate(n_members, order) for reader in self._readers),
            n_left_out=self._n_left_out,
            rows=self._rows(order),
        )

    def _take_gathered(self) -> None:
        if not self._gathered:
            return
        group, table, weight = (np.concatenate(part) for part in zip(*self._gathered, strict=True))
        self._gathered, self._n_gathered = [], 0
        columns = [np.ascontiguousarray(column) for column in table.T]
        outcomes, values = columns[: self._n_outcomes], columns[self._n_outcomes :]
        made = self._columns(values, len(group), len(outcomes))
        self._keep(group, [*outcomes, *made])
        self._take(group, [*outcomes, *made], weight if self._has_weights else None)

    def _keep(self, group: Integers, columns: Sequence[Floats]) -> None:
        """Keep the rows themselves, or none once they are too many."""
        if self._kept is not None:
            self._kept.append((group, np.column_stack(columns)))
            if sum(len(some) for some, _ in self._kept) > MOST_KEPT:
                self._kept = None

    def _rows(self, order: Integers) -> CompleteRows | None:
        if self._kept is None:
            return None
        place = np.zeros(self._n_groups, dtype=np.int64)
        place[order] = np.arange(len(order))
        # An indicator is 0 in batches that came before its label.
        tables = [np.pad(t, [(0, 0), (0, self._n_columns - t.shape[1])]) for _, t in self._kept]
        group = np.concatenate([some for some, _ in self._kept])
        return CompleteRows(group=place[group], columns=np.concatenate(tables))

    def _columns(self, values: Sequence[Floats], n: int, n_before: int) -> list[Floats]:
        """The covariates' columns by their places among the products' columns."""
        placed: dict[int, Floats] = {}
        for reader, column in zip(self._readers, values, strict=True):
            self._n_columns = reader.place(column, self._n_columns)
            placed.update(reader.columns(column))
        zeros = np.zeros(n)
        return [placed.get(place, zeros) for place in range(n_before, self._n_columns)]

    @np.errstate(over="ignore", invalid="ignore")  # `design` refuses what isn't finite
    def _take(self, group: Integers, columns: Sequence[Floats], weight: Floats | None) -> None:
        if self._products is None:
            # Indicators stay as they are, so that one can be 0 before its label was seen.
            numbers = set(range(self._n_outcomes)) | {r.number for r in self._readers}
            centre = np.array([c.mean() if k in numbers else 0.0 for k, c in enumerate(columns)])
            self._products = empty(centre, by_group=False)
            self._weighted = empty(centre, by_group=True) if self._has_weights else None
        centre = np.pad(self._products.centre, (0, len(columns) - len(self._products.centre)))
        n_groups = max(len(self._products.n), int(group.max()) + 1)
        batch = of_rows(group, columns, centre)
        self._products = merged(padded(self._products, n_groups, len(columns)), batch)
        if self._weighted is not None:
            batch = of_rows(group, columns, centre, weight, by_group=True)
            self._weighted = merged(padded(self._weighted, n_groups, len(columns)), batch)


class _Reader:
    """One covariate: its labels, its values as far as they are few, its constancy in groups."""

    def __init__(self, name: str, level: Level) -> None:
        self.name, self.level = name, level
        self.number: int | None = None
        self._labelled: bool | None = None
        self._places: dict[str, int] = {}
        self._codes: dict[str, int] = {}
        self._counts: dict[str, int] = {}
        self._values: set[float] = set()
        self._first = np.zeros(0)
        self._varies_in: int | None = None
        self._ids = Ids()

    def codes(self, values: Floats | Labelled) -> Floats:
        """The numbers, or those of the labels; NaN where missing."""
        labelled = isinstance(values, Labelled)
        if (values.code < 0 if isinstance(values, Labelled) else np.isnan(values)).all():
            return np.full(len(values), np.nan)  # of a kind that only later batches show
        if self._labelled not in (None, labelled):
            raise TypeError(f"column {self.name!r} is labelled in some batches only")
        self._labelled = labelled
        if not isinstance(values, Labelled):
            return values
        if self._too_many:
            # What is refused needn't be told apart, nor kept.
            return np.where(values.code < 0, np.nan, 0.0)
        known = [self._codes.setdefault(label, len(self._codes)) for label in values.labels]
        return np.append(np.array(known, dtype=np.float64), np.nan)[values.code]

    def check(self, group: Integers, values: Floats) -> None:
        """Compare a batch's values with those before: whether they are ids, or vary in a group."""
        if not self._labelled:
            self._ids.add(group, values)
        if self.level == "member" or len(group) == 0:
            return
        more = int(group.max()) + 1 - len(self._first)
        self._first = np.pad(self._first, (0, max(more, 0)), constant_values=np.nan)
        new = np.isnan(self._first[group])
        # Backwards, so that a group's first row is the last one set.
        self._first[group[new][::-1]] = values[new][::-1]
        other = self._first[group] != values
        if self._varies_in is None and other.any():
            self._varies_in = int(group[np.argmax(other)])

    def place(self, values: Floats, n_columns: int) -> int:
        """Give new columns a place after those that there are; their number then."""
        if not self._labelled:
            self._few(values)
            if self.number is None:
                self.number, n_columns = n_columns, n_columns + 1
            return n_columns
        if self._too_many:
            return n_columns
        names, counts = list(self._codes), np.bincount(values.astype(np.int64))
        for code in np.flatnonzero(counts):
            name = names[code]
            self._counts[name] = self._counts.get(name, 0) + int(counts[code])
            if name not in self._places and len(self._places) < MOST_VALUES:
                self._places[name], n_columns = n_columns, n_columns + 1
        return n_columns

    def columns(self, values: Floats) -> dict[int, Floats]:
        """By place: the numbers themselves, or an indicator of each label."""
        if self.number is not None:
            return {self.number: values}
        return {
            place: (values == self._codes[name]).astype(np.float64)
            for name, place in self._places.items()
        }

    def covariate(self, n_members: int, order: Integers) -> Covariate:
        """What all batches have shown; groups numbered by their place in `order`."""
        labels = () if self._too_many else tuple(sorted(self._counts))
        counts = [self._counts[label] for label in labels]
        if self.number is None:
            places = [self._places[label] for label in labels]
            constant = n_members in counts
        else:
            places, constant = [self.number], len(self._values) == 1
        return Covariate(
            name=self.name,
            level=self.level,
            kind=self._kind(),
            labels=labels,
            counts=np.array(counts, dtype=np.int64),
            places=np.array(places, dtype=np.int64),
            constant=constant,
            varies_in=None
            if self._varies_in is None
            else int(np.flatnonzero(order == self._varies_in)[0]),
            too_many_values=self._too_many,
            ids=self._holds_ids(),
        )

    def _holds_ids(self) -> bool:
        """By the values, or by a name of members' ids and more than a few values."""
        n_values = len(self._counts if self._labelled else self._values)
        named = self.level == "member" and vocabulary.is_member_id(self.name)
        return (named and n_values > FEW_VALUES) or self._ids.found()

    @property
    def _too_many(self) -> bool:
        return len(self._counts) > MOST_VALUES

    def _kind(self) -> Kind:
        if self._labelled:
            return "labelled"
        return "two_valued" if len(self._values) == 2 else "numeric"

    def _few(self, values: Floats) -> None:
        """Keep the distinct values until there are more than a few."""
        if len(self._values) > FEW_VALUES:
            return
        others = values[~np.isin(values, list(self._values))]
        while len(others) and len(self._values) <= FEW_VALUES:
            self._values.add(float(others[0]))
            others = others[others != others[0]]
