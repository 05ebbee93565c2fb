"""Rows that stand for several members, with a column of how many."""

from collections.abc import Iterator

import numpy as np

from multilevel.ingest import vocabulary
from multilevel.ingest.checks.material import Records, n_different
from multilevel.records.findings import Finding, caution

# Different counts of a group, as a share of its rows: a school's size is one for all its students.
_OWN = 0.5
_FEWEST = 5  # members that a row stands for, commonly
_FEWEST_ROWS = 8


def check(records: Records) -> Iterator[Finding]:
    """A caution where nearly each row has its own count of members."""
    for column in records.others:
        if not vocabulary.is_count(column):
            continue
        codes, used = records.codes(column)
        numbers = np.array([_count(one) for one in records.texts(column)])
        if np.count_nonzero(used) < _FEWEST_ROWS or np.isnan(numbers[codes[used]]).any():
            continue
        n_pairs = n_different(records.group_codes[used], codes[used])
        middle = float(np.median(numbers[codes[used]]))
        if n_pairs > _OWN * np.count_nonzero(used) and middle >= _FEWEST:
            yield caution(
                "aggregated_rows", column, n_rows=int(np.count_nonzero(used)), middle=middle
            )
            return


def _count(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return np.nan
    return number if number >= 0 and number.is_integer() else np.nan
