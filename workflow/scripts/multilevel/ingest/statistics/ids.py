"""Whether a covariate's values are ids, in whatever order the rows stand."""

import numpy as np

from multilevel.ingest.statistics.rows import Floats, Integers

# Equal pairs that chance would give at the least where ids have none.
LEAST_PAIRS = 8.0
# Groups with ranges that don't meet.
LEAST_GROUPS = 10
# Values that are looked at: of so many in one group each none is a measurement.
MOST_VALUES = 2**20


class Ids:
    """Gathers a column's values as long as each stands in one group only, as ids do.

    Of n values in a range of R whole numbers at least n (n - 1)/(2 R) pairs are expected to be
    equal. Different ids aren't; n measurements of which 8 pairs or more should be are all
    different in e**-8 of samples. Ids that begin with their group's number leave gaps between
    groups; the ranges of 10 groups of measurements lie apart in fewer than 1e-8 of samples.
    """

    def __init__(self) -> None:
        self._group, self._values = np.zeros(0, dtype=np.int64), np.zeros(0)
        self._possible = True

    def add(self, group: Integers, values: Floats) -> None:
        """Take in a batch of finite numbers and their groups, shape (N,)."""
        if not self._possible or len(self._values) >= MOST_VALUES:
            return
        group, values = np.append(self._group, group), np.append(self._values, values)
        order = np.argsort(values, kind="stable")
        self._group, self._values = group[order], values[order]
        new = np.diff(self._values, prepend=-np.inf) > 0
        in_two_groups = ~new & (np.diff(self._group, prepend=-1) != 0)
        whole = np.array_equal(self._values, np.floor(self._values))
        self._possible = whole and not bool(in_two_groups.any())
        self._group, self._values = self._group[new], self._values[new]

    def found(self) -> bool:
        """Whether all values so far are ids."""
        if not self._possible or not len(self._values):
            return False
        n, width = float(len(self._values)), self._values[-1] - self._values[0] + 1.0
        return bool(n * (n - 1.0) / (2.0 * width) >= LEAST_PAIRS) or self._lie_apart()

    def _lie_apart(self) -> bool:
        """Whether no group's range meets another's, though groups have several values."""
        n_runs = np.count_nonzero(np.diff(self._group, prepend=-1))
        _, sizes = np.unique(self._group, return_counts=True)
        return bool(n_runs == len(sizes) and (sizes > 1).sum() >= LEAST_GROUPS)
