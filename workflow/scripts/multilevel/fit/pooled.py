"""The fits of M plausible values pooled into one model."""

import math
from collections.abc import Sequence
from dataclasses import replace
from statistics import mean, median
from typing import Any

from multilevel.fit import distributions
from multilevel.fit.intervals import LogF
from multilevel.fit.model import Estimates, Inference, MeanInference, former_intervals
from multilevel.fit.rubin import Interval, Pooled, pool, pool_intervals
from multilevel.fit.sufficient import Integers
from multilevel.records.fitted import RandomInterceptFit
from multilevel.records.results import (
    ChiSquareTest,
    FTest,
    Intervals,
    LikelihoodRatioTest,
    Model,
    PlausibleValue,
    PlausibleValues,
    SpreadTest,
    Tests,
)

_PROFILE = ("ci_tau00_profile", "ci_sigma2_profile", "ci_icc_profile", "ci_sigma2_exact")
_FURTHER = (
    "ci_tau00_profile_hull",
    "ci_sigma2_profile_hull",
    "ci_icc_profile_hull",
    "ci_tau00_robust",
    "ci_sigma2_robust",
    "ci_icc_robust",
)


def pool_fits(fits: Sequence[RandomInterceptFit], n: Integers) -> RandomInterceptFit:
    """One fit from those of M plausible values of the same students.

    gamma00 by Rubin's rules, with Barnard & Rubin's degrees of freedom on those of the fits;
    variances, log-likelihood and what follows from it as means; intervals of variances and
    the ICC as in `pool_intervals`; test statistics as medians over plausible values, p from
    the median (the median P rule of Eekhout, van de Wiel & Heymans 2017: the pooled D
    statistics have no theory at the boundary tau00 = 0). tau00 counts as 0 when it is 0 for
    every plausible value.

    Parameters
    ----------
    fits
        One or more, by one method and at one confidence; one is returned as it is.
    n
        Students per school, shape (J,).
    """
    if len(fits) == 1:
        return fits[0]
    model = _model([fit.model for fit in fits])
    (tt, ts), (_, ss) = (
        [mean(fit.covariance[i][k] for fit in fits) for k in range(2)] for i in range(2)
    )
    typical = typical_size(n)
    return RandomInterceptFit(
        model=model,
        intervals=_intervals(fits, model, typical),
        tests=_tests([fit.tests for fit in fits]),
        ci_icc=pool_icc_intervals(
            [icc_of(fit) for fit in fits], [fit.ci_icc for fit in fits], typical, model.confidence
        ),
        covariance=((tt, ts), (ts, ss)),
    )


def icc_of(fit: RandomInterceptFit) -> float:
    """tau00/(tau00 + sigma2)."""
    return fit.model.tau00 / (fit.model.tau00 + fit.model.sigma2)


def typical_size(n: Integers) -> float:
    """n0 = (N - sum n_j^2/N)/(J-1), the size that stands for all in the analysis of variance."""
    total = float(n.sum())
    return (total - float(n @ n) / total) / (len(n) - 1)


def pool_icc_intervals(
    estimates: Sequence[float], intervals: Sequence[Interval], typical: float, confidence: float
) -> Interval:
    """Intervals of the ICC pooled as the logarithm of the expected F ratio."""
    scale = LogF(typical)
    low, high = pool_intervals(estimates, intervals, confidence, scale.of_icc, scale.icc)
    return low, min(high, 1.0)


def plausible_values(
    fits: Sequence[RandomInterceptFit],
    columns: Sequence[str],
    means: Sequence[float],
    averaged: Estimates,
) -> PlausibleValues:
    """The section of results.json.

    Parameters
    ----------
    fits, columns, means
        Of each plausible value: its fit, its name, its mean over students. M >= 2.
    averaged
        From the students' mean over plausible values: for comparison only.
    """
    models = [fit.model for fit in fits]
    method = _method(models)
    pooled = _gamma00(models, method)
    rho = [icc_of(fit) for fit in fits]
    return PlausibleValues(
        m=len(fits),
        se=pooled.se,
        within=pooled.within,
        between=pooled.between,
        df=None if math.isinf(pooled.df) else pooled.df,
        df_barnard_rubin=_model(models).df,
        lambda_=pooled.missing_information,
        sd_between_tau00=_spread([m.tau00 for m in models]),
        sd_between_sigma2=_spread([m.sigma2 for m in models]),
        sd_between_icc=_spread(rho),
        n_boundary=sum(m.boundary for m in models),
        averaged_tau00=averaged.tau00,
        averaged_sigma2=averaged.sigma2,
        averaged_icc=averaged.icc,
        per_value=tuple(
            PlausibleValue(
                column=column,
                mean=value,
                gamma00=m.gamma00,
                se_gamma00=_se(m, method),
                tau00=m.tau00,
                sigma2=m.sigma2,
                icc=icc,
                log_likelihood=m.log_likelihood,
                boundary=m.boundary,
                p_f=fit.tests.f.p,
                p_lrt=fit.tests.lrt.p,
            )
            for fit, m, column, value, icc in zip(fits, models, columns, means, rho, strict=True)
        ),
    )


def _spread(values: Sequence[float]) -> float:
    return math.sqrt(pool(values, [0.0] * len(values)).between)


def _method(models: Sequence[Model]) -> Inference:
    """One kind of standard error for all: the more careful one where one of them needs it."""
    used = {model.inference for model in models}
    careful: tuple[Inference, ...] = ("hartung_knapp", "kenward_roger")
    return next((method for method in careful if method in used), "satterthwaite")


def _se(model: Model, method: Inference) -> float:
    if method == "hartung_knapp" and model.se_hartung_knapp is not None:
        return max(model.se_gamma00, model.se_hartung_knapp)
    if method == "kenward_roger" and model.se_kenward_roger is not None:
        return model.se_kenward_roger
    return model.se_gamma00


def _gamma00(models: Sequence[Model], method: Inference) -> Pooled:
    return pool([model.gamma00 for model in models], [_se(model, method) ** 2 for model in models])


def _root_mean_square(values: Sequence[float | None]) -> float | None:
    squares = _mean_or_none([None if value is None else value**2 for value in values])
    return None if squares is None else math.sqrt(squares)


def _mean_or_none(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return mean(known) if len(known) == len(values) else None


def _df(models: Sequence[Model], method: Inference, used: Pooled) -> float:
    """Barnard & Rubin's, from the degrees of freedom that each fit has by `method`."""
    kenward_roger = _mean_or_none([model.df_kenward_roger for model in models])
    if method == "hartung_knapp":
        return used.df_with(models[0].df_hlm)
    if method == "kenward_roger" and kenward_roger is not None:
        return used.df_with(kenward_roger)
    return used.df_with(mean(model.df for model in models))


def _model(models: Sequence[Model]) -> Model:
    method = _method(models)
    plain, adjusted, used = (
        _gamma00(models, kind) for kind in ("satterthwaite", "kenward_roger", method)
    )
    satterthwaite = _mean_or_none([model.df_satterthwaite for model in models])
    df_kenward_roger = _mean_or_none([model.df_kenward_roger for model in models])
    inference = MeanInference(method, used.se, _df(models, method, used))
    most = max(models, key=lambda model: model.n_optima)
    first, tau00 = models[0], mean(model.tau00 for model in models)
    sigma2, deviance = (mean(getattr(m, name) for m in models) for name in ("sigma2", "deviance"))
    gamma00 = used.estimate
    return Model(
        method=first.method,
        confidence=first.confidence,
        gamma00=gamma00,
        se_gamma00=plain.se,
        df_satterthwaite=None if satterthwaite is None else plain.df_with(satterthwaite),
        df_kenward_roger=None if df_kenward_roger is None else adjusted.df_with(df_kenward_roger),
        se_kenward_roger=adjusted.se,
        df_hlm=first.df_hlm,
        inference=method,
        se_hartung_knapp=_root_mean_square([model.se_hartung_knapp for model in models]),
        se=used.se,
        df=inference.df,
        t=gamma00 / used.se,
        p=distributions.t_two_sided_p(gamma00 / used.se, inference.df),
        ci_gamma00=inference.interval(gamma00, first.confidence),
        tau00=tau00,
        sigma2=sigma2,
        sd_tau00=math.sqrt(tau00),
        sd_sigma=math.sqrt(sigma2),
        log_likelihood=-deviance / 2.0,
        deviance=deviance,
        aic=mean(model.aic for model in models),
        bic=mean(model.bic for model in models),
        boundary=all(model.boundary for model in models),
        n_optima=most.n_optima,
        optima=most.optima,
    )


def _intervals(fits: Sequence[RandomInterceptFit], model: Model, typical: float) -> Intervals:
    each = [fit.intervals for fit in fits]
    former: dict[str, Any] = former_intervals(
        replace(model, boundary=any(fit.model.boundary for fit in fits))
    )
    pooled: dict[str, Any] = {
        name: _pooled_interval(name, [getattr(one, name) for one in each], fits, model, typical)
        for name in (*_PROFILE, *_FURTHER)
    }
    return Intervals(
        **pooled,
        profile_pieces=max(one.profile_pieces for one in each),
        **former,
    )


def _pooled_interval(
    name: str,
    intervals: Sequence[Interval | None],
    fits: Sequence[RandomInterceptFit],
    model: Model,
    typical: float,
) -> Interval | None:
    """On the logarithm of the variance that the ends' own variances depend on least."""
    known = [ends for ends in intervals if ends is not None]
    if len(known) < len(intervals):
        return None
    if "icc" in name:
        return pool_icc_intervals([icc_of(fit) for fit in fits], known, typical, model.confidence)
    if "sigma2" in name:
        values = [fit.model.sigma2 for fit in fits]
        return pool_intervals(values, known, model.confidence, math.log, math.exp)
    error = model.sigma2 / typical
    return pool_intervals(
        [fit.model.tau00 for fit in fits],
        known,
        model.confidence,
        lambda value: math.log(value + error),
        lambda value: max(math.exp(value) - error, 0.0),
    )


def _tests(tests: Sequence[Tests]) -> Tests:
    f, chi2 = tests[0].f, tests[0].chi2_groups
    statistic = median(test.f.statistic for test in tests)
    lrt = median(test.lrt.statistic for test in tests)
    return Tests(
        f=FTest(
            statistic=statistic,
            df1=f.df1,
            df2=f.df2,
            p=distributions.f_upper_p(statistic, f.df1, f.df2),
        ),
        lrt=LikelihoodRatioTest(statistic=lrt, p=distributions.halved_chi2_1_upper_p(lrt)),
        chi2_groups=_chi_square([test.chi2_groups.statistic for test in tests], chi2.df),
        level1_homogeneity=_homogeneity([test.level1_homogeneity for test in tests]),
    )


def _homogeneity(tests: Sequence[SpreadTest | None]) -> SpreadTest | None:
    statistics = [test.statistic for test in tests if test and test.statistic is not None]
    first = tests[0]
    if first is None or first.df is None or len(statistics) < len(tests):
        return None
    pooled = _chi_square(statistics, first.df)
    return SpreadTest(statistic=pooled.statistic, df=pooled.df, p=pooled.p)


def _chi_square(statistics: Sequence[float], df: int) -> ChiSquareTest:
    statistic = median(statistics)
    return ChiSquareTest(statistic=statistic, df=df, p=distributions.chi2_upper_p(statistic, df))
