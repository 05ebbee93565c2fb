"""What a pass over the rows learns: labels, gaps, constancy within groups."""

import numpy as np
import pytest
from tests.unit.fit.companion import datasets
from tests.unit.fit.companion.datasets import Accumulator

from multilevel.fit.companion.companion import fit_companions
from multilevel.fit.companion.products import GroupedProducts
from multilevel.ingest.statistics import covariates
from multilevel.ingest.statistics.covariates import MOST_VALUES
from multilevel.ingest.statistics.rows import Labelled

GROUP = np.repeat(np.arange(4), 3)
SCORE = np.arange(12.0)[:, None] ** 1.5
MEMBER, OF_GROUP = ("x", "track"), ("climate", "sector")


def accumulated(level="member", **columns):
    accumulator = Accumulator(
        tuple(columns) if level == "member" else (), tuple(columns) if level == "group" else (), 1
    )
    accumulator.add(GROUP, SCORE, columns)
    return accumulator.statistics()


def covariate(values, level="member"):
    return accumulated(level, a=values).covariates[0]


@pytest.mark.parametrize("gathered", [1, 30, 10_000])
@pytest.mark.parametrize("batches", [2, 5, 40])
def test_however_the_rows_are_cut(batches, gathered, monkeypatch):
    monkeypatch.setattr(covariates, "GATHERED_ROWS", gathered)
    rows = datasets.small_with_gaps()
    whole, cut = (rows.accumulated(("y",), MEMBER, OF_GROUP, batches=k) for k in (1, batches))
    assert cut.n_left_out == whole.n_left_out == 7
    for ours, theirs in zip(cut.covariates, whole.covariates, strict=True):
        assert (ours.kind, ours.labels) == (theirs.kind, theirs.labels)
        assert ours.counts.tolist() == theirs.counts.tolist()
        assert ours.constant == theirs.constant and ours.varies_in == theirs.varies_in
    models, known = (fit_companions(s).companion.models[-1] for s in (cut, whole))
    for ours, theirs in zip(models.terms, known.terms, strict=True):
        assert ours.name == theirs.name
        assert ours.estimate == pytest.approx(theirs.estimate, rel=1e-10)
        assert ours.se == pytest.approx(theirs.se, rel=1e-9)
    assert models.log_likelihood == pytest.approx(known.log_likelihood, rel=1e-12)


def test_rows_that_lack_a_covariate_are_left_out_and_counted():
    rows = datasets.small_with_gaps()
    with_gaps = rows.accumulated(("y",), MEMBER, OF_GROUP)
    complete = datasets.small().accumulated(("y",), MEMBER, OF_GROUP)
    assert with_gaps.n_left_out == 7 and complete.n_left_out == 0
    assert with_gaps.products.within == pytest.approx(complete.products.within, rel=1e-9)


def test_labels_that_come_late_count_as_if_they_had_been_there():
    accumulator = Accumulator(("a",), (), 1)
    for rows, labels in ((slice(0, 6), "uuuuvv"), (slice(6, 12), "wvwwuv")):
        accumulator.add(GROUP[rows], SCORE[rows], {"a": Labelled.of(labels)})
    found, known = accumulator.statistics(), accumulated(a=Labelled.of("uuuuvvwvwwuv"))
    assert found.covariates[0].counts.tolist() == [5, 4, 3]
    assert known.covariates[0].counts.tolist() == [5, 4, 3]
    ours, theirs = (
        GroupedProducts.of(s.products).centred().within[np.ix_(places, places)]
        for s in (found, known)
        for places in [[0, *s.covariates[0].places]]
    )
    assert ours == pytest.approx(theirs, rel=1e-12)


def test_kinds():
    assert covariate(np.arange(12.0)).kind == "numeric"
    assert covariate(np.resize([1.0, 4.0], 12)).kind == "two_valued"
    assert covariate(np.resize([0.0, 0.5, 1.0], 12)).kind == "numeric"
    assert covariate(Labelled.of("abcabcabcabc")).kind == "labelled"


def test_constant_columns_are_known():
    assert covariate(np.full(12, 3.0)).constant
    assert covariate(Labelled.of("a" * 12)).constant
    assert not covariate(np.arange(12.0)).constant
    # Constant among the complete rows.
    other = np.where(np.arange(12) < 6, np.nan, 1.0)
    statistics = accumulated(a=np.repeat([1.0, 2.0], 6), b=other)
    assert statistics.covariates[0].constant


@pytest.mark.parametrize(
    "values",
    [
        lambda by_group: by_group[GROUP],
        lambda by_group: Labelled.of([f"v{value}" for value in by_group[GROUP]]),
    ],
    ids=["numbers", "labels"],
)
def test_group_columns_that_vary_are_known_with_a_group(values):
    by_group = np.array([4.0, 5.0, 6.0, 4.0])
    assert covariate(values(by_group), "group").varies_in is None
    column = values(by_group)
    if isinstance(column, Labelled):
        column = Labelled(np.where(np.arange(12) == 7, 0, column.code), column.labels)
    else:
        column = np.where(np.arange(12) == 7, 4.0, column)
    assert covariate(column, "group").varies_in == 2


def test_a_gap_in_a_group_column_is_no_variation():
    values = np.array([4.0, 5.0, 6.0, 4.0])[GROUP]
    values[[0, 4]] = np.nan
    statistics = accumulated("group", a=values)
    assert statistics.covariates[0].varies_in is None and statistics.n_left_out == 2


def test_text_with_many_values_is_known():
    assert MOST_VALUES == 30
    accumulator = Accumulator(("few", "many"), (), 1)
    for start in (0, 20):
        labels = {
            "few": Labelled.of([f"p{k % 30}" for k in range(start, start + 20)]),
            "many": Labelled.of([f"p{k % 31}" for k in range(start, start + 20)]),
        }
        accumulator.add(np.zeros(20, dtype=np.int64), np.arange(20.0)[:, None], labels)
    few, many = accumulator.statistics().covariates
    assert not few.too_many_values and many.too_many_values


def test_ids_in_text_cost_no_memory():
    accumulator = Accumulator(("id",), (), 1)
    for start in range(0, 1200, 12):
        ids = Labelled.of([f"p{k}" for k in range(start, start + 12)])
        accumulator.add(GROUP, SCORE, {"id": ids})
    (ids,) = accumulator.statistics().covariates
    assert ids.too_many_values and len(ids.labels) <= MOST_VALUES + len(GROUP)
    assert accumulator.statistics().products.within.shape == (31, 31)


def test_groups_stand_in_the_order_asked_for():
    accumulator = Accumulator(("x",), ("z",), 1)
    x = np.where(GROUP == 3, np.nan, np.arange(12.0) ** 0.5)
    z = np.where(np.arange(12) == 1, 9.0, GROUP * 1.0)
    accumulator.add(GROUP, SCORE, {"x": x, "z": z})
    plain, other = (accumulator.statistics(o) for o in (None, np.array([2, 3, 0, 1])))
    assert plain.products.n.tolist() == [3, 3, 3, 0]
    assert other.products.n.tolist() == [3, 0, 3, 3]
    assert other.products.mean[[2, 3, 0]].tolist() == plain.products.mean[:3].tolist()
    assert (plain.covariates[1].varies_in, other.covariates[1].varies_in) == (0, 2)


def test_no_complete_row():
    accumulator = Accumulator(("a",), (), 1)
    accumulator.add(GROUP, SCORE, {"a": np.full(12, np.nan)})
    assert accumulator.statistics() is None


def test_a_column_must_keep_its_kind():
    accumulator = Accumulator(("a",), (), 1)
    accumulator.add(GROUP, SCORE, {"a": np.arange(12.0)})
    with pytest.raises(TypeError, match="'a'"):
        accumulator.add(GROUP, SCORE, {"a": Labelled.of("a" * 12)})


@pytest.mark.parametrize("nothing", [np.full(12, np.nan), Labelled.of([None] * 12)])
def test_a_batch_without_values_shows_no_kind(nothing):
    for values in (np.arange(12.0), Labelled.of("ab" * 6)):
        accumulator = Accumulator(("a",), (), 1)
        accumulator.add(GROUP, SCORE, {"a": nothing})
        accumulator.add(GROUP, SCORE, {"a": values})
        found = accumulator.statistics()
        assert found.n_left_out == 12
        assert found.covariates[0].kind == covariate(values).kind


def holds_ids(values, group=GROUP, level="member", name="a", batches=1):
    accumulator = Accumulator((name,), (), 1) if level == "member" else Accumulator((), (name,), 1)
    for rows in np.array_split(np.arange(len(group)), batches):
        accumulator.add(group[rows], np.sqrt(rows)[:, None], {name: values[rows]})
    return accumulator.statistics().covariates[0].ids


@pytest.mark.parametrize("batches", [1, 7])
@pytest.mark.parametrize("seed", [1, 2])
def test_ids_are_known_in_any_order_of_rows(seed, batches):
    random = np.random.default_rng(seed)
    group = random.permutation(np.repeat(np.arange(40), 6))
    n = len(group)
    running = random.permutation(n) + 1.0
    after_school = (group + 101) * 10_000.0 + np.argsort(np.argsort(running))
    assert holds_ids(running, group, batches=batches)
    assert holds_ids(5e7 + 3 * running, group, batches=batches)
    assert holds_ids(after_school, group, batches=batches)
    # The same member in two rows.
    twice = np.append(running, running)
    assert holds_ids(twice, np.append(group, group), batches=batches)
    assert not holds_ids(running + 0.5, group, batches=batches)


def test_whole_numbers_that_repeat_as_measurements_do_are_no_ids():
    random = np.random.default_rng(3)
    group = np.repeat(np.arange(40), 6)
    n = len(group)
    assert not holds_ids(random.integers(0, 100, n) * 1.0, group)
    # All differ by chance: 240 incomes have half a pair of equal ones.
    incomes = random.choice(60_000, n, replace=False) * 1.0
    assert not holds_ids(incomes, group)
    # Time, by which each group has one row, and columns of two values.
    assert not holds_ids(np.tile(np.arange(6.0), 40), group)
    assert not holds_ids(np.resize([0.0, 1.0], n), group)


def test_ids_of_groups_are_known():
    random = np.random.default_rng(4)
    group = np.repeat(np.arange(40), 6)
    assert holds_ids(random.permutation(40)[group] + 501.0, group, level="group")
    assert not holds_ids(random.integers(100, 2000, 40)[group] * 1.0, group, level="group")


def test_names_of_members_ids_are_known_but_for_a_few_values():
    values = Labelled.of([f"p{k % 6}" for k in range(12)])
    ids, track = accumulated(student_id=values, track=values).covariates
    assert ids.ids and not track.ids
    assert holds_ids(np.arange(12.0) % 6, name="pupil")
    assert not holds_ids(np.arange(12.0) % 4, name="child")
