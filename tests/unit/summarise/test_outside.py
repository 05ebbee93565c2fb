"""Checks of sizes, spread and single schools: against R, and at their level on normal data."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tests.helpers.students import weighted
from tests.unit.fit import surveys
from tests.unit.fit.conftest import names, reference, statistics
from tests.unit.fit.test_outside import ANSWERS

from multilevel.fit.model import fit_random_intercept
from multilevel.fit.sufficient import SufficientStatistics
from multilevel.fit.weighted import WeightedStatistics, fit_weighted
from multilevel.records.results import Checks
from multilevel.summarise import checks, simulated, spread_checks
from multilevel.summarise.influence import influence, largest_change
from multilevel.summarise.leading import leading
from multilevel.summarise.model_based import between_summary, reliability_interval
from multilevel.summarise.naive import naive_summary
from multilevel.summarise.schools import school_means
from multilevel.summarise.size_checks import mean_by_size
from multilevel.summarise.weighted_means import weighted_school_means
from multilevel.wording.phrases import shape_key


@pytest.mark.parametrize("name", sorted(ANSWERS["spread"]))
def test_bartlett_as_r(name):
    found, known = spread_checks.bartlett(statistics(name)), ANSWERS["spread"][name]
    assert found.df == known["df"]
    assert math.isclose(found.statistic, known["statistic"], rel_tol=1e-8)
    assert math.isclose(found.p, known["p"], rel_tol=1e-6)


@pytest.mark.parametrize("name", sorted(ANSWERS["spread"]))
def test_spread_by_size_as_lm(name):
    found, known = spread_checks.spread_by_size(statistics(name)), ANSWERS["spread"][name]["slope"]
    if not known:
        assert found is None
        return
    assert [found.slope, found.se, found.t, found.p] == pytest.approx(known, rel=1e-8)


@pytest.mark.parametrize("name", sorted(ANSWERS["mean_by_size"]))
def test_mean_by_size_as_lm(name):
    summary = statistics(name)
    found = mean_by_size(summary, fit_random_intercept(summary).model)
    assert [found.slope, found.se, found.t, found.p] == pytest.approx(
        ANSWERS["mean_by_size"][name], rel=1e-6
    )


def test_a_curve_by_size_as_least_squares():
    summary = statistics("exam")
    model = fit_random_intercept(summary).model
    found = mean_by_size(summary, model, degree=2)
    weight = 1.0 / (model.tau00 + model.sigma2 / summary.n)
    x = np.log(summary.n) - np.average(np.log(summary.n), weights=weight)
    design = np.column_stack([np.ones_like(x), x, x**2])
    inverse = np.linalg.inv(design.T @ (weight[:, None] * design))
    known = inverse @ design.T @ (weight * summary.offset)
    rest = summary.offset - design @ known
    df = len(x) - 3
    se = math.sqrt(inverse[2, 2] * float(weight @ rest**2) / df)
    p = 2 * stats.t.sf(abs(known[2] / se), df)
    assert [found.slope, found.se, found.df, found.p] == pytest.approx([known[2], se, df, p])


def test_small_and_large_schools_with_higher_means_are_seen():
    """A line shows nothing: sizes 2 to 60, means that fall and rise again."""
    random, n = np.random.default_rng(8), np.tile(np.arange(2, 61), 2)
    curve = (np.log(n) - np.log(n).mean()) ** 2
    effect = 0.5 * (curve - curve.mean()) / curve.std()
    summary = drawn(random, n, effect)
    fit = fit_random_intercept(summary)
    known = reference_checks(summary, fit)
    assert known.mean_by_size_squared.p < 0.01 and known.mean_by_size_squared.slope > 0
    line_only = replace(known, mean_by_size_squared=None)
    for one, seen in ((known, True), (line_only, known.mean_by_size.p < 0.01)):
        named = checks.flags(fit.model, n, 0.0, one, fit.tests.f, None, 1, None)
        assert ("informative_sizes" in named) == seen


def test_equal_sizes_have_no_slope():
    summary = statistics("dyestuff")
    for degree in (1, 2):
        assert mean_by_size(summary, fit_random_intercept(summary).model, degree) is None
    assert spread_checks.spread_by_size(summary) is None


def drawn(random, n, effect, scale=1.0):
    """Sufficient statistics with effects, and standard deviations within schools."""
    offset = effect + scale / np.sqrt(n) * random.normal(size=len(n))
    ss = scale**2 * 2.0 * random.standard_gamma((n - 1) / 2.0)
    return SufficientStatistics(0.0, n, offset, ss)


def rejections(test, n_samples, simulate):
    """Share of samples with p < .05."""
    return np.mean([test(simulate()).p < 0.05 for _ in range(n_samples)])


@pytest.mark.parametrize(
    "n", [np.full(60, 5), np.array([2] * 50 + [20] * 10), np.arange(2, 62)], ids=str
)
def test_the_tests_hold_their_level_on_normal_data(n):
    random = np.random.default_rng(7)

    def simulate():
        return drawn(random, n, 0.4 * random.normal(size=len(n)))

    assert rejections(spread_checks.bartlett, 300, simulate) < 0.1
    if n.min() < n.max():
        assert rejections(spread_checks.spread_by_size, 300, simulate) < 0.1

        def slope(summary, degree=1):
            return mean_by_size(summary, fit_random_intercept(summary).model, degree)

        assert rejections(slope, 200, simulate) < 0.1
        if len(set(n)) > 2:
            assert rejections(lambda summary: slope(summary, 2), 200, simulate) < 0.1


def test_sizes_that_go_with_means_or_spread_are_seen():
    random = np.random.default_rng(5)
    n = random.integers(2, 61, 100)
    size = (np.log(n) - np.log(n).mean()) / np.log(n).std()
    effect = 0.5 * (0.9 * size + math.sqrt(1 - 0.9**2) * random.normal(size=100))
    summary = drawn(random, n, effect)
    found = mean_by_size(summary, fit_random_intercept(summary).model)
    assert found.p < 0.01 and found.slope > 0
    narrow = drawn(random, n, 0.3 * random.normal(size=100), 1.85 ** (1 - np.log(n) / 4.1))
    found = spread_checks.spread_by_size(narrow)
    assert found.p < 0.01 and found.slope < 0


@pytest.mark.parametrize(("normal", "expected"), [(True, "bartlett"), (False, "brown_forsythe")])
def test_which_test_of_spread_decides(normal, expected):
    one = spread_checks.bartlett(statistics("hsb82"))
    robust = checks.levene(np.repeat(np.arange(4), 5), np.arange(20.0) ** 2)
    assert spread_checks.spread_verdict(normal, one, robust, None) == expected
    assert spread_checks.spread_verdict(False, None, None, None) is None


@pytest.mark.parametrize("name", ["exam", "hsb82", "dyestuff2", "sim_singletons"])
def test_intervals_of_means_cover_what_an_own_simulation_says(name):
    """Drawn and fitted one by one through the whole of the code."""
    summary = statistics(name)
    fit = fit_random_intercept(summary)
    design = simulated.design_of([summary], [fit])
    again = simulated.design_of([summary], [fit])
    assert np.array_equal(design.coverage, again.coverage)
    random = np.random.default_rng(1)
    used = simulated.shrinkage_parameters(summary, fit)
    held, changes = [], []
    for _ in range(60):
        effect = math.sqrt(used.tau00 / used.sigma2) * random.normal(size=summary.n_groups)
        one = drawn(random, summary.n, effect)
        refit = fit_random_intercept(one)
        table = school_means([""] * summary.n_groups, one, refit)
        held.append(np.mean((table["ci_low"] <= effect) & (effect <= table["ci_high"])))
        changes.append(largest_change(one, refit))
    spread = np.std(held) / math.sqrt(len(held))
    assert abs(np.mean(held) - design.coverage.mean()) < 4 * spread + 0.01
    middle = np.median(design.largest_change)
    share = np.mean(np.array(changes) > middle)
    assert abs(share - 0.5) < 4 * 0.5 / math.sqrt(len(changes))


def test_one_school_far_out_is_beyond_chance_and_normal_ones_are_not():
    random = np.random.default_rng(2)
    n = np.full(20, 15)
    beyond = 0
    for _ in range(60):
        summary = drawn(random, n, 0.5 * random.normal(size=20))
        fit = fit_random_intercept(summary)
        design = simulated.design_of([summary], [fit])
        found = influence([str(j) for j in range(20)], summary, fit, design.largest_change)
        beyond += checks.beyond_chance(found)
    # At .05 more than 9 of 60 come by chance in one of a thousand runs.
    assert beyond <= 9
    effect = 0.5 * random.normal(size=20)
    effect[3] = 6.0
    summary = drawn(random, n, effect)
    fit = fit_random_intercept(summary)
    design = simulated.design_of([summary], [fit])
    found = influence([str(j) for j in range(20)], summary, fit, design.largest_change)
    assert checks.beyond_chance(found) and found.most[0].group == "3"


def test_at_tau00_0_intervals_hold_small_schools_more_often():
    random = np.random.default_rng(9)
    n = np.array([2] * 10 + [30] * 10)
    held, formerly = [], []
    while len(held) < 60:
        effect = 0.14 * random.normal(size=20)
        summary = drawn(random, n, effect)
        fit = fit_random_intercept(summary)
        if not fit.model.boundary:
            continue
        table = school_means([""] * 20, summary, fit)
        held.append(np.mean((table["ci_low"] <= effect) & (effect <= table["ci_high"])))
        half = 1.959963984540054 * table["eb_se"]
        formerly.append(np.mean(abs(table["eb_mean"] - effect) <= half))
        assert (table["eb_mean"] == fit.model.gamma00).all()
    assert np.mean(formerly) < 0.85
    assert np.mean(held) > 0.92


@pytest.mark.parametrize("name", names(fittable=True))
def test_shares_and_effective_sizes(name):
    summary = statistics(name)
    fit = fit_random_intercept(summary)
    found = between_summary(summary, naive_summary(summary), fit)
    known = reference(name)
    estimate = known["REML"]
    assert math.isclose(
        found.n_effective_gamma00, summary.n_members / estimate["deff"]["gls"], rel_tol=1e-8
    )
    observed = known["naive"]["var_group_means"]
    if observed > 1e-15:
        share = min(estimate["tau00"] / observed, 1.0)
        assert math.isclose(found.share_of_observed_variance, share, rel_tol=1e-8, abs_tol=1e-14)
    if known["balanced"] and estimate["tau00"] > 0:
        assert math.isclose(
            found.share_of_observed_variance, estimate["reliability_mean"], rel_tol=1e-8
        )


def test_weighted_school_means_by_hand():
    survey = surveys.small()
    score = survey.scores[:, 0]
    values = WeightedStatistics.of(weighted(survey.group, score, survey.conditional))
    table = weighted_school_means(values, survey.group_weight, "size", 0.95)
    fit = fit_weighted(values[0], survey.group_weight, "size")
    frame = pd.DataFrame({"g": survey.group, "y": score, "w": survey.conditional})
    for j, members in frame.groupby("g"):
        mean = np.average(members["y"], weights=members["w"])
        n = members["w"].sum() ** 2 / (members["w"] ** 2).sum()
        share = fit.tau00 / (fit.tau00 + fit.sigma2 / n)
        row = table.loc[j]
        assert math.isclose(row["weighted_mean"], mean, rel_tol=1e-12)
        assert math.isclose(row["weighted_reliability"], share, rel_tol=1e-12)
        eb = fit.gamma00 + share * (mean - fit.gamma00)
        assert math.isclose(row["weighted_eb_mean"], eb, rel_tol=1e-12)
        assert row["weighted_eb_se"] ** 2 > fit.tau00 * (1 - share)


def test_weights_that_leave_no_variance_leave_no_shrunken_means():
    survey = surveys.small()
    values = WeightedStatistics.of(weighted(survey.group, survey.scores[:, 2], survey.conditional))
    fit = fit_weighted(values[0], survey.group_weight, "size")
    table = weighted_school_means(values, survey.group_weight, "size", 0.95)
    assert (fit.tau00 == 0) == bool(table["weighted_eb_mean"].isna().all())


@pytest.mark.parametrize("size", [8, 14, 20, 24, 40])
def test_normal_values_are_called_far_from_normal_in_one_of_twenty_at_most(size):
    """Sizes about 20 are the worst: there a skewness of 1 is just what chance gives."""
    values = np.random.default_rng(6).normal(size=(4_000, size))
    shapes = zip(stats.skew(values, axis=1), stats.kurtosis(values, axis=1), strict=True)
    share = np.mean([shape_key(size, *shape) == "clear" for shape in shapes])
    assert share < 0.05


@pytest.mark.parametrize("name", ["hsb82", "exam", "dyestuff", "pastes_sample", "sleepstudy"])
def test_intervals_that_need_no_distribution_lead(name):
    found = leading_of(name)
    intervals = fit_random_intercept(statistics(name)).intervals
    for leader in (found.icc, found.tau00, found.sigma2):
        assert leader.method == "robust" and leader.reasons == ("any_distribution",)
        assert leader.interval == getattr(intervals, f"ci_{leader.quantity}_robust")
    assert leading_of(name, ("normality_level2",)).icc.reasons == ("normality_level2",)
    assert leading_of(name, ("unequal_variances",)).sigma2.reasons == ("unequal_variances",)


def test_where_likelihood_and_exact_method_disagree_the_exact_interval_leads():
    name = "sim_multimodal_boundary_best"
    found, exact = leading_of(name), fit_random_intercept(statistics(name)).ci_icc
    assert found.icc.value == 0 and exact[0] > 0
    assert found.icc.interval == exact and found.icc.reasons == ("boundary",)


def test_four_schools_lead_with_exact_and_profile_intervals():
    summary = drawn(np.random.default_rng(1), np.full(4, 9), np.arange(4.0))
    found = leading_of(summary)
    assert [one.method for one in (found.icc, found.tau00, found.sigma2)] == [
        "exact",
        "profile",
        "exact",
    ]


def leading_of(name, flags=()):
    """What leads for a dataset of the oracles, or for statistics."""
    summary = statistics(name) if isinstance(name, str) else name
    fit = fit_random_intercept(summary)
    naive = naive_summary(summary)
    between = between_summary(summary, naive, fit)
    robust = fit.intervals.ci_icc_robust
    reliability = reliability_interval(summary, robust) if robust else None
    return leading(naive, fit.model, between, fit.intervals, None, flags, reliability)


@pytest.mark.parametrize(
    ("n", "said"),
    [
        ([8, 8, 400], True),
        ([8] * 19 + [400], True),
        ([8] * 18 + [400] * 2, True),
        ([8] * 3 + [400] * 3, True),
        ([8] * 15 + [400] * 5, False),
        ([8] * 59 + [400], True),
        ([8] * 120 + [400], False),
        ([9, 8, 8], False),
    ],
)
def test_schools_of_most_students_are_named(n, said):
    n = np.array(n)
    summary = drawn(np.random.default_rng(3), n, np.zeros(len(n)))
    fit = fit_random_intercept(summary)
    known = reference_checks(summary, fit)
    named = checks.flags(fit.model, n, 0.0, known, fit.tests.f, None, 1, None)
    assert ("dominant_group" in named) == said


@pytest.mark.parametrize("flag", ["dominant_group", "informative_sizes"])
def test_where_gamma00_does_not_hold_the_mean_of_the_means_leads(flag):
    summary = statistics("exam")
    found, naive = leading_of("exam", ("few_groups", flag)), naive_summary(summary)
    assert found.mean.quantity == "mean_of_group_means" and found.mean.reasons == (flag,)
    half = stats.t.ppf(0.975, summary.n_groups - 1) * naive.se_mean_of_group_means
    assert found.mean.interval == pytest.approx(
        (naive.mean_of_group_means - half, naive.mean_of_group_means + half), rel=1e-10
    )


@pytest.mark.parametrize("n", [[8] * 5 + [400], [8] * 8 + [400] * 2], ids=str)
def test_the_mean_that_leads_holds_where_few_schools_have_most_students(n):
    """gamma00's interval holds in .84 and .83 of such samples."""
    random, n = np.random.default_rng(4), np.array(n)
    held = former = 0
    for _ in range(100):
        summary = drawn(random, n, math.sqrt(0.03) * random.normal(size=len(n)))
        fit = fit_random_intercept(summary)
        named = checks.flags(
            fit.model, n, 0.0, reference_checks(summary, fit), fit.tests.f, None, 1, None
        )
        low, high = leading_of(summary, named).mean.interval
        held += low <= 0 <= high
        low, high = fit.model.ci_gamma00
        former += low <= 0 <= high
    assert former < 90 <= held


def reference_checks(summary, fit):
    """Checks with nothing but what the flags look at."""
    quiet = checks.normality(np.zeros(0))
    return Checks(
        level1_normality=quiet,
        level2_normality=quiet,
        levene=None,
        obrien=None,
        spread_verdict=None,
        mean_by_size=mean_by_size(summary, fit.model),
        mean_by_size_squared=mean_by_size(summary, fit.model, degree=2),
        n_distinct=None,
        n_unusual_spread=0,
        flags=(),
    )
