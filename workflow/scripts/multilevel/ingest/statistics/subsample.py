"""A random sample of rows that come in batches, the same however they are cut into batches."""

import numpy as np
from numpy.typing import NDArray

SEED = 20_190_308
# Hashes, numbers, groups and values of rows.
_Batch = tuple[NDArray[np.uint64], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]
# Members of a dataset are all kept while they are no more.
SIZE = 250_000


class BottomK:
    """The `size` rows whose numbers have the smallest hashes: a simple random sample.

    A row's hash depends on its number and the seed only (bottom-k sampling, Cohen & Kaplan
    2007), so neither the batches nor their order matter.
    """

    def __init__(self, size: int = SIZE, seed: int = SEED) -> None:
        self._size, self._seed = size, np.uint64(seed)
        self._limit = np.uint64(2**64 - 1)
        self._hash = np.empty(0, np.uint64)
        self._row = np.empty(0, np.int64)
        self._group = np.empty(0, np.int64)
        self._values: NDArray[np.float64] | None = None
        self._waiting: list[_Batch] = []
        self._n_waiting = 0

    def add(self, first_row: int, group: NDArray[np.int64], values: NDArray[np.float64]) -> None:
        """Take in rows `first_row`, `first_row` + 1, ... with a group and values each.

        Parameters
        ----------
        group
            Shape (N,).
        values
            Shape (N,), or (N, K) for K values of each.
        """
        row = np.arange(first_row, first_row + len(group), dtype=np.int64)
        key = _mixed(row.astype(np.uint64) + self._seed)
        if len(key) > self._size:
            self._limit = min(self._limit, np.partition(key, self._size - 1)[self._size - 1])
        low = np.flatnonzero(key <= self._limit)
        self._waiting.append((key[low], row[low], group[low], values[low]))
        self._n_waiting += len(low)
        # Copying all values for each of many batches would take longer than reading them.
        if self._n_waiting > self._size // 8:
            self._take_in()

    def rows(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Groups and values of the sample, in the rows' order."""
        self._take_in()
        order = np.argsort(self._row)
        values = np.empty(0) if self._values is None else self._values[order]
        return self._group[order], values

    def _take_in(self) -> None:
        """Join the batches that wait with the sample so far."""
        if not self._waiting:
            return
        key, row, group, values = zip(*self._waiting, strict=True)
        former = values[0][:0] if self._values is None else self._values
        self._waiting, self._n_waiting = [], 0
        self._hash = np.concatenate([self._hash, *key])
        self._row = np.concatenate([self._row, *row])
        self._group = np.concatenate([self._group, *group])
        self._values = np.concatenate([former, *values])
        if len(self._hash) > self._size:
            self._keep(np.argpartition(self._hash, self._size - 1)[: self._size])
            self._limit = self._hash.max()

    def _keep(self, chosen: NDArray[np.int64]) -> None:
        self._hash, self._row = self._hash[chosen], self._row[chosen]
        self._group = self._group[chosen]
        self._values = None if self._values is None else self._values[chosen]


def _mixed(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The generator SplitMix64 at the counts x (Steele, Lea & Flood 2014): one-to-one."""
    x = x * np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(x ^ (x >> np.uint64(31)))
