"""The school table: observed and empirical Bayes means with intervals."""

import math

import numpy as np
import pandas as pd

from multilevel.fit import distributions
from multilevel.fit.model import RandomInterceptFit
from multilevel.fit.sufficient import SufficientStatistics
from multilevel.results import GroupSummary
from multilevel.summarise import formulas

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
)


def school_table(
    labels: list[str], statistics: SufficientStatistics, fit: RandomInterceptFit
) -> pd.DataFrame:
    """A row per school, in the order of `labels`; the columns of groups.csv.

    Notes
    -----
    eb_se is the root of the full mean squared error (Prasad & Rao 1990); ci_low and ci_high
    belong to eb_mean by the normal distribution, mean_ci_low and mean_ci_high to the observed
    mean by Student's t with the pooled sigma2 and N-J degrees of freedom.
    """
    model, n = fit.model, statistics.n
    v = formulas.error_variance(model.sigma2, n)
    lambdas = formulas.reliability(model.tau00, v)
    eb = formulas.eb_mean(statistics.mean, lambdas, model.gamma00)
    eb_se = np.sqrt(
        formulas.eb_mean_squared_error(
            n, model.tau00, model.sigma2, model.se_gamma00**2, fit.covariance
        )
    )
    upper = 0.5 + model.confidence / 2.0
    z = distributions.normal_quantile(upper)
    t = distributions.t_quantile(upper, statistics.n_members - statistics.n_groups)
    return pd.DataFrame(
        {
            "group": labels,
            "n": n,
            "mean": statistics.mean,
            "sd": np.where(n > 1, np.sqrt(statistics.ss / np.maximum(n - 1, 1)), np.nan),
            "error_variance": v,
            "reliability": lambdas,
            "eb_mean": eb,
            "eb_se": eb_se,
            "ci_low": eb - z * eb_se,
            "ci_high": eb + z * eb_se,
            "mean_ci_low": statistics.mean - t * np.sqrt(v),
            "mean_ci_high": statistics.mean + t * np.sqrt(v),
        }
    )


def group_summary(table: pd.DataFrame, gamma00: float) -> GroupSummary:
    """How the schools of `school_table` stand to gamma00."""
    above = int((table["ci_low"] > gamma00).sum())
    below = int((table["ci_high"] < gamma00).sum())
    lowest, highest = int(table["mean"].argmin()), int(table["mean"].argmax())
    return GroupSummary(
        lowest=str(table["group"].iloc[lowest]),
        lowest_mean=float(table["mean"].iloc[lowest]),
        highest=str(table["group"].iloc[highest]),
        highest_mean=float(table["mean"].iloc[highest]),
        n_above=above,
        n_below=below,
        n_not_distinguishable=len(table) - above - below,
        largest_shrinkage=float((table["mean"] - table["eb_mean"]).abs().max()),
    )


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
