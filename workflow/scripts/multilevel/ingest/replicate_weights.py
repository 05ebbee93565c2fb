"""Replicate weights that a file brings along: whether they can be what they are said to be."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from multilevel.errors import DataRefused
from multilevel.ingest.survey_design import (
    LARGEST_WEIGHT,
    Column,
    Floats,
    Sample,
    refuse,
    wrong_weight,
)
from multilevel.wording.numbers import count
from multilevel.wording.quoting import shown

# Relative: copies may have been stored to single precision.
_SAME = 1e-6
# Zones beyond those that tell all pairs of replicates apart: alike by chance then in 1 of 2**7.
_SPARE_ZONES = 7


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
    column = f"The replicate weight {shown(name)} of {shown(file)}"
    refuse(
        wrong,
        rows,
        lambda first: f"{column} is {wrong_weight(weight[first])}",
        "Check the columns under replicates, and declare codes for missing under missing.",
    )
    if not weight.any():  # NaN counts as something
        raise DataRefused(
            "bad_weights",
            f"{column} is 0 in every row that has a score, from row {count(int(rows[0]) + 1)} on.",
            "Check the columns under replicates.",
        )
    if _alike(weight, total):
        raise DataRefused(
            "bad_weights",
            f"{column} equals the student weight in "
            f"every row, from row {count(int(rows[0]) + 1)} on, so this replicate says nothing "
            "of how samples differ.",
            "Name the replicate weights, such as W_FSTURWT[1-80], under replicates: columns, and "
            "the student weight under weights: member only.",
        )


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
            raise DataRefused(
                "bad_weights",
                f"The replicate weights {shown(other)} and {shown(name)} of {shown(file)} are the "
                "same in every row. Copies make the standard error wrong.",
                "Check how the file was made, or leave the copies out under replicates: columns.",
            )


def _alike(weight: Floats, other: Floats) -> bool:
    return bool(np.all(np.abs(weight - other) <= _SAME * other))
