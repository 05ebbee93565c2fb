"""Sums over groups: the same however the rows are cut, ordered, or numbered."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.helpers.students import weighted as weighted_moments

from multilevel.fit.companion.products import GroupedProducts
from multilevel.fit.weighted import WeightedStatistics
from multilevel.ingest.statistics.products import empty, merged, of_rows, padded


@st.composite
def rows(draw):
    """Group numbers, three columns with means up to 1e6 and weights."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = draw(st.integers(2, 60))
    group = random.integers(0, draw(st.integers(1, 8)), n)
    # Short fractions: a shift of 1e6 cuts none of their digits.
    columns = [np.round(random.normal(size=n) * 1024) / 1024 + shift for shift in (0.0, 3.0, 1e6)]
    return group, columns, random.uniform(0.5, 3.0, n)


def of(group, columns, weight, by_group, centre=None):
    about = np.array([c.mean() for c in columns]) if centre is None else centre
    return GroupedProducts.of(of_rows(group, columns, about, weight, by_group))


def same(a, b):
    """To 1e-12 of the columns' spread; a mean of 1e6 has nine digits after the point."""
    a, b = a.centred(), b.centred()
    spread = np.sqrt(np.diag(a.within.sum(axis=0) if a.by_group else a.within)) + 1.0
    assert a.n.tolist() == b.n.tolist()
    assert a.weight == pytest.approx(b.weight, rel=1e-12)
    assert a.weight2 == pytest.approx(b.weight2, rel=1e-12)
    assert a.centre == pytest.approx(b.centre, rel=1e-12)
    assert a.mean == pytest.approx(b.mean, abs=1e-9)
    assert np.all(np.abs(a.within - b.within) <= 1e-12 * len(a.n) * np.outer(spread, spread))


@settings(max_examples=60)
@given(rows(), st.booleans(), st.booleans(), st.data())
def test_however_the_rows_are_cut(data, weighted, by_group, cuts):
    group, columns, weight = data
    weight = weight if weighted else None
    places = cuts.draw(st.lists(st.integers(1, len(group) - 1), max_size=4, unique=True))
    whole = of(group, columns, weight, by_group)
    centre = np.array([c[0] for c in columns])
    total = empty(centre, by_group)
    for part in np.split(np.arange(len(group)), sorted(places)):
        # Each batch about its own means: merging moves them.
        batch = of(
            group[part],
            [c[part] for c in columns],
            None if weight is None else weight[part],
            by_group,
        )
        total = merged(total, batch)
    same(whole, GroupedProducts.of(padded(total, len(whole.n), 3)))


@settings(max_examples=40)
@given(rows(), st.booleans(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(data, by_group, random):
    group, columns, weight = data
    order = list(range(len(group)))
    random.shuffle(order)
    shuffled = of(group[order], [c[order] for c in columns], weight[order], by_group)
    same(of(group, columns, weight, by_group), shuffled)


@settings(max_examples=40)
@given(rows())
def test_products_of_groups_sum_to_those_of_all(data):
    group, columns, weight = data
    by_group, summed = (of(group, columns, weight, kept) for kept in (True, False))
    assert by_group.within.sum(axis=0) == pytest.approx(summed.within, rel=1e-12, abs=1e-9)


@pytest.mark.parametrize("scaling", ["none", "size", "effective"])
def test_scaled_as_the_weighted_statistics_are(scaling):
    random = np.random.default_rng(4)
    group, y = np.repeat(np.arange(5), 6), random.normal(size=30)
    weight = random.uniform(0.5, 3.0, 30)
    known = WeightedStatistics.of(weighted_moments(group, y, weight))[0].scaled(scaling)
    ours = of(group, [y], weight, True).scaled(scaling)
    assert ours.weight == pytest.approx(known.weight)
    assert ours.weight2 == pytest.approx(known.weight2)
    assert ours.within[:, 0, 0] == pytest.approx(known.ss)


def test_a_large_mean_costs_no_digits():
    random = np.random.default_rng(5)
    group, x = np.repeat(np.arange(4), 25), np.round(random.normal(size=100) * 1024) / 1024
    near = of(group, [x], None, False).centred()
    far = of(group, [x + 2.0**30], None, False).centred()
    assert far.within == pytest.approx(near.within, rel=1e-9)
    # The centre itself is rounded at 2^30; the groups keep what that leaves.
    moved = (far.centre - 2.0**30) - near.centre
    assert far.mean + moved == pytest.approx(near.mean, abs=1e-12)
