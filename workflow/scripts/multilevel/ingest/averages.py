"""A score that is the mean of plausible values standing in the same file.

The criterion is the numbers themselves: the column equals the mean of a family of columns
(BSMMAT01 to 05). Those whose names share letters with its own are looked at first; in files that
are read quickly some others too, if there are as many as studies give plausible values and if
nothing but chance tells them apart: a scale may be the mean of five questions or subtests. Where
the plausible values aren't in the file nothing can be told: an average looks like any other score.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from multilevel.configuration import Dataset
from multilevel.errors import DataRefused
from multilevel.ingest.readers import Table
from multilevel.ingest.students import Collector
from multilevel.ingest.table.files import Opened, tables
from multilevel.records.students import Aside, Students
from multilevel.wording.families import Family, families

# Plausible values come in fives and tens; more are replicate weights.
MOST_VALUES = 20
LETTERS_SHARED = 3
# Of families by other names: how many columns they have, how many are read, and of what files.
NUMBERS_OF_VALUES = (5, 10)
MOST_OTHERS = 4
MOST_BYTES = 100_000_000
# Different values of a column: answers to a question have fewer.
FEWEST_DIFFERENT = 20
CHANCE = 5.0
ALL_BUT_1 = 1.0 - 1e-9
# Of the standard deviation: averages are stored to a few decimals.
ROUNDING = 1e-3


def with_values(students: Students, files: Opened) -> Students:
    """The students with the plausible values that their score averages, if it does."""
    for family, values in _read_families(files):
        if _is_mean(students, values):
            aside = Aside(columns=family.names, moments=values.moments)
            return replace(students, aside=aside)
    return students


def candidates(files: Opened) -> tuple[str, ...]:
    """The columns that `with_values` looks at."""
    both = (*_related_families(files), *_other_families(files))
    return tuple(name for family in both for name in family.names)


def _related_families(files: Opened) -> tuple[Family, ...]:
    outcome = files.layout.dataset.outcomes[0]
    return tuple(family for family in _families(files) if _related(outcome, family))


def _other_families(files: Opened) -> tuple[Family, ...]:
    """Those by other names, first such as are called plausible values."""
    if files.source.bytes > MOST_BYTES:
        return ()
    outcome = files.layout.dataset.outcomes[0]
    odd = {column.name for column in files.found.columns if not column.readable}
    called = {one.name: f"{one.name} {one.label}".casefold() for one in files.found.columns}
    found = [
        family
        for family in _families(files)
        if len(family.names) in NUMBERS_OF_VALUES
        and not odd.intersection(family.names)
        and not _related(outcome, family)
    ]
    found.sort(key=lambda family: not re.search("pv|plausible", called[family.names[0]]))
    return tuple(found[:MOST_OTHERS])


def _families(files: Opened) -> Iterator[Family]:
    """Of a single score, all that don't contain it."""
    outcomes = files.layout.dataset.outcomes
    for family in families(files.found.names) if len(outcomes) == 1 else ():
        if outcomes[0] not in family.names and len(family.names) <= MOST_VALUES:
            yield family


def _related(outcome: str, family: Family) -> bool:
    """Whether the names have letters in common: math_mean and PV1MATH."""
    own = outcome.casefold()
    parts = re.split(r"[^a-z]+", family.names[0].casefold())
    starts = {part[i : i + LETTERS_SHARED] for part in parts for i in range(len(part))}
    return any(len(start) == LETTERS_SHARED and start in own for start in starts)


def _read_families(files: Opened) -> Iterator[tuple[Family, Students]]:
    """Families that may be plausible values, with their scores; the others are read at once."""
    for family in _related_families(files):
        values = _values(_tables(files, (family,)), files.layout.dataset, family)
        if values is not None:
            yield family, values
    others = _other_families(files)
    try:
        read = tuple(_tables(files, others)) if others else ()
    except DataRefused:  # lists, a name that occurs twice: no plausible values
        return
    for family in others:
        values = _values(read, files.layout.dataset, family)
        if values is not None and _exchangeable(values.members.scores):
            yield family, values


def _tables(files: Opened, read_too: Sequence[Family]) -> Iterator[Table]:
    """The dataset's columns with those of families."""
    further = (name for family in read_too for name in family.names)
    columns = tuple(dict.fromkeys((*files.layout.columns, *further)))
    return tables(replace(files, layout=replace(files.layout, columns=columns)))


def _values(read: Iterable[Table], dataset: Dataset, family: Family) -> Students | None:
    collector = Collector(
        outcome=family.names,
        group=dataset.group,
        weights=dataset.weights,
        replicates=dataset.replicates,
    )
    try:
        for table in read:
            collector.add(table)
        return collector.intake().students
    except DataRefused:  # texts, lists or nothing: no plausible values
        return None


def _is_mean(students: Students, values: Students) -> bool:
    """Whether the score is the mean of the values: of all members, or of those in the sample."""
    own, theirs = students.members, values.members
    if not np.array_equal(own.group, theirs.group):
        return False
    score = own.scores[:, 0]
    difference = np.abs(theirs.scores.mean(axis=1) - score)
    return bool(difference.max() <= ROUNDING * np.std(score))


def _exchangeable(scores: NDArray[np.float64]) -> bool:
    """Whether nothing but chance tells columns of scores apart, shape (N, M), as draws.

    Their means are the same and so are the correlations of all pairs, beyond CHANCE standard
    errors. Subtests differ in both.
    """
    n, m = scores.shape
    few = min(len(np.unique(column)) for column in scores.T) < FEWEST_DIFFERENT
    if few or np.array_equal(scores, np.floor(scores)):
        return False
    apart = scores - scores.mean(axis=1, keepdims=True)
    error = apart.std(axis=0) / math.sqrt(n)
    r = np.asarray(np.corrcoef(scores, rowvar=False))[np.triu_indices(m, 1)]
    z = np.arctanh(np.clip(r, -ALL_BUT_1, ALL_BUT_1))
    alike = float(np.ptp(z)) <= 2.0 * CHANCE / math.sqrt(n)
    return (
        alike and float(r.min()) > 0 and bool(np.all(np.abs(apart.mean(axis=0)) <= CHANCE * error))
    )
