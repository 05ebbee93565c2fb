"""What must hold for any data."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.fit.designs import designs

from multilevel.fit.likelihood import Likelihood
from multilevel.fit.model import fit_random_intercept
from multilevel.fit.optima import best, local_optima
from multilevel.fit.sufficient import SizeClasses, SufficientStatistics


def fit_of(group, score, **options):
    return fit_random_intercept(SufficientStatistics.from_members(group, score), **options)


def variances(fit):
    return fit.model.tau00, fit.model.sigma2


@settings(max_examples=60, deadline=None)
@given(designs(), st.sampled_from([1e-9, 1e9, -3.0]), st.sampled_from([0.0, 1e4, -1e6]))
def test_shifting_and_scaling_scores_shifts_and_scales_the_answers(design, scale, shift):
    group, score = design
    plain = fit_of(group, score)
    moved = fit_of(group, scale * (score + shift))
    # The shifted scores themselves have lost digits.
    digits = 1e-7 if shift else 1e-9
    for ours, theirs in zip(variances(plain), variances(moved), strict=True):
        assert math.isclose(theirs / scale**2, ours, rel_tol=digits, abs_tol=1e-9)
    assert math.isclose(moved.model.df, plain.model.df, rel_tol=1e-4)
    assert moved.model.n_optima == plain.model.n_optima


@settings(max_examples=40, deadline=None)
@given(designs(), st.randoms(use_true_random=False))
def test_the_order_of_students_and_schools_changes_nothing(design, random):
    group, score = design
    order = list(range(len(group)))
    random.shuffle(order)
    names = list(range(int(group.max()) + 1))
    random.shuffle(names)
    shuffled = fit_of(np.array(names)[group][order], score[order])
    plain = fit_of(group, score)
    for ours, theirs in zip(variances(plain), variances(shuffled), strict=True):
        assert math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-12)
    assert math.isclose(plain.model.gamma00, shuffled.model.gamma00, rel_tol=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 30), st.integers(2, 12), st.integers(0, 2**32 - 1))
def test_balanced_data_have_a_closed_form(n_groups, n, seed):
    random = np.random.default_rng(seed)
    group = np.repeat(np.arange(n_groups), n)
    score = random.normal(size=n_groups)[group] + random.normal(size=n_groups * n)
    by_school = score.reshape(n_groups, n)
    msb = n * by_school.mean(axis=1).var(ddof=1)
    msw = by_school.var(axis=1, ddof=1).mean()
    model = fit_of(group, score).model
    if msb > msw:
        assert math.isclose(model.tau00, (msb - msw) / n, rel_tol=1e-8, abs_tol=1e-10)
        assert math.isclose(model.sigma2, msw, rel_tol=1e-10)
        assert math.isclose(model.df, n_groups - 1, rel_tol=1e-6)
    else:
        assert model.tau00 == 0 and model.boundary


@settings(max_examples=60, deadline=None)
@given(designs(), st.sampled_from(["REML", "ML"]))
def test_the_score_is_zero_inside_and_not_negative_at_the_boundary(design, method):
    likelihood = Likelihood.of(SufficientStatistics.from_members(*design), method)
    for optimum in local_optima(likelihood):
        score = float(likelihood.score(optimum.q)[0])
        if optimum.q == 0:
            assert score >= 0
        else:
            terms = float(likelihood.profile(optimum.q).w[0] @ likelihood.classes.count)
            assert abs(score) <= 1e-9 * terms


@settings(max_examples=40, deadline=None)
@given(designs(), st.sampled_from(["REML", "ML"]))
def test_the_score_is_the_slope_of_the_deviance(design, method):
    likelihood = Likelihood.of(SufficientStatistics.from_members(*design), method)
    for q in (0.05, 0.7, 3.0):
        step = 1e-5 * q
        low, high = likelihood.deviance(np.array([q - step, q + step]))
        slope = (high - low) / (2 * step)
        assert math.isclose(float(likelihood.score(q)[0]), slope, rel_tol=1e-3, abs_tol=1e-4)


@settings(max_examples=40, deadline=None)
@given(designs(), st.sampled_from(["REML", "ML"]))
def test_no_point_of_a_fine_grid_beats_the_optimum(design, method):
    likelihood = Likelihood.of(SufficientStatistics.from_members(*design), method)
    grid = np.concatenate([[0.0], np.geomspace(1e-8, 1e8, 4001)])
    lowest = float(likelihood.deviance(grid).min())
    assert best(local_optima(likelihood)).deviance <= lowest + 1e-9 * abs(lowest)


@settings(max_examples=25, deadline=None)
@given(designs())
def test_intervals_grow_with_confidence_and_hold_the_estimate(design):
    narrow, wide = (fit_of(*design, confidence=level) for level in (0.8, 0.99))
    pairs = [
        (narrow.intervals.ci_tau00_profile, wide.intervals.ci_tau00_profile, narrow.model.tau00),
        (narrow.intervals.ci_sigma2_profile, wide.intervals.ci_sigma2_profile, narrow.model.sigma2),
        (narrow.model.ci_gamma00, wide.model.ci_gamma00, narrow.model.gamma00),
        (narrow.ci_icc, wide.ci_icc, None),
    ]
    for inner, outer, estimate in pairs:
        slack = 1e-9 * max(abs(outer[0]), abs(outer[1]))
        assert outer[0] - slack <= inner[0] <= inner[1] <= outer[1] + slack
        if estimate is not None:
            assert inner[0] - slack <= estimate <= inner[1] + slack


@settings(max_examples=40, deadline=None)
@given(designs(), st.integers(2, 3))
def test_every_school_twice_leaves_ml_as_it_was_and_takes_reml_towards_it(design, times):
    """REML of the copies is the likelihood with p = 1/times, and q grows with p."""
    group, score = design
    copies = np.concatenate([group + i * (group.max() + 1) for i in range(times)])
    twice = copies.astype(np.int64), np.tile(score, times)
    ml, ml_twice = (fit_of(*data, method="ML").model for data in (design, twice))
    assert math.isclose(ml.gamma00, ml_twice.gamma00, rel_tol=1e-9)
    assert math.isclose(ml.tau00, ml_twice.tau00, rel_tol=1e-7, abs_tol=1e-10)
    assert math.isclose(ml.sigma2, ml_twice.sigma2, rel_tol=1e-8)
    assert math.isclose(ml_twice.deviance, times * ml.deviance, rel_tol=1e-9)
    reml, reml_twice = (fit_of(*data).model for data in (design, twice))
    q = [m.tau00 / m.sigma2 for m in (ml, reml_twice, reml)]
    assert q[0] <= q[1] * (1 + 1e-7) <= q[2] * (1 + 2e-7)
    assert reml_twice.se_gamma00 < reml.se_gamma00


def test_schools_of_one_size_are_one_class(two_level):
    group, score = two_level
    doubled = SufficientStatistics.from_members(
        np.concatenate([group, group + 7]), np.concatenate([score, score + 3.0])
    )
    classes = SizeClasses.of(doubled)
    assert len(classes.n) == 7
    assert classes.count.tolist() == [2.0] * 7
    assert np.allclose(classes.between_ss, 3.0**2 / 2)


def test_cost_follows_the_number_of_sizes_not_of_schools():
    random = np.random.default_rng(1)
    group = np.repeat(np.arange(2000), np.resize([5, 10, 20], 2000))
    statistics = SufficientStatistics.from_members(group, random.normal(size=len(group)))
    assert Likelihood.of(statistics, "REML").profile(0.3).w.shape == (1, 3)


@pytest.mark.parametrize("q", [1e-7, 1e6])
def test_extreme_ratios_keep_their_digits(q):
    """Balanced data made to have tau00/sigma2 = q exactly, by closed form."""
    n_groups, n = 40, 50
    random = np.random.default_rng(3)
    within = random.normal(size=(n_groups, n))
    within -= within.mean(axis=1, keepdims=True)
    within *= math.sqrt(n_groups * (n - 1) / (within**2).sum())
    means = random.normal(size=n_groups)
    means -= means.mean()
    means *= math.sqrt((n_groups - 1) * (q + 1 / n) / (means**2).sum())
    score = (means[:, None] + within).ravel()
    model = fit_of(np.repeat(np.arange(n_groups), n), score).model
    # At q = 1e-7 the means' variance 1/n + q holds q with seven digits less.
    assert math.isclose(model.tau00 / model.sigma2, q, rel_tol=1e-7 if q < 1 else 1e-10)


def test_one_score_far_from_all_others_alone_in_its_group() -> None:
    """tau00 is beyond all that is scanned, near the variance of the groups' means."""
    chance = np.random.default_rng(1)
    group = np.append(np.repeat(np.arange(10), 6), 10)
    score = np.append(500 + 50 * chance.normal(size=60), 5298681020.4)
    model = fit_random_intercept(SufficientStatistics.from_members(group, score)).model
    means = np.array([score[group == one].mean() for one in range(11)])
    within = sum(((score[group == one] - means[one]) ** 2).sum() for one in range(10)) / 50
    assert model.tau00 == pytest.approx(means.var(ddof=1), rel=1e-6)
    assert model.sigma2 == pytest.approx(within, rel=1e-3)
