"""Which estimate and which interval a report leads with, by rule.

The official mean where there are weights; else the mean of the school means where sizes go
with the means or few schools have most students; else gamma00. Variances, ICC and reliability of
the weighted fit where schools have weights (Mang and others 2021, Large-scale Assessments in
Education, 9, 20: school weights matter most). Intervals of variances and shares by the jackknife
over schools, which hold whatever the distributions: too many of those for which the exact ones
fail look normal.
"""

import math

from scipy.special import ndtr

from multilevel.fit import distributions
from multilevel.fit.hartung_knapp import FEW_GROUPS
from multilevel.fit.intervals import Interval
from multilevel.records.leading import Reason
from multilevel.records.results import (
    Between,
    Intervals,
    Leader,
    Leading,
    Model,
    Naive,
    Weighted,
)

USUAL: tuple[Reason, ...] = ("usual",)
# Flags with which gamma00's interval does not hold and that of the mean of the school means does.
UNLIKE_GAMMA00: tuple[Reason, ...] = ("informative_sizes", "dominant_group")
# Flags with which the exact intervals of the ICC, tau00 and sigma2 do not hold.
UNLIKE: dict[str, tuple[Reason, ...]] = {
    "icc": ("normality_level2", "normality_level1"),
    "tau00": ("normality_level2",),
    "sigma2": ("normality_level1", "unequal_variances", "spread_goes_with_size"),
}


def leading(
    naive: Naive,
    model: Model,
    between: Between,
    intervals: Intervals,
    weighted: Weighted | None,
    flags: tuple[str, ...],
    ci_reliability_robust: Interval | None,
) -> Leading:
    """One estimate and one interval for each quantity.

    Parameters
    ----------
    naive, model, between, intervals, weighted
        As in results.json.
    flags
        Of the checks.
    ci_reliability_robust
        What ci_icc_robust says of the reliability.
    """
    by_weights = weighted is not None and "no_group_weights" not in weighted.flags
    group_mean = _group_mean(naive, model, weighted if by_weights else None, flags)
    if weighted is not None and by_weights:
        icc, tau00, sigma2, reliability = _weighted_variances(weighted)
    else:
        icc, reliability = _shares(model, between, intervals, flags, ci_reliability_robust)
        tau00 = _tau00(model, intervals, flags)
        sigma2 = _sigma2(model, intervals, flags)
    sd = math.sqrt(tau00.value)
    return Leading(
        weighted=by_weights,
        mean=group_mean if weighted is None else _official(weighted),
        group_mean=group_mean,
        icc=icc,
        tau00=tau00,
        sigma2=sigma2,
        reliability=reliability,
        group_minus_1sd=group_mean.value - sd,
        group_plus_1sd=group_mean.value + sd,
        group_minus_196sd=group_mean.value - 1.96 * sd,
        group_plus_196sd=group_mean.value + 1.96 * sd,
        share_above_at_minus_1sd=float(ndtr(-sd / math.sqrt(sigma2.value))),
    )


def _official(weighted: Weighted) -> Leader:
    return Leader(
        quantity="official_mean",
        value=weighted.official_mean,
        se=weighted.official_se,
        df=weighted.official_df,
        interval=weighted.ci_official,
        method=None if weighted.official_se is None else "replication",
        reasons=("weighted",),
    )


def _group_mean(
    naive: Naive, model: Model, weighted: Weighted | None, flags: tuple[str, ...]
) -> Leader:
    """The mean of the average school, each school counting alike."""
    if weighted is not None:
        return Leader(
            quantity="gamma00",
            value=weighted.gamma00,
            se=weighted.se_gamma00_corrected,
            df=weighted.df,
            interval=weighted.ci_gamma00,
            method="sandwich",
            reasons=("weighted",),
        )
    se, df = naive.se_mean_of_group_means, naive.df_mean_of_group_means
    reasons = tuple(flag for flag in UNLIKE_GAMMA00 if flag in flags)
    if reasons and se is not None and df is not None:
        half_width = distributions.t_quantile(0.5 + model.confidence / 2.0, df) * se
        centre = naive.mean_of_group_means
        return Leader(
            quantity="mean_of_group_means",
            value=centre,
            se=se,
            df=df,
            interval=(centre - half_width, centre + half_width),
            method="group_means",
            reasons=reasons,
        )
    return Leader(
        quantity="gamma00",
        value=model.gamma00,
        se=model.se,
        df=model.df,
        interval=model.ci_gamma00,
        method=model.inference,
        reasons=_mean_reasons(model),
    )


def _mean_reasons(model: Model) -> tuple[Reason, ...]:
    if model.inference == "hartung_knapp":
        return ("few_groups",) if model.df_hlm + 1 < FEW_GROUPS else ("few_df",)
    if model.inference == "kenward_roger":
        return ("boundary",) if model.boundary else ("no_information",)
    return USUAL


def _weighted_variances(weighted: Weighted) -> tuple[Leader, Leader, Leader, Leader]:
    """ICC, tau00, sigma2 and reliability of the weighted fit."""
    method = weighted.ci_method
    reliability = 0.0 if weighted.reliability is None else weighted.reliability
    rows = (
        ("icc", weighted.icc, weighted.se_icc, weighted.ci_icc),
        ("tau00", weighted.tau00, weighted.se_tau00, weighted.ci_tau00),
        ("sigma2", weighted.sigma2, weighted.se_sigma2, weighted.ci_sigma2),
        ("reliability", reliability, None, weighted.ci_reliability),
    )
    icc, tau00, sigma2, lambdas = (
        Leader(
            quantity=name,
            value=value,
            # By replication the interval has an error of its own, on another scale.
            se=se if method == "sandwich" else None,
            interval=interval,
            method=None if interval is None else method,
            reasons=("weighted",),
        )
        for name, value, se, interval in rows
    )
    return icc, tau00, sigma2, lambdas


def _why(name: str, flags: tuple[str, ...]) -> tuple[Reason, ...]:
    """Why an interval that holds for any distribution leads: a flag, or that none can tell."""
    return tuple(flag for flag in UNLIKE[name] if flag in flags) or ("any_distribution",)


def _shares(
    model: Model,
    between: Between,
    intervals: Intervals,
    flags: tuple[str, ...],
    ci_reliability_robust: Interval | None,
) -> tuple[Leader, Leader]:
    """ICC and reliability."""
    ends, method, reasons = (between.ci_icc, between.ci_reliability), "exact", USUAL
    if model.boundary and between.ci_icc[0] > 0:
        # The likelihood's best is 0 and the exact method rejects it: here its interval is the news.
        reasons = ("boundary",)
    elif intervals.ci_icc_robust is not None and ci_reliability_robust is not None:
        ends = (intervals.ci_icc_robust, ci_reliability_robust)
        method, reasons = "robust", _why("icc", flags)
    icc, reliability = (
        Leader(quantity=name, value=value, interval=interval, method=method, reasons=reasons)
        for name, value, interval in zip(
            ("icc", "reliability"), (between.icc, between.reliability), ends, strict=True
        )
    )
    return icc, reliability


def _tau00(model: Model, intervals: Intervals, flags: tuple[str, ...]) -> Leader:
    if intervals.ci_tau00_robust is not None:
        return Leader(
            quantity="tau00",
            value=model.tau00,
            interval=intervals.ci_tau00_robust,
            method="robust",
            reasons=_why("tau00", flags),
        )
    return Leader(
        quantity="tau00",
        value=model.tau00,
        interval=intervals.ci_tau00_profile_hull or intervals.ci_tau00_profile,
        method="profile",
        reasons=("several_pieces",) if intervals.profile_pieces > 1 else USUAL,
    )


def _sigma2(model: Model, intervals: Intervals, flags: tuple[str, ...]) -> Leader:
    robust = intervals.ci_sigma2_robust is not None
    return Leader(
        quantity="sigma2",
        value=model.sigma2,
        interval=intervals.ci_sigma2_robust if robust else intervals.ci_sigma2_exact,
        method="robust" if robust else "exact",
        reasons=_why("sigma2", flags) if robust else USUAL,
    )
