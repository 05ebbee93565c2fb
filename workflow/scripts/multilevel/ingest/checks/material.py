"""What checks look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from multilevel.records.sections import Role

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
    """

    mark: str
    verdict: Verdict
    least_whole: float


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
        Of columns of scores that are read from text where a decimal comma is possible.
    """

    outcomes: Sequence[str]
    scores: NDArray[np.float64]
    group: str
    group_ids: Sequence[str]
    sizes: NDArray[Any]
    weights: Mapping[str, tuple[Role, NDArray[np.float64]]] = field(default_factory=dict)
    separators: Mapping[str, Separator] = field(default_factory=dict)
