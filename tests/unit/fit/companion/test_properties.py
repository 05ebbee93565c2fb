"""What must hold for any data."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.unit.fit.companion.datasets import Accumulator, grouped

from multilevel.fit.companion.aliasing import aliased
from multilevel.fit.companion.companion import FittedCompanion, fit_companions
from multilevel.fit.companion.likelihood import CompanionLikelihood
from multilevel.fit.optima import best, local_optima
from multilevel.ingest.statistics.rows import Labelled


@st.composite
def datasets(draw):
    """15 to 30 groups of 1 to 9 rows: x, sector, outcome; ICC from 0 to .9."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sizes = random.integers(1, 10, random.integers(15, 31))
    group = np.repeat(np.arange(len(sizes)), sizes)
    x = random.normal(size=len(sizes))[group] + random.normal(size=len(group))
    z = np.where(np.arange(len(sizes)) % 3 == 0, 1.0, -1.0)[random.permutation(len(sizes))][group]
    spread = draw(st.sampled_from([0.0, 0.3, 1.0, 3.0]))
    effect = spread * random.normal(size=len(sizes))[group]
    y = 0.5 * x + z + effect + random.normal(size=len(group))
    return group, y, x, z


def fitted(group, y, x, z, centre="group", method="REML", **more) -> FittedCompanion:
    accumulator = Accumulator(("x", *more), ("z",), 1)
    accumulator.add(group, y[:, None], {"x": x, "z": z, **more})
    return fit_companions(accumulator.statistics(), centre=centre, method=method)


def terms(companion: FittedCompanion, model=-1):
    return {term.name: term for term in companion.companion.models[model].terms}


def close(ours, theirs, digits=1e-7):
    """To `digits` of the standard error where an estimate is near 0."""
    for name in ("estimate", "se", "se_kenward_roger"):
        a, b = getattr(ours, name), getattr(theirs, name)
        assert math.isclose(a, b, rel_tol=digits, abs_tol=digits * theirs.se), name
    assert math.isclose(ours.df, theirs.df, rel_tol=1e-4)


@settings(max_examples=30)
@given(datasets(), st.sampled_from([1e-9, -3.0, 1e9]), st.sampled_from([0.0, 1e4]))
def test_scaling_a_covariate_scales_its_coefficient(data, scale, shift):
    group, y, x, z = data
    plain, other = fitted(group, y, x, z), fitted(group, y, scale * (x + shift), z)
    for name in ("x", "mean of x"):
        a, b = terms(plain)[name], terms(other)[name]
        assert math.isclose(b.estimate * scale, a.estimate, rel_tol=1e-6, abs_tol=1e-6 * a.se)
        assert math.isclose(b.se * abs(scale), a.se, rel_tol=1e-6)
        assert math.isclose(b.df, a.df, rel_tol=1e-4)
    close(terms(other)["z"], terms(plain)["z"], 1e-6)
    a, b = plain.companion.models[-1], other.companion.models[-1]
    assert math.isclose(b.deviance_ml, a.deviance_ml, rel_tol=1e-9, abs_tol=1e-6)
    assert other.adjusted.mean == pytest.approx(plain.adjusted.mean, abs=1e-6)
    assert other.adjusted.se == pytest.approx(plain.adjusted.se, rel=1e-5)


@settings(max_examples=30)
@given(datasets(), st.sampled_from([1e-9, -2.0, 1e9]), st.sampled_from([0.0, 500.0]))
def test_scaling_scores_scales_all(data, scale, shift):
    group, y, x, z = data
    plain, other = fitted(group, y, x, z), fitted(group, scale * (y + shift), x, z)
    for name, term in terms(plain).items():
        moved = terms(other)[name]
        at = term.estimate + (shift if name == "constant" else 0.0)
        assert math.isclose(moved.estimate / scale, at, rel_tol=1e-6, abs_tol=1e-6 * term.se)
        assert math.isclose(moved.se / abs(scale), term.se, rel_tol=1e-6)
    for a, b in zip(plain.companion.models, other.companion.models, strict=True):
        assert math.isclose(b.r2_marginal, a.r2_marginal, rel_tol=1e-5, abs_tol=1e-9)
        assert math.isclose(b.sigma2 / scale**2, a.sigma2, rel_tol=1e-7)
        assert a.boundary == b.boundary and a.n_optima == b.n_optima


@settings(max_examples=30)
@given(datasets(), st.sampled_from(["REML", "ML"]))
def test_overall_centring_changes_the_constant_only(data, method):
    raw, centred = (fitted(*data, centre, method) for centre in ("none", "overall"))
    for name in ("x", "z"):
        close(terms(centred)[name], terms(raw)[name], 1e-9)
    at_mean = terms(raw)["constant"].estimate + data[2].mean() * terms(raw)["x"].estimate
    assert math.isclose(terms(centred)["constant"].estimate, at_mean, rel_tol=1e-9, abs_tol=1e-9)
    a, b = (one.companion.models[-1] for one in (raw, centred))
    for name in ("tau00", "sigma2", "log_likelihood", "deviance_ml", "r2_marginal"):
        assert getattr(a, name) == getattr(b, name)


@settings(max_examples=30)
@given(datasets())
def test_group_centring_with_the_group_mean_is_the_raw_column_with_it(data):
    """The contextual effect is the group mean's coefficient beside the raw column."""
    group, y, x, z = data
    means = (np.bincount(group, x) / np.bincount(group))[group]
    accumulator = Accumulator(("x",), ("m", "z"), 1)
    accumulator.add(group, y[:, None], {"x": x, "m": means, "z": z})
    raw = fit_companions(accumulator.statistics(), centre="none")
    centred = fitted(*data)
    (effect,) = centred.companion.contextual_effects
    close(effect, terms(raw)["m"], 1e-6)
    close(terms(centred)["x"], terms(raw)["x"], 1e-6)
    a, b = (one.companion.models[-1] for one in (raw, centred))
    assert math.isclose(a.log_likelihood, b.log_likelihood, rel_tol=1e-9, abs_tol=1e-6)
    assert raw.adjusted.mean == pytest.approx(centred.adjusted.mean, abs=1e-6)


@settings(max_examples=30)
@given(datasets(), st.sampled_from(["REML", "ML"]))
def test_columns_that_vary_alike_within_groups_are_no_trouble(data, method):
    """x and x + z are x and z; their A is singular where only what is within groups counts."""
    group, y, x, z = data
    accumulator = Accumulator(("x", "both"), (), 1)
    accumulator.add(group, y[:, None], {"x": x, "both": x + 1e-3 * z})
    alike = fit_companions(accumulator.statistics(), centre="none", method=method)
    apart = fitted(*data, "none", method)
    slope, known = terms(alike)["both"], terms(apart)["z"]
    assert math.isclose(
        slope.estimate * 1e-3, known.estimate, rel_tol=1e-6, abs_tol=1e-6 * known.se
    )
    assert math.isclose(slope.se * 1e-3, known.se, rel_tol=1e-6)
    a, b = (one.companion.models[-1] for one in (alike, apart))
    assert math.isclose(a.deviance_ml, b.deviance_ml, rel_tol=1e-9, abs_tol=1e-6)
    assert a.boundary == b.boundary


@settings(max_examples=25)
@given(datasets(), st.sampled_from([0.0, 1.0, -7e5]))
def test_a_constant_column_is_refused(data, value):
    group = data[0]
    assert fitted(*data, one=np.full(len(group), value)).code == "constant"
    assert fitted(*data, one=Labelled.of(["a"] * len(group))).columns == ("one",)


@settings(max_examples=25)
@given(datasets(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_groups_changes_nothing(data, random):
    group, y, x, z = data
    order, numbers = list(range(len(group))), list(range(int(group.max()) + 1))
    random.shuffle(order)
    random.shuffle(numbers)
    plain = fitted(*data)
    other = fitted(np.array(numbers)[group][order], y[order], x[order], z[order])
    for name, term in terms(plain).items():
        close(terms(other)[name], term, 1e-6)
    back = other.adjusted.mean[np.array(numbers)]
    assert back == pytest.approx(plain.adjusted.mean, rel=1e-6, abs=1e-6)


@settings(max_examples=30)
@given(datasets(), st.sampled_from(["REML", "ML"]))
def test_no_point_of_a_fine_grid_beats_the_optimum(data, method):
    group, y, x, z = data
    columns = [x, z, y]
    products = grouped(group, columns, np.array([c.mean() for c in columns]))
    likelihood = CompanionLikelihood.of(products.centred(), method)
    grid = np.concatenate([[0.0], np.geomspace(1e-8, 1e8, 2001)])
    lowest = float(likelihood.deviance(grid).min())
    assert best(local_optima(likelihood)).deviance <= lowest + 1e-9 * abs(lowest)


@settings(max_examples=25)
@given(datasets())
def test_a_larger_model_never_fits_worse(data):
    companion = fitted(*data).companion
    deviances = [model.deviance_ml for model in companion.models]
    assert deviances[0] >= deviances[1] - 1e-8 >= deviances[2] - 2e-8
    for comparison in companion.tests:
        assert comparison.test.statistic >= 0 and 0 <= comparison.test.p <= 1


@settings(max_examples=50)
@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(0, 3))
def test_as_many_columns_stay_as_the_matrix_has_rank(seed, rank, more):
    random = np.random.default_rng(seed)
    free = random.normal(size=(40, rank)) * 10.0 ** random.uniform(-6, 6, rank)
    made = free @ random.integers(-3, 4, (rank, more))
    whole = np.column_stack([free, made])[:, random.permutation(rank + more)]
    whole -= whole.mean(axis=0)
    assume(np.all(np.abs(whole).max(axis=0) > 0))
    products = whole.T @ whole
    assert len(aliased(products, np.diag(products))) == more


def test_cost_follows_the_number_of_sizes_not_of_groups():
    random = np.random.default_rng(1)
    group = np.repeat(np.arange(2000), np.resize([5, 10, 20], 2000))
    columns = [random.normal(size=len(group)) for _ in range(3)]
    products = grouped(group, columns, np.zeros(3))
    likelihood = CompanionLikelihood.of(products.centred(), "REML")
    assert likelihood.profile(0.3).w.shape == (1, 3)


def test_intervals_cover():
    """A small cell of the coverage study: 20 unequal groups, effects on both levels."""
    random, inside, n = np.random.default_rng(1964), [], 150
    group = np.repeat(np.arange(20), np.resize([4, 8, 12, 20], 20))
    for _ in range(n):
        x = random.normal(size=20)[group] + random.normal(size=len(group))
        z = random.normal(size=20)
        u = 0.5 * random.normal(size=20)
        y = 0.5 * x + (0.4 * z + u)[group] + random.normal(size=len(group))
        known = {"x": 0.5, "mean of x": 0.5, "z": 0.4}
        one = fitted(group, y, x, z[group])
        holds = [
            term.ci[0] <= known[name] <= term.ci[1]
            for name, term in terms(one).items()
            if name in known
        ]
        average = 0.5 * x.mean() + 0.4 * z[group].mean()
        true = average + u
        adjusted = (one.adjusted.low <= true) & (true <= one.adjusted.high)
        inside.append([*holds, adjusted.mean()])
    # Binomial limits of .95 in 150 samples at p = .001: .89 to 1.
    assert np.all(np.mean(inside, axis=0) > 0.89)
    assert 0.92 < np.mean(inside, axis=0)[-1] < 0.98
