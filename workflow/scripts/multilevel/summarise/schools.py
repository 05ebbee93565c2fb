"""The school table: observed and empirical Bayes means with intervals."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from multilevel.fit import distributions
from multilevel.fit.sufficient import Floats, SufficientStatistics
from multilevel.records.companion import Adjusted
from multilevel.records.fitted import RandomInterceptFit
from multilevel.records.results import Comparisons, GroupSummary
from multilevel.summarise import comparisons, formulas
from multilevel.summarise.shrinkage import shrinkage_parameters
from multilevel.summarise.simulated import SimulatedDesign
from multilevel.summarise.weighted_means import COLUMNS as WEIGHTED_COLUMNS

COLUMNS = (
    "group",
    "n",
    "mean",
    "sd",
    "error_variance",
    "reliability",
    "eb_mean",
    "eb_se",
    "ci_low",
    "ci_high",
    "mean_ci_low",
    "mean_ci_high",
    "eb_se_lme4",
    "eb_se_hlm",
    "overlap_low",
    "overlap_high",
    "rank_low",
    "rank_high",
    "mean_se",
    "ci_mean",
    "ci_se",
    *WEIGHTED_COLUMNS,
)
# Beside a companion.
ADJUSTED = ("adjusted_mean", "adjusted_se", "adjusted_low", "adjusted_high")


def with_adjusted(schools: pd.DataFrame, adjusted: Adjusted | None) -> pd.DataFrame:
    """The rows with a companion's adjusted means; nothing where it has no complete row."""
    if adjusted is None:
        return schools
    columns = (adjusted.mean, adjusted.se, adjusted.low, adjusted.high)
    table = pd.DataFrame(
        dict(zip(ADJUSTED, columns, strict=True)), index=pd.Index(adjusted.groups, dtype="int64")
    )
    return pd.concat([schools, table.reindex(schools.index)], axis="columns")


def compared(
    means: pd.DataFrame,
    values: Sequence[SufficientStatistics],
    fits: Sequence[RandomInterceptFit],
) -> pd.DataFrame:
    """The rows of `school_means` with what compares schools; the columns of groups.csv.

    Notes
    -----
    overlap_low and overlap_high are around the observed mean, made for two schools'
    intervals to be compared (`comparisons.overlap_factor`); rank_low and rank_high bound the
    rank of the true mean, 1 the highest (`comparisons.rank_intervals`).
    """
    apart = overlap_factor_of_means(means, values[0], fits[0]) * means["mean_se"]
    ranks = comparisons.rank_intervals(values, fits)
    return means.reindex(columns=[*means.columns, *WEIGHTED_COLUMNS]).assign(
        overlap_low=means["mean"] - apart,
        overlap_high=means["mean"] + apart,
        rank_low=ranks.low,
        rank_high=ranks.high,
    )[list(COLUMNS)]


def school_means(
    labels: list[str], statistics: SufficientStatistics, fit: RandomInterceptFit
) -> pd.DataFrame:
    """Observed and empirical Bayes means with standard errors and intervals.

    Notes
    -----
    eb_se is the root of the full mean squared error (Prasad & Rao 1990), eb_se_lme4 and
    eb_se_hlm leave out what those programs leave out; ci_low and ci_high are ci_mean -/+ z
    ci_se, which are eb_mean and eb_se, but at tau00 = 0 those of the adjusted likelihood (Li &
    Lahiri 2010), whose tau00 is positive; mean_ci_low and mean_ci_high belong to the observed
    mean by Student's t with the pooled sigma2 and N-J degrees of freedom; mean_se is the root
    of error_variance.

    Examples
    --------
    A school's mean is pulled towards gamma00 = 6.33 by the share 1 - lambda_j = .05.

    >>> from multilevel.fit.model import fit_random_intercept
    >>> group, score = np.array([0, 0, 1, 1, 2, 2]), np.array([1.0, 3, 10, 12, 5, 7])
    >>> statistics = SufficientStatistics.from_members(group, score)
    >>> table = school_means(["A", "B", "C"], statistics, fit_random_intercept(statistics))
    >>> print(table[["group", "mean", "reliability", "eb_mean"]].round(2).to_string(index=False))
    group  mean  reliability  eb_mean
        A   2.0         0.95     2.21
        B  11.0         0.95    10.77
        C   6.0         0.95     6.02
    """
    model, n = fit.model, statistics.n
    lambdas = formulas.reliability(model.tau00, v := formulas.error_variance(model.sigma2, n))
    eb = formulas.eb_mean(statistics.mean, lambdas, model.gamma00)
    parts = formulas.eb_variance_parts(
        n, model.tau00, model.sigma2, model.se_gamma00**2, fit.covariance
    )
    eb_se, error = np.sqrt(parts.total), np.sqrt(v)
    ci_mean, ci_se = (eb, eb_se) if not model.boundary else adjusted_means(statistics, fit)
    upper = 0.5 + model.confidence / 2.0
    half = distributions.normal_quantile(upper) * ci_se
    t_half = distributions.t_quantile(upper, statistics.n_members - statistics.n_groups) * error
    return pd.DataFrame(
        {
            "group": labels,
            "n": n,
            "mean": statistics.mean,
            "sd": np.where(n > 1, np.sqrt(statistics.ss / np.maximum(n - 1, 1)), np.nan),
            "error_variance": v,
            "mean_se": error,
            "reliability": lambdas,
            "eb_mean": eb,
            "eb_se": eb_se,
            "ci_mean": ci_mean,
            "ci_se": ci_se,
            "ci_low": ci_mean - half,
            "ci_high": ci_mean + half,
            "mean_ci_low": statistics.mean - t_half,
            "mean_ci_high": statistics.mean + t_half,
            "eb_se_lme4": np.sqrt(parts.g1),
            "eb_se_hlm": np.sqrt(parts.g1 + parts.g2),
        }
    )


def adjusted_means(
    statistics: SufficientStatistics, fit: RandomInterceptFit
) -> tuple[Floats, Floats]:
    """Empirical Bayes means and roots of their mean squared errors by the adjusted likelihood."""
    used = shrinkage_parameters(statistics, fit)
    lambdas = formulas.reliability(used.tau00, formulas.error_variance(used.sigma2, statistics.n))
    parts = formulas.eb_variance_parts(
        statistics.n, used.tau00, used.sigma2, used.variance_gamma00, used.covariance
    )
    centre = statistics.centre + used.offset
    return formulas.eb_mean(statistics.mean, lambdas, centre), np.sqrt(parts.total)


def overlap_factor_of_means(
    means: pd.DataFrame, statistics: SufficientStatistics, fit: RandomInterceptFit
) -> float:
    """`comparisons.overlap_factor` of the observed means, which share one sigma2."""
    return comparisons.overlap_factor(
        means["mean_se"].to_numpy(),
        1.0 - fit.model.confidence,
        statistics.n_members - statistics.n_groups,
    )


def group_summary(
    table: pd.DataFrame,
    gamma00: float,
    confidence: float = 0.95,
    design: SimulatedDesign | None = None,
    adjusted: bool = False,
) -> GroupSummary:
    """How the schools of `compared` stand to gamma00, at the table's confidence.

    Parameters
    ----------
    design
        What the intervals cover in datasets of these school sizes.
    adjusted
        Whether the intervals rest on the adjusted likelihood.
    """
    above = int((table["ci_low"] > gamma00).sum())
    below = int((table["ci_high"] < gamma00).sum())
    lowest, highest = int(table["mean"].argmin()), int(table["mean"].argmax())
    # What the printed interval rests on: more than eb_se where its degrees of freedom are few.
    half = (table["ci_high"] - table["ci_low"]).to_numpy() / 2.0
    se = half / distributions.normal_quantile(0.5 + confidence / 2.0)
    p = comparisons.two_sided_p(table["ci_mean"].to_numpy(), se, gamma00)
    return GroupSummary(
        lowest=str(table["group"].iloc[lowest]),
        lowest_mean=float(table["mean"].iloc[lowest]),
        highest=str(table["group"].iloc[highest]),
        highest_mean=float(table["mean"].iloc[highest]),
        n_above=above,
        n_below=below,
        n_not_distinguishable=len(table) - above - below,
        n_apart_holm=comparisons.n_rejected_holm(p, 1.0 - confidence),
        n_apart_fdr=comparisons.n_rejected_fdr(p, 1.0 - confidence),
        largest_shrinkage=float((table["mean"] - table["eb_mean"]).abs().max()),
        eb_method="adjusted_likelihood" if adjusted else "prasad_rao",
        **({} if design is None else _coverage(table, design)),
    )


def _coverage(table: pd.DataFrame, design: SimulatedDesign) -> dict[str, Any]:
    """The fields of `GroupSummary` on what the intervals cover."""
    smallest = (table["n"] == table["n"].min()).to_numpy()
    return {
        "eb_coverage": float(design.coverage.mean()),
        "eb_coverage_smallest": float(design.coverage[smallest].mean()),
        "eb_coverage_top": design.coverage_top,
        "eb_coverage_draws": design.n_draws,
    }


def comparisons_of(
    table: pd.DataFrame, statistics: SufficientStatistics, fit: RandomInterceptFit
) -> Comparisons:
    """The section `comparisons` of results.json, from the rows of `compared`."""
    ranks = comparisons.Ranks(
        low=table["rank_low"].to_numpy(),
        high=table["rank_high"].to_numpy(),
        n_draws=comparisons.n_rank_draws(len(table)),
    )
    factor = overlap_factor_of_means(table, statistics, fit)
    eb_se = table["eb_se"].to_numpy()
    return comparisons.comparisons_summary(ranks, factor, eb_se, fit.model.confidence)


def unusual_spread(table: pd.DataFrame, sigma2: float, confidence: float) -> int:
    """Schools whose SD lies outside the range that `confidence` of schools would show.

    Under equal variances (n_j - 1) s_j^2/sigma2 follows chi-square with n_j - 1 df.
    """
    several = table[table["n"] > 1]
    tail = (1.0 - confidence) / 2.0
    found = 0
    for n, schools in several.groupby("n"):
        df = int(str(n)) - 1
        low = math.sqrt(sigma2 * distributions.chi2_quantile(tail, df) / df)
        high = math.sqrt(sigma2 * distributions.chi2_quantile(1.0 - tail, df) / df)
        found += int(((schools["sd"] < low) | (schools["sd"] > high)).sum())
    return found
