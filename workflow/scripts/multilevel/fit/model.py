"""The random-intercept model Y_ij = gamma00 + u_0j + r_ij, fitted and complete at birth."""

import math
from dataclasses import dataclass
from typing import Literal

from multilevel.fit import distributions
from multilevel.fit.hartung_knapp import hartung_knapp_applies, hartung_knapp_se
from multilevel.fit.hypothesis_tests import (
    exact_f_test,
    hlm_chi_square,
    level1_homogeneity,
    likelihood_ratio_test,
)
from multilevel.fit.inference import FixedEffectInference, infer_gamma00
from multilevel.fit.intervals import (
    exact_icc_interval,
    exact_sigma2_interval,
    profile_intervals,
)
from multilevel.fit.likelihood import Likelihood, Method
from multilevel.fit.optima import LocalOptimum, best, local_optima
from multilevel.fit.robust import robust_intervals
from multilevel.fit.sufficient import SufficientStatistics
from multilevel.records.fitted import RandomInterceptFit
from multilevel.records.results import Interval, Intervals, Model, Optimum, Tests

Inference = Literal["satterthwaite", "kenward_roger", "hartung_knapp"]

# gamma00, tau00 and sigma2, as lme4 counts.
N_PARAMETERS = 3


@dataclass(frozen=True)
class Estimates:
    """Point estimates alone, in score units and their squares."""

    gamma00: float
    tau00: float
    sigma2: float

    @property
    def icc(self) -> float:
        """tau00/(tau00 + sigma2)."""
        return self.tau00 / (self.tau00 + self.sigma2)


def estimate(statistics: SufficientStatistics, method: Method = "REML") -> Estimates:
    """As `fit_random_intercept`, without any inference."""
    likelihood = Likelihood.of(statistics, method)
    return _estimates(statistics, likelihood, best(local_optima(likelihood)).q)


def fit_random_intercept(
    statistics: SufficientStatistics, method: Method = "REML", confidence: float = 0.95
) -> RandomInterceptFit:
    """Fit by REML or ML from sufficient statistics, exactly.

    Parameters
    ----------
    statistics
        Of J >= 2 schools, some with two students or more, with variation within schools.
    method
        "REML" or "ML".
    confidence
        Level of all intervals, in (0, 1).

    Notes
    -----
    t, p and the interval of gamma00 use Satterthwaite's df as lmerTest does, and
    Kenward-Roger's df and standard error at tau00 = 0, where lmerTest's N-1 is wrong. With
    fewer than 10 schools, or fewer than 3 of those df, they use Hartung and Knapp's error.

    Examples
    --------
    Three schools of two students: MSB = 122/3 and MSW = 2, so that tau00 = (MSB - MSW)/2.

    >>> import numpy as np
    >>> group, score = np.array([0, 0, 1, 1, 2, 2]), np.array([1.0, 3, 10, 12, 5, 7])
    >>> fit = fit_random_intercept(SufficientStatistics.from_members(group, score))
    >>> round(fit.model.tau00, 6), round(fit.model.sigma2, 6), round(fit.model.gamma00, 6)
    (19.333333, 2.0, 6.333333)
    >>> low, high = fit.ci_icc
    >>> print(f"ICC between {low:.2f} and {high:.2f}")
    ICC between 0.12 and 1.00
    """
    likelihood = Likelihood.of(statistics, method)
    optima = local_optima(likelihood)
    optimum = best(optima)
    inference = infer_gamma00(likelihood, optimum.q)
    model = _model(statistics, likelihood, optima, inference, method, confidence)
    (tt, ts), (_, ss) = inference.covariance.tolist()
    return RandomInterceptFit(
        model=model,
        intervals=_intervals(statistics, likelihood, optima, model),
        tests=_tests(statistics, likelihood, optimum, model.sigma2),
        ci_icc=exact_icc_interval(likelihood, confidence),
        covariance=((tt, ts), (ts, ss)),
    )


@dataclass(frozen=True)
class MeanInference:
    """The standard error and degrees of freedom that test and interval of gamma00 use."""

    method: Inference
    se: float
    df: float

    def interval(self, gamma00: float, confidence: float) -> Interval:
        """gamma00 -/+ t SE; infinite where the degrees of freedom have all but vanished."""
        half_width = distributions.t_quantile(0.5 + confidence / 2.0, self.df) * self.se
        return gamma00 - half_width, gamma00 + half_width


def _mean_inference(
    likelihood: Likelihood, q: float, inference: FixedEffectInference
) -> MeanInference:
    """By Satterthwaite, at tau00 = 0 by Kenward & Roger, with too few schools by neither."""
    se, df = math.sqrt(inference.variance), inference.df_satterthwaite
    if q == 0.0 or df is None:
        usual = MeanInference(
            "kenward_roger",
            math.sqrt(inference.variance_kenward_roger),
            inference.df_kenward_roger,
        )
    else:
        usual = MeanInference("satterthwaite", se, df)
    if not hartung_knapp_applies(likelihood.n_groups, usual.df):
        return usual
    larger = max(se, hartung_knapp_se(likelihood, q))
    return MeanInference("hartung_knapp", larger, likelihood.n_groups - 1.0)


def _intervals(
    statistics: SufficientStatistics,
    likelihood: Likelihood,
    optima: tuple[LocalOptimum, ...],
    model: Model,
) -> Intervals:
    confidence, q = model.confidence, best(optima).q
    profile = profile_intervals(likelihood, optima, confidence)
    robust = robust_intervals(statistics, likelihood, q, confidence)
    return Intervals(
        ci_tau00_profile=profile.main.tau00,
        ci_sigma2_profile=profile.main.sigma2,
        ci_icc_profile=profile.main.icc,
        ci_sigma2_exact=exact_sigma2_interval(likelihood, confidence),
        profile_pieces=profile.n_pieces,
        ci_tau00_profile_hull=profile.hull.tau00,
        ci_sigma2_profile_hull=profile.hull.sigma2,
        ci_icc_profile_hull=profile.hull.icc,
        **former_intervals(model),
        ci_icc_robust=robust.icc if robust else None,
        ci_tau00_robust=robust.tau00 if robust else None,
        ci_sigma2_robust=robust.sigma2 if robust else None,
    )


def former_intervals(model: Model) -> dict[str, Interval | None]:
    """Satterthwaite's and Kenward & Roger's intervals of gamma00, by their field's name."""

    def interval(se: float | None, df: float | None) -> Interval | None:
        if se is None or df is None:
            return None
        ends = MeanInference("satterthwaite", se, df).interval(model.gamma00, model.confidence)
        return ends if math.isfinite(ends[1] - ends[0]) else None

    df = None if model.boundary else model.df_satterthwaite
    return {
        "ci_gamma00_satterthwaite": interval(model.se_gamma00, df),
        "ci_gamma00_kenward_roger": interval(model.se_kenward_roger, model.df_kenward_roger),
    }


def _model(
    statistics: SufficientStatistics,
    likelihood: Likelihood,
    optima: tuple[LocalOptimum, ...],
    inference: FixedEffectInference,
    method: Method,
    confidence: float,
) -> Model:
    optimum = best(optima)
    found = _estimates(statistics, likelihood, optimum.q)
    gamma00, tau00, sigma2 = found.gamma00, found.tau00, found.sigma2
    used = _mean_inference(likelihood, optimum.q, inference)
    return Model(
        method=method,
        confidence=confidence,
        gamma00=gamma00,
        se_gamma00=math.sqrt(inference.variance),
        df_satterthwaite=inference.df_satterthwaite,
        df_kenward_roger=inference.df_kenward_roger,
        se_kenward_roger=math.sqrt(inference.variance_kenward_roger),
        df_hlm=statistics.n_groups - 1,
        inference=used.method,
        se_hartung_knapp=hartung_knapp_se(likelihood, optimum.q),
        se=used.se,
        df=used.df,
        t=gamma00 / used.se,
        p=distributions.t_two_sided_p(gamma00 / used.se, used.df),
        ci_gamma00=used.interval(gamma00, confidence),
        tau00=tau00,
        sigma2=sigma2,
        sd_tau00=math.sqrt(tau00),
        sd_sigma=math.sqrt(sigma2),
        log_likelihood=-optimum.deviance / 2.0,
        deviance=optimum.deviance,
        aic=optimum.deviance + 2.0 * N_PARAMETERS,
        bic=optimum.deviance + N_PARAMETERS * math.log(statistics.n_members),
        boundary=optimum.q == 0.0,
        n_optima=len(optima),
        optima=tuple(Optimum(q=o.q, deviance=o.deviance) for o in optima),
    )


def _estimates(statistics: SufficientStatistics, likelihood: Likelihood, q: float) -> Estimates:
    sigma2 = likelihood.sigma2(q)
    return Estimates(
        gamma00=statistics.centre + float(likelihood.profile(q).offset[0]),
        tau00=q * sigma2,
        sigma2=sigma2,
    )


def _tests(
    statistics: SufficientStatistics,
    likelihood: Likelihood,
    optimum: LocalOptimum,
    sigma2: float,
) -> Tests:
    offset = float(likelihood.profile(optimum.q).offset[0])
    return Tests(
        f=exact_f_test(likelihood),
        lrt=likelihood_ratio_test(likelihood, optimum.deviance),
        chi2_groups=hlm_chi_square(statistics, offset, sigma2),
        level1_homogeneity=level1_homogeneity(statistics),
    )
