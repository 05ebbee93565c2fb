"""Pseudo maximum likelihood against quadrature in R, and what must hold for any weights."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.helpers.students import weighted
from tests.unit.fit import surveys

from multilevel.fit.model import fit_random_intercept
from multilevel.fit.sufficient import SufficientStatistics
from multilevel.fit.weight_checks import doubts
from multilevel.fit.weighted import WeightedStatistics, fit_weighted
from multilevel.records.students import Floats, Integers

SCALINGS = ("none", "size", "effective")
SMALL, OSTRANA = surveys.small(), surveys.ostrana()


def statistics_of(group: Integers, score: Floats, weight: Floats) -> WeightedStatistics:
    return WeightedStatistics.of(weighted(group, score, weight))[0]


def fitted(survey, m, scaling, conditional=None, group_weight=None):
    weights = survey.conditional if conditional is None else conditional
    score = np.ascontiguousarray(survey.scores[:, m])
    statistics = statistics_of(survey.group, score, weights)
    return fit_weighted(
        statistics, survey.group_weight if group_weight is None else group_weight, scaling
    )


@pytest.mark.parametrize("scaling", SCALINGS)
@pytest.mark.parametrize(
    ("survey", "m"), [(SMALL, 0), (SMALL, 1), (OSTRANA, 0)], ids=["small-1", "small-2", "ostrana"]
)
def test_as_by_quadrature(survey, m, scaling):
    found, known = fitted(survey, m, scaling), survey.answers["weighted"][f"PV{m + 1}"][scaling]
    for name in ("gamma00", "tau00", "sigma2", "icc", "log_likelihood"):
        assert math.isclose(getattr(found, name), known[name], rel_tol=2e-6), name
    for name in ("se_gamma00", "se_tau00", "se_sigma2"):
        assert math.isclose(getattr(found, name), known[name], rel_tol=1e-5), name


@pytest.mark.parametrize("m", [0, 1, 2])
def test_weights_of_one_give_maximum_likelihood(m):
    ones = np.ones(len(SMALL.group))
    found = fitted(SMALL, m, "none", ones, np.ones(len(SMALL.group_weight)))
    score = np.ascontiguousarray(SMALL.scores[:, m])
    model = fit_random_intercept(SufficientStatistics.from_members(SMALL.group, score), "ML").model
    for name in ("gamma00", "tau00", "sigma2", "log_likelihood"):
        assert math.isclose(getattr(found, name), getattr(model, name), rel_tol=1e-9)


def test_at_the_boundary_tau00_has_no_standard_error():
    ones = np.ones(len(SMALL.group))
    found = fitted(SMALL, 2, "none", ones, np.ones(len(SMALL.group_weight)))
    assert found.tau00 == 0 and found.se_tau00 is None and found.se_icc is None
    assert found.se_gamma00 > 0 and found.se_sigma2 > 0


@settings(deadline=None, max_examples=25)
@given(st.floats(1e-3, 1e4), st.floats(1e-3, 1e4), st.sampled_from(["size", "effective"]))
def test_scaled_weights_have_no_unit(member, group, scaling):
    plain = fitted(SMALL, 0, scaling)
    other = fitted(SMALL, 0, scaling, member * SMALL.conditional, group * SMALL.group_weight)
    for name in ("gamma00", "tau00", "sigma2", "se_gamma00", "se_tau00"):
        assert math.isclose(getattr(other, name), getattr(plain, name), rel_tol=1e-7), name


@settings(deadline=None, max_examples=25)
@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6), st.sampled_from(SCALINGS))
def test_scores_shifted_and_scaled(shift, factor, scaling):
    plain = fitted(SMALL, 0, scaling)
    score = factor * (SMALL.scores[:, 0] + shift)
    moved = fit_weighted(
        statistics_of(SMALL.group, score, SMALL.conditional),
        SMALL.group_weight,
        scaling,
    )
    assert math.isclose(moved.gamma00 / factor - shift, plain.gamma00, rel_tol=1e-6, abs_tol=1e-3)
    for name, power in (("tau00", 2), ("sigma2", 2), ("se_gamma00", 1)):
        expected = factor**power * getattr(plain, name)
        assert math.isclose(getattr(moved, name), expected, rel_tol=1e-5), name


@given(st.permutations(range(64)))
def test_the_order_of_students_does_not_matter(order):
    score = SMALL.scores[:, 0]
    whole = statistics_of(SMALL.group, score, SMALL.conditional)
    mixed = statistics_of(SMALL.group[order], score[order], SMALL.conditional[order])
    np.testing.assert_array_equal(mixed.n, whole.n)
    for name in ("weight", "weight2", "mean"):
        np.testing.assert_allclose(getattr(mixed, name), getattr(whole, name), rtol=1e-12)
    np.testing.assert_allclose(mixed.ss, whole.ss, rtol=1e-9, atol=1e-8)


def test_scalings_are_what_they_say():
    statistics = statistics_of(SMALL.group, SMALL.scores[:, 0], SMALL.conditional)
    np.testing.assert_allclose(statistics.scaled("size").weight, statistics.n)
    effective = statistics.scaled("effective")
    np.testing.assert_allclose(effective.weight, effective.weight2)
    assert statistics.scaled("none") is statistics


@pytest.mark.parametrize("survey", [SMALL, OSTRANA], ids=["small", "ostrana"])
def test_doubtful_readings_are_found(survey):
    group, of_group = survey.group, survey.group_weight
    assert doubts(survey.total, group, of_group, "total") == ()
    assert doubts(survey.conditional, group, of_group, "conditional") == ()
    assert doubts(survey.conditional, group, of_group, "total") == ("total_looks_conditional",)
    assert doubts(survey.total, group, of_group, "conditional") == ("conditional_looks_total",)
    rescaled = survey.total / survey.total.mean()
    assert doubts(rescaled, group, of_group, "total") == ("total_rescaled",)


def test_equal_school_weights_raise_no_doubt():
    ones = np.full(len(SMALL.group_weight), 2.0)
    assert doubts(SMALL.conditional + 1.0, SMALL.group, ones, "conditional") == ()
