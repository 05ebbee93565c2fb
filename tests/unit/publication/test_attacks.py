"""What an attacker can work out, who knows all sizes and all means that are shown, exactly."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from tests.unit.publication.conftest import Schools

from multilevel.publication.precision import OPEN, Population, Published, precision, statements
from multilevel.publication.rounding import to_unit
from multilevel.publication.withholding import withheld

SD_WITHIN, TAU00 = 80.0, 2_500.0
LEAST = 10
SIZES = st.lists(st.integers(1, 60), min_size=3, max_size=60)
# Many small and few, as school files are: sizes by chance alone are rarely small.
SKEWED = st.lists(
    st.one_of(st.integers(1, 9), st.integers(10, 14), st.integers(15, 200)), min_size=3, max_size=50
)


def population_of(schools: Schools) -> Population:
    n = schools.n
    precise = 1 / (TAU00 + SD_WITHIN**2 / n)
    weights = (n / n.sum(), np.full(len(n), 1 / len(n)), precise / precise.sum())
    return Population(
        keys=tuple(map(str, range(len(n)))),
        n=n,
        mean=schools.mean,
        sd=float(schools.score.std(ddof=1)),
        sd_within=SD_WITHIN,
        low=float(schools.score.min()),
        high=float(schools.score.max()),
        means=tuple(Published(weights=one, values=(float(one @ schools.mean),)) for one in weights),
    )


def published_sums(population, hidden, unit):
    """Rows, and lowest and highest values, of what published means say of withheld ones."""
    n, mean = population.n, population.mean
    rows, low, high = [], [], []
    for one in population.means:
        printed = to_unit(one.values[0], unit.mean)
        rest = float(one.weights[~hidden] @ mean[~hidden])
        rows.append(one.weights[hidden])
        low.append(printed - unit.mean / 2 - rest)
        high.append(printed + unit.mean / 2 - rest)
    if unit.pooled is not None:
        share = n[hidden] / n[hidden].sum()
        printed = to_unit(float(share @ mean[hidden]), unit.pooled)
        rows.append(share)
        low.append(printed - unit.pooled / 2)
        high.append(printed + unit.pooled / 2)
    return np.array(rows), np.array(low), np.array(high)


def width(rows, low, high, limits, place):
    aim = np.eye(rows.shape[1])[place]
    constraints = {"A_ub": np.vstack([rows, -rows]), "b_ub": np.concatenate([high, -low])}
    ends = [linprog(sign * aim, bounds=[limits] * len(aim), **constraints) for sign in (1, -1)]
    assert all(end.status == 0 for end in ends)
    return -ends[1].fun - ends[0].fun


@settings(max_examples=200)
@given(st.one_of(SIZES, SKEWED), st.integers(0, 10_000))
def test_no_withheld_mean_follows_from_all_published_means_by_linear_programming(sizes, seed):
    schools = Schools.drawn(sizes, seed)
    hidden = withheld(schools.n, LEAST)
    if not hidden.any() or hidden.all():
        return
    population = population_of(schools)
    unit = precision(population, hidden)
    rows, low, high = published_sums(population, hidden, unit)
    limits = (population.low, population.high)
    for place in {0, int(np.argmax(schools.n[hidden])), int(hidden.sum()) - 1}:
        assert width(rows, low, high, limits, place) >= OPEN * SD_WITHIN * (1 - 1e-6)


@given(st.one_of(SIZES, SKEWED))
def test_what_is_withheld_can_not_be_had_by_taking_the_rest_from_all(sizes):
    n = np.array(sizes)
    hidden = withheld(n, LEAST)
    if hidden.any() and not hidden.all():
        assert hidden.sum() >= 2
        assert n[hidden].sum() >= LEAST
    assert not (n[~hidden] < LEAST).any()


@given(st.one_of(SIZES, SKEWED), st.integers(3, 29))
def test_withholding_more_never_shows_more(sizes, least):
    n = np.array(sizes)
    assert not (withheld(n, least) & ~withheld(n, least + 1)).any()


def test_more_than_nine_in_ten_of_the_schools_that_may_be_shown_are_shown():
    random = np.random.default_rng(16)
    may, shown = 0, 0
    for _ in range(200):
        sizes = np.maximum(1, random.gamma(1.5, 18, size=random.integers(5, 80))).astype(int)
        may += int((sizes >= LEAST).sum())
        shown += int((~withheld(sizes, LEAST)).sum())
    assert shown > 0.9 * may


@settings(max_examples=30)
@given(SKEWED, st.integers(0, 10_000))
def test_two_releases_of_the_same_withheld_schools_leave_them_open(sizes, seed):
    schools = Schools.drawn(sizes, seed)
    hidden = withheld(schools.n, LEAST)
    if not hidden.any() or hidden.all():
        return
    # A shown school's scores change: the same withheld means stand behind other sums.
    moved = schools.score + 7.3 * ~hidden[schools.group]
    later = Schools(schools.n, schools.group, moved)
    before, after = population_of(schools), population_of(later)
    places = np.flatnonzero(hidden).tolist()
    unit = precision(before, hidden)
    former = statements(before, places, unit.mean, unit.pooled)
    second = precision(after, hidden, former)
    first_sums = published_sums(before, hidden, unit)
    second_sums = published_sums(after, hidden, second)
    both = [np.concatenate(pair) for pair in zip(first_sums, second_sums, strict=True)]
    limits = (before.low, before.high)
    for place in range(len(places)):
        assert width(*both, limits, place) >= OPEN * SD_WITHIN * (1 - 1e-6)


@pytest.mark.parametrize("factor", [1e-9, 1e9])
def test_the_scale_changes_nothing_but_the_scale(factor):
    schools = Schools.drawn([4, 12, 25, 31, 8, 40, 22, 60], 3)
    one = precision(population_of(schools), withheld(schools.n, LEAST))
    other = Schools(schools.n, schools.group, schools.score * factor)
    scaled = population_of(other)
    scaled = Population(**{**vars(scaled), "sd_within": SD_WITHIN * factor})
    two = precision(scaled, withheld(schools.n, LEAST))
    assert two.score == pytest.approx(one.score * factor)
    assert two.mean == pytest.approx(one.mean * factor)
    assert two.share == pytest.approx(one.share)
