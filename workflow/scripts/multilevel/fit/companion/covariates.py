"""What one pass over the rows learns of the covariates, batch by batch."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from multilevel.fit.companion.products import GroupedProducts
from multilevel.fit.sufficient import Floats, Integers

Level = Literal["member", "group"]
Kind = Literal["numeric", "two_valued", "labelled"]
# Text with more values names things (ids, dates), it doesn't classify them.
MOST_VALUES = 30


@dataclass(frozen=True, eq=False)
class Labelled:
    """Text, or numbers whose few values have labels.

    Attributes
    ----------
    code
        Place of each row's label in `labels`, shape (N,); -1 where the value is missing.
    labels
        In any order; they may differ from batch to batch.
    """

    code: Integers
    labels: tuple[str, ...]

    @classmethod
    def of(cls, values: Iterable[str | None]) -> "Labelled":
        """From text; None is missing."""
        places: dict[str, int] = {}
        code = [-1 if v is None else places.setdefault(v, len(places)) for v in values]
        return cls(np.array(code, dtype=np.int64), tuple(places))


# Floats, not finite where the value is missing.
Values = Floats | Labelled


@dataclass(frozen=True, kw_only=True)
class Covariate:
    """A column as the rows have shown it.

    Attributes
    ----------
    name, level
        As configured.
    kind
        "two_valued": numbers of two distinct values.
    labels, counts, places
        Of a labelled column: its values in order of the alphabet, the complete rows that have
        them, and their indicators' places among the products' columns. Of numbers one place.
    constant
        Whether the complete rows have one value only.
    varies_in
        A group in which it takes more than one value; None where there is none or where the
        column is one of members.
    too_many_values
        Whether it has more than `MOST_VALUES` labels; its indicators are then incomplete.
    """

    name: str
    level: Level
    kind: Kind
    labels: tuple[str, ...]
    counts: tuple[int, ...]
    places: tuple[int, ...]
    constant: bool
    varies_in: int | None
    too_many_values: bool


@dataclass(frozen=True, eq=False, kw_only=True)
class CovariateStatistics:
    """All that the companion needs of a dataset.

    Attributes
    ----------
    products
        Of the complete rows: the outcomes in the first columns, then the covariates'.
    weighted
        Their weighted products by group; None without weights.
    n_outcomes
        M plausible values, or 1.
    covariates
        In the configured order, those of members first.
    n_left_out
        Rows with a score that lack a covariate.
    """

    products: GroupedProducts
    weighted: GroupedProducts | None
    n_outcomes: int
    covariates: tuple[Covariate, ...]
    n_left_out: int


class Accumulator:
    """Sufficient statistics of all rows so far; groups and labels may be added at any time."""

    def __init__(
        self, member: Sequence[str], group: Sequence[str], n_outcomes: int, weighted: bool = False
    ) -> None:
        self._readers = [_Reader(name, "member") for name in member]
        self._readers += [_Reader(name, "group") for name in group]
        self._n_outcomes, self._n_columns = n_outcomes, n_outcomes
        self._weighted, self._n_left_out, self._n_groups = weighted, 0, 0
        self._products: GroupedProducts | None = None
        self._weighted_products: GroupedProducts | None = None

    def add(
        self,
        group: Integers,
        scores: Floats,
        covariates: Mapping[str, Values],
        weight: Floats | None = None,
    ) -> None:
        """Take in a batch.

        Parameters
        ----------
        group
            0-based number of each row's group, shape (N,), N >= 1.
        scores
            Finite scores, shape (N, M).
        covariates
            By name, each with N values; the kind of a column must not change.
        weight
            Conditional weights > 0, shape (N,), where the accumulator is weighted.

        Raises
        ------
        KeyError
            When a covariate is lacking.
        TypeError
            When a column that was numeric is labelled, or the other way round.
        """
        self._n_groups = max(self._n_groups, int(group.max()) + 1)
        values = [reader.codes(covariates[reader.name]) for reader in self._readers]
        complete = np.ones(len(group), dtype=np.bool_)
        for reader, column in zip(self._readers, values, strict=True):
            present = np.isfinite(column)
            reader.check_constancy(group[present], column[present])
            complete &= present
        self._n_left_out += int(len(group) - complete.sum())
        if not complete.any():
            return
        if not complete.all():
            group, scores = group[complete], scores[complete]
            values = [column[complete] for column in values]
            weight = None if weight is None else weight[complete]
        columns = [np.ascontiguousarray(score) for score in scores.T]
        columns += self._columns(values, len(group), len(columns))
        self._take(group, columns, weight)

    def statistics(self, order: Integers | None = None) -> CovariateStatistics | None:
        """Of all rows added; None when no row was complete.

        Parameters
        ----------
        order
            Numbers of all groups in the order in which they are to stand, shape (J,); some may
            have no complete row. As they are numbered where none is given.
        """
        if self._products is None:
            return None
        order = np.arange(self._n_groups) if order is None else order
        n_members = int(self._products.n.sum())
        weighted = self._weighted_products
        return CovariateStatistics(
            products=_ordered(self._products, order),
            weighted=None if weighted is None else _ordered(weighted, order),
            n_outcomes=self._n_outcomes,
            covariates=tuple(reader.covariate(n_members, order) for reader in self._readers),
            n_left_out=self._n_left_out,
        )

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
            self._products = GroupedProducts.empty(centre, by_group=False)
            self._weighted_products = (
                GroupedProducts.empty(centre, by_group=True) if self._weighted else None
            )
        centre = np.pad(self._products.centre, (0, len(columns) - len(self._products.centre)))
        n_groups = max(len(self._products.n), int(group.max()) + 1)
        batch = GroupedProducts.of_rows(group, columns, centre)
        self._products = self._products.padded(n_groups, len(columns)).merge(batch)
        if self._weighted_products is not None:
            batch = GroupedProducts.of_rows(group, columns, centre, weight, by_group=True)
            whole = self._weighted_products.padded(n_groups, len(columns))
            self._weighted_products = whole.merge(batch)


def _ordered(products: GroupedProducts, order: Integers) -> GroupedProducts:
    n_groups = max(len(products.n), int(order.max()) + 1)
    return products.padded(n_groups, len(products.centre)).of_groups(order)


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

    def codes(self, values: Values) -> Floats:
        """The numbers, or those of the labels; NaN where missing."""
        labelled = isinstance(values, Labelled)
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

    def check_constancy(self, group: Integers, values: Floats) -> None:
        """Compare a group column's values with the first that their groups had."""
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
        labels = tuple(sorted(self._counts))
        counts = tuple(self._counts[label] for label in labels)
        if self.number is None:
            places = () if self._too_many else tuple(self._places[label] for label in labels)
            constant = n_members in counts
        else:
            places, constant = (self.number,), len(self._values) == 1
        return Covariate(
            name=self.name,
            level=self.level,
            kind=self._kind(),
            labels=labels,
            counts=counts,
            places=places,
            constant=constant,
            varies_in=None
            if self._varies_in is None
            else int(np.flatnonzero(order == self._varies_in)[0]),
            too_many_values=self._too_many,
        )

    @property
    def _too_many(self) -> bool:
        return len(self._counts) > MOST_VALUES

    def _kind(self) -> Kind:
        if self._labelled:
            return "labelled"
        return "two_valued" if len(self._values) == 2 else "numeric"

    def _few(self, values: Floats) -> None:
        """Keep the distinct values until there are three."""
        if len(self._values) > 2:
            return
        low, high = float(values.min()), float(values.max())
        self._values |= {low, high}
        between = (values != low) & (values != high)
        if between.any():
            self._values.add(float(values[np.argmax(between)]))
