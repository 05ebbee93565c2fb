"""How the students were sampled: their weights and jackknife zones, as the file has them.

Everything is taken in batch by batch; what is wrong is refused once all batches are in.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from multilevel.configuration import expressions
from multilevel.configuration.datasets import Replicates, Weights
from multilevel.errors import DataRefused
from multilevel.ingest.statistics.official import HALVES, HALVES_FROM_1
from multilevel.ingest.table.values import Faults
from multilevel.wording.numbers import count
from multilevel.wording.quoting import shown

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Column = Callable[[str], Floats]

# Relative: products of factors that are given to six digits differ by less.
SAME_WEIGHT = 1e-5
# Squares of products of weights and scores stay within double precision.
LARGEST_WEIGHT, SMALLEST_WEIGHT = 1e30, 1e-30
# Largest to smallest: differences between sums of weights keep some digits.
WIDEST = 1e12


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
        wrong = self._wrong.value
        refuse(
            self._wrong,
            lambda: f"The weight {shown(name)} of {shown(file)} is {wrong_weight(wrong)}",
            "Check the weights' column, and declare its codes for missing under missing.",
        )
        (low, low_row), (high, high_row) = self._low, self._high
        if high > WIDEST * low:
            raise DataRefused(
                "bad_weights",
                f"The weight {shown(name)} of {shown(file)} is {low:g} in row "
                f"{count(low_row + 1)} and {high:g} in row {count(high_row + 1)}, too far "
                "apart to calculate with.",
                "Is one of them damaged, or a code for missing? Then declare it under missing.",
            )


def refuse(faults: Faults, told: Callable[[], str], remedy: str) -> None:
    """Refuse what is wrong, if anything is.

    Parameters
    ----------
    told
        Says of the first what is wrong, up to its row.

    Raises
    ------
    DataRefused
        `bad_weights`.
    """
    if faults.n:
        others = f" ({count(faults.n)} rows are like that)" if faults.n > 1 else ""
        where = f"in row {count(faults.row + 1)}{others}"
        raise DataRefused("bad_weights", f"{told()} {where}.", remedy)


def wrong_weight(weight: float) -> str:
    """What is wrong with a weight that is refused."""
    if np.isinf(weight):
        return "infinite"
    if weight < 0:
        return f"negative ({weight:g})"
    return f"too {'large' if weight > 1 else 'small'} to calculate with ({weight:g})"


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
            more = f" ({count(len(varying))} are like that)" if len(varying) > 1 else ""
            raise DataRefused(
                "bad_weights",
                f"The group weight {shown(name)} should be the same for all of a group, but in "
                f"{shown(group_ids[first])} it goes from {low[first]:g} to {high[first]:g}{more}.",
                "Name the weight of the group (such as WGTFAC1*WGTADJ1 or W_FSCHWT); the weight "
                "of members (such as TOTWGT) belongs under member.",
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
        refuse(
            Faults(sum(one.n for one in wrong), first.row, first.value),
            lambda: (
                f"The column {shown(self.code)} should tell the two halves of a jackknife zone "
                f"apart by 0 and 1, or by 1 and 2, but is {first.value:g}"
            ),
            "Check the column under replicates: code, and declare codes for missing.",
        )
        zone, code = self._first
        if np.isfinite(zone) and not n_both:
            raise DataRefused(
                "bad_weights",
                f"No jackknife zone has both its halves: {shown(self.code)} never has two values "
                f"within a zone of {shown(self.zone)}, in the first, {zone:g}, it is {code:g} "
                "throughout.",
                "Check the columns under replicates: zone and code.",
            )
