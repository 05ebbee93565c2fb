import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from multilevel.ingest.statistics.moments import ScoreMoments
from multilevel.ingest.statistics.subsample import BottomK
from multilevel.records.students import Moments

SCORES = st.lists(st.floats(-1e3, 1e3, width=32), min_size=1, max_size=40)


def accumulated(group: np.ndarray, score: np.ndarray, cuts: list[int]) -> Moments:
    found = ScoreMoments()
    for at in np.split(np.arange(len(group)), sorted(cuts)):
        found.add(group[at], score[at])
    return found.result(np.arange(group.max() + 1))


def by_definition(group: np.ndarray, score: np.ndarray) -> np.ndarray:
    """n, mean, and sums of powers of deviations, shape (5, J)."""
    rows = []
    for j in range(group.max() + 1):
        y = score[group == j].astype(np.longdouble)
        mean = y.mean() if len(y) else 0.0
        rows.append([len(y), mean, *(((y - mean) ** k).sum() for k in (2, 3, 4))])
    return np.array(rows, dtype=float).T


@given(SCORES, st.integers(1, 5), st.lists(st.integers(0, 40), max_size=4), st.randoms())
def test_batches_and_order_do_not_matter(scores, n_groups, cuts, random) -> None:
    score = np.array(scores)
    group = np.arange(len(score)) % n_groups
    order = np.array(random.sample(range(len(score)), len(score)))
    m = accumulated(group[order], score[order], cuts)
    n, mean, *powers = by_definition(group, score)
    np.testing.assert_array_equal(m.n, n)
    reach = np.abs(score).max() or 1.0
    used = m.n > 0
    np.testing.assert_allclose((m.centre + m.unit * m.mean)[used], mean[used], atol=1e-13 * reach)
    for k, found, expected in zip((2, 3, 4), (m.m2, m.m3, m.m4), powers, strict=True):
        np.testing.assert_allclose(m.unit**k * found, expected, atol=1e-12 * len(score) * reach**k)


@pytest.mark.parametrize("scale", [1e-200, 1e-9, 1.0, 1e9, 1e100])
def test_the_scale_changes_nothing_but_the_scale(scale: float) -> None:
    random = np.random.default_rng(3)
    group, score = random.integers(0, 4, 200), random.normal(size=200)
    plain, scaled = accumulated(group, score, [70]), accumulated(group, scale * score, [70])
    for k, name in ((2, "m2"), (3, "m3"), (4, "m4")):
        ratio = (scaled.unit / scale / plain.unit) ** k
        np.testing.assert_allclose(getattr(scaled, name) * ratio, getattr(plain, name), rtol=1e-10)


def test_a_mean_of_a_billion_costs_no_digits() -> None:
    random = np.random.default_rng(4)
    group, score = random.integers(0, 4, 500), np.round(random.normal(size=500) * 2**10) / 2**10
    near, far = accumulated(group, score, [100, 300]), accumulated(group, score + 1e9, [100, 300])
    np.testing.assert_allclose(
        near.centre + 1e9 + near.unit * near.mean, far.centre + far.unit * far.mean, rtol=1e-15
    )
    np.testing.assert_allclose(near.unit**2 * near.m2, far.unit**2 * far.m2, rtol=1e-12)


def sample(n: int, cuts: list[int], size: int = 50) -> tuple[np.ndarray, np.ndarray]:
    found = BottomK(size)
    rows = np.arange(n)
    for at in np.split(rows, sorted(cuts)):
        found.add(int(at[0]) if len(at) else 0, at, at.astype(float))
    return found.rows()


@given(st.integers(1, 300), st.lists(st.integers(0, 300), max_size=5))
def test_the_sample_depends_on_no_batch(n: int, cuts: list[int]) -> None:
    whole, cut = sample(n, []), sample(n, cuts)
    np.testing.assert_array_equal(whole, cut)
    assert len(set(whole[0])) == len(whole[0]) == min(n, 50)
    assert (np.diff(whole[0]) > 0).all()


def test_the_sample_is_spread_evenly() -> None:
    chosen, _ = sample(1_000_000, list(range(0, 1_000_000, 65_536)), size=20_000)
    counts = np.histogram(chosen, bins=100, range=(0, 1_000_000))[0]
    # Chi-square with 99 degrees of freedom: mean 99, standard deviation 14.
    assert 50 < ((counts - 200) ** 2 / 200).sum() < 150
    assert abs(np.corrcoef(chosen[:-1], np.diff(chosen))[0, 1]) < 0.03
