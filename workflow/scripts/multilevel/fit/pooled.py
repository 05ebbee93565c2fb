"""The fits of M plausible values pooled into one model."""

import math
from collections.abc import Sequence
from statistics import mean, median

from multilevel.fit import distributions
from multilevel.fit.model import Estimates
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
    Tests,
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
    """Intervals of the ICC pooled on the scale log(1 + n0 ICC/(1 - ICC)).

    This is the logarithm of the expected F ratio: its sampling variance, about 2/(J-1), does
    not depend on the ICC, and it is finite where the ICC is 0.
    """

    def scale(rho: float) -> float:
        return math.inf if rho >= 1.0 else math.log1p(typical * rho / (1.0 - rho))

    def back(value: float) -> float:
        q = max(math.expm1(value) / typical, 0.0)
        return q / (1.0 + q)

    low, high = pool_intervals(estimates, intervals, confidence, scale, back)
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
    pooled = _gamma00(models, _use_kenward_roger(models))
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
                se_gamma00=_se(m, _use_kenward_roger(models)),
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


def _use_kenward_roger(models: Sequence[Model]) -> bool:
    """One kind of standard error for all: Kenward-Roger's where one of them needs it."""
    return any(model.inference == "kenward_roger" for model in models)


def _se(model: Model, kenward_roger: bool) -> float:
    if kenward_roger and model.se_kenward_roger is not None:
        return model.se_kenward_roger
    return model.se_gamma00


def _gamma00(models: Sequence[Model], kenward_roger: bool) -> Pooled:
    return pool(
        [model.gamma00 for model in models], [_se(model, kenward_roger) ** 2 for model in models]
    )


def _mean_or_none(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return mean(known) if len(known) == len(values) else None


def _model(models: Sequence[Model]) -> Model:
    kenward_roger = _use_kenward_roger(models)
    plain, adjusted = _gamma00(models, False), _gamma00(models, True)
    satterthwaite = _mean_or_none([model.df_satterthwaite for model in models])
    df_kenward_roger = _mean_or_none([model.df_kenward_roger for model in models])
    used = adjusted if kenward_roger else plain
    df = used.df_with(mean(model.df for model in models))
    if kenward_roger and df_kenward_roger is not None:
        df = adjusted.df_with(df_kenward_roger)
    most = max(models, key=lambda model: model.n_optima)
    first, tau00 = models[0], mean(model.tau00 for model in models)
    sigma2, deviance = (mean(getattr(m, name) for m in models) for name in ("sigma2", "deviance"))
    gamma00 = used.estimate
    half_width = distributions.t_quantile(0.5 + first.confidence / 2.0, df) * used.se
    return Model(
        method=first.method,
        confidence=first.confidence,
        gamma00=gamma00,
        se_gamma00=plain.se,
        df_satterthwaite=None if satterthwaite is None else plain.df_with(satterthwaite),
        df_kenward_roger=None if df_kenward_roger is None else adjusted.df_with(df_kenward_roger),
        se_kenward_roger=adjusted.se,
        df_hlm=first.df_hlm,
        inference="kenward_roger" if kenward_roger else "satterthwaite",
        df=df,
        t=gamma00 / used.se,
        p=distributions.t_two_sided_p(gamma00 / used.se, df),
        ci_gamma00=(gamma00 - half_width, gamma00 + half_width),
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
    confidence, each = model.confidence, [fit.intervals for fit in fits]
    error = model.sigma2 / typical

    def of_sigma2(intervals: Sequence[Interval]) -> Interval:
        values = [fit.model.sigma2 for fit in fits]
        return pool_intervals(values, intervals, confidence, math.log, math.exp)

    def tau00_scale(value: float) -> float:
        return math.log(value + error)

    def tau00_back(value: float) -> float:
        return max(math.exp(value) - error, 0.0)

    return Intervals(
        ci_tau00_profile=pool_intervals(
            [fit.model.tau00 for fit in fits],
            [one.ci_tau00_profile for one in each],
            confidence,
            tau00_scale,
            tau00_back,
        ),
        ci_sigma2_profile=of_sigma2([one.ci_sigma2_profile for one in each]),
        ci_icc_profile=pool_icc_intervals(
            [icc_of(fit) for fit in fits],
            [one.ci_icc_profile for one in each],
            typical,
            confidence,
        ),
        ci_sigma2_exact=of_sigma2([one.ci_sigma2_exact for one in each]),
    )


def _tests(tests: Sequence[Tests]) -> Tests:
    f, chi2 = tests[0].f, tests[0].chi2_groups
    statistic = median(test.f.statistic for test in tests)
    lrt = median(test.lrt.statistic for test in tests)
    homogeneity = [test.level1_homogeneity for test in tests if test.level1_homogeneity]
    return Tests(
        f=FTest(
            statistic=statistic,
            df1=f.df1,
            df2=f.df2,
            p=distributions.f_upper_p(statistic, f.df1, f.df2),
        ),
        lrt=LikelihoodRatioTest(statistic=lrt, p=distributions.halved_chi2_1_upper_p(lrt)),
        chi2_groups=_chi_square([test.chi2_groups.statistic for test in tests], chi2.df),
        level1_homogeneity=_chi_square([h.statistic for h in homogeneity], homogeneity[0].df)
        if len(homogeneity) == len(tests)
        else None,
    )


def _chi_square(statistics: Sequence[float], df: int) -> ChiSquareTest:
    statistic = median(statistics)
    return ChiSquareTest(statistic=statistic, df=df, p=distributions.chi2_upper_p(statistic, df))
