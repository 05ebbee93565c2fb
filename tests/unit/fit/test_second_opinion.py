"""statsmodels as the second opinion."""

import math

import numpy as np
import pytest
from tests.unit.fit.conftest import statistics, students

from multilevel.fit import second_opinion
from multilevel.fit.model import fit_random_intercept


def opinion(name, method="REML"):
    group, score, _ = students(name)
    summary = statistics(name)
    model = fit_random_intercept(summary, method).model
    return second_opinion.cross_check(group, score, summary, model, "score"), model


@pytest.mark.parametrize("method", ["REML", "ML"])
def test_it_agrees_on_ordinary_data(method):
    check, model = opinion("hsb82", method)
    assert check.agrees is True
    assert check.note == "converged"
    assert check.digits.log_likelihood > 6 and check.digits.tau00 > 3
    assert math.isclose(check.gamma00, model.gamma00, rel_tol=1e-4)


def test_its_point_is_never_better_than_ours():
    for name in ("hsb82", "exam", "dyestuff", "sim_unbal_a"):
        check, model = opinion(name)
        assert check.deviance_of_theirs >= -1e-9 * abs(model.deviance)


def test_garbage_is_not_taken_for_agreement():
    """statsmodels 0.14 and 0.15 fail on this one; see tests/oracle/README.md."""
    check, _ = opinion("sim_statsmodels_garbage_a")
    assert check.agrees is not True or check.note == "converged"


def test_a_worse_optimum_is_disagreement_with_the_excess_stated():
    summary = statistics("sim_lmer_misses_global_a")
    model = fit_random_intercept(summary).model
    likelihood = second_opinion.Likelihood.of(summary, "REML")
    boundary = model.optima[0]
    sigma2 = likelihood.sigma2(0.0)
    gamma00 = summary.centre + float(likelihood.profile(0.0).offset[0])
    theirs = second_opinion.Estimates((gamma00,), 0.0, sigma2, 0.0)
    at_boundary = second_opinion._deviance_at(likelihood, summary, theirs)
    assert math.isclose(at_boundary, boundary.deviance, rel_tol=1e-12)
    assert at_boundary - model.deviance > 10


@pytest.mark.parametrize(
    ("excess", "log_likelihood", "note", "agrees"),
    [
        (1e-3, -100.0005, "not_converged", True),
        (0.5, -100.25, "converged", False),
        # By its own account it stopped on the way, and is right about where it stands.
        (0.5, -100.25, "not_converged", None),
        (0.5, -100.0, "not_converged", False),
        (-0.5, -99.75, "not_converged", False),
        (None, None, "failed: singular", None),
    ],
)
def test_only_a_true_disagreement_is_one(excess, log_likelihood, note, agrees):
    found = None
    if log_likelihood is not None:
        found = second_opinion.Estimates((0.0,), 1.0, 1.0, log_likelihood)
    theirs = second_opinion.Theirs(found, note)
    assert second_opinion.agrees(-100.0, theirs, excess) is agrees


def test_too_many_students_are_not_handed_over(monkeypatch):
    monkeypatch.setattr(second_opinion, "LARGEST_N", 100)
    random = np.random.default_rng(5)
    group = np.repeat(np.arange(10), 20).astype(np.int64)
    score = random.normal(size=200)
    summary = second_opinion.SufficientStatistics.from_members(group, score)
    model = fit_random_intercept(summary).model
    check = second_opinion.cross_check(group, score, summary, model, "score")
    assert check.note == "too_large" and check.agrees is None and check.tau00 is None
