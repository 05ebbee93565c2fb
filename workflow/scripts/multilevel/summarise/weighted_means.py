"""School means under sampling weights, shrunken by the weighted fit."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from multilevel.fit import distributions
from multilevel.fit.rubin import pool_columns
from multilevel.fit.sufficient import Floats
from multilevel.fit.weighted import Scaling, WeightedFit, WeightedStatistics, fit_weighted
from multilevel.fit.weighted_inference import effective_sizes
from multilevel.fit.weighted_intervals import corrected_se
from multilevel.summarise import formulas

COLUMNS = (
    "weighted_mean",
    "weighted_reliability",
    "weighted_eb_mean",
    "weighted_eb_se",
    "weighted_ci_low",
    "weighted_ci_high",
)


def weighted_school_means(
    values: Sequence[WeightedStatistics],
    group_weight: Floats,
    scaling: Scaling,
    confidence: float,
) -> pd.DataFrame:
    """A row per school: weighted mean and its empirical Bayes estimate, pooled by Rubin's rules.

    The mean of a school is shrunken by tau00 and sigma2 of the weighted fit, its sampling
    variance being sigma2 over the effective number of its students; the mean squared error has
    Prasad & Rao's (1990) three parts, with the sandwich's covariances in place of the inverse
    information. At tau00 = 0 all but the weighted mean are missing.

    Parameters
    ----------
    values
        Statistics with conditional weights as they are, of M plausible values.
    group_weight
        School weights, shape (J,).
    scaling, confidence
        Of the fit and of the intervals.
    """
    fits = [fit_weighted(one, group_weight, scaling) for one in values]
    means = np.stack([one.mean for one in values]).mean(axis=0)
    table = pd.DataFrame({"weighted_mean": means}).reindex(columns=list(COLUMNS))
    if any(fit.tau00 == 0 for fit in fits):
        return table
    each = [_shrunken(one, fit) for one, fit in zip(values, fits, strict=True)]
    lambdas, eb, mse = (np.stack(part) for part in zip(*each, strict=True))
    centre, variance, df = pool_columns(eb, mse)
    half = distributions.t_quantiles(0.5 + confidence / 2.0, df) * np.sqrt(variance)
    return table.assign(
        weighted_reliability=lambdas.mean(axis=0),
        weighted_eb_mean=centre,
        weighted_eb_se=np.sqrt(variance),
        weighted_ci_low=centre - half,
        weighted_ci_high=centre + half,
    )


def _shrunken(statistics: WeightedStatistics, fit: WeightedFit) -> tuple[Floats, Floats, Floats]:
    """Reliability, empirical Bayes mean and its mean squared error, each shape (J,)."""
    n = effective_sizes(statistics)
    lambdas = formulas.reliability(fit.tau00, fit.sigma2 / n)
    parts = formulas.eb_variance_parts(
        n,
        fit.tau00,
        fit.sigma2,
        corrected_se(fit.se_gamma00, len(n)) ** 2,
        fit.covariance,
    )
    return lambdas, formulas.eb_mean(statistics.mean, lambdas, fit.gamma00), parts.total
