"""What checks look at."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from multilevel.records.sections import Role

Codes = NDArray[np.int64]
_ROOM = 8  # cells for each row, which are counted quicker by their places than by sorting

Verdict = Literal["no", "possible", "likely"]


@dataclass(frozen=True, kw_only=True)
class Columns:
    """The columns of a file, and those that an entry takes, by their names in the file.

    Attributes
    ----------
    names
        All, in the file's order.
    labels
        Their descriptions in the file, "" where there is none.
    outcomes, replicates
        The columns of scores and of replicate weights.
    n_values, n_replicates
        How many plausible values and replicate weights a complete file of a known study has;
        None where that isn't known.
    """

    names: Sequence[str]
    labels: Mapping[str, str]
    outcomes: Sequence[str]
    replicates: Sequence[str] = ()
    n_values: int | None = None
    n_replicates: int | None = None


@dataclass(frozen=True, kw_only=True)
class Separator:
    """Whether the points or commas of a column, read as decimal, may separate thousands.

    Attributes
    ----------
    mark
        The separator, "." or ",".
    least_whole
        The smallest whole number from 100 that stands beside them; infinite where there is none.
    example, row
        The first value that has one, and its row, from 0.
    """

    mark: str
    verdict: Verdict
    least_whole: float
    example: str = ""
    row: int = -1


@dataclass(frozen=True, kw_only=True, eq=False)
class Members:
    """The members that are analysed.

    Attributes
    ----------
    outcomes
        The columns of scores: one, or several plausible values.
    scores
        float64, shape (N, M), finite.
    group
        The column of groups.
    group_ids, sizes
        The ids of the J groups, in natural order, and their members.
    weights
        The columns from which weights are made: what each is used as, and its numbers, shape (N,).
    separators
        Of columns of numbers that are read from text: what their points or commas may mean.
    decimal_sign
        "." or "," where numbers of the file have that as their decimal sign and none the other.
    """

    outcomes: Sequence[str]
    scores: NDArray[np.float64]
    group: str
    group_ids: Sequence[str]
    sizes: NDArray[Any]
    weights: Mapping[str, tuple[Role, NDArray[np.float64]]] = field(default_factory=dict)
    separators: Mapping[str, Separator] = field(default_factory=dict)
    decimal_sign: str | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Records:
    """The rows of a file as they stand, with columns that an analysis doesn't need.

    Attributes
    ----------
    file
        Its name.
    outcomes, group
        The columns of scores and of groups.
    group_ids, group_codes
        Its different ids, and the place of each row's among them, -1 for none, shape (R,).
    scores
        float64, shape (R, M), NaN where missing.
    others
        Further columns by name, as Arrow dictionaries of text, null where they have nothing.
    member_id
        The column of members' ids where the configuration names it.
    preset
        The study whose file it is, None of others.
    n_rows, n_without_score, n_without_group
        All rows, those without a score, and those with a score and without a group.
    accept_missing
        Whether a report is wanted though most rows are left out.
    further
        Reads further columns of numbers by name, shape (R,), NaN where they have none.
    """

    file: str
    outcomes: Sequence[str]
    group: str
    group_ids: Sequence[str]
    group_codes: NDArray[np.int64]
    scores: NDArray[np.float64]
    others: Mapping[str, Any]
    member_id: str | None = None
    preset: str | None = None
    n_rows: int = 0
    n_without_score: int = 0
    n_without_group: int = 0
    accept_missing: bool = False
    further: Callable[[], Mapping[str, NDArray[np.float64]]] = dict

    @cached_property
    def analysed(self) -> NDArray[np.bool_]:
        """Which rows have a score and a group, shape (R,)."""
        return np.asarray((self.group_codes >= 0) & np.isfinite(self.scores).all(axis=1))

    def codes(self, column: str) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """The place of each row's value among `texts`, and the analysed rows that have one."""
        indices = self.others[column].indices
        known = ~np.asarray(indices.is_null().to_numpy(zero_copy_only=False), dtype=bool)
        codes = indices.fill_null(0).to_numpy().astype(np.int64)
        return codes, known & self.analysed

    def n_texts(self, column: str) -> int:
        """How many different values one of the further columns has."""
        return len(self.others[column].dictionary)

    def texts(self, column: str) -> list[str]:
        """The different values of one of the further columns."""
        texts: list[str] = self.others[column].dictionary.to_pylist()
        return texts


def cells(*codes: Codes) -> Codes:
    """A number for each combination of codes, which are 0 or more, shape (R,)."""
    combined = codes[0]
    for further in codes[1:]:
        combined = combined * (int(further.max(initial=0)) + 1) + further
    return combined


def different(*codes: Codes) -> Codes:
    """The numbers of the different combinations of codes, by `cells`, from small to large."""
    combined = cells(*codes)
    size = int(combined.max(initial=-1)) + 1
    if size > _ROOM * len(combined):
        combined = np.sort(combined)  # many times as quick as np.unique
        return combined[np.flatnonzero(np.diff(combined, prepend=combined[0] - 1))]
    there = np.zeros(size, dtype=np.bool_)
    there[combined] = True
    return np.flatnonzero(there)


def n_different(*codes: Codes) -> int:
    """How many different combinations of codes there are."""
    return len(different(*codes))
