"""Methods that hold outside the textbook against R: tests/oracle/outside."""

import json
import math

import numpy as np
import pytest
from scipy import stats
from tests.helpers.students import students_from, weighted
from tests.unit.fit import surveys
from tests.unit.fit.conftest import ORACLES, reference, statistics

from multilevel.configuration.datasets import Weights
from multilevel.fit import robust
from multilevel.fit.adjusted import adjusted_parameters, adjusted_ratio
from multilevel.fit.hartung_knapp import hartung_knapp_applies, hartung_knapp_se
from multilevel.fit.inference import infer_gamma00
from multilevel.fit.information import precision
from multilevel.fit.intervals import LogF, variance_ratio
from multilevel.fit.likelihood import Likelihood
from multilevel.fit.model import fit_random_intercept
from multilevel.fit.pooled import pool_fits, pool_icc_intervals, typical_size
from multilevel.fit.replication import fit_under_replicates, sampling_variance
from multilevel.fit.sufficient import SufficientStatistics
from multilevel.fit.weighted import WeightedStatistics, fit_weighted
from multilevel.fit.weighted_inference import _sets_left_out, weighted_inference

ANSWERS = json.loads((ORACLES / "outside" / "answers.json").read_text())


@pytest.mark.parametrize("name", sorted(ANSWERS["hartung_knapp"]))
def test_hartung_knapp_as_metafor(name):
    known, summary = ANSWERS["hartung_knapp"][name], statistics(name)
    likelihood = Likelihood.of(summary, "REML")
    estimate = reference(name)["REML"]
    se = hartung_knapp_se(likelihood, estimate["tau00"] / estimate["sigma2"])
    assert math.isclose(se, known["se"], rel_tol=1e-8)
    model = fit_random_intercept(summary).model
    assert math.isclose(model.se_hartung_knapp, known["se"], rel_tol=1e-6)
    if model.inference == "hartung_knapp":
        assert model.se == max(model.se_gamma00, model.se_hartung_knapp)
        assert model.df == summary.n_groups - 1
        half = (model.ci_gamma00[1] - model.ci_gamma00[0]) / 2
        assert math.isclose(half / model.se, T_975[summary.n_groups - 1], rel_tol=1e-6)


# Quantiles of Student's t from R's qt(.975, df).
T_975 = {1: 12.7062047, 2: 4.30265273, 4: 2.77644511, 5: 2.57058184, 7: 2.36462425}


def test_hartung_knapp_applies_by_its_rule():
    assert hartung_knapp_applies(9, 50.0) and hartung_knapp_applies(40, 2.9)
    assert not hartung_knapp_applies(10, 3.0)


def test_balanced_data_give_the_standard_error_of_the_mean_of_means():
    summary = statistics("dyestuff")
    se = hartung_knapp_se(Likelihood.of(summary, "REML"), 0.3)
    assert math.isclose(se, np.std(summary.mean, ddof=1) / math.sqrt(6), rel_tol=1e-12)


@pytest.mark.parametrize("name", sorted(ANSWERS["adjusted"]))
def test_the_adjusted_likelihood_as_maximised_in_matrices(name):
    known = ANSWERS["adjusted"][name]
    found = adjusted_parameters(Likelihood.of(statistics(name), "REML"))
    assert found.tau00 > 0 and found.adjusted
    # Jointly with sigma2 the factor tau00 moves sigma2, too; here it must not, for given q.
    ratio = known["tau00"] / known["sigma2"]
    assert math.isclose(found.tau00 / found.sigma2, ratio, rel_tol=1e-4)
    assert found.sigma2 == Likelihood.of(statistics(name), "REML").sigma2(
        adjusted_ratio(Likelihood.of(statistics(name), "REML"))
    )


@pytest.mark.parametrize("name", sorted(ANSWERS["robust"]))
def test_leaving_schools_out_as_r(name):
    """Statistics and errors as R's plain loop has them, and the ends solved for by hand."""
    known, summary = ANSWERS["robust"][name], statistics(name)
    estimate = reference(name)["REML"]
    likelihood, q = Likelihood.of(summary, "REML"), estimate["tau00"] / estimate["sigma2"]
    within = robust._within_without(summary)
    ratio = robust._ratio_without(summary, q, within)
    for ours, theirs in ((ratio, known["ratio"]), (within, known["within"])):
        assert math.isclose(ours.whole, theirs["value"], rel_tol=1e-9)
        assert math.isclose(ours.error, theirs["se"], rel_tol=1e-9)
    df1, df2 = summary.n_groups - 1, summary.n_members - summary.n_groups
    error = known["ratio"]["se"]
    excess = error / math.sqrt(2 / df1 + 2 / df2)
    least = max(1.0, 100 / summary.n_groups)
    further = min(2.0, max(least, 1.0 + 2.0 * (excess - 0.85)))
    low, high = robust.robust_intervals(summary, likelihood, q, 0.95).icc
    # R's qf(c(.025, .975), J - 1, N - J) are nearer to 1 than these.
    below, above = math.exp(-1.959963984540054 * further * error), math.exp(1.96 * error)
    assert math.isclose(variance_ratio(likelihood, high / (1 - high)), below, rel_tol=1e-6)
    assert math.isclose(variance_ratio(likelihood, low / (1 - low)), above, rel_tol=1e-4)


def test_no_jackknife_where_one_school_has_all_that_varies():
    n, flat = np.full(6, 4), np.array([0.0, 0.0, 0.0, 0.0, 0.0, 9.0])
    one = SufficientStatistics(0.0, n, np.arange(6.0) - 2.5, flat)
    assert robust.robust_intervals(one, Likelihood.of(one, "REML"), 1.0, 0.95) is None
    two = SufficientStatistics(0.0, n, flat - 1.5, np.full(6, 3.0))
    assert robust.robust_intervals(two, Likelihood.of(two, "REML"), 1.0, 0.95) is None


def replicated(pv, method):
    survey = surveys.small()
    values = WeightedStatistics.of(weighted(survey.group, pv, survey.conditional))
    design = {"zone": survey.zone.astype(float), "half": survey.half.astype(float)}
    if method == "fay":
        design = {"replicate": survey.replicate}
    students = students_from(
        survey.group,
        pv[:, None],
        total=survey.total,
        group_weight=survey.group_weight[survey.group],
        **design,
    )
    fits = fit_under_replicates(values, survey.group_weight, students.factors, "size")
    return fit_weighted(values[0], survey.group_weight, "size"), fits


@pytest.mark.parametrize("method", ["jk2", "fay"])
@pytest.mark.parametrize("value", [0, 1])
def test_replicating_the_weighted_fit_as_package_survey(method, value):
    survey = surveys.small()
    known = ANSWERS["replication"][f"PV{value + 1}"][method]
    typical = typical_size(np.bincount(survey.group))
    assert math.isclose(typical, ANSWERS["typical"], rel_tol=1e-12)
    fit, fits = replicated(survey.scores[:, value], method)
    kind = "jk2" if method == "jk2" else "brr-fay"
    pairs = (
        (math.log1p(typical * fit.tau00 / fit.sigma2), np.log1p(typical * fits.q)),
        (math.log(fit.sigma2), np.log(fits.sigma2)),
        (fit.gamma00, fits.gamma00),
    )
    for (estimate, replicates), theirs, se in zip(
        pairs, known["estimate"], known["se"], strict=True
    ):
        assert math.isclose(estimate, theirs, rel_tol=1e-5)
        ours = math.sqrt(sampling_variance(np.array([estimate]), replicates, kind))
        assert math.isclose(ours, se, rel_tol=2e-4)


@pytest.mark.parametrize("value", [0, 1])
def test_leaving_schools_out_of_the_weighted_fit_as_package_survey(value):
    """The interval's arms on its scale are R's JK1 error times t and twice t on J - 1."""
    survey = surveys.small()
    known = ANSWERS["replication"][f"PV{value + 1}"]["jk1"]
    values = WeightedStatistics.of(
        weighted(survey.group, survey.scores[:, value], survey.conditional)
    )
    fit = fit_weighted(values[0], survey.group_weight, "size")
    weights = Weights(member="w", group="g")
    found = weighted_inference(values, [fit], survey.group_weight, weights, None, None, 0.95)
    assert found["ci_method"] == "jackknife"
    typical, t = ANSWERS["typical"], stats.t.ppf(0.975, len(survey.group_weight) - 1)
    low, high = (math.log1p(typical * end / (1 - end)) for end in found["ci_icc"])
    centre, error = known["estimate"][0], known["se"][0]
    assert math.isclose(high - centre, 2 * t * error, rel_tol=5e-4)
    assert math.isclose(low, max(centre - t * error, 0.0), rel_tol=5e-4, abs_tol=1e-9)
    low, high = (math.log(end) for end in found["ci_sigma2"])
    assert math.isclose((high - low) / (3 * t), known["se"][1], rel_tol=5e-4)


def test_four_weighted_schools_keep_the_sandwich():
    random = np.random.default_rng(4)
    group = np.repeat(np.arange(4), 6)
    score = random.normal(size=4)[group] + random.normal(size=24)
    values = WeightedStatistics.of(weighted(group, score, np.ones(24)))
    fit = fit_weighted(values[0], np.ones(4), "size")
    weights = Weights(member="w", group="g")
    found = weighted_inference(values, [fit], np.ones(4), weights, None, None, 0.95)
    assert found["ci_method"] == "sandwich"


def test_many_schools_are_left_out_in_a_hundred_sets():
    kept = _sets_left_out(1_037)
    assert kept.shape == (1_037, 100) and (kept == 0).sum(axis=1).tolist() == [1] * 1_037
    assert (kept == 0).sum(axis=0).min() == 10 and (_sets_left_out(7) == 1 - np.eye(7)).all()


@pytest.mark.parametrize("name", ["hsb82", "sim_unbal_a", "sim_singletons", "dyestuff2"])
@pytest.mark.parametrize("method", ["REML", "ML"])
def test_information_of_many_fits_is_that_of_each(name, method):
    likelihood = Likelihood.of(statistics(name), method)
    q = np.array([0.0, 0.01, 0.3, 5.0])
    k = likelihood.classes
    found = precision(k.n, k.count, q, likelihood.n_members - likelihood.n_groups, likelihood.p)
    for i, at in enumerate(q):
        one, sigma2 = infer_gamma00(likelihood, at), likelihood.sigma2(at)
        assert math.isclose(found.gamma00[i] * sigma2, one.variance, rel_tol=1e-10)
        (tt, ts), (_, ss) = one.covariance.tolist()
        for ours, theirs in ((found.tau00, tt), (found.sigma2, ss), (found.both, ts)):
            assert math.isclose(ours[i] * sigma2**2, theirs, rel_tol=1e-8)


def test_a_set_in_two_pieces_is_hulled():
    intervals = fit_random_intercept(statistics("sim_multimodal_boundary_best")).intervals
    assert intervals.profile_pieces == 2
    low, high = intervals.ci_tau00_profile_hull
    assert low == 0 == intervals.ci_tau00_profile[0]
    assert high > 50 * intervals.ci_tau00_profile[1]
    one = fit_random_intercept(statistics("hsb82")).intervals
    assert one.profile_pieces == 1
    assert one.ci_tau00_profile_hull == one.ci_tau00_profile


def test_the_ends_of_the_hull_meet_the_limit():
    likelihood = Likelihood.of(statistics("sim_multimodal_boundary_best"), "REML")
    fit = fit_random_intercept(statistics("sim_multimodal_boundary_best"))
    _, high = fit.intervals.ci_icc_profile_hull
    excess = float(likelihood.deviance(high / (1 - high))[0]) - fit.model.deviance
    assert math.isclose(excess, 3.841458820694124, rel_tol=1e-8)


def test_robust_intervals_are_never_shorter_and_know_no_scale():
    summary = statistics("exam")
    fit = fit_random_intercept(summary)
    low, high = fit.intervals.ci_icc_robust
    assert low <= fit.ci_icc[0] and fit.ci_icc[1] <= high
    times = SufficientStatistics(
        1e9 * summary.centre, summary.n, 1e9 * summary.offset, 1e18 * summary.ss
    )
    again = fit_random_intercept(times).intervals
    assert again.ci_icc_robust == pytest.approx((low, high), rel=1e-9)
    assert again.ci_tau00_robust == pytest.approx(
        [1e18 * end for end in fit.intervals.ci_tau00_robust], rel=1e-9
    )


def test_four_schools_have_no_robust_interval_and_five_have():
    group = np.repeat(np.arange(5), 4)
    score = np.random.default_rng(1).normal(size=20)
    five = SufficientStatistics.from_members(group, score)
    four = SufficientStatistics.from_members(group[:16], score[:16])
    assert fit_random_intercept(five).intervals.ci_icc_robust is not None
    assert fit_random_intercept(four).intervals.ci_icc_robust is None


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.99])
def test_robust_intervals_grow_with_the_level(confidence):
    summary = statistics("hsb82")
    low, high = fit_random_intercept(summary, confidence=confidence).intervals.ci_icc_robust
    usual = fit_random_intercept(summary).intervals.ci_icc_robust
    assert (low > usual[0] and high < usual[1]) == (confidence < 0.95)


def test_hartung_knapp_is_pooled_over_plausible_values():
    random = np.random.default_rng(3)
    group = np.repeat(np.arange(4), [3, 9, 20, 50])
    scores = random.normal(size=4)[group][:, None] + random.normal(size=(len(group), 3))
    values = [SufficientStatistics.from_members(group, score) for score in scores.T.copy()]
    fits = [fit_random_intercept(one) for one in values]
    pooled = pool_fits(fits, np.bincount(group)).model
    assert pooled.inference == "hartung_knapp"
    within = np.mean([fit.model.se**2 for fit in fits])
    between = np.var([fit.model.gamma00 for fit in fits], ddof=1)
    assert math.isclose(pooled.se**2, within + 4 / 3 * between, rel_tol=1e-12)
    assert pooled.df <= 3


@pytest.mark.parametrize("rho", [0.0, 0.02, 0.4, 0.999])
def test_the_scale_of_the_icc_goes_there_and_back(rho):
    scale = LogF(12.0)
    ratio = rho / (1 - rho)
    assert math.exp(scale.of_icc(rho)) == pytest.approx(1 + 12.0 * ratio)
    assert scale.icc(scale.of_icc(rho)) == pytest.approx(rho)
    assert scale.icc(-1.0) == 0.0 and scale.icc(1e4) == 1.0 and scale.of_icc(1.0) == math.inf


def test_an_interval_that_ends_at_1_is_pooled_to_end_there():
    assert pool_icc_intervals([0.2, 0.99], [(0.1, 0.3), (0.9, 1.0)], 5.0, 0.95)[1] == 1.0
