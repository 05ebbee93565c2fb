"""How the students were sampled: weights, jackknife zones and replicate weights of the file.

Everything is taken in batch by batch; what is wrong is refused once all batches are in.
"""

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from multilevel.configuration import expressions
from multilevel.configuration.datasets import Replicates, Weights
from multilevel.errors import DataRefused
from multilevel.ingest.statistics.official import HALVES, HALVES_FROM_1
from multilevel.ingest.table.faults import Faults
from multilevel.records.sections import Role

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Column = Callable[[str], Floats]

# Relative: products of factors that are given to six digits differ by less.
SAME_WEIGHT = 1e-5
# Squares of products of weights and scores stay within double precision.
LARGEST_WEIGHT, SMALLEST_WEIGHT = 1e30, 1e-30
# Largest to smallest: differences between sums of weights keep some digits.
WIDEST = 1e12
# Relative: copies may have been stored to single precision.
_SAME_REPLICATE = 1e-6
# Zones beyond those that tell all pairs of replicates apart: alike by chance then in 1 of 2**7.
_SPARE_ZONES = 7


@dataclass(frozen=True, kw_only=True, eq=False)
class RowWeights:
    """Weights row by row, before rows are dropped; NaN where missing, each shape (rows,).

    Attributes
    ----------
    member
        Weight of each student over both stages.
    group
        Weight of its school; 1 where none is given.
    """

    member: Floats
    group: Floats

    @property
    def usable(self) -> NDArray[np.bool_]:
        """Rows that stand for someone: both weights there and not 0."""
        known = ~np.isnan(self.member) & ~np.isnan(self.group)
        return np.asarray(known & (self.member != 0) & (self.group != 0))


class Weighting:
    """The weights of a file's rows by their expressions."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._checked: dict[str, _Weight] = {}

    def add(self, column: Column, rows: Integers) -> RowWeights:
        """Total student weight and school weight of each row of a batch.

        A school weight that isn't given is 1; a student weight that isn't given is the school's,
        as if all students of a sampled school were in the file.

        Parameters
        ----------
        column
            Gives a column's numbers, shape (rows,).
        rows
            The place of each in the file, from 0.
        """
        group = member = None
        weights = self._weights
        if weights.group is not None:
            group = self._add(weights.group, expressions.evaluate(weights.group, column), rows)
        if weights.member is not None:
            member = self._add(weights.member, expressions.evaluate(weights.member, column), rows)
        if member is None:
            member = group
        elif weights.member_is == "conditional" and group is not None:
            member = self._add(f"{weights.member}*{weights.group}", member * group, rows)
        if member is None:
            raise ValueError("weights name neither member nor group; the schema asks for one")
        return RowWeights(member=member, group=np.ones_like(member) if group is None else group)

    def check(self, file: str) -> None:
        """Refuse what is no weight.

        Raises
        ------
        DataRefused
            `bad_weights` for a weight below 0, infinite, or too large, too small or too far
            from another to calculate with, with its row.
        """
        for name, weight in self._checked.items():
            weight.check(name, file)

    def _add(self, name: str, weight: Floats, rows: Integers) -> Floats:
        return self._checked.setdefault(name, _Weight()).add(weight, rows)


class _Weight:
    """What is wrong with a weight, and its range."""

    def __init__(self) -> None:
        self._wrong = Faults()
        self._low, self._high = (np.inf, -1), (-np.inf, -1)

    def add(self, weight: Floats, rows: Integers) -> Floats:
        """The weights of a batch, NaN where wrong."""
        with np.errstate(invalid="ignore"):
            far = (weight > LARGEST_WEIGHT) | ((weight > 0) & (weight < SMALLEST_WEIGHT))
            wrong = (weight < 0) | far
        self._wrong.add(wrong, weight, rows)
        some = np.flatnonzero((weight > 0) & ~wrong)
        if len(some):
            low, high = some[np.argmin(weight[some])], some[np.argmax(weight[some])]
            self._low = min(self._low, (float(weight[low]), int(rows[low])))
            if weight[high] > self._high[0]:
                self._high = (float(weight[high]), int(rows[high]))
        return np.where(wrong, np.nan, weight) if wrong.any() else weight

    def check(self, name: str, file: str) -> None:
        wrong = self._wrong
        if wrong.n:
            raise DataRefused(
                "bad_weights.value",
                name,
                case=wrong_weight(wrong.value),
                file=file,
                row=wrong.row + 1,
                value=float(wrong.value),
                alike=wrong.alike,
            )
        (low, low_row), (high, high_row) = self._low, self._high
        if high > WIDEST * low:
            raise DataRefused(
                "bad_weights.far_apart",
                name,
                file=file,
                low=low,
                low_row=low_row + 1,
                high=high,
                high_row=high_row + 1,
            )


def wrong_weight(weight: float) -> str:
    """What is wrong with a weight that is refused: infinite, negative, large or small."""
    if np.isinf(weight):
        return "infinite"
    if weight < 0:
        return "negative"
    return "large" if weight > 1 else "small"


class GroupWeights:
    """The weights of schools, which must be the same in all rows of one."""

    def __init__(self) -> None:
        self._low, self._high = np.empty(0), np.empty(0)

    def add(self, group: Integers, weight: Floats) -> Floats:
        """Take in the kept rows of a batch; the weight of each one's school."""
        more = max(0, int(group.max()) + 1 - len(self._low))
        self._low = np.concatenate([self._low, np.full(more, np.inf)])
        self._high = np.concatenate([self._high, np.zeros(more)])
        np.minimum.at(self._low, group, weight)
        np.maximum.at(self._high, group, weight)
        return self._high[group]

    def result(self, order: Integers, group_ids: tuple[str, ...], name: str) -> Floats:
        """Of the schools of these numbers, which have these ids.

        Raises
        ------
        DataRefused
            `bad_weights` for a school with several weights; `name` is the weight's.
        """
        low, high = self._low[order], self._high[order]
        varying = np.flatnonzero(high - low > SAME_WEIGHT * high)
        if len(varying):
            first = int(varying[0])
            raise DataRefused(
                "bad_weights.varies_in_group",
                name,
                group=group_ids[first],
                low=float(low[first]),
                high=float(high[first]),
                alike=len(varying) if len(varying) > 1 else 0,
            )
        return high


class ZoneCodes:
    """Whether the codes of a jackknife tell two halves of each zone apart."""

    def __init__(self, replicates: Replicates) -> None:
        if replicates.zone is None or replicates.code is None:
            raise ValueError(f"{replicates.method} without zone and code; the schema asks for both")
        self.zone, self.code = replicates.zone, replicates.code
        self._each = {code: Faults() for code in (*HALVES, *HALVES_FROM_1)}
        self._others = Faults()
        self._first = (np.inf, np.nan)  # zone and its code

    def add(self, zone: Floats, code: Floats, rows: Integers) -> None:
        """Take in the kept rows of a batch, NaN where missing; `rows` are their places."""
        known = ~np.isnan(zone) & ~np.isnan(code)
        for value, seen in self._each.items():
            seen.add(known & (code == value), code, rows)
        self._others.add(known & ~np.isin(code, list(self._each)), code, rows)
        if known.any():
            first = int(np.argmin(zone[known]))
            if zone[known][first] < self._first[0]:
                self._first = (float(zone[known][first]), float(code[known][first]))

    def check(self, n_both: int) -> None:
        """Refuse codes that tell nothing.

        Parameters
        ----------
        n_both
            Zones with both halves.

        Raises
        ------
        DataRefused
            `bad_weights` for a code that is none of two halves, with its row; and when no zone
            has both.
        """
        codes = HALVES if self._each[HALVES[0]].n else HALVES_FROM_1
        wrong = [self._others, *(seen for code, seen in self._each.items() if code not in codes)]
        first = min((one for one in wrong if one.n), key=lambda one: one.row, default=Faults())
        if first.n:
            every = Faults(sum(one.n for one in wrong))
            raise DataRefused(
                "bad_weights.code_of_half",
                self.code,
                value=float(first.value),
                row=first.row + 1,
                alike=every.alike,
            )
        zone, code = self._first
        if np.isfinite(zone) and not n_both:
            raise DataRefused(
                "bad_weights.no_halves", self.code, zone_column=self.zone, zone=zone, code=code
            )


class ReplicateWeights:
    """Replicate weights batch by batch.

    Parameters
    ----------
    names
        Their columns in the file, each once.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._columns = {name: _Replicate() for name in names}
        self._first_row = -1

    def add(self, replicate: Floats, total: Floats, rows: Integers) -> None:
        """Take in the kept rows of a batch.

        Parameters
        ----------
        replicate
            NaN where missing, shape (N, R).
        total
            Student weights, shape (N,).
        rows
            The place of each row in the file.
        """
        if self._first_row < 0:
            self._first_row = int(rows[0])
        for column, weight in zip(self._columns.values(), replicate.T, strict=True):
            column.add(np.ascontiguousarray(weight), total, rows)

    def check(self, n_groups: int, file: str) -> None:
        """Refuse replicates that repeat no sampling.

        Raises
        ------
        DataRefused
            `bad_weights` for a replicate weight below 0 or infinite, with its row; for a column
            that is 0 throughout, or a copy of the student weights or of another replicate: its
            replicate would repeat no sampling, and the standard error would be too small.
        """
        for name, column in self._columns.items():
            self._check(name, column, file)
        self._check_pairs(n_groups, file)

    def _check(self, name: str, column: "_Replicate", file: str) -> None:
        wrong = column.wrong
        if wrong.n:
            raise DataRefused(
                "bad_weights.replicate_value",
                name,
                case=wrong_weight(wrong.value),
                file=file,
                row=wrong.row + 1,
                value=float(wrong.value),
                alike=wrong.alike,
            )
        row = self._first_row + 1
        if not column.some:
            raise DataRefused("bad_weights.replicate_of_zeros", name, file=file, row=row)
        if column.like_total:
            raise DataRefused("bad_weights.replicate_is_weight", name, file=file, row=row)

    def _check_pairs(self, n_groups: int, file: str) -> None:
        """Refuse copies among replicates.

        Each zone of two schools doubles the patterns that replicates can have. Where a file holds
        few, as one region of a country, two of many replicates may well be alike in all its rows.
        """
        pairs = len(self._columns) * (len(self._columns) - 1) / 2
        if not pairs or n_groups / 2 < math.log2(pairs) + _SPARE_ZONES:
            return
        seen: dict[bytes, str] = {}
        for name, column in self._columns.items():
            other = seen.setdefault(column.content.digest(), name)
            if other != name:
                raise DataRefused("bad_weights.replicate_copies", other, name, file=file)


class _Replicate:
    """What the rows so far say of one replicate's weights."""

    def __init__(self) -> None:
        self.wrong = Faults()
        self.some, self.like_total = False, True
        self.content = hashlib.blake2b(digest_size=16)

    def add(self, weight: Floats, total: Floats, rows: Integers) -> None:
        with np.errstate(invalid="ignore"):
            self.wrong.add((weight < 0) | (weight > LARGEST_WEIGHT), weight, rows)
        self.some = self.some or bool(weight.any())  # NaN counts as something
        alike = self.like_total and np.all(np.abs(weight - total) <= _SAME_REPLICATE * total)
        self.like_total = bool(alike)
        self.content.update(weight.tobytes())


def weight_roles(weights: Weights | None) -> dict[str, Role]:
    """The weights' columns; a product hides a factor's code for missing."""
    roles: dict[str, Role] = {}
    if weights is not None and weights.member is not None:
        roles |= dict.fromkeys(expressions.columns(weights.member), "member_weight")
    if weights is not None and weights.group is not None:
        roles |= dict.fromkeys(expressions.columns(weights.group), "group_weight")
    return roles


def design_columns(roles: dict[str, Role], replicates: Replicates | None) -> tuple[str, ...]:
    """The columns of numbers other than scores, each once."""
    if replicates is None:
        return tuple(roles)
    jackknife = (replicates.zone, replicates.code)
    further = (*(name for name in jackknife if name is not None), *replicates.columns)
    return tuple(dict.fromkeys((*roles, *further)))
