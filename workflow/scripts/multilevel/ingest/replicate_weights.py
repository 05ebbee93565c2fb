"""Replicate weights that a file brings along: whether they can be what they are said to be."""

import hashlib
import math
from collections.abc import Sequence

import numpy as np

from multilevel.errors import DataRefused
from multilevel.ingest.survey_design import LARGEST_WEIGHT, Floats, Integers, refuse, wrong_weight
from multilevel.ingest.table.values import Faults
from multilevel.wording.numbers import count
from multilevel.wording.quoting import shown

# Relative: copies may have been stored to single precision.
_SAME = 1e-6
# Zones beyond those that tell all pairs of replicates apart: alike by chance then in 1 of 2**7.
_SPARE_ZONES = 7


class ReplicateWeights:
    """Replicate weights batch by batch.

    Parameters
    ----------
    names
        Their columns in the file, each once.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._columns = {name: _Column() for name in names}
        self._first_row = -1

    def add(self, replicate: Floats, total: Floats, rows: Integers) -> None:
        """Take in the kept rows of a batch.

        Parameters
        ----------
        replicate
            NaN where missing, shape (N, R).
        total
            Student weights, shape (N,).
        rows
            The place of each row in the file.
        """
        if self._first_row < 0:
            self._first_row = int(rows[0])
        for column, weight in zip(self._columns.values(), replicate.T, strict=True):
            column.add(np.ascontiguousarray(weight), total, rows)

    def check(self, n_groups: int, file: str) -> None:
        """Refuse replicates that repeat no sampling.

        Raises
        ------
        DataRefused
            `bad_weights` for a replicate weight below 0 or infinite, with its row; for a column
            that is 0 throughout, or a copy of the student weights or of another replicate: its
            replicate would repeat no sampling, and the standard error would be too small.
        """
        for name, column in self._columns.items():
            self._check(name, column, file)
        self._check_pairs(n_groups, file)

    def _check(self, name: str, column: "_Column", file: str) -> None:
        said = f"The replicate weight {shown(name)} of {shown(file)}"
        refuse(
            column.wrong,
            lambda: f"{said} is {wrong_weight(column.wrong.value)}",
            "Check the columns under replicates, and declare codes for missing under missing.",
        )
        first = count(self._first_row + 1)
        if not column.some:
            raise DataRefused(
                "bad_weights",
                f"{said} is 0 in every row that has a score, from row {first} on.",
                "Check the columns under replicates.",
            )
        if column.like_total:
            raise DataRefused(
                "bad_weights",
                f"{said} equals the student weight in "
                f"every row, from row {first} on, so this replicate says nothing "
                "of how samples differ.",
                "Name the replicate weights, such as W_FSTURWT[1-80], under replicates: columns, "
                "and the student weight under weights: member only.",
            )

    def _check_pairs(self, n_groups: int, file: str) -> None:
        """Refuse copies among replicates.

        Each zone of two schools doubles the patterns that replicates can have. Where a file holds
        few, as one region of a country, two of many replicates may well be alike in all its rows.
        """
        pairs = len(self._columns) * (len(self._columns) - 1) / 2
        if not pairs or n_groups / 2 < math.log2(pairs) + _SPARE_ZONES:
            return
        seen: dict[bytes, str] = {}
        for name, column in self._columns.items():
            other = seen.setdefault(column.content.digest(), name)
            if other != name:
                raise DataRefused(
                    "bad_weights",
                    f"The replicate weights {shown(other)} and {shown(name)} of {shown(file)} are "
                    "the same in every row. Copies make the standard error wrong.",
                    "Check how the file was made, or leave the copies out under replicates: "
                    "columns.",
                )


class _Column:
    """What the rows so far say of one replicate's weights."""

    def __init__(self) -> None:
        self.wrong = Faults()
        self.some, self.like_total = False, True
        self.content = hashlib.blake2b(digest_size=16)

    def add(self, weight: Floats, total: Floats, rows: Integers) -> None:
        with np.errstate(invalid="ignore"):
            self.wrong.add((weight < 0) | (weight > LARGEST_WEIGHT), weight, rows)
        self.some = self.some or bool(weight.any())  # NaN counts as something
        alike = self.like_total and np.all(np.abs(weight - total) <= _SAME * total)
        self.like_total = bool(alike)
        self.content.update(weight.tobytes())
