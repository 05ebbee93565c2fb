"""Percentiles, shares and their standard errors against package survey and by definition."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.fit import surveys
from tests.unit.fit.test_official import brr_fay_mean, sums

from multilevel.fit.official import jackknife_mean
from multilevel.summarise.distribution import schools
from multilevel.summarise.distribution.ordered import PERCENTS, Ordered
from multilevel.summarise.distribution.replication import BalancedReplicates, Jackknife
from multilevel.summarise.distribution.section import Scores, distribution
from multilevel.summarise.distribution.students import ModelParameters

ANSWERS = json.loads(
    (surveys.ROOT / "tests" / "oracle" / "distribution" / "answers.json").read_text()
)
OSTRANA, SMALL = surveys.ostrana(), surveys.small()
MODEL = (ModelParameters(500.0, 1800.0, 5200.0),)
ZONES = (OSTRANA.zone, OSTRANA.half)
ONE = np.ones(len(OSTRANA.group))
DESIGNS = {
    "jk2": Scores(OSTRANA.scores, OSTRANA.group, OSTRANA.total, Jackknife(*ZONES)),
    "jk2_half": Scores(OSTRANA.scores, OSTRANA.group, OSTRANA.total, Jackknife(*ZONES, False)),
    "brr_fay": Scores(SMALL.scores, SMALL.group, SMALL.total, BalancedReplicates(SMALL.replicate)),
    "schools_weighted": Scores(OSTRANA.scores, OSTRANA.group, OSTRANA.total),
    "schools": Scores(OSTRANA.scores[:, :1], OSTRANA.group),
}


def described(students, cuts=()):
    return distribution(students, {f"cut {cut}": cut for cut in cuts}, MODEL)


def numbers(found):
    """Values and standard errors in the order of the answers."""
    rows = [(found.mean.value, found.mean.se), (found.sd.value, found.sd.se)]
    rows += [(one.value, one.se) for one in found.percentiles]
    rows += [(one.share_at_or_above, one.se) for one in found.benchmarks]
    return np.array(rows, dtype=float).T


@pytest.mark.parametrize("design", DESIGNS)
def test_as_package_survey(design):
    known = ANSWERS[design]
    value, se = numbers(described(DESIGNS[design], known["cuts"]))
    np.testing.assert_allclose(value, known["value"], rtol=1e-10)
    drawn = slice(2, 9) if design.startswith("schools") else slice(0, 0)
    exact = np.ones(len(se), bool)
    exact[drawn] = False
    np.testing.assert_allclose(se[exact], np.array(known["se"])[exact], rtol=1e-8)
    # Two bootstraps of 400 and 1,000 draws: 3.5% and 2.2%, the imputation's part apart.
    np.testing.assert_allclose(se[drawn], known["se"][drawn], rtol=0.13)


def test_the_mean_is_the_official_one():
    total, zones = sums(OSTRANA)
    for design, method in (("jk2", "jk2"), ("jk2_half", "jk2-half")):
        official, found = jackknife_mean(total, zones, method), described(DESIGNS[design])
        assert (found.mean.value, found.mean.se) == pytest.approx(
            (official.mean, official.se), rel=1e-10
        )
        assert found.errors_by == method and found.df == len(zones.weight)
    official = brr_fay_mean(SMALL.scores, SMALL.total, SMALL.replicate)
    found = described(DESIGNS["brr_fay"])
    assert (found.mean.value, found.mean.se) == pytest.approx(
        (official.mean, official.se), rel=1e-10
    )


def by_definition(score, weight, p):
    """The smallest score at which the cumulated weight reaches p, in whole numbers."""
    for value in sorted(set(score)):
        if 100 * sum(w for y, w in zip(score, weight, strict=True) if y <= value) >= p * sum(
            weight
        ):
            return value
    raise AssertionError


weighted = st.lists(st.tuples(st.integers(-9, 9), st.integers(1, 7)), min_size=1, max_size=40)


@given(weighted)
def test_percentiles_and_shares_by_definition(pairs):
    score, weight = ([one[k] for one in pairs] for k in (0, 1))
    cuts = np.array([-9.5, -3.0, 0.0, 4.5, 10.0])
    ordered = Ordered.of(np.array(score, float), cuts)
    found = ordered.statistics(np.array(weight, float)[ordered.order][None, :])[0]
    assert found[2:9].tolist() == [by_definition(score, weight, p) for p in PERCENTS]
    shares = [sum(w for y, w in pairs if y >= cut) / sum(weight) for cut in cuts]
    np.testing.assert_allclose(found[9:], shares, atol=1e-12)


@settings(max_examples=10, deadline=None)
@given(
    st.sampled_from(list(DESIGNS)),
    st.floats(-1e6, 1e6, allow_subnormal=False),
    st.sampled_from([1e-9, 0.5, 3.0, 1e9]),
    st.integers(0, 2**32 - 1),
)
def test_adding_moves_multiplying_scales_and_order_does_nothing(design, constant, factor, seed):
    plain = DESIGNS[design]
    order = np.random.default_rng(seed).permutation(len(plain.group))
    replication = plain.replication
    if isinstance(replication, Jackknife):
        replication = Jackknife(
            replication.zone[order], replication.half[order], replication.both_halves
        )
    elif isinstance(replication, BalancedReplicates):
        replication = BalancedReplicates(replication.replicate[order])
    moved = Scores(
        factor * (plain.scores[order] + constant),
        plain.group[order],
        None if plain.weight is None else plain.weight[order],
        replication,
    )
    cuts = np.array([437.25, 512.75]) - (260 if design == "brr_fay" else 0)
    value, se = numbers(described(plain, cuts))
    found_value, found_se = numbers(described(moved, factor * (cuts + constant)))
    scores, size = slice(0, 9), abs(factor) * (600 + abs(constant))
    expected = factor * (value[scores] + constant)
    expected[1] = factor * value[1]
    np.testing.assert_allclose(found_value[scores], expected, atol=1e-10 * size)
    np.testing.assert_allclose(found_se[scores], factor * se[scores], rtol=1e-5)
    np.testing.assert_allclose(found_value[9:], value[9:], rtol=1e-9)
    np.testing.assert_allclose(found_se[9:], se[9:], rtol=1e-7)


@pytest.mark.parametrize("n_schools", [1, 2, 3])
def test_fewer_than_three_schools_have_no_errors(n_schools):
    group = np.repeat(np.arange(n_schools), 10)
    score = np.random.default_rng(3).normal(500, 100, len(group))
    found = described(Scores(score[:, None], group), (500.0,))
    errors = [found.mean.se, found.sd.se, *(one.se for one in found.percentiles)]
    errors.append(found.benchmarks[0].se)
    if n_schools < 3:
        assert errors == [None] * len(errors) and found.errors_by is None and found.df is None
    else:
        assert all(se is not None and se > 0 for se in errors)
        assert found.errors_by == "schools" and found.df == 2 and found.n_draws == schools.DRAWS


def test_replicates_without_weights_are_a_bug():
    with pytest.raises(ValueError, match="without weights"):
        Scores(OSTRANA.scores, OSTRANA.group, None, Jackknife(*ZONES))


def test_many_draws_of_many_students_are_first_order(monkeypatch):
    plain = described(DESIGNS["schools"])
    monkeypatch.setattr(schools, "EXACT_CELLS", 0)
    quick = described(DESIGNS["schools"])
    for exact, near in zip(plain.percentiles, quick.percentiles, strict=True):
        assert near.value == exact.value
        assert near.se == pytest.approx(exact.se, rel=0.15)


def test_blocks_change_nothing(monkeypatch):
    whole = numbers(described(DESIGNS["jk2"], (475.0,)))
    monkeypatch.setattr("multilevel.summarise.distribution.replication.BLOCK_CELLS", 5000)
    np.testing.assert_allclose(numbers(described(DESIGNS["jk2"], (475.0,))), whole, rtol=1e-12)


def test_the_errors_of_ostrana_hold_the_truth():
    """This is one sample, kept: the country's mean within two standard errors."""
    truth = json.loads((surveys.ROOT / "data/ostrana/population.json").read_text())
    found = described(DESIGNS["jk2"])
    assert abs(found.mean.value - truth["mean_of_students"]) < 2 * found.mean.se


def test_benchmarks_come_from_the_lowest_whatever_their_order():
    found = distribution(DESIGNS["schools"], {"High": 550.0, "Low": 400.0}, MODEL)
    assert [one.name for one in found.benchmarks] == ["Low", "High"]
    assert not math.isnan(found.benchmarks[0].share_in_average_school)
