"""Many fits at once are the fits one by one."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.fit.conftest import names, statistics
from tests.unit.fit.designs import designs

from multilevel.fit import bootstrap, replicates
from multilevel.fit.likelihood import Likelihood
from multilevel.fit.model import fit_random_intercept
from multilevel.fit.optima import best, local_optima
from multilevel.fit.sufficient import SufficientStatistics


@pytest.mark.parametrize("method", ["REML", "ML"])
@pytest.mark.parametrize("name", names(fittable=True))
def test_one_replicate_is_the_dataset(name, method):
    likelihood = Likelihood.of(statistics(name), method)
    fits = replicates.fit_replicates(replicates.Replicates.of(likelihood))
    q = best(local_optima(likelihood)).q
    assert math.isclose(fits.q[0], q, rel_tol=1e-10)
    assert math.isclose(fits.sigma2[0], likelihood.sigma2(q), rel_tol=1e-12)
    assert math.isclose(fits.tau00[0], q * likelihood.sigma2(q), rel_tol=1e-10)


@settings(max_examples=30, deadline=None)
@given(designs(), st.sampled_from(["REML", "ML"]))
def test_score_slope_and_deviance_are_those_of_the_likelihood(design, method):
    likelihood = Likelihood.of(SufficientStatistics.from_members(*design), method)
    q = np.array([0.0, 1e-3, 0.4, 50.0])
    one = replicates.Replicates.of(likelihood)
    several = one.rows(np.zeros(len(q), dtype=np.int64))
    score, slope = replicates._score(several, q)
    scale = likelihood.profile(q).total_weight
    assert np.allclose(score, likelihood.score(q), rtol=1e-10, atol=1e-12 * scale)
    assert np.allclose(replicates._scan(one, q)[0], score, rtol=1e-7, atol=1e-9 * scale)
    assert np.allclose(replicates._deviance(several, q), likelihood.deviance(q), rtol=1e-12)
    step = 1e-6 * (q + 0.1)
    rise = replicates._score(several, q + step)[0] - score
    assert np.allclose(rise / step, slope, rtol=1e-3, atol=1e-4 * scale**2)


@settings(max_examples=30, deadline=None)
@given(designs(), st.sampled_from(["REML", "ML"]), st.integers(0, 2**32 - 1))
def test_drawn_datasets_get_the_fits_they_would_get_alone(design, method, seed):
    """Also that chunks change nothing: 3 rows fitted apart and together."""
    likelihood = Likelihood.of(SufficientStatistics.from_members(*design), method)
    drawn = bootstrap._replicates(np.random.default_rng(seed), likelihood, 0.3, 1.0, 3)
    together = replicates.fit_replicates(drawn)
    for i in range(3):
        alone = drawn.rows(np.array([i]))
        classes = type(likelihood.classes)(
            n=drawn.n,
            count=alone.count[0],
            offset=alone.offset[0],
            between_ss=alone.between_ss[0],
        )
        single = Likelihood(
            classes, float(alone.ssw[0]), likelihood.n_members, likelihood.n_groups, likelihood.p
        )
        optimum = best(local_optima(single))
        assert math.isclose(together.q[i], optimum.q, rel_tol=1e-7, abs_tol=1e-9)


def test_a_chunk_at_a_time_gives_the_same(monkeypatch):
    likelihood = Likelihood.of(statistics("hsb82"), "REML")
    drawn = bootstrap._replicates(np.random.default_rng(2), likelihood, 8.0, 39.0, 50)
    whole = replicates.fit_replicates(drawn)
    monkeypatch.setattr(replicates, "CHUNK_CELLS", 1_500)
    assert np.allclose(replicates.fit_replicates(drawn).q, whole.q, rtol=1e-12)


@pytest.mark.parametrize("ratio", [1e-7, 1e6, 1e12])
@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
def test_extreme_ratios_and_scales_are_recovered(ratio, unit):
    group = np.repeat(np.arange(60), np.resize([2, 30, 31], 60))
    random = np.random.default_rng(1)
    score = random.normal(size=len(group))
    likelihood = Likelihood.of(SufficientStatistics.from_members(group, score), "REML")
    sigma2 = unit**2
    fits = bootstrap.draw(likelihood, ratio * sigma2, sigma2, 400).fits
    assert abs(fits.sigma2.mean() / sigma2 - 1) < 0.05
    assert abs(np.median(fits.tau00) / sigma2 - ratio) < 0.1 * ratio + 0.01


def test_one_degree_of_freedom_within_schools_is_enough():
    """SSW* comes near 0 then, and tau00/sigma2 to any size."""
    group, score = np.array([0, 0, 1]), np.array([1.0, 3.0, 8.0])
    summary = SufficientStatistics.from_members(group, score)
    model = fit_random_intercept(summary).model
    likelihood = Likelihood.of(summary, "REML")
    found = bootstrap.draw(likelihood, model.tau00, model.sigma2, 20_000).fits
    assert np.isfinite(found.tau00).all() and (found.sigma2 > 0).all()
    tiny = bootstrap._replicates(np.random.default_rng(1), likelihood, 1.0, 1.0, 2)
    tiny = replace(tiny, ssw=np.array([1e-40, 1e-300]))
    assert (replicates.fit_replicates(tiny).q > 1e12).all()


def interval_names():
    return ["ci_tau00", "ci_sigma2", "ci_icc", "ci_gamma00", "ci_reliability"]


def bootstrapped(name, method="REML", n_draws=2_000, confidence=0.95):
    summary = statistics(name)
    model = fit_random_intercept(summary, method, confidence).model
    likelihood = Likelihood.of(summary, method)
    return model, bootstrap.bootstrap(
        [likelihood],
        [bootstrap.Truth(model.gamma00, model.tau00, model.sigma2)],
        n_draws,
        confidence,
    )


@pytest.mark.parametrize("method", ["REML", "ML"])
def test_bootstrap_of_rows_agrees_with_bootstrap_of_statistics(method):
    """Rows drawn and summarised have the distribution that is drawn directly."""
    summary = statistics("sim_unbal_b")
    model = fit_random_intercept(summary, method).model
    likelihood = Likelihood.of(summary, method)
    tau00, sigma2 = 0.5 * model.sigma2, model.sigma2
    direct = bootstrap.draw(likelihood, tau00, sigma2, 4_000).fits
    random = np.random.default_rng(11)
    group = np.repeat(np.arange(summary.n_groups), summary.n)
    by_rows = []
    for _ in range(300):
        school = math.sqrt(tau00) * random.normal(size=summary.n_groups)
        score = school[group] + math.sqrt(sigma2) * random.normal(size=len(group))
        rows = Likelihood.of(SufficientStatistics.from_members(group, score), method)
        fits = replicates.fit_replicates(replicates.Replicates.of(rows))
        by_rows.append((fits.tau00[0], fits.sigma2[0]))
    for i, values in enumerate((direct.tau00, direct.sigma2)):
        rows_values = np.array(by_rows)[:, i]
        error = values.std() / math.sqrt(300)
        assert abs(values.mean() - rows_values.mean()) < 4 * error
        assert math.isclose(values.std(), rows_values.std(), rel_tol=0.25)


def test_bootstrap_is_near_the_exact_intervals_where_there_are_many_schools():
    summary = statistics("hsb82")
    fit = fit_random_intercept(summary)
    _, found = bootstrapped("hsb82", n_draws=10_000)
    pairs = [
        (found.ci_sigma2, fit.intervals.ci_sigma2_exact),
        (found.ci_icc, fit.ci_icc),
        (found.ci_gamma00, fit.model.ci_gamma00),
    ]
    for ours, exact in pairs:
        width = exact[1] - exact[0]
        assert all(abs(a - b) < 0.08 * width for a, b in zip(ours, exact, strict=True))
    assert found.share_at_boundary == 0


def test_the_same_data_give_the_same_bootstrap_and_gamma00_shifts():
    model, first = bootstrapped("dyestuff")
    _, second = bootstrapped("dyestuff")
    assert first == second
    assert first.n_draws == 2_000
    assert first.ci_gamma00[0] < model.gamma00 < first.ci_gamma00[1]
    # Balanced: tau00 is 0 where F* < 1, and F*/(1 + n q) follows F(J-1, N-J).
    from scipy.stats import f

    share = f.cdf(1 / (1 + 5 * model.tau00 / model.sigma2), 5, 24)
    assert abs(first.share_at_boundary - share) < 4 * math.sqrt(share * (1 - share) / 2_000)


@pytest.mark.parametrize("name", ["dyestuff", "dyestuff2", "sim_two_groups", "sim_singletons"])
def test_bootstrap_intervals_grow_with_confidence(name):
    _, narrow = bootstrapped(name, n_draws=500, confidence=0.8)
    _, wide = bootstrapped(name, n_draws=500, confidence=0.99)
    for interval in interval_names():
        inner, outer = getattr(narrow, interval), getattr(wide, interval)
        assert outer[0] <= inner[0] <= inner[1] <= outer[1]


def test_at_the_boundary_half_the_draws_or_more_stay_there():
    model, found = bootstrapped("dyestuff2")
    assert model.boundary
    assert 0.5 < found.share_at_boundary < 0.8
    assert found.ci_tau00[0] == found.ci_icc[0] == found.ci_reliability[0] == 0
