"""Datasets compared: by hand, by properties, and what is refused."""

import math
import statistics
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.summarise.comparison.making import member

from multilevel.records.comparison import Comparison, LeftOut
from multilevel.records.distribution import Benchmark
from multilevel.records.results import decode, encode
from multilevel.summarise.comparison.compare import compare
from multilevel.summarise.comparison.differences import holm, welch
from multilevel.summarise.comparison.members import group_keys

THREE = [
    member("a", 480.0, 3.0, 1000.0, 6000.0),
    member("b", 520.0, 4.0, 3000.0, 5000.0),
    member("c", 509.0, 12.0, 2000.0, 4000.0),
]


def compared(members=THREE, **settings):
    return compare(members, **{"id": "countries", "title": "Countries", **settings})


def the(comparison, a, b, statistic):
    return next(
        one for one in comparison.differences if (one.a, one.b, one.statistic) == (a, b, statistic)
    )


def test_variances_are_shares_of_the_average_total():
    found = compared()
    assert [one.id for one in found.datasets] == ["b", "c", "a"]
    assert found.average_total_variance == 7000.0
    assert found.datasets[0].between_share == pytest.approx(3000 / 7000)
    assert found.datasets[1].within_share == pytest.approx(4000 / 7000)
    assert found.datasets[1].icc == pytest.approx(1 / 3)


def test_the_mean_of_all_contains_the_dataset():
    found = the(compared(), "a", "mean", "mean")
    # 480 - (480 + 520 + 509)/3 = 2/3 480 - 1/3 520 - 1/3 509
    assert found.difference == pytest.approx(480 - 503)
    assert found.se == pytest.approx(math.sqrt(4 * 9 + 16 + 144) / 3)
    z = found.difference / found.se
    assert found.p == pytest.approx(math.erfc(abs(z) / math.sqrt(2)))
    half = statistics.NormalDist().inv_cdf(0.975) * found.se
    assert found.ci == pytest.approx((found.difference - half, found.difference + half))


def test_the_error_of_a_difference_from_the_mean_is_that_of_draws():
    random = np.random.default_rng(4)
    drawn = random.normal([480, 520, 509], [3, 4, 12], (200_000, 3))
    errors = (drawn - drawn.mean(axis=1, keepdims=True)).std(axis=0)
    found = [the(compared(), one, "mean", "mean").se for one in "abc"]
    np.testing.assert_allclose(found, errors, rtol=0.01)


def test_from_another_dataset_the_errors_are_independent():
    found = compared(reference="b")
    assert {one.b for one in found.differences} == {"b"} and len(found.differences) == 6
    assert the(found, "a", "b", "mean").se == 5.0
    assert the(found, "a", "b", "sd_between").difference == pytest.approx(
        math.sqrt(1000) - math.sqrt(3000)
    )


def test_a_reference_that_was_refused_leaves_no_differences():
    found = compared([*THREE, LeftOut(id="d", title="D", code="one_group")], reference="d")
    assert found.status == "ok" and not found.differences
    assert [one.code for one in found.left_out] == ["one_group"]


CYCLES = [
    member("x15", 500.0, 3.0, cycle="2015", country="x"),
    member("x19", 507.0, 4.0, cycle="2019", country="x"),
    member("y19", 440.0, 5.0, cycle="2019", country="y"),
    member("x23", 503.0, 3.0, cycle="2023", country="x"),
    member("y23", 460.0, 5.0, cycle="2023", country="y"),
]


def test_cycles_are_held_against_the_one_before_and_the_last_against_the_first():
    found = compared(CYCLES, by="cycle", link_errors={"2019-2023": 12.0})
    assert found.reference is None
    assert [one.id for one in found.datasets] == [one.id for one in CYCLES]
    pairs = [(one.a, one.b) for one in found.differences if one.statistic == "mean"]
    assert pairs == [("x19", "x15"), ("x23", "x19"), ("x23", "x15"), ("y23", "y19")]
    linked, unlinked = the(found, "x23", "x19", "mean"), the(found, "x19", "x15", "mean")
    assert linked.difference == -4.0 and linked.link_error == 12.0
    assert linked.se == pytest.approx(13.0)
    assert unlinked.se == 5.0 and unlinked.link_error is None
    # The scale's link moves means, not what is within a cycle.
    assert the(found, "x23", "x19", "icc").link_error is None
    plain = compared(CYCLES, by="cycle")
    assert the(found, "x23", "x19", "icc").se == the(plain, "x23", "x19", "icc").se


def test_a_link_holds_in_whichever_order_the_cycles_stand():
    backwards = [one for one in reversed(CYCLES) if one.country == "x"]
    found = compared(backwards, by="cycle", link_errors={"2019-2023": 12.0})
    assert the(found, "x19", "x23", "mean").link_error == 12.0
    assert the(found, "x15", "x19", "mean").link_error is None


def test_a_cycle_as_reference_brings_its_link():
    found = compared(CYCLES, by="cycle", reference="x15", link_errors={"2015-2023": 4.0})
    assert the(found, "x23", "x15", "mean").se == pytest.approx(math.sqrt(9 + 9 + 16))
    assert the(found, "x19", "x15", "mean").link_error is None


def test_over_time_each_has_a_cycle_and_a_country_where_others_have_one():
    loose = [member("l19", cycle="2019"), member("l23", cycle="2023"), member("m", country="x")]
    found = compared([*CYCLES, *loose], by="cycle")
    assert [(one.id, one.code) for one in found.left_out] == [
        ("l19", "no_country"),
        ("l23", "no_country"),
        ("m", "no_cycle"),
    ]
    assert {one.id for one in found.datasets} == {one.id for one in CYCLES}
    # Where none has a country they are one series.
    alone = compared(loose[:2], by="cycle")
    assert not alone.left_out and the(alone, "l23", "l19", "mean").difference == 0.0
    assert len(compared([*THREE, *loose]).datasets) == 6


def test_a_file_and_its_parts_share_schools():
    def of(name, part):
        return replace(member(name), groups=group_keys("sha", part, ["1", "2"]))

    assert compared([of("aut", "AUT"), of("nzl", "NZL")]).status == "ok"
    for pair in ([of("aut", "AUT"), of("all", "")], [of("all", ""), of("aut", "AUT")]):
        found = compared(pair)
        assert found.reason is not None and found.reason.code == "shared_groups"
        assert found.reason.datasets == tuple(one.id for one in pair)
        assert found.reason.values == ("1", "2") and found.reason.n == 2


def test_intervals_of_another_level_are_made_anew():
    some = [THREE[0], replace(THREE[1], confidence=0.99)]
    by_id = {one.id: one for one in compared(some).datasets}
    assert by_id["a"].ci_icc == THREE[0].variances.ci_icc and not by_id["a"].level_differs
    assert by_id["b"].level_differs and by_id["b"].ci_icc != THREE[1].variances.ci_icc
    icc = THREE[1].variances.icc
    reach = 1.959964 * icc.se / (icc.value * (1 - icc.value))
    logits = [math.log(end / (1 - end)) for end in by_id["b"].ci_icc]
    assert logits[1] - logits[0] == pytest.approx(2 * reach, rel=1e-6)


def test_what_is_refused():
    found = compared([THREE[0], LeftOut(id="b", title="B", code="one_group")])
    assert (found.status, found.reason.code, found.reason.n) == ("refused", "too_few_datasets", 1)
    found = compared([*THREE, replace(member("d"), scale="PISA reading")])
    assert (found.reason.code, found.reason.datasets) == ("scales_differ", ("a", "d"))
    assert found.reason.values == ("TIMSS mathematics", "PISA reading") and found.reason.n == 2
    twin = replace(member("d"), groups=frozenset({"b\n\n2", "d\n\n1"}))
    found = compared([*THREE, twin])
    assert (found.reason.code, found.reason.datasets) == ("shared_groups", ("b", "d"))
    assert found.reason.values == ("2",) and found.reason.n == 1
    assert not found.datasets and not found.differences and found.average_total_variance is None


def test_without_an_error_there_is_a_difference_and_no_p():
    """Of that dataset alone: the mean that the others are held against leaves it out."""
    found, before = compared([*THREE, member("d", mean=503.0 + 30.0, se=None)]), compared()
    one = the(found, "d", "mean", "mean")
    assert one.difference == pytest.approx(30.0)
    assert (one.se, one.ci, one.p, one.p_holm) == (None,) * 4
    for name in "abc":
        other, same = the(found, name, "mean", "mean"), the(before, name, "mean", "mean")
        assert (other.difference, other.se, other.p) == (same.difference, same.se, same.p)
        assert other.p_holm is not None
    assert all(d.p_holm is not None for d in found.differences if d.statistic == "icc")
    assert [(u.id, u.statistic, u.code) for u in found.untested] == [("d", "mean", "few_groups")]
    assert not before.untested


def test_one_error_alone_tests_nothing():
    """The mean of all is then that of all: there is no other dataset with a standard error."""
    found = compared([member("a", 480.0), member("b", 520.0, se=None)])
    means = [one for one in found.differences if one.statistic == "mean"]
    assert [one.difference for one in means] == [-20.0, 20.0]
    assert all(one.p is None for one in means)


def test_four_schools_tell_nothing_of_a_spread():
    """Theirs would be part of the mean that all others are held against, and make it uncertain."""
    found = compared([*THREE, member("d", n_groups=4), member("e", n_groups=5)])
    untested = {(one.id, one.statistic, one.code) for one in found.untested}
    assert untested == {("d", "icc", "few_groups"), ("d", "sd_between", "few_groups")}
    whole = compared([*THREE, member("e", n_groups=5)])
    assert the(found, "a", "mean", "icc").se == the(whole, "a", "mean", "icc").se
    assert the(found, "d", "mean", "mean").p is not None


def test_why_a_dataset_is_not_tested():
    def without(name, **settings):
        one = member(name, **settings)
        icc, sd = one.variances.icc, one.variances.sd_between
        lacking = replace(one.variances, icc=replace(icc, se=None), sd_between=replace(sd, se=None))
        return replace(one, variances=lacking)

    found = compared([*THREE, without("d", tau00=0.0), without("e")])
    assert {(one.id, one.statistic, one.code) for one in found.untested} == {
        ("d", "icc", "no_variance"),
        ("d", "sd_between", "no_variance"),
        ("e", "icc", "no_interval"),
        ("e", "sd_between", "no_interval"),
    }


def test_benchmarks_that_not_all_have_are_named():
    def of(name, **cuts):
        levels = tuple(
            Benchmark(
                name=level, cut=float(cut), share_at_or_above=0.5, se=None,
                share_in_school_minus_1sd=0.4, share_in_average_school=0.5,
                share_in_school_plus_1sd=0.6,
            )
            for level, cut in cuts.items()
        )  # fmt: skip
        one = member(name)
        return replace(one, distribution=replace(one.distribution, benchmarks=levels))

    found = compared([of("a", Low=400, High=550), of("b", Basic=400, High=560)])
    assert found.shared_cuts == (400.0,)
    assert [(one.id, one.name, one.cut) for one in found.unshared_benchmarks] == [
        ("a", "High", 550.0),
        ("b", "High", 560.0),
    ]
    assert compared([of("a", Low=400), member("b")]).shared_cuts == ()
    assert not compared([of("a", Low=400), of("b", Low=400)]).unshared_benchmarks


def test_holm_is_over_all_differences():
    found = compared()
    p = [one.p for one in found.differences]
    assert len(p) == 9
    assert [one.p_holm for one in found.differences] == holm(p)


@given(st.lists(st.floats(0, 1), max_size=30))
def test_holm_by_definition(p):
    """The smallest level at which the step-down test rejects."""
    order = sorted(range(len(p)), key=p.__getitem__)
    for rank, i in enumerate(order):
        steps = [(len(p) - k) * p[j] for k, j in enumerate(order[: rank + 1])]
        assert holm(p)[i] == pytest.approx(min(1.0, max(steps)))


def test_welch_as_his_own_formula():
    """Two samples of 10 and 20 with variances 4 and 9 of their means."""
    se, df = welch([(4.0, 9.0), (9.0, 19.0)])
    assert se == pytest.approx(math.sqrt(13)) and df == pytest.approx(169 / (16 / 9 + 81 / 19))


members = st.lists(
    st.tuples(
        st.floats(300, 700),
        st.floats(0.5, 20),
        st.just(0.0) | st.floats(1e-6, 5000),
        st.floats(100, 9000),
    ),
    min_size=2,
    max_size=6,
)


@given(members, st.randoms(use_true_random=False))
def test_the_order_of_members_changes_nothing(drawn, random):
    some = [member(f"m{i}", *numbers) for i, numbers in enumerate(drawn)]
    shuffled = random.sample(some, len(some))
    one, other = compared(some), compared(shuffled)
    assert [dataset.id for dataset in one.datasets] == [dataset.id for dataset in other.datasets]
    for left, right in zip(one.differences, other.differences, strict=True):
        assert (left.a, left.b) == (right.a, right.b)
        assert left.difference == pytest.approx(right.difference, abs=1e-9)
        assert left.p_holm == pytest.approx(right.p_holm)


@given(members, st.floats(-1e5, 1e5), st.sampled_from([1e-9, 0.25, 1e9]))
def test_adding_moves_means_alone_and_a_factor_scales(drawn, constant, factor):
    some = [member(f"m{i}", *numbers) for i, numbers in enumerate(drawn)]
    moved = [
        member(f"m{i}", factor * (m + constant), factor * s, factor**2 * t, factor**2 * v)
        for i, (m, s, t, v) in enumerate(drawn)
    ]
    one, other = compared(some), compared(moved)
    for left, right in zip(one.datasets, other.datasets, strict=True):
        assert right.mean == pytest.approx(factor * (left.mean + constant), rel=1e-9)
        assert right.between_share == pytest.approx(left.between_share)
    for left, right in zip(one.differences, other.differences, strict=True):
        unit = 1.0 if left.statistic == "icc" else factor
        assert right.difference == pytest.approx(unit * left.difference, abs=1e-8 * unit)
        assert right.p == pytest.approx(left.p, rel=1e-6, abs=1e-12)


def test_equal_datasets_do_not_differ_at_all():
    found = compared([member(name, 1e9 + 0.1) for name in "abcdefg"])
    assert {one.difference for one in found.differences} == {0.0}
    assert {one.p_holm for one in found.differences} == {1.0}


@pytest.mark.parametrize("means", [(0.1, 0.2, 0.3), (480.1, 500.2, 520.3), (1.1, 1.2, 1.3)])
def test_no_rounding_is_left_where_there_is_no_difference(means):
    found = compared([member(f"m{i}", mean) for i, mean in enumerate(means)])
    assert the(found, "m1", "mean", "mean").difference == 0.0
    assert the(found, "m0", "mean", "mean").difference == pytest.approx(means[0] - means[1])


def test_a_comparison_is_read_as_written():
    found = compared(CYCLES, by="cycle")
    assert decode(encode(found), Comparison) == found
