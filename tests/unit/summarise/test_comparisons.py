"""Comparing schools: corrections, overlap, ranks."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from tests.unit.fit.conftest import names, statistics
from tests.unit.fit.designs import designs

from multilevel.fit.model import fit_random_intercept
from multilevel.fit.sufficient import SufficientStatistics
from multilevel.summarise import comparisons, formulas, schools


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from([0.0, 1e-6, 1e-3, 0.01, 0.02, 0.04, 0.3, 1.0]), min_size=1, max_size=20
    ),
    st.sampled_from([0.01, 0.05, 0.2]),
)
def test_corrections_are_those_of_statsmodels(values, alpha):
    p = np.array(values)
    holm = int(multipletests(p, alpha, "holm")[0].sum())
    fdr = int(multipletests(p, alpha, "fdr_bh")[0].sum())
    assert comparisons.n_rejected_holm(p, alpha) == holm
    assert comparisons.n_rejected_fdr(p, alpha) == fdr


def tables(name, confidence=0.95):
    summary = statistics(name)
    fit = fit_random_intercept(summary, confidence=confidence)
    labels = [str(i) for i in range(summary.n_groups)]
    return (
        summary,
        fit,
        schools.compared(schools.school_means(labels, summary, fit), [summary], [fit]),
    )


@pytest.mark.parametrize("name", names(fittable=True))
def test_corrected_numbers_are_fewer_the_stricter(name):
    _, fit, table = tables(name)
    found = schools.group_summary(table, fit.model.gamma00, 0.95)
    assert 0 <= found.n_apart_holm <= found.n_apart_fdr <= found.n_above + found.n_below


@pytest.mark.parametrize("name", names(fittable=True))
def test_columns_stand_in_order(name):
    _, _, table = tables(name)
    assert tuple(table.columns) == schools.COLUMNS
    assert (table["eb_se_lme4"] <= table["eb_se_hlm"]).all()
    assert (table["eb_se_hlm"] <= table["eb_se"] * (1 + 1e-12)).all()
    assert (table["overlap_low"] > table["mean_ci_low"]).all()
    assert (table["overlap_high"] < table["mean_ci_high"]).all()
    assert table["rank_low"].between(1, len(table)).all()
    assert (table["rank_low"] <= table["rank_high"]).all()


def mean_error(z, s, df):
    """By all pairs: what the factor must make alpha."""
    i, j = np.triu_indices(len(s), 1)
    return (2 * stats.t.sf(z * (s[i] + s[j]) / np.hypot(s[i], s[j]), df)).mean()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(1, 60), min_size=2, max_size=40),
    st.sampled_from([0.01, 0.05, 0.2]),
    st.sampled_from([4.0, 50.0, np.inf]),
)
def test_overlap_has_the_asked_error_over_all_pairs(n, alpha, df):
    s = 7.0 / np.sqrt(np.array(n, dtype=np.float64))
    z = comparisons.overlap_factor(s, alpha, df)
    assert math.isclose(mean_error(z, s, df), alpha, rel_tol=1e-8)
    assert math.isclose(comparisons.overlap_factor(1e6 * s, alpha, df), z, rel_tol=1e-9)


def test_overlap_of_equal_schools_is_the_quantile_over_the_root_of_two():
    assert math.isclose(
        comparisons.overlap_factor(np.full(9, 0.3), 0.05), 1.959963984540054 / math.sqrt(2)
    )


def test_overlap_of_two_schools_is_exact():
    s = np.array([1.0, 3.0])
    z = comparisons.overlap_factor(s, 0.05)
    assert math.isclose(z * 4.0, 1.959963984540054 * math.sqrt(10))


def test_overlap_of_many_sizes_is_taken_by_classes():
    s = 1 / np.sqrt(np.arange(1, 901, dtype=np.float64))
    z = comparisons.overlap_factor(s, 0.05)
    assert math.isclose(mean_error(z, s, np.inf), 0.05, rel_tol=1e-4)


def test_schools_far_apart_have_sure_ranks():
    random = np.random.default_rng(1)
    group = np.repeat(np.arange(6), 50)
    level = np.array([30.0, 10.0, 60.0, 50.0, 20.0, 40.0])
    summary = SufficientStatistics.from_members(group, level[group] + random.normal(size=300))
    ranks = comparisons.rank_intervals([summary], [fit_random_intercept(summary)])
    assert ranks.low.tolist() == ranks.high.tolist() == [4, 6, 1, 2, 5, 3]


def test_two_schools_are_ordered_as_often_as_the_normal_distribution_says():
    """P(the lower is truly higher) decides whether both places are in a school's interval."""
    summary = statistics("sim_two_groups")
    fit = fit_random_intercept(summary)
    model = fit.model
    table = schools.compared(schools.school_means(["a", "b"], summary, fit), [summary], [fit])
    parts = formulas.eb_variance_parts(
        summary.n, model.tau00, model.sigma2, model.se_gamma00**2, fit.covariance
    )
    # Of gamma00's uncertainty only the difference of the two shares counts.
    common = float(np.diff(1 - table["reliability"])[0]) * model.se_gamma00
    spread = math.sqrt(float((parts.g1 + 2 * parts.g3).sum()) + common**2)
    reversed_share = stats.norm.sf(abs(float(np.diff(table["eb_mean"])[0])) / spread)
    assert 0.1 < reversed_share < 0.48
    for tail, both in ((reversed_share + 0.05, False), (reversed_share - 0.05, True)):
        level = 1 - 2 * tail
        ranks = comparisons.rank_intervals(
            [summary], [replace(fit, model=replace(model, confidence=level))]
        )
        assert sorted(ranks.low.tolist()) == ([1, 1] if both else [1, 2])
        assert sorted(ranks.high.tolist()) == ([2, 2] if both else [1, 2])


def test_without_differences_ranks_are_open():
    summary, fit, table = tables("dyestuff2")
    found = schools.comparisons_of(table, summary, fit)
    assert found.rank_median_width == 5
    assert found.n_rank_includes_middle == found.n_could_be_first == found.n_could_be_last == 6


@settings(max_examples=20, deadline=None)
@given(designs())
def test_rank_intervals_grow_with_confidence_and_ignore_shift_and_scale(design):
    group, score = design
    summary = SufficientStatistics.from_members(group, score)
    narrow, wide = (
        comparisons.rank_intervals([summary], [fit_random_intercept(summary, confidence=level)])
        for level in (0.8, 0.99)
    )
    assert (wide.low <= narrow.low).all() and (narrow.high <= wide.high).all()
    moved = SufficientStatistics.from_members(group, 8.0 * score + 4096.0)
    again = comparisons.rank_intervals([moved], [fit_random_intercept(moved, confidence=0.8)])
    assert np.abs(again.low - narrow.low).max() <= 1
    assert np.abs(again.high - narrow.high).max() <= 1


def test_rank_intervals_cover_true_ranks():
    random = np.random.default_rng(12)
    group = np.repeat(np.arange(30), random.integers(5, 25, 30))
    inside = []
    for _ in range(40):
        truth = 0.6 * random.normal(size=30)
        summary = SufficientStatistics.from_members(
            group, truth[group] + random.normal(size=len(group))
        )
        ranks = comparisons.rank_intervals([summary], [fit_random_intercept(summary)])
        place = stats.rankdata(-truth)
        inside.append(np.mean((ranks.low <= place) & (place <= ranks.high)))
    assert 0.92 < np.mean(inside) < 0.99


def test_many_schools_get_fewer_draws():
    assert comparisons.n_rank_draws(160) == 2_000
    assert comparisons.n_rank_draws(2_000) == 500
    assert comparisons.n_rank_draws(10**6) == 200
