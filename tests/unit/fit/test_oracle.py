"""Every estimate against 50-digit references, at the tolerances of tests/oracle/README.md."""

import math

import numpy as np
import pytest
from tests.unit.fit.conftest import names, reference, statistics

from multilevel.errors import DataRefused
from multilevel.fit.model import fit_random_intercept
from multilevel.fit.refusal import check_fittable
from multilevel.fit.sufficient import SufficientStatistics
from multilevel.records.fitted import RandomInterceptFit

METHODS = ("REML", "ML")
CASES = [(name, method) for name in names(fittable=True) for method in METHODS]


def close(value: float | None, expected: float, rel: float) -> bool:
    """Within `rel`, relative; absolute where the reference is 0."""
    assert value is not None
    return math.isclose(value, expected, rel_tol=rel, abs_tol=rel if expected == 0 else 0.0)


@pytest.fixture(scope="module", params=CASES, ids="-".join)
def case(request: pytest.FixtureRequest) -> tuple[RandomInterceptFit, dict, dict]:
    name, method = request.param
    expected = reference(name)
    return fit_random_intercept(statistics(name), method), expected, expected[method]


def test_estimates(case):
    fit, _, expected = case
    model = fit.model
    assert close(model.gamma00, expected["gamma00"], 1e-9)
    assert close(model.se_gamma00, expected["se"], 1e-9)
    assert close(model.sigma2, expected["sigma2"], 1e-9)
    assert close(model.tau00, expected["tau00"], 1e-8)
    assert close(model.log_likelihood, expected["logLik"], 1e-10)
    assert close(model.deviance, expected["deviance"], 1e-10)
    assert close(model.aic, expected["AIC_lme4"], 1e-10)
    assert close(model.bic, expected["BIC_lme4"], 1e-10)


def test_every_optimum_is_found(case):
    fit, _, expected = case
    found = fit.model.optima
    assert fit.model.n_optima == len(found) == expected["n_local_minima"]
    for optimum, minimum in zip(found, expected["local_minima"], strict=True):
        assert close(optimum.q, minimum["q"], 1e-8)
        assert close(optimum.deviance, minimum["deviance"], 1e-10)
    assert fit.model.boundary == expected["singular"]


def test_inference_for_gamma00(case):
    fit, shared, expected = case
    model = fit.model
    assert close(model.df_satterthwaite, expected["df_satterthwaite"], 1e-6)
    if model.method == "REML":
        assert close(model.df_kenward_roger, expected["kr_df"], 1e-6)
        assert close(model.se_kenward_roger, expected["kr_se"], 1e-9)
    kenward_roger = model.boundary
    intervals = fit.intervals
    if not kenward_roger:
        usual, usual_df = intervals.ci_gamma00_satterthwaite, expected["df_satterthwaite"]
        known, rel = expected["ci_gamma_satterthwaite"], 1e-9
    else:
        assert intervals.ci_gamma00_satterthwaite is None
        usual, usual_df = intervals.ci_gamma00_kenward_roger, expected.get("kr_df")
        known, rel = expected.get("kr_ci"), 1e-9
    if known is not None:
        assert usual is not None
        for end, value in zip(usual, known, strict=True):
            assert close(end, value, rel)
    few = shared["J"] < 10 or (usual_df is not None and usual_df < 3)
    if few:
        assert model.inference == "hartung_knapp"
        return
    assert model.inference == ("kenward_roger" if kenward_roger else "satterthwaite")
    assert model.ci_gamma00 == usual
    if not kenward_roger:
        assert close(model.t, expected["t"], 1e-9)
        assert close(model.p, expected["p_satterthwaite"], 1e-6)
    elif model.method == "REML":
        assert close(model.p, expected["kr_p"], 1e-6)


def test_intervals(case):
    fit, shared, expected = case
    pairs = [
        (fit.intervals.ci_tau00_profile, expected["ci_profile_tau00"]),
        (fit.intervals.ci_sigma2_profile, expected["ci_profile_sigma2"]),
        (fit.intervals.ci_icc_profile, expected["ci_profile_icc"]),
        (fit.ci_icc, shared["wald_exact"]["icc_ci"]),
    ]
    for interval, known in pairs:
        for end, value in zip(interval, known, strict=True):
            assert close(end, value, 1e-6)


def test_tests(case):
    fit, shared, expected = case
    tests = fit.tests
    assert close(tests.f.statistic, shared["anova"]["F"], 1e-8)
    assert (tests.f.df1, tests.f.df2) == (shared["anova"]["df1"], shared["anova"]["df2"])
    assert close(tests.f.p, shared["anova"]["p"], 1e-6)
    # A difference of two deviances: digits are lost against their size.
    size = 1e-12 * abs(expected["deviance"])
    known = expected["lrt_tau0"]
    assert math.isclose(tests.lrt.statistic, known["statistic"], rel_tol=1e-8, abs_tol=size)
    assert math.isclose(tests.lrt.p, known["p_mixture"], rel_tol=1e-5)
    assert close(tests.chi2_groups.statistic, expected["hlm_chi2"]["statistic"], 1e-8)
    assert close(tests.chi2_groups.p, expected["hlm_chi2"]["p"], 1e-6)
    assert tests.level1_homogeneity is not None
    homogeneity = shared["level1_homogeneity"]
    assert close(tests.level1_homogeneity.statistic, homogeneity["H"], 1e-8)
    assert tests.level1_homogeneity.df == homogeneity["df"]


def test_covariance_of_the_variance_components(case):
    fit, _, expected = case
    for row, known in zip(fit.covariance, expected["vcov_tau_sigma2_expected"], strict=True):
        for value, cell in zip(row, known, strict=True):
            assert close(value, cell, 1e-8)


@pytest.mark.parametrize("name", names(fittable=False))
def test_what_has_no_answer_is_refused(name):
    with pytest.raises(DataRefused) as refusal:
        check_fittable(statistics(name), "y", "group")
    assert refusal.value.reason.code == reference(name)["degenerate"]


@pytest.mark.parametrize("large", [1e80, 1e262, 1.7e308])
def test_scores_whose_squares_overflow_are_refused(large):
    """Not as constant: an infinite sum of squares is no smaller than an infinite rounding."""
    score = np.array([1.0, 2.0, large, 3.0, -large, large])
    statistics = SufficientStatistics.from_members(np.array([0, 0, 1, 1, 2, 2]), score)
    with pytest.raises(DataRefused) as refusal:
        check_fittable(statistics, "y", "group")
    assert refusal.value.reason.code == "not_numeric"


def test_a_large_mean_costs_no_digits():
    small = fit_random_intercept(statistics("sim_mean_0_twin")).model
    large = fit_random_intercept(statistics("sim_mean_1e9")).model
    assert math.isclose(large.tau00, small.tau00, rel_tol=1e-10)
    assert math.isclose(large.sigma2, small.sigma2, rel_tol=1e-10)
    assert math.isclose(large.gamma00, small.gamma00 + 1e9, rel_tol=1e-15)
