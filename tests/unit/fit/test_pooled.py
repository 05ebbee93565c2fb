"""Plausible values: Rubin's rules against R, and what must hold for any numbers."""

import math
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.fit import surveys

from multilevel.fit.model import estimate, fit_random_intercept
from multilevel.fit.pooled import plausible_values, pool_fits
from multilevel.fit.rubin import pool, pool_columns, pool_intervals
from multilevel.fit.sufficient import SufficientStatistics


def fits_of(survey, scores=None, **settings):
    columns = (survey.scores if scores is None else scores).T
    values = [
        SufficientStatistics.from_members(survey.group, np.ascontiguousarray(one))
        for one in columns
    ]
    return values, [fit_random_intercept(one, **settings) for one in values]


@pytest.fixture(scope="module", params=["small", "ostrana"])
def survey(request):
    return getattr(surveys, request.param)()


def section(survey, values, fits):
    averaged = SufficientStatistics.from_members(survey.group, survey.scores.mean(axis=1))
    means = [float(one.n @ one.mean) / one.n_members for one in values]
    names = [f"PV{m + 1}" for m in range(len(fits))]
    return plausible_values(fits, names, means, estimate(averaged))


def test_as_lme4_and_rubin(survey):
    values, fits = fits_of(survey)
    model, known = pool_fits(fits, values[0].n).model, survey.answers
    found = section(survey, values, fits)
    rubin = known["gamma00"]
    assert math.isclose(model.gamma00, rubin["estimate"], rel_tol=1e-8)
    assert math.isclose(model.tau00, known["tau00"], rel_tol=1e-5)
    assert math.isclose(model.sigma2, known["sigma2"], rel_tol=1e-6)
    # At the boundary of one value the report's standard error is Kenward-Roger's, lme4's isn't.
    if known["per_value"][-1]["tau00"] > 0:
        assert math.isclose(found.se, rubin["se"], rel_tol=1e-6)
        assert math.isclose(found.df, rubin["df"], rel_tol=1e-5)
        assert math.isclose(found.lambda_, rubin["lambda"], rel_tol=1e-5)
        assert math.isclose(found.within, rubin["within"], rel_tol=1e-6)
    assert math.isclose(found.between, rubin["between"], rel_tol=1e-6)
    assert math.isclose(model.se_gamma00, rubin["se"], rel_tol=1e-6)
    assert math.isclose(found.sd_between_icc, known["sd_icc"], rel_tol=1e-4)
    for one, theirs in zip(found.per_value, known["per_value"], strict=True):
        assert math.isclose(one.gamma00, theirs["gamma00"], rel_tol=1e-8)
        assert math.isclose(one.icc, theirs["icc"], rel_tol=1e-5, abs_tol=1e-12)
        assert math.isclose(one.log_likelihood, theirs["log_likelihood"], rel_tol=1e-9)


def test_one_value_at_the_boundary_is_counted(survey):
    values, fits = fits_of(survey)
    at_zero = sum(one["tau00"] == 0 for one in survey.answers["per_value"])
    assert section(survey, values, fits).n_boundary == at_zero
    pooled = pool_fits(fits, values[0].n)
    assert pooled.model.boundary is False
    assert 0 <= pooled.ci_icc[0] < pooled.ci_icc[1] < 1


def test_averaging_first_shrinks_sigma2_and_raises_the_icc():
    survey = surveys.ostrana()
    values, fits = fits_of(survey)
    found, model = section(survey, values, fits), pool_fits(fits, values[0].n).model
    assert found.averaged_sigma2 < 0.9 * model.sigma2
    assert found.averaged_icc > 1.05 * survey.answers["icc"]


@pytest.mark.parametrize("m", [2, 5])
def test_equal_plausible_values_give_the_single_fit(m):
    survey = surveys.small()
    values, fits = fits_of(survey, np.repeat(survey.scores[:, :1], m, axis=1))
    pooled, single = pool_fits(fits, values[0].n), fits[0]
    for part in ("model", "intervals", "tests"):
        mine, theirs = (asdict(getattr(one, part)) for one in (pooled, single))
        _same(mine, theirs, part)
    _same(pooled.ci_icc, single.ci_icc, "ci_icc")


def _same(one, other, where):
    if isinstance(one, dict):
        for key in one:
            _same(one[key], other[key], f"{where}.{key}")
    elif isinstance(one, tuple | list):
        for mine, theirs in zip(one, other, strict=True):
            _same(mine, theirs, where)
    elif isinstance(one, float):
        assert one == pytest.approx(other, rel=1e-9, abs=1e-12), where
    else:
        assert one == other, where


scores = st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=10)


@given(scores, st.floats(1e-3, 1e3), st.floats(1e-6, 1e6))
def test_rubins_rules_move_with_shift_and_scale(values, variance, factor):
    first = pool(values, [variance] * len(values))
    moved = pool([factor * (value + 7.0) for value in values], [factor**2 * variance] * len(values))
    assert moved.estimate == pytest.approx(factor * (first.estimate + 7.0), rel=1e-9, abs=1e-6)
    assert moved.se == pytest.approx(factor * first.se, rel=1e-6)
    assert moved.missing_information == pytest.approx(first.missing_information, abs=1e-6)
    assert 0 <= moved.missing_information < 1 and moved.df >= len(values) - 1


@given(scores, st.floats(1e-3, 1e3), st.floats(2, 1e5))
def test_small_sample_degrees_of_freedom_are_never_above_either(values, variance, df):
    found = pool(values, [variance] * len(values))
    assert 0 <= found.df_with(df) <= min(df, found.df) * (1 + 1e-12)


def test_many_at_once_as_one_by_one():
    random = np.random.default_rng(1)
    estimates, variances = random.normal(size=(5, 4)), random.uniform(0.1, 1, size=(5, 4))
    estimates[:, 0] = 3.0
    mean, total, df = pool_columns(estimates, variances)
    for j in range(4):
        one = pool(list(estimates[:, j]), list(variances[:, j]))
        assert (mean[j], total[j]) == pytest.approx((one.estimate, one.total))
        assert df[j] == one.df == math.inf if j == 0 else df[j] == pytest.approx(one.df)


def test_pooled_interval_is_wider_when_values_differ():
    same = pool_intervals([10.0, 10.0], [(8.0, 13.0)] * 2, 0.95, float, float)
    assert same == pytest.approx((8.0, 13.0))
    apart = pool_intervals([9.0, 11.0], [(7.0, 12.0), (9.0, 14.0)], 0.95, float, float)
    assert apart[0] < 8.0 and apart[1] > 13.0
    assert 13.0 - 10.0 > 10.0 - 8.0  # the asymmetry stays
    assert apart[1] - 10.0 > 10.0 - apart[0]
