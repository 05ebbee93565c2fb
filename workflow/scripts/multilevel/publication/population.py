"""What disclosure control needs to know of a fitted dataset, at full precision."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from multilevel.publication.precision import Population, Published
from multilevel.records.results import Model, Naive, Results
from multilevel.records.students import Students

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]


def population_of(
    results: Results, schools: "pd.DataFrame", students: Students, keys: tuple[str, ...]
) -> Population:
    """From complete results, the table of groups and the students.

    Raises
    ------
    ValueError
        When the dataset was refused.
    """
    data, naive, model = results.data, results.naive, results.model
    if data is None or naive is None or model is None:
        raise ValueError("only a fitted dataset has a population")
    if data.score_min is None or data.score_max is None:
        raise ValueError("these results were published before")
    n = schools["n"].to_numpy()
    return Population(
        keys=keys,
        n=n,
        mean=schools["mean"].to_numpy(),
        sd=naive.sd_total,
        sd_within=model.sd_sigma,
        low=data.score_min,
        high=data.score_max,
        means=(*_unweighted(results, naive, model, n), *_weighted(results, n, students)),
    )


def _unweighted(
    results: Results, naive: Naive, model: Model, n: NDArray[np.int64]
) -> list[Published]:
    """Means of members, of groups, and the model's; those of plausible values as well."""
    values = results.plausible_values
    of_members, of_model = n / n.sum(), _shares(1.0 / (model.tau00 + model.sigma2 / n))
    means = [
        Published(weights=of_members, values=(naive.grand_mean,)),
        Published(weights=np.full(len(n), 1.0 / len(n)), values=(naive.mean_of_group_means,)),
        Published(weights=of_model, values=(model.gamma00,)),
    ]
    if values is not None:
        each = values.per_value
        means += [
            Published(weights=of_members, values=tuple(one.mean for one in each)),
            Published(weights=of_model, values=tuple(one.gamma00 for one in each)),
        ]
    return means


def _weighted(results: Results, n: NDArray[np.int64], students: Students) -> list[Published]:
    """Means under weights, as if weights within groups were equal."""
    found, weights = results.weighted, students.group_weight
    if found is None or weights is None or students.conditional is None:
        return []
    of_members = _shares(weights * students.conditional.weight)
    of_model = _shares(weights / (found.tau00 + found.sigma2 / n))
    return [
        Published(weights=of_members, values=(found.official_mean,)),
        Published(weights=of_model, values=(found.gamma00,)),
        Published(weights=of_members, values=tuple(one.official_mean for one in found.per_value)),
        Published(weights=of_model, values=tuple(one.gamma00 for one in found.per_value)),
    ]


def _shares(weights: Floats) -> Floats:
    return np.asarray(weights / weights.sum())
