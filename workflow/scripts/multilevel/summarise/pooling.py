"""Summaries of M plausible values as one; those of a single score as they are."""

import math
from collections.abc import Sequence
from dataclasses import replace
from statistics import mean

import numpy as np
import pandas as pd

from multilevel.fit import distributions
from multilevel.fit.rubin import Pooled, pool, pool_columns
from multilevel.fit.sufficient import Floats, SufficientStatistics
from multilevel.records.fitted import RandomInterceptFit
from multilevel.records.results import Between, Naive
from multilevel.summarise import formulas
from multilevel.summarise.model_based import between_summary
from multilevel.summarise.naive import naive_summary
from multilevel.summarise.schools import school_means

_MEANS = ("error_variance", "reliability")


def naive_of(values: Sequence[SufficientStatistics]) -> Naive:
    """Raw summaries: means over plausible values, the standard error by Rubin's rules."""
    each = [naive_summary(one) for one in values]
    if len(each) == 1:
        return each[0]
    group_mean, n_groups = _group_mean(each), values[0].n_groups
    errors = [one.se_grand_mean**2 for one in each]
    grand_mean = pool([one.grand_mean for one in each], errors)
    total = mean(one.sd_total**2 for one in each)
    known = [v for one in each if (v := one.variance_of_group_means) is not None]
    variance = mean(known) if len(known) == len(each) else None
    return Naive(
        grand_mean=grand_mean.estimate,
        sd_total=math.sqrt(total),
        se_grand_mean=grand_mean.se,
        mean_of_group_means=mean(one.mean_of_group_means for one in each),
        variance_of_group_means=variance,
        sd_of_group_means=None if variance is None else math.sqrt(variance),
        se_mean_of_group_means=None if group_mean is None else group_mean.se,
        df_mean_of_group_means=None if group_mean is None else group_mean.df_with(n_groups - 1.0),
    )


def _group_mean(each: Sequence[Naive]) -> Pooled | None:
    """The mean of the school means by Rubin's rules; None for one school."""
    errors = [one.se_mean_of_group_means for one in each]
    known = [error**2 for error in errors if error is not None]
    if len(known) < len(errors):
        return None
    return pool([one.mean_of_group_means for one in each], known)


def between_of(
    statistics: SufficientStatistics,
    naive: Naive,
    pooled: RandomInterceptFit,
    fits: Sequence[RandomInterceptFit],
) -> Between:
    """How much schools differ: ICC, reliabilities and design effects as means over the fits.

    Parameters
    ----------
    statistics
        Of any plausible value: school sizes are those of all.
    naive, pooled
        Pooled.
    fits
        Of each plausible value, or the only one.
    """
    found = between_summary(statistics, naive, pooled)
    if len(fits) == 1:
        return found
    models = [fit.model for fit in fits]
    n_mean = statistics.n_members / statistics.n_groups
    rho = mean(formulas.icc(model.tau00, model.sigma2) for model in models)
    lambdas = [
        formulas.reliability(model.tau00, formulas.error_variance(model.sigma2, statistics.n))
        for model in models
    ]
    deff = formulas.design_effect(rho, n_mean)
    return replace(
        found,
        icc=rho,
        reliability=mean(float(one.mean()) for one in lambdas),
        reliability_min=mean(float(one.min()) for one in lambdas),
        reliability_max=mean(float(one.max()) for one in lambdas),
        design_effect=deff,
        design_effect_kish=formulas.design_effect_kish(rho, statistics.n),
        n_effective=statistics.n_members / deff,
    )


def means_of(
    labels: list[str],
    values: Sequence[SufficientStatistics],
    fits: Sequence[RandomInterceptFit],
) -> pd.DataFrame:
    """The rows of `school_means`, pooled over plausible values.

    Means and empirical Bayes means by Rubin's rules, each with its own degrees of freedom;
    error variances and reliabilities as means, SD from the mean variance.
    """
    tables = [school_means(labels, one, fit) for one, fit in zip(values, fits, strict=True)]
    if len(tables) == 1:
        return tables[0]
    first, confidence = tables[0], fits[0].model.confidence
    upper = 0.5 + confidence / 2.0
    eb, eb_variance, _ = pool_columns(_stacked(tables, "eb_mean"), _stacked(tables, "eb_se") ** 2)
    centre, ci_variance, df = pool_columns(
        _stacked(tables, "ci_mean"), _stacked(tables, "ci_se") ** 2
    )
    means, variance, df_mean = pool_columns(
        _stacked(tables, "mean"), _stacked(tables, "error_variance")
    )
    eb_half = distributions.t_quantiles(upper, df) * np.sqrt(ci_variance)
    df_within = values[0].n_members - values[0].n_groups
    half = distributions.t_quantiles(upper, 1.0 / (1.0 / df_mean + 1.0 / df_within)) * np.sqrt(
        variance
    )
    return first.assign(
        **{name: _stacked(tables, name).mean(axis=0) for name in _MEANS},
        mean=means,
        mean_se=np.sqrt(variance),
        sd=np.sqrt((_stacked(tables, "sd") ** 2).mean(axis=0)),
        eb_mean=eb,
        eb_se=np.sqrt(eb_variance),
        ci_mean=centre,
        ci_se=np.sqrt(ci_variance),
        ci_low=centre - eb_half,
        ci_high=centre + eb_half,
        mean_ci_low=means - half,
        mean_ci_high=means + half,
        **{
            name: np.sqrt(pool_columns(_stacked(tables, "eb_mean"), _stacked(tables, name) ** 2)[1])
            for name in ("eb_se_lme4", "eb_se_hlm")
        },
    )


def _stacked(tables: Sequence[pd.DataFrame], name: str) -> Floats:
    return np.stack([table[name].to_numpy(dtype=np.float64) for table in tables])
