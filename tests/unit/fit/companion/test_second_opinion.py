"""statsmodels on the fullest model: it agrees where it should, and its dissent is told."""

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.fit.companion import datasets

from multilevel.fit.companion.companion import fit_companions
from multilevel.fit.companion.design import design
from multilevel.fit.companion.model import fit_companion
from multilevel.fit.companion.products import GroupedProducts
from multilevel.fit.companion.second_opinion import companion_check
from multilevel.ingest.statistics import covariates

SMALL = (["y"], ["x", "track"], ["climate", "sector"])


def check(statistics, method="REML", **settings):
    return fit_companions(
        statistics, method=method, second_opinion=True, **settings
    ).companion.cross_check


@pytest.mark.parametrize("method", ["REML", "ML"])
@pytest.mark.parametrize("centre", ["group", "overall", "none"])
def test_it_agrees_in_each_coefficient(method, centre):
    # Labels that appear in later batches only, and rows without x.
    found = check(datasets.small_with_gaps().accumulated(*SMALL, batches=7), method, centre=centre)
    assert found.agrees is True
    assert found.digits.log_likelihood > 9 and found.digits.coefficients > 4


@pytest.mark.parametrize("seed", range(4))
def test_ordinary_data_with_little_left_between_groups_raise_no_alarm(seed):
    """Gradients lead nowhere near tau00 = 0: a search by these alone stops in half of them."""
    random = np.random.default_rng(seed)
    group = np.repeat(np.arange(60), random.integers(3, 40, 60))
    x = random.normal(size=(len(group), 12))
    y = 500 + 100 * (x @ random.normal(size=12) * 0.2 + random.normal(size=len(group)))
    columns = {f"x{k}": x[:, k] for k in range(12)}
    accumulator = datasets.Accumulator(tuple(columns), (), 1)
    accumulator.add(group, y[:, None], columns)
    found = check(accumulator.statistics(), centre="none")
    assert found.agrees is True and found.deviance_of_theirs < 1e-4
    assert found.digits.coefficients > 3


def test_units_of_columns_are_no_matter():
    rows = datasets.small()
    scaled = replace(rows, frame=rows.frame.assign(x=rows.frame["x"] * 1e-7))
    found = check(scaled.accumulated(*SMALL))
    assert found.agrees is True and found.digits.coefficients > 4


def parts(rows):
    statistics = rows.accumulated(*SMALL)
    plan = design(statistics, "group")
    products = GroupedProducts.of(statistics.products)
    products = products.of_groups(products.present())
    own = plan.statistics(products, len(plan.columns), 0)
    return statistics.rows, plan, own, fit_companion(own)


def test_a_slope_that_is_not_theirs_shows_in_its_digits():
    rows, plan, own, fit = parts(datasets.small())
    moved = fit.beta.copy()
    moved[2] *= 1.01
    found = companion_check(rows, plan, own, replace(fit, beta=moved), "REML")
    assert found.digits.coefficients < 2.5


def test_a_better_optimum_of_ours_is_told():
    rows, plan, own, fit = parts(datasets.small())
    found = companion_check(rows, plan, own, replace(fit, deviance=fit.deviance - 5), "REML")
    assert found.agrees is False and found.note == "converged"
    assert found.deviance_of_theirs == pytest.approx(5, abs=0.01)


def test_rows_that_are_not_those_of_the_fit_disagree():
    """Were one member's group lost between the two programs, they would differ."""
    rows, plan, own, fit = parts(datasets.small())
    swapped = rows.group.copy()
    swapped[[0, -1]] = swapped[[-1, 0]]
    assert swapped[0] != rows.group[0]
    found = companion_check(replace(rows, group=swapped), plan, own, fit, "REML")
    assert found.agrees is False


def test_too_many_rows_are_not_kept(monkeypatch):
    monkeypatch.setattr(covariates, "MOST_KEPT", 100)
    statistics = datasets.small().accumulated(*SMALL, batches=3)
    assert statistics.rows is None
    found = check(statistics)
    assert found.note == "too_large" and found.agrees is None and found.coefficients is None


def test_rows_are_the_same_however_they_come():
    rows = datasets.small_with_gaps()
    whole, parted = (rows.accumulated(*SMALL, batches=n).rows for n in (1, 9))
    assert np.array_equal(whole.group, parted.group)
    # Places of labels go by their first appearance.
    sums = [np.sort(one.columns.sum(axis=0)) for one in (whole, parted)]
    assert sums[0] == pytest.approx(sums[1], rel=1e-12)
