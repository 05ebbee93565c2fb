"""What ingest adds up of a companion's covariates; part of students.parquet.

J groups, N complete rows, M plausible values (1 for a single score), C columns: the outcomes,
then the covariates' numbers and indicators.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Level = Literal["member", "group"]
Kind = Literal["numeric", "two_valued", "labelled"]


@dataclass(frozen=True, eq=False)
class Products:
    """What C columns of J groups leave after one pass over the rows.

    Attributes
    ----------
    centre
        What was subtracted from the columns, shape (C,), in their units.
    n
        Rows per group, shape (J,).
    weight, weight2
        Sums of the rows' weights and of their squares, shape (J,); both n without weights.
    mean
        Weighted group means less `centre`, shape (J, C); 0 for an empty group.
    within
        Weighted cross products about the group means: summed over groups, shape (C, C), or of
        each group, shape (J, C, C).
    """

    centre: Floats
    n: Integers
    weight: Floats
    weight2: Floats
    mean: Floats
    within: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Covariate:
    """A covariate's column as one pass over the rows sees it.

    Attributes
    ----------
    name, level
        As configured.
    kind
        "two_valued": numbers of two distinct values.
    labels, counts, places
        Of a labelled column: its values in order of the alphabet, the complete rows that have
        them, and their indicators' places among the products' columns. Of numbers one place.
    constant
        Whether the complete rows have one value only.
    varies_in
        Place of a group in which it takes more than one value; None where there is none or
        where the column is one of members.
    too_many_values
        Whether it has more labels than a classification has; its indicators are then incomplete.
    ids
        Whether its values name members, or groups where it is a column of groups.
    """

    name: str
    level: Level
    kind: Kind
    labels: tuple[str, ...]
    counts: Integers
    places: Integers
    constant: bool
    varies_in: int | None
    too_many_values: bool
    ids: bool


@dataclass(frozen=True, eq=False, kw_only=True)
class CompleteRows:
    """The complete rows themselves, while they are few, for a second opinion.

    Attributes
    ----------
    group
        Place of each row's group among all groups, shape (N,).
    columns
        As the products' columns, shape (N, C).
    """

    group: Integers
    columns: Floats


@dataclass(frozen=True, eq=False, kw_only=True)
class CovariateStatistics:
    """All that the companion needs of a dataset.

    Attributes
    ----------
    products
        Of the complete rows: the outcomes in the first columns, then the covariates'.
    weighted
        Their weighted products by group; None without weights.
    n_outcomes
        M plausible values, or 1.
    covariates
        In the configured order, those of members first.
    n_left_out
        Rows with a score that lack a covariate.
    rows
        None where they are too many.
    """

    products: Products
    weighted: Products | None
    n_outcomes: int
    covariates: tuple[Covariate, ...]
    n_left_out: int
    rows: CompleteRows | None = None
