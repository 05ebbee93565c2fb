"""What was published before of a dataset, in a hidden folder: results/.released/<id>.json.

Groups of which a few members came or went are shown as they were last published, and what
former releases say of withheld means counts together with what this one says.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multilevel.publication.bounds import Statement
from multilevel.records.results import Results
from multilevel.records.students import Students

MOST_RELEASES = 20


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


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A group's published row, its members then, and the mean with which it counted.

    The mean is None in what an earlier version remembered.
    """

    roster: Roster
    row: Mapping[str, Any]
    mean: float | None = None


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a release, told by its state, says of withheld means."""

    state: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, kw_only=True)
class Last:
    """What was published last, the rows of groups as they were shown, and all members then."""

    roster: Roster
    results: Results
    rows: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """All that is remembered of releases.

    Attributes
    ----------
    entries
        Of groups that were shown.
    withheld
        Of those that were not; their rows are empty.
    pooled
        The members of the groups whose mean was published as one.
    blurred
        The members behind the quantiles of the figures, and these: residuals and tenths.
    releases
        Oldest first.
    last
        The latest one.
    """

    entries: Mapping[str, Entry] = field(default_factory=dict)
    withheld: Mapping[str, Entry] = field(default_factory=dict)
    pooled: Roster | None = None
    blurred: tuple[Roster, tuple[float, ...], tuple[tuple[float | None, ...], ...]] | None = None
    releases: tuple[Said, ...] = ()
    last: Last | None = None


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


def n_changed_in_all(before: Roster, now: Roster) -> int:
    """`n_changed` of all groups together; where members aren't known at least as many as groups."""
    known = len(before.scores) == before.n and len(now.scores) == now.n
    if known or before.digest == now.digest:
        return n_changed(before, now)
    old, new = Counter(before.digest.split()), Counter(now.digest.split())
    return max(abs(before.n - now.n), (old - new).total(), (new - old).total())


def _scores_by_group(students: Students) -> list[tuple[int, ...]]:
    group = students.members.group
    bits = np.ascontiguousarray(students.members.scores[:, 0]).view(np.uint64)
    folded: NDArray[np.uint64] = (bits ^ (bits >> np.uint64(32))) & np.uint64(0xFFFFFFFF)
    order = np.lexsort((folded, group))
    ends = np.searchsorted(group[order], np.arange(len(students.moments[0].n) + 1))
    numbers = folded[order].tolist()
    return [tuple(numbers[start:end]) for start, end in pairwise(ends)]
