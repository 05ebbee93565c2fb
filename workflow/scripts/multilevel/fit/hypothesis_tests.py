"""Tests of tau00 = 0 and of equal variances within schools."""

import numpy as np

from multilevel.fit import distributions
from multilevel.fit.intervals import variance_ratio, variance_ratio_df
from multilevel.fit.likelihood import Likelihood
from multilevel.fit.sufficient import SufficientStatistics
from multilevel.records.results import ChiSquareTest, FTest, LikelihoodRatioTest, SpreadTest


def exact_f_test(likelihood: Likelihood) -> FTest:
    """One-way analysis of variance: exact for any school sizes under normality."""
    df1, df2 = variance_ratio_df(likelihood)
    statistic = variance_ratio(likelihood, 0.0)
    return FTest(
        statistic=statistic, df1=df1, df2=df2, p=distributions.f_upper_p(statistic, df1, df2)
    )


def likelihood_ratio_test(likelihood: Likelihood, deviance: float) -> LikelihoodRatioTest:
    """Deviance at tau00 = 0 minus the deviance at the optimum.

    p from half chi2_0, half chi2_1, since 0 is the edge of what tau00 can be (Self & Liang
    1987; Stram & Lee 1994).
    """
    statistic = max(float(likelihood.deviance(0.0)[0]) - deviance, 0.0)
    return LikelihoodRatioTest(
        statistic=statistic, p=distributions.halved_chi2_1_upper_p(statistic)
    )


def hlm_chi_square(
    statistics: SufficientStatistics, gamma00_offset: float, sigma2: float
) -> ChiSquareTest:
    """sum n_j (m_j - gamma00)^2/sigma2 with J-1 degrees of freedom (Raudenbush & Bryk 2002).

    Parameters
    ----------
    gamma00_offset
        gamma00 - statistics.centre, score units.
    """
    statistic = float(statistics.n @ (statistics.offset - gamma00_offset) ** 2) / sigma2
    df = statistics.n_groups - 1
    return ChiSquareTest(statistic=statistic, df=df, p=distributions.chi2_upper_p(statistic, df))


def level1_homogeneity(statistics: SufficientStatistics) -> SpreadTest | None:
    """HLM's H: are the variances within schools equal? (Raudenbush & Bryk 2002, ch. 9)

    Over the J' schools with two students or more and some variation; None when J' < 2.
    """
    f = statistics.n - 1
    usable = (f > 0) & (statistics.ss > 0)
    if usable.sum() < 2:
        return None
    f, log_variance = f[usable], np.log(statistics.ss[usable] / f[usable])
    centre = float(f @ log_variance) / float(f.sum())
    statistic = 0.5 * float(f @ (log_variance - centre) ** 2)
    df = int(usable.sum()) - 1
    return SpreadTest(statistic=statistic, df=df, p=distributions.chi2_upper_p(statistic, df))
