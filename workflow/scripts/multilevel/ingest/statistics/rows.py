"""What every accumulator takes and gives."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from multilevel.records.covariates import Level

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


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

    def __len__(self) -> int:
        return len(self.code)


@dataclass(frozen=True, kw_only=True, eq=False)
class CovariateValues:
    """A companion's covariate in a batch.

    Attributes
    ----------
    name, level
        As configured.
    values
        Labels, or numbers that are not finite where the value is missing, shape (N,).
    """

    name: str
    level: Level
    values: Floats | Labelled

    def of_rows(self, kept: NDArray[np.bool_]) -> "CovariateValues":
        """Some of the rows."""
        if isinstance(self.values, Labelled):
            return replace(self, values=Labelled(self.values.code[kept], self.values.labels))
        return replace(self, values=self.values[kept])


@dataclass(frozen=True, kw_only=True, eq=False)
class Rows:
    """A batch of N members that are kept.

    Attributes
    ----------
    group
        0-based number of each member's group in order of first appearance, shape (N,).
    scores
        Plausible values, or the score, finite, shape (N, M).
    total, group_weight
        Total weight of each member and weight of its group, > 0, shape (N,); None without
        weights.
    zone, half
        Jackknife zone and code of the half, NaN where missing, shape (N,); None without.
    replicate
        Replicate weights, NaN where missing, shape (N, R); None without.
    covariates
        Of a companion, those of members first; None without one.
    """

    group: Integers
    scores: Floats
    total: Floats | None = None
    group_weight: Floats | None = None
    zone: Floats | None = None
    half: Floats | None = None
    replicate: Floats | None = None
    covariates: tuple[CovariateValues, ...] | None = None


class Accumulator(Protocol):
    """A statistic of all members, built up batch by batch."""

    def add(self, rows: Rows) -> None:
        """Take in a batch; N >= 1."""

    def result(self, order: Integers) -> Any:
        """The statistic, of the groups of these numbers in this order, each with a member."""


def sums(index: Integers, values: Floats, size: int) -> Floats:
    """The sum of values for each index below `size`."""
    return np.asarray(np.bincount(index, weights=values, minlength=size), dtype=np.float64)


def wider(array: Floats, size: int) -> Floats:
    """The array with zeros up to `size` along its last axis, at least doubled when it grows."""
    length = array.shape[-1]
    if size <= length:
        return array
    more = max(size, 2 * length) - length
    return np.pad(array, [(0, 0)] * (array.ndim - 1) + [(0, more)])
