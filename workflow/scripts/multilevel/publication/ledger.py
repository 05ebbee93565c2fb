"""What was published before of a dataset, in a hidden folder: results/.released/<id>.json.

Groups of which a few members came or went are shown as they were last published, and what
former releases say of withheld means counts together with what this one says.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from multilevel.publication.bounds import Statement
from multilevel.records.results import Results
from multilevel.records.students import Students

T = TypeVar("T")
# Of which as much is remembered; a file of 250,000 students takes 5 MB for each.
MOST_RELEASES = 10


@dataclass(frozen=True, kw_only=True)
class Roster:
    """The members of a group, as far as they can be told apart.

    Attributes
    ----------
    n
        How many.
    digest
        Of their number, mean and spread.
    scores
        A number for each score, in ascending order; none where only a sample is at hand.
    """

    n: int
    digest: str
    scores: tuple[int, ...] = ()


NOBODY = Roster(n=0, digest="")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A group's published row, its members then, and the mean with which it counted.

    The mean is None in what an earlier version remembered.
    """

    roster: Roster
    row: Mapping[str, Any]
    mean: float | None = None


@dataclass(frozen=True, kw_only=True)
class Quantiles:
    """What figures showed of members, and the members behind it."""

    roster: Roster
    residuals: tuple[float, ...]
    tenths: tuple[tuple[float | None, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Release:
    """What was published at once.

    Attributes
    ----------
    state
        Tells the data, whatever the groups are called.
    groups
        The members of each group then, as far as they count in estimates.
    statements
        What it says of withheld means.
    rows
        Of groups as they were shown.
    """

    state: str
    groups: Mapping[str, Roster]
    statements: tuple[Statement, ...]
    results: Results
    rows: tuple[Mapping[str, Any], ...]
    quantiles: Quantiles


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """All that is remembered of releases.

    Attributes
    ----------
    entries
        Of groups that were shown: all rows that were, oldest first.
    withheld
        Of those that were not; their rows are empty.
    pooled
        The members of groups whose mean was published as one.
    releases
        Oldest first.
    """

    entries: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    withheld: Mapping[str, Entry] = field(default_factory=dict)
    pooled: tuple[Roster, ...] = ()
    releases: tuple[Release, ...] = ()

    def row_near(self, name: str, roster: Roster, min_members: int) -> Entry | None:
        """The latest published row of a group from which too few of its members changed."""
        rows = reversed(self.entries.get(name, ()))
        return next((one for one in rows if 0 < n_changed(one.roster, roster) < min_members), None)

    @property
    def moved_unit(self) -> float | None:
        """The unit to which withheld means were rounded last."""
        said = (release.results.publication for release in reversed(self.releases))
        return next((one.moved_unit for one in said if one and one.moved_unit), None)

    def release_near(self, groups: Mapping[str, Roster], min_members: int) -> Release | None:
        """The latest release from which too few members changed."""
        for release in reversed(self.releases):
            if 0 < n_changed_slightly(release.groups, groups, min_members) < min_members:
                return release
        return None

    def quantiles_near(self, roster: Roster, min_members: int) -> Quantiles | None:
        """The latest quantiles from which too few of the members behind them changed."""
        former = (release.quantiles for release in reversed(self.releases))
        return next(
            (one for one in former if 0 < n_changed(one.roster, roster) < min_members), None
        )

    def with_names(self, names: Mapping[str, str]) -> "Ledger":
        """With groups that have another name now under that; `names` are present by former ones."""

        def renamed(groups: Mapping[str, T]) -> dict[str, T]:
            return {names.get(name, name): one for name, one in groups.items()}

        if not names:
            return self
        return replace(
            self,
            entries=renamed(self.entries),
            withheld=renamed(self.withheld),
            releases=tuple(replace(one, groups=renamed(one.groups)) for one in self.releases),
        )


def rosters(students: Students) -> tuple[Roster, ...]:
    """One of each group, in the order of their ids."""
    first = students.moments[0]
    by_group: list[tuple[int, ...]] = [()] * len(first.n)
    if students.complete:
        by_group = _scores_by_group(students)
    return tuple(
        Roster(
            n=int(first.n[j]),
            digest=f"{first.n[j]}:{float(first.mean[j]).hex()}:{float(first.m2[j]).hex()}"
            f":{first.centre.hex()}:{first.unit.hex()}",
            scores=by_group[j],
        )
        for j in range(len(first.n))
    )


def together(parts: Sequence[Roster]) -> Roster:
    """The members of several groups as those of one."""
    known = all(len(part.scores) == part.n for part in parts)
    return Roster(
        n=sum(part.n for part in parts),
        digest=" ".join(sorted(part.digest for part in parts)),
        scores=tuple(sorted(score for part in parts for score in part.scores)) if known else (),
    )


def n_changed(before: Roster, now: Roster) -> int:
    """How many members joined or left, the larger of both; at least 1 where that isn't known."""
    if before.digest == now.digest:
        return 0
    if len(before.scores) == before.n and len(now.scores) == now.n:
        old, new = Counter(before.scores), Counter(now.scores)
        return max((old - new).total(), (new - old).total())
    return max(abs(before.n - now.n), 1)


def mostly_same(before: Roster, now: Roster, min_members: int) -> bool:
    """Whether a group has the members that it had, but for a few, and at most half.

    A single member whom another joined is the same group: who joined knows one of two scores.
    """
    changed = n_changed(before, now)
    return changed < min_members and 2 * changed <= max(before.n, now.n)


def n_changed_slightly(
    before: Mapping[str, Roster], now: Mapping[str, Roster], min_members: int
) -> int:
    """How many joined or left groups in which fewer than `min_members` did.

    What others do hides nobody: their own rows say what changed in them.
    """
    each = (
        n_changed(before.get(name, NOBODY), now.get(name, NOBODY))
        for name in before.keys() | now.keys()
    )
    return sum(n for n in each if n < min_members)


def new_names(before: Ledger, now: Mapping[str, Roster], min_members: int) -> dict[str, str]:
    """Present names by former ones, of groups that have the same members but for a few."""
    if not before.releases:
        return {}
    former = before.releases[-1].groups
    holders: dict[int, set[str]] = {}
    for name in former.keys() - now.keys():
        for score in former[name].scores:
            holders.setdefault(score, set()).add(name)
    names: dict[str, str] = {}
    for name in sorted(now.keys() - former.keys()):
        roster = now[name]
        # Of so many at least one was there before.
        some = roster.scores[: min(min_members, roster.n // 2 + 1)]
        likely = {one for score in some for one in holders.get(score, ())}
        for old in sorted(likely - names.keys()):
            if mostly_same(former[old], roster, min_members):
                names[old] = name
                break
    return names


def _scores_by_group(students: Students) -> list[tuple[int, ...]]:
    group = students.members.group
    bits = np.ascontiguousarray(students.members.scores[:, 0]).view(np.uint64)
    folded: NDArray[np.uint64] = (bits ^ (bits >> np.uint64(32))) & np.uint64(0xFFFFFFFF)
    order = np.lexsort((folded, group))
    ends = np.searchsorted(group[order], np.arange(len(students.moments[0].n) + 1))
    numbers = folded[order].tolist()
    return [tuple(numbers[start:end]) for start, end in pairwise(ends)]
