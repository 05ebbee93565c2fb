"""A score that is the mean of plausible values standing in the same file.

The criterion is the numbers themselves: the column equals the mean of a family of columns
(BSMMAT01 to 05) whose names share letters with its own. Where the plausible values aren't in the
file nothing can be told: an average looks like any other score.
"""

import re
from dataclasses import replace

import numpy as np

from multilevel.configuration import Dataset
from multilevel.errors import DataRefused
from multilevel.ingest.families import Family, families
from multilevel.ingest.reading import Opened, read
from multilevel.ingest.students import Aside, Students, to_students

# Plausible values come in fives and tens; more are replicate weights.
MOST_VALUES = 20
LETTERS_SHARED = 3
# Of the standard deviation: averages are stored to a few decimals.
ROUNDING = 1e-3


def with_values(students: Students, files: Opened) -> Students:
    """The students with the plausible values that their score averages, if it does."""
    for family in _families(files):
        values = _values(files, files.layout.dataset, family)
        if values is not None and _is_mean(students, values):
            return replace(students, aside=Aside(columns=family.names, scores=values.scores))
    return students


def candidates(files: Opened) -> tuple[str, ...]:
    """The columns that `with_values` looks at."""
    return tuple(name for family in _families(files) for name in family.names)


def _families(files: Opened) -> list[Family]:
    outcomes = files.layout.dataset.outcomes
    if len(outcomes) > 1:
        return []
    return [family for family in families(files.found.names) if _related(outcomes[0], family)]


def _related(outcome: str, family: Family) -> bool:
    """Whether the names have letters in common: math_mean and PV1MATH."""
    if outcome in family.names or len(family.names) > MOST_VALUES:
        return False
    own = outcome.casefold()
    parts = re.split(r"[^a-z]+", family.names[0].casefold())
    starts = {part[i : i + LETTERS_SHARED] for part in parts for i in range(len(part))}
    return any(len(start) == LETTERS_SHARED and start in own for start in starts)


def _values(files: Opened, dataset: Dataset, family: Family) -> Students | None:
    columns = tuple(dict.fromkeys((*files.layout.columns, *family.names)))
    table = read(replace(files, layout=replace(files.layout, columns=columns)))
    try:
        return to_students(
            table,
            outcome=family.names,
            group=dataset.group,
            weights=dataset.weights,
            replicates=dataset.replicates,
        )
    except DataRefused:  # texts or nothing: no plausible values
        return None


def _is_mean(students: Students, values: Students) -> bool:
    if not np.array_equal(students.group, values.group):
        return False
    difference = np.abs(values.scores.mean(axis=1) - students.score)
    return bool(difference.max() <= ROUNDING * np.std(students.score))
