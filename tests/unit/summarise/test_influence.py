"""Leaving out a school is the fit to the others."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.fit.conftest import names, statistics
from tests.unit.fit.designs import designs

from multilevel.fit.likelihood import Likelihood
from multilevel.fit.model import fit_random_intercept
from multilevel.fit.sufficient import SufficientStatistics
from multilevel.summarise import influence as module
from multilevel.summarise.influence import influence, leave_out


def without(summary, school):
    keep = np.arange(summary.n_groups) != school
    return SufficientStatistics(
        summary.centre, summary.n[keep], summary.offset[keep], summary.ss[keep]
    )


def check(summary, method):
    likelihood = Likelihood.of(summary, method)
    schools = module._refittable(summary)
    out = leave_out(summary, likelihood, schools)
    for i, school in enumerate(schools):
        refit = fit_random_intercept(without(summary, school), method).model
        scale = refit.tau00 + refit.sigma2
        assert math.isclose(out.tau00[i], refit.tau00, rel_tol=1e-6, abs_tol=1e-8 * scale)
        assert math.isclose(out.sigma2[i], refit.sigma2, rel_tol=1e-6)
        offset = refit.gamma00 - summary.centre
        assert math.isclose(out.offset[i], offset, rel_tol=1e-6, abs_tol=1e-6 * math.sqrt(scale))


@settings(max_examples=40, deadline=None)
@given(designs(), st.sampled_from(["REML", "ML"]))
def test_leaving_out_is_refitting(design, method):
    check(SufficientStatistics.from_members(*design), method)


@pytest.mark.parametrize("method", ["REML", "ML"])
@pytest.mark.parametrize(
    "name", ["dyestuff2", "rail", "sim_multimodal_boundary_best", "sim_singletons", "ratpup"]
)
def test_leaving_out_is_refitting_on_known_data(name, method):
    check(statistics(name), method)


def of(summary, **options):
    fit = fit_random_intercept(summary, **options)
    return fit, influence([f"s{i}" for i in range(summary.n_groups)], summary, fit)


@pytest.mark.parametrize("name", names(fittable=True))
def test_the_section_holds_together(name):
    summary = statistics(name)
    fit, found = of(summary)
    if summary.n_groups == 2:
        assert found is None
        return
    assert found.n_refits + found.n_without_fit == summary.n_groups
    assert len(found.most) == min(5, found.n_refits)
    sizes = [max(abs(m.change_gamma00_in_se), abs(m.change_icc_in_se)) for m in found.most]
    assert sizes == sorted(sizes, reverse=True)
    assert found.max_change_icc >= max(abs(m.change_icc) for m in found.most)
    for one in found.most:
        icc = fit.model.tau00 / (fit.model.tau00 + fit.model.sigma2)
        assert math.isclose(one.icc, one.tau00 / (one.tau00 + one.sigma2), rel_tol=1e-9)
        assert math.isclose(one.change_icc, one.icc - icc, abs_tol=1e-9)
        change = (one.gamma00 - fit.model.gamma00) / fit.model.se_gamma00
        assert math.isclose(one.change_gamma00_in_se, change, rel_tol=1e-5, abs_tol=1e-5)


def test_an_outlying_school_is_named_first():
    random = np.random.default_rng(4)
    group = np.repeat(np.arange(40), 25)
    school = random.normal(size=40)
    school[17] = 12.0
    summary = SufficientStatistics.from_members(
        group, school[group] + 2 * random.normal(size=len(group))
    )
    fit, found = of(summary)
    first = found.most[0]
    assert first.group == "s17" and first.n == 25
    assert first.gamma00 < fit.model.gamma00 and first.tau00 < fit.model.tau00
    assert first.change_gamma00_in_se == -found.max_change_gamma00_in_se
    assert first.change_icc == -found.max_change_icc


def test_of_many_schools_the_one_step_formula_finds_those_that_matter(monkeypatch):
    random = np.random.default_rng(8)
    sizes = random.integers(2, 40, 400)
    group = np.repeat(np.arange(400), sizes)
    score = 0.4 * random.standard_t(4, size=400)[group] + random.normal(size=len(group))
    summary = SufficientStatistics.from_members(group, score)
    for method in ("REML", "ML"):
        _, whole = of(summary, method=method)
        with monkeypatch.context() as patch:
            patch.setattr(module, "MOST_REFITS", 40)
            _, part = of(summary, method=method)
        assert (whole.n_refits, part.n_refits) == (400, 40)
        assert [m.group for m in part.most] == [m.group for m in whole.most]
        for ours, theirs in zip(part.most, whole.most, strict=True):
            assert math.isclose(ours.icc, theirs.icc, rel_tol=1e-9)
        assert math.isclose(part.max_change_icc, whole.max_change_icc, rel_tol=1e-9)


@pytest.mark.parametrize("method", ["REML", "ML"])
def test_one_step_is_close_to_the_refit(method):
    summary = statistics("hsb82")
    fit = fit_random_intercept(summary, method)
    likelihood = Likelihood.of(summary, method)
    gamma_change, icc_change = module.one_step(summary, likelihood, fit)
    out = leave_out(summary, likelihood, np.arange(160))
    icc = fit.model.tau00 / (fit.model.tau00 + fit.model.sigma2)
    exact = (out.icc - icc) / module.icc_standard_error(fit)
    assert np.allclose(icc_change, exact, atol=0.03)
    offset = fit.model.gamma00 - summary.centre
    assert np.allclose(gamma_change, (out.offset - offset) / fit.model.se_gamma00, atol=0.02)


def test_the_only_school_with_two_students_can_not_be_left_out():
    group = np.array([0, 0, 0, 1, 2, 3, 4])
    score = np.array([1.0, 2.0, 4.0, 3.0, 7.0, 1.0, 9.0])
    _, found = of(SufficientStatistics.from_members(group, score))
    assert (found.n_refits, found.n_without_fit) == (4, 1)
    assert "s0" not in {m.group for m in found.most}


def test_a_gross_outlier_leaves_the_digits_of_the_others_alone():
    """A missing code such as 99999999 read as a score is what leaving out is for."""
    random = np.random.default_rng(5)
    group = np.repeat(np.arange(30), 10)
    score = random.normal(size=30)[group] * 0.4 + random.normal(size=300)
    score[group == 7] += 1e8
    summary = SufficientStatistics.from_members(group, score)
    likelihood = Likelihood.of(summary, "REML")
    out = leave_out(summary, likelihood, np.array([7]))
    clean = SufficientStatistics.from_members(
        group[group != 7] - (group[group != 7] > 7), score[group != 7]
    )
    refit = fit_random_intercept(clean).model
    # The scores themselves hold eight digits beside a mean of 1e8/30.
    assert math.isclose(out.tau00[0], refit.tau00, rel_tol=1e-5)
    assert math.isclose(out.sigma2[0], refit.sigma2, rel_tol=1e-5)
