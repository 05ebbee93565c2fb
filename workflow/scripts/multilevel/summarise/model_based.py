"""Summaries that follow from the fitted model."""

import math

from multilevel.fit.sufficient import SufficientStatistics
from multilevel.records.fitted import RandomInterceptFit
from multilevel.records.results import Between, Decomposition, Interval, Naive
from multilevel.summarise import formulas


def between_summary(
    statistics: SufficientStatistics, naive: Naive, fit: RandomInterceptFit
) -> Between:
    """How much schools differ: ICC, reliability, design effects, the spread of true means."""
    model = fit.model
    n_members, n_mean = statistics.n_members, statistics.n_members / statistics.n_groups
    rho = formulas.icc(model.tau00, model.sigma2)
    lambdas = formulas.reliability(model.tau00, formulas.error_variance(model.sigma2, statistics.n))
    deff = formulas.design_effect(rho, n_mean)
    deff_gamma00 = formulas.design_effect_gamma00(
        n_members, model.se_gamma00**2, model.tau00, model.sigma2
    )
    tau_low, tau_high = fit.intervals.ci_tau00_profile_hull or fit.intervals.ci_tau00_profile
    return Between(
        icc=rho,
        ci_icc=fit.ci_icc,
        reliability=float(lambdas.mean()),
        ci_reliability=reliability_interval(statistics, fit.ci_icc),
        reliability_min=float(lambdas.min()),
        reliability_max=float(lambdas.max()),
        design_effect=deff,
        ci_design_effect=(
            formulas.design_effect(fit.ci_icc[0], n_mean),
            formulas.design_effect(fit.ci_icc[1], n_mean),
        ),
        design_effect_kish=formulas.design_effect_kish(rho, statistics.n),
        design_effect_gamma00=deff_gamma00,
        n_effective=n_members / deff,
        n_effective_gamma00=n_members / deff_gamma00,
        share_of_observed_variance=_observed_share(naive, model.tau00),
        decomposition=_decomposition(statistics, naive, fit),
        school_minus_1sd=model.gamma00 - model.sd_tau00,
        school_plus_1sd=model.gamma00 + model.sd_tau00,
        difference_2sd=2.0 * model.sd_tau00,
        ci_difference_2sd=(2.0 * math.sqrt(tau_low), 2.0 * math.sqrt(tau_high)),
        school_minus_196sd=model.gamma00 - 1.96 * model.sd_tau00,
        school_plus_196sd=model.gamma00 + 1.96 * model.sd_tau00,
    )


def _observed_share(naive: Naive, tau00: float) -> float | None:
    """tau00 over the naive variance of the school means, cut to [0, 1]; None where that is 0."""
    variance = naive.variance_of_group_means
    return None if not variance else min(tau00 / variance, 1.0)


def reliability_interval(statistics: SufficientStatistics, ci_icc: Interval) -> Interval:
    """The mean lambda_j grows with the ICC alone, so the ICC's interval carries over."""
    low, high = (
        float(formulas.reliability(rho, formulas.error_variance(1.0 - rho, statistics.n)).mean())
        for rho in ci_icc
    )
    return low, high


def _decomposition(
    statistics: SufficientStatistics, naive: Naive, fit: RandomInterceptFit
) -> Decomposition:
    """Naive variance of the school means = tau00 + mean V_j + residual, never hidden."""
    variance = naive.variance_of_group_means
    if variance is None:
        raise ValueError("a fitted model has two schools or more")
    error = float(formulas.error_variance(fit.model.sigma2, statistics.n).mean())
    return Decomposition(
        variance_of_group_means=variance,
        tau00=fit.model.tau00,
        mean_error_variance=error,
        residual=variance - fit.model.tau00 - error,
    )
