"""Assumption checks: are the model's two normal distributions and its one variance tenable?"""

import math
from dataclasses import replace

import numpy as np

from multilevel.fit import distributions
from multilevel.fit.hypothesis_tests import exact_f_test
from multilevel.fit.likelihood import Likelihood
from multilevel.fit.sufficient import Floats, Integers, SufficientStatistics
from multilevel.records.results import (
    Checks,
    FTest,
    Influence,
    LeveneTest,
    Model,
    NormalityCheck,
    SlopeTest,
)
from multilevel.records.students import Moments
from multilevel.summarise.thresholds import (
    CLEAR_P,
    FEW_GROUPS,
    SLOPE_P,
    dominated,
    few_valued,
)
from multilevel.wording.phrases import Shape, shape_key

# A value this many standard deviations out is one in 2,000 under normality.
OUTLIER = 3.5
# Shapiro-Wilk is defined up to this many values.
SHAPIRO_SAMPLE = 5_000


def level1_residuals(
    group: Integers, score: Floats, statistics: SufficientStatistics, sigma2: float
) -> Floats:
    """r_ij = y_ij - m_j over its own standard deviation sqrt(sigma2 (1 - 1/n_j)).

    Students who are alone in their school carry no information and are left out.
    """
    n = statistics.n[group]
    several = n > 1
    residual = (score - statistics.centre - statistics.offset[group])[several]
    return np.asarray(residual / np.sqrt(sigma2 * (1.0 - 1.0 / n[several])))


def level2_residuals(statistics: SufficientStatistics, model: Model) -> Floats:
    """(m_j - gamma00)/sqrt(tau00 + V_j): standard normal under the model, for any n_j."""
    deviation = statistics.offset - (model.gamma00 - statistics.centre)
    return np.asarray(deviation / np.sqrt(model.tau00 + model.sigma2 / statistics.n))


def normality(values: Floats) -> NormalityCheck:
    """Skewness, kurtosis, Shapiro-Wilk and the number of outliers of standardised values."""
    from scipy import stats

    n = len(values)
    shapiro_w = shapiro_p = skewness = kurtosis = None
    if n >= 3 and float(np.ptp(values)) > 0:
        # A fixed seed: the same data must give the same report.
        sample = (
            values
            if n <= SHAPIRO_SAMPLE
            else np.random.default_rng(1965).choice(values, SHAPIRO_SAMPLE, replace=False)
        )
        shapiro_w, shapiro_p = (float(x) for x in stats.shapiro(sample))
        deviation = values - values.mean()
        m2, m3, m4 = (float((deviation**power).mean()) for power in (2, 3, 4))
        skewness, kurtosis = m3 / m2**1.5, m4 / m2**2 - 3.0
    return NormalityCheck(
        n=n,
        skewness=skewness,
        excess_kurtosis=kurtosis,
        shapiro_w=shapiro_w,
        shapiro_p=shapiro_p,
        n_outliers=int((np.abs(values) > OUTLIER).sum()),
        n_outliers_of=n,
    )


def normality_of_moments(moments: Moments, sigma2: float, sample: Floats) -> NormalityCheck:
    """The shape of all level-1 residuals from schools' moments, the rest from a sample of them.

    Parameters
    ----------
    sample
        `level1_residuals` of a random sample of students.
    """
    several = moments.n > 1
    n = moments.n[several].astype(np.float64)
    # 1 over the variance of a deviation from an observed mean, in the moments' unit.
    f = moments.unit**2 * n / ((n - 1.0) * sigma2)
    total = float(n.sum())
    pairs = ((1.0, moments.m2), (1.5, moments.m3), (2.0, moments.m4))
    m2, m3, m4 = (float(f**power @ m[several]) / total for power, m in pairs)
    return replace(
        normality(sample),
        n=int(total),
        skewness=m3 / m2**1.5,
        excess_kurtosis=m4 / m2**2 - 3.0,
    )


def levene(group: Integers, score: Floats) -> LeveneTest | None:
    """Equal spread within schools by distances from the median (Brown & Forsythe 1974).

    Schools with one student are left out; None when fewer than two remain or when the
    distances do not vary.
    """
    if len(score) == 0:
        return None
    import pandas as pd  # figures, which ask for a rule only, start faster without

    frame = pd.DataFrame({"group": group, "score": score - np.mean(score)})
    by_group = frame.groupby("group")["score"]
    several = by_group.transform("size") > 1
    if frame.loc[several, "group"].nunique() < 2:
        return None
    distance = (frame["score"] - by_group.transform("median")).abs()[several].to_numpy()
    codes, _ = pd.factorize(frame.loc[several, "group"])
    statistics = SufficientStatistics.from_members(codes.astype(np.int64), distance)
    if statistics.ssw == 0:
        return None
    test = exact_f_test(Likelihood.of(statistics, "REML"))
    return LeveneTest(statistic=test.statistic, df1=test.df1, df2=test.df2, p=test.p)


def obrien(moments: Moments) -> LeveneTest | None:
    """Equal spread within schools by an analysis of variance of transformed squares.

    O'Brien's (1981) r_ij = ((n - 1.5) n d_ij^2 - 0.5 SS)/((n - 1)(n - 2)), d_ij from the
    school's mean, have the mean SS/(n - 1) and are affine in d_ij^2, so that moments are
    enough. Schools of two or fewer are left out; None when fewer than two remain or when
    nothing varies.
    """
    usable = moments.n > 2
    if usable.sum() < 2:
        return None
    n = moments.n[usable].astype(np.float64)
    m2, m4 = moments.m2[usable], moments.m4[usable]
    variance = m2 / (n - 1.0)
    slope = (n - 1.5) * n / ((n - 1.0) * (n - 2.0))
    centre = float(n @ variance / n.sum())
    ss = slope**2 * np.maximum(m4 - m2**2 / n, 0.0)
    statistics = SufficientStatistics(centre, moments.n[usable], variance - centre, ss)
    if statistics.ssw == 0:
        return None
    test = exact_f_test(Likelihood.of(statistics, "REML"))
    return LeveneTest(statistic=test.statistic, df1=test.df1, df2=test.df2, p=test.p)


def flags(
    model: Model,
    n: Integers,
    rho: float,
    checks: Checks,
    f: FTest,
    spread_p: float | None,
    n_values: int,
    influence: Influence | None,
) -> tuple[str, ...]:
    """What a reader must know before believing the numbers.

    Parameters
    ----------
    model, rho, f
        Pooled.
    n
        Students per school, shape (J,).
    checks
        Of the score or the first plausible value, its flags still empty.
    spread_p
        p of the test of equal spread that decides.
    n_values
        Plausible values; 1 for a score.
    influence
        What single schools do to the estimates.
    """
    n_groups, n_members = len(n), int(n.sum())
    conditions = {
        "few_groups": n_groups < FEW_GROUPS,
        "dominant_group": n_groups > 2 and dominated(n),
        "df_below_3": model.df < 3 or n_groups <= 3,
        "several_optima": model.n_optima > 1,
        "boundary": model.boundary,
        "means_too_alike": distributions.f_lower_p(f.statistic, f.df1, f.df2) < CLEAR_P,
        "not_supported": not model.boundary and f.p > 0.05,
        "icc_near_one": rho > 0.999,
        "normality_level1": departs(checks.level1_normality),
        "normality_level2": departs(checks.level2_normality),
        "unequal_variances": spread_p is not None and spread_p < CLEAR_P,
        "informative_sizes": _sloped(checks.mean_by_size) or _sloped(checks.mean_by_size_squared),
        "spread_goes_with_size": _sloped(checks.spread_by_size),
        "few_valued": checks.n_distinct is not None and few_valued(checks.n_distinct, n_members),
        "conditioning_unknown": n_values > 1,
        "influential_group": influence is not None and beyond_chance(influence),
    }
    return tuple(name for name, holds in conditions.items() if holds)


def spread_p(checks: Checks) -> float | None:
    """p of the test of equal spread that decides; None where none is possible."""
    test = getattr(checks, checks.spread_verdict) if checks.spread_verdict else None
    return None if test is None else float(test.p)


def _sloped(test: SlopeTest | None) -> bool:
    return test is not None and test.p < SLOPE_P


def more_than_chance(found: int, count: int, chance: float) -> bool:
    """Whether `found` of `count` are more than chance gives by two of its standard deviations.

    Parameters
    ----------
    chance
        The probability of one; for counts too small for a normal curve the deviation is 1/2.
    """
    expected = chance * count
    return found > expected + 2 * math.sqrt(max(expected * (1 - chance), 0.25))


def beyond_chance(influence: Influence) -> bool:
    """One school moves an estimate by more than single schools do under the model."""
    largest, chance = influence.max_change_in_se, influence.chance_change_in_se
    return largest is not None and chance is not None and largest > chance


def departs(check: NormalityCheck) -> bool:
    """A departure from normality that matters."""
    return shape_of(check) == "clear"


def shape_of(check: NormalityCheck) -> Shape:
    """What the shape of the values tells of normality."""
    return shape_key(check.n, check.skewness, check.excess_kurtosis)
