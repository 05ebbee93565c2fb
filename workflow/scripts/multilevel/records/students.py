"""What ingest hands on: statistics of groups and a sample of members, whatever the file's size.

J groups, N members, M plausible values (1 for a single score).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from multilevel.records.covariates import CovariateStatistics

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Moments:
    """Moments of J groups of one score, of z = (y - centre)/unit.

    `centre` keeps the digits of scores far from 0; `unit`, a power of two, keeps
    fourth powers within double precision and costs no digits.

    Attributes
    ----------
    centre, unit
        In score units.
    low, high
        The lowest and the highest score.
    n
        Members per group, shape (J,).
    mean, m2, m3, m4
        Mean of z and sums of powers 2 to 4 of deviations from it, shape (J,).
    """

    centre: float
    unit: float
    low: float
    high: float
    n: Integers
    mean: Floats
    m2: Floats
    m3: Floats
    m4: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class WeightedMoments:
    """Weighted means and sums of squares of J groups, under conditional weights w_i|j.

    Attributes
    ----------
    centre
        What was subtracted from all scores, shape (M,).
    n
        Members per group, shape (J,).
    weight, weight2
        Sums of w_i|j and of their squares, shape (J,).
    offset
        Weighted mean - centre, shape (M, J), score units.
    ss
        Weighted sum of squares about the weighted mean, shape (M, J).
    """

    centre: Floats
    n: Integers
    weight: Floats
    weight2: Floats
    offset: Floats
    ss: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class TotalSums:
    """Sums of total weights, and of total weights times (score - centre), over all members.

    Attributes
    ----------
    centre
        Shape (M,); also that of `ZoneSums` and `ReplicateSums`.
    weight, weight2
        Sums of weights and of their squares.
    weighted
        Shape (M,).
    """

    centre: Floats
    weight: float
    weight2: float
    weighted: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class ZoneCells:
    """Total weights of the members of each group in each half of a zone.

    Attributes
    ----------
    group, zone, half
        Places of the group and of the zone, and half 0 or 1, of each cell with members,
        shape (C,).
    weight
        Sum of its members' total weights, shape (C,).
    """

    group: Integers
    zone: Integers
    half: Integers
    weight: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class ZoneSums:
    """The sums of `TotalSums` by jackknife zone (in the order of its codes) and half.

    Attributes
    ----------
    weight
        Shape (Z, 2): zone, half 0 or 1.
    weighted
        Shape (Z, 2, M).
    n_without
        Members without a zone, which are in no sum.
    n_both
        Zones with both halves.
    n_one_group
        Zones with both halves, but of one group.
    cells
        For what a replicate does to each group.
    """

    weight: Floats
    weighted: Floats
    cells: ZoneCells
    n_without: int
    n_both: int
    n_one_group: int


@dataclass(frozen=True, kw_only=True, eq=False)
class ReplicateSums:
    """The sums of `TotalSums` under each of R replicate weights; NaN where one is missing.

    Attributes
    ----------
    weight
        Shape (R,).
    weighted
        Shape (R, M).
    of_groups
        Sums of weights within each group, shape (J, R).
    """

    weight: Floats
    weighted: Floats
    of_groups: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Members:
    """All members in the file's order, or a simple random sample of them (a fixed seed).

    Attributes
    ----------
    group
        Place of the group in `Students.group_ids`, int32, shape (S,).
    scores
        Plausible values, or the score, shape (S, M).
    weight
        Total weight, shape (S,); None without weights.
    zone, half
        Jackknife zone as the file codes it and half 0 or 1, NaN where missing, shape (S,);
        None without zones.
    replicate
        Replicate weights, NaN where missing, shape (S, R); None without.
    """

    group: NDArray[np.int32]
    scores: Floats
    weight: Floats | None = None
    zone: Floats | None = None
    half: Floats | None = None
    replicate: Floats | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Aside:
    """The plausible values that a score averages: their columns, and moments of each."""

    columns: tuple[str, ...]
    moments: tuple[Moments, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Blurred:
    """What figures may show of members where single ones are withheld.

    Attributes
    ----------
    residuals
        Deviations from the group's mean, score units: values that each stand for several
        members, in ascending order.
    tenths
        Quantiles (columns) of the scores in tenths of groups by mean (rows); NaN where too few
        members lie beyond.
    """

    residuals: Floats
    tenths: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Students:
    """The students of an accepted dataset: students.parquet.

    Attributes
    ----------
    group_ids
        The groups' ids in natural order; each has at least one member.
    moments
        Of each plausible value, or of the score.
    averaged
        Of the members' mean over plausible values; None for a single score.
    group_weight
        Weight of each group, > 0, shape (J,), 1 where none is given; None without weights.
    conditional, total
        Under conditional and under total weights; None without weights.
    zones, replicates
        For the official figure's replication; None without it.
    factors
        What each replicate multiplies a group's weight by, shape (J, R): JK2's 2 Z, which let
        half 1 of each zone in the order of its codes count double and half 0 not at all, then
        the other way round; or those of replicate weights. None without replication.
    members
        All of them, or a sample.
    covariates
        Of a companion; None without one, and where no member has all of them.
    aside
        What the score was averaged from, where that is found in the file.
    blurred
        In place of all else, where single members are withheld.
    """

    group_ids: tuple[str, ...]
    moments: tuple[Moments, ...]
    members: Members
    averaged: Moments | None = None
    group_weight: Floats | None = None
    conditional: WeightedMoments | None = None
    total: TotalSums | None = None
    zones: ZoneSums | None = None
    replicates: ReplicateSums | None = None
    covariates: CovariateStatistics | None = None
    factors: Floats | None = None
    aside: Aside | None = None
    blurred: Blurred | None = None

    @property
    def n_members(self) -> int:
        """The number N of members."""
        return int(self.moments[0].n.sum()) if self.moments else 0

    @property
    def complete(self) -> bool:
        """Whether `members` are all of them."""
        return len(self.members.group) == self.n_members

    @classmethod
    def none(cls) -> "Students":
        """The students of a dataset that is refused."""
        nobody = Members(group=np.empty(0, np.int32), scores=np.empty((0, 1)))
        return cls(group_ids=(), moments=(), members=nobody)
