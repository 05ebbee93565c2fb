"""How the students were sampled: their weights and replicates, as the file has them."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multilevel.configuration import expressions
from multilevel.configuration.datasets import Replicates, Weights
from multilevel.errors import DataRefused

Floats = NDArray[np.float64]
Integers = NDArray[np.integer[Any]]
Column = Callable[[str], Floats]

# Relative: products of factors that are given to six digits differ by less.
SAME_WEIGHT = 1e-5
# Squares of products of weights and scores stay within double precision.
LARGEST_WEIGHT, SMALLEST_WEIGHT = 1e30, 1e-30
# Largest to smallest: differences between sums of weights keep some digits.
WIDEST = 1e12
NO_ZONE = -1
# Codes of the halves of a zone, as TIMSS has them and as other programs number them.
HALVES, HALVES_FROM_1 = (0.0, 1.0), (1.0, 2.0)
# Relative: copies may have been stored to single precision.
_TOLERANCE = 1e-6
# Zones beyond those that tell all pairs of replicates apart: alike by chance then in 1 of 2**7.
_SPARE_ZONES = 7


@dataclass(frozen=True, kw_only=True, eq=False)
class Sample:
    """Weights and replicates of N students in J schools.

    Attributes
    ----------
    total
        Weight of each student over both stages, > 0, shape (N,).
    group
        Weight of each school, > 0, shape (J,); 1 where none is given.
    zone
        Jackknife zone of each student as 0..Z-1, NO_ZONE where the file has none, int32,
        shape (N,); None without a jackknife.
    half
        Half of its zone, 0 or 1, int32, shape (N,).
    replicate
        Replicate weights, NaN where missing, shape (N, R); None without them.
    """

    total: Floats
    group: Floats
    zone: NDArray[np.int32] | None = None
    half: NDArray[np.int32] | None = None
    replicate: Floats | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class RowWeights:
    """Weights row by row, before rows are dropped; NaN where missing, each shape (rows,)."""

    member: Floats
    group: Floats

    @property
    def usable(self) -> NDArray[np.bool_]:
        """Rows that stand for someone: both weights there and not 0."""
        known = ~np.isnan(self.member) & ~np.isnan(self.group)
        return np.asarray(known & (self.member != 0) & (self.group != 0))


def row_weights(weights: Weights, column: Column, file: str) -> RowWeights:
    """Total student weight and school weight of each row.

    A school weight that isn't given is 1; a student weight that isn't given is the school's,
    as if all students of a sampled school were in the file.

    Raises
    ------
    DataRefused
        `bad_weights` for a weight below 0, infinite, or too large, too small or too far from
        another to calculate with, with its row.
    """
    group = member = None
    if weights.group is not None:
        group = _checked(expressions.evaluate(weights.group, column), weights.group, file)
    if weights.member is not None:
        member = _checked(expressions.evaluate(weights.member, column), weights.member, file)
    if member is None:
        member = group
    elif weights.member_is == "conditional" and group is not None:
        product = f"{weights.member}*{weights.group}"
        member = _checked(member * group, product, file)
    if member is None:
        raise ValueError("weights name neither member nor group; the schema asks for one")
    return RowWeights(member=member, group=np.ones_like(member) if group is None else group)


def _checked(weight: Floats, name: str, file: str) -> Floats:
    with np.errstate(invalid="ignore"):
        far = (weight > LARGEST_WEIGHT) | ((weight > 0) & (weight < SMALLEST_WEIGHT))
        wrong = np.flatnonzero((weight < 0) | far)
    if len(wrong):
        first = int(wrong[0])
        raise DataRefused(
            "bad_weights.value",
            name,
            case=wrong_weight(weight[first]),
            file=file,
            row=first + 1,
            value=float(weight[first]),
            alike=alike(wrong),
        )
    _check_range(weight, name, file)
    return weight


def _check_range(weight: Floats, name: str, file: str) -> None:
    some = np.flatnonzero(weight > 0)
    if not len(some):
        return
    low, high = some[np.argmin(weight[some])], some[np.argmax(weight[some])]
    if weight[high] > WIDEST * weight[low]:
        raise DataRefused(
            "bad_weights.far_apart",
            name,
            file=file,
            low=float(weight[low]),
            low_row=int(low) + 1,
            high=float(weight[high]),
            high_row=int(high) + 1,
        )


def wrong_weight(weight: float) -> str:
    """What is wrong with a weight that is refused: infinite, negative, large or small."""
    if np.isinf(weight):
        return "infinite"
    if weight < 0:
        return "negative"
    return "large" if weight > 1 else "small"


def alike(rows: Integers) -> int:
    """How many rows are like the one that a message names; 0 for that one alone."""
    return len(rows) if len(rows) > 1 else 0


def sample_of(
    rows: RowWeights,
    kept: NDArray[np.bool_],
    group: NDArray[np.int32],
    group_ids: tuple[str, ...],
    name: str,
) -> Sample:
    """Weights of the rows that are kept.

    Parameters
    ----------
    kept
        Which rows, shape (rows,).
    group, group_ids
        School of each kept row as a place in `group_ids`.
    name
        Of the school weight, for the message.

    Raises
    ------
    DataRefused
        `bad_weights` for a school with several school weights.
    """
    weight = rows.group[kept]
    low = np.full(len(group_ids), np.inf)
    high = np.zeros(len(group_ids))
    np.minimum.at(low, group, weight)
    np.maximum.at(high, group, weight)
    varying = np.flatnonzero(high - low > SAME_WEIGHT * high)
    if len(varying):
        first = int(varying[0])
        raise DataRefused(
            "bad_weights.varies_in_group",
            name,
            group=group_ids[first],
            low=float(low[first]),
            high=float(high[first]),
            alike=alike(varying),
        )
    return Sample(total=rows.member[kept], group=high)


def jackknife(
    replicates: Replicates, column: Column, kept: NDArray[np.bool_]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Zone as 0..Z-1 (NO_ZONE where missing) and half as 0 or 1 of the kept rows.

    Raises
    ------
    DataRefused
        `bad_weights` for a code that is none of two halves, with its row; and when no zone has
        both.
    """
    if replicates.zone is None or replicates.code is None:
        raise ValueError(f"{replicates.method} without zone and code; the schema asks for both")
    zone, code = column(replicates.zone)[kept], column(replicates.code)[kept]
    known = ~np.isnan(zone) & ~np.isnan(code)
    codes = HALVES if bool((code[known] == HALVES[0]).any()) else HALVES_FROM_1
    _check_codes(replicates.code, np.where(known, code, np.nan), codes, np.flatnonzero(kept))
    places = np.full(len(zone), NO_ZONE, np.int32)
    places[known] = np.unique(zone[known], return_inverse=True)[1]
    half = np.where(known, code == codes[1], 0).astype(np.int32)
    if known.any() and not zones(places, half).n_both:
        raise DataRefused(
            "bad_weights.no_halves",
            replicates.code,
            zone_column=replicates.zone,
            zone=float(zone[known].min()),
            code=float(code[known][np.argmin(zone[known])]),
        )
    return places, half


def _check_codes(name: str, code: Floats, codes: tuple[float, float], rows: Integers) -> None:
    """Refuse what is neither of the two codes; `rows` are the places of `code` in the file."""
    wrong = np.flatnonzero(~np.isnan(code) & ~np.isin(code, codes))
    if len(wrong):
        first = int(wrong[0])
        raise DataRefused(
            "bad_weights.code_of_half",
            name,
            value=float(code[first]),
            row=int(rows[first]) + 1,
            alike=alike(wrong),
        )


def replicate_weights(
    names: Sequence[str], column: Column, kept: NDArray[np.bool_], sample: Sample, file: str
) -> Floats:
    """The replicate weights of the rows that are kept, NaN where missing, shape (N, R).

    Parameters
    ----------
    names
        Their columns in the file, each once.
    column
        Gives a column's numbers, shape (rows,).
    kept
        Which rows, shape (rows,).
    sample
        The weights of the kept rows.

    Raises
    ------
    DataRefused
        `bad_weights` for a replicate weight below 0 or infinite, with its row; for a column
        that is 0 throughout, or a copy of the student weights or of another replicate: its
        replicate would repeat no sampling, and the standard error would be too small.
    """
    replicate = np.column_stack([column(name)[kept] for name in names])
    rows = np.flatnonzero(kept)
    for name, weight in zip(names, replicate.T, strict=True):
        _check(name, weight, rows, sample.total, file)
    _check_pairs(names, replicate, len(sample.group), file)
    return replicate


def _check(name: str, weight: Floats, rows: NDArray[np.integer], total: Floats, file: str) -> None:
    with np.errstate(invalid="ignore"):
        wrong = np.flatnonzero((weight < 0) | (weight > LARGEST_WEIGHT))
    if len(wrong):
        first = int(wrong[0])
        raise DataRefused(
            "bad_weights.replicate_value",
            name,
            case=wrong_weight(weight[first]),
            file=file,
            row=int(rows[first]) + 1,
            value=float(weight[first]),
            alike=alike(wrong),
        )
    first_row = int(rows[0]) + 1
    if not weight.any():  # NaN counts as something
        raise DataRefused("bad_weights.replicate_of_zeros", name, file=file, row=first_row)
    if _same(weight, total):
        raise DataRefused("bad_weights.replicate_is_weight", name, file=file, row=first_row)


def _check_pairs(names: Sequence[str], replicate: Floats, n_groups: int, file: str) -> None:
    """Refuse copies among replicates.

    Each zone of two schools doubles the patterns that replicates can have. Where a file holds
    few, as one region of a country, two of many replicates may well be alike in all its rows.
    """
    pairs = len(names) * (len(names) - 1) / 2
    if not pairs or n_groups / 2 < math.log2(pairs) + _SPARE_ZONES:
        return
    seen: dict[bytes, str] = {}
    for name, weight in zip(names, replicate.T, strict=True):
        other = seen.setdefault(np.ascontiguousarray(weight).tobytes(), name)
        if other != name:
            raise DataRefused("bad_weights.replicate_copies", other, name, file=file)


def _same(weight: Floats, other: Floats) -> bool:
    return bool(np.all(np.abs(weight - other) <= _TOLERANCE * other))


@dataclass(frozen=True, kw_only=True)
class Zones:
    """Jackknife zones by what they can tell.

    Attributes
    ----------
    n
        Zones.
    n_both
        Those with both halves.
    n_one_group
        Those with both halves, but of one school.
    """

    n: int
    n_both: int
    n_one_group: int


def zones(zone: Integers, half: Integers, group: Integers | None = None) -> Zones:
    """Counts of the zones; each array has shape (N,), NO_ZONE is none, no group is any."""
    known = zone != NO_ZONE
    zone = zone[known]
    n = int(zone.max()) + 1 if len(zone) else 0
    both = _different(zone, half[known], n) > 1
    one = np.zeros(n, bool) if group is None else _different(zone, group[known], n) == 1
    return Zones(n=n, n_both=int(both.sum()), n_one_group=int((both & one).sum()))


def _different(zone: Integers, values: Integers, n: int) -> Integers:
    """How many different values each of n zones has."""
    pairs = np.unique(np.stack([zone, values]), axis=1)
    return np.bincount(pairs[0], minlength=n)
