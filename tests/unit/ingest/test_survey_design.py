"""Plausible values, weights and replicates from a table to students, and kept whole."""

from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.helpers import findings
from tests.helpers.students import students_from

from multilevel.configuration.datasets import Replicates, Weights
from multilevel.errors import DataRefused
from multilevel.ingest.readers import Table
from multilevel.ingest.students import Intake, to_students
from multilevel.records.students import Students
from multilevel.storage.arrays import from_parquet, to_parquet

ROWS = {
    "school": ["b", "b", "a", "a", "a", "c"],
    "pv1": [1.0, 2.0, 3.0, None, 5.0, 6.0],
    "pv2": [1.5, 2.5, 3.5, None, 5.5, 6.5],
    "total": [10.0, 20.0, 8.0, 9.0, 12.0, 5.0],
    "w1": [5.0, 5.0, 2.0, 2.0, 2.0, 1.0],
    "w2": [1.0, 1.0, 2.0, 2.0, 2.0, 1.0],
    "zone": [7.0, 7.0, 9.0, 9.0, 9.0, 9.0],
    "half": [0.0, 0.0, 1.0, 1.0, 1.0, 0.0],
    "r1": [11.0, 21.0, 9.0, 9.0, 13.0, 6.0],
    "r2": [9.0, 19.0, 7.0, 9.0, 11.0, 4.0],
}
WEIGHTS = Weights(member="total", group="w1*w2")
JK2 = Replicates(method="jk2", zone="zone", code="half")


def table(**changed):
    frame = pd.DataFrame(ROWS | changed)
    return Table(frame=frame, n_rows=len(frame), name="x.sav", sha256="", bytes=0)


def intake(weights=WEIGHTS, replicates=None, outcome=("pv1", "pv2"), **changed) -> Intake:
    return to_students(
        table(**changed), outcome=outcome, group="school", weights=weights, replicates=replicates
    )


def students(*args, **kwargs) -> Students:
    return intake(*args, **kwargs).students


def test_plausible_values_keep_their_order():
    found = intake(weights=None)
    scores = found.students.members.scores
    np.testing.assert_array_equal(scores[:, 0], [1, 2, 3, 5, 6])
    np.testing.assert_array_equal(scores[:, 1], [1.5, 2.5, 3.5, 5.5, 6.5])
    assert found.students.group_ids == ("a", "b", "c") and found.n_dropped_outcome == 1
    assert found.students.total is None and found.students.group_weight is None


def test_a_row_with_some_of_its_values_is_left_out_and_told():
    found = intake(weights=None, pv2=[1.5, None, 3.5, None, 5.5, 6.5])
    assert found.n_dropped_outcome == 2 and found.students.n_members == 4
    assert "Rows with some plausible values and not others, left out: 1." in findings.notes(found)


def test_total_weights_and_school_weights():
    found = students()
    np.testing.assert_array_equal(found.members.weight, [10, 20, 8, 12, 5])
    np.testing.assert_array_equal(found.group_weight, [4, 5, 1])
    np.testing.assert_array_equal(found.conditional.weight, [5, 6, 5])
    np.testing.assert_array_equal(found.conditional.weight2, [2**2 + 3**2, 2**2 + 4**2, 5**2])
    assert (found.total.weight, found.total.weight2) == (55, 10**2 + 20**2 + 8**2 + 12**2 + 5**2)


def test_conditional_weights_become_total_ones():
    sample = students(Weights(member="total", group="w1*w2", member_is="conditional"))
    np.testing.assert_array_equal(sample.members.weight, [50, 100, 32, 48, 5])


@pytest.mark.parametrize("gone", [0.0, None])
def test_no_weight_and_weight_zero_are_left_out_and_counted(gone):
    found = intake(total=[10.0, gone, 8.0, 9.0, 12.0, 5.0])
    assert found.n_dropped_weight == 1 and found.students.n_members == 4
    assert found.n_dropped_outcome == 1


def refusal(**kwargs):
    with pytest.raises(DataRefused) as caught:
        students(**kwargs)
    assert caught.value.reason.code == "bad_weights" and caught.value.reason.remedy
    return caught.value.reason.message


def test_a_negative_weight_is_refused_with_its_row():
    assert "negative (-20) in row 2" in refusal(total=[10.0, -20.0, 8.0, 9.0, 12.0, 5.0])


def test_division_by_zero_is_refused_with_its_row():
    assert "infinite in row 6" in refusal(
        weights=Weights(member="total/(w1-1)", group="w2"), w2=[1.0] * 6
    )


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (
            Weights(member="total*1e-320"),
            "is too small to calculate with (9.99989e-320) in row 1 (6",
        ),
        (Weights(member="total*1e300"), "is too large to calculate with (1e+301) in row 1 (6 rows"),
        (Weights(member="total", group="w1*1e30"), '"w1*1e30" of "x.sav" is too large'),
        (
            Weights(member="total*1e29/10", group="1e5*w2", member_is="conditional"),
            '"total*1e29/10*1e5*w2" of "x.sav" is too large',
        ),
    ],
)
def test_weights_beyond_calculation_are_refused(weights, message):
    assert message in refusal(weights=weights)


def test_weights_too_far_apart_are_refused_with_both_rows():
    message = refusal(total=[10.0, 20.0, 1e-9, 9.0, 1e6, 0.0])
    assert '"total" of "x.sav" is 1e-09 in row 3 and 1e+06 in row 5, too far apart' in message


def test_a_school_weight_that_varies_names_the_school():
    message = refusal(w1=[5.0, 6.0, 2.0, 2.0, 2.0, 1.0])
    assert '"b" it goes from 5 to 6' in message and '"w1*w2"' in message
    assert students(w1=[5.0, 5.000001, 2.0, 2.0, 2.0, 1.0]).group_weight is not None


def test_all_weights_zero_is_refused():
    assert "has a weight above 0" in refusal(total=[0.0] * 6)


@pytest.mark.parametrize(
    ("half", "message"),
    [
        ([0.0, 1.0, 2.0, 1.0, 1.0, 0.0], "is 2 in row 3."),
        ([1.0, 2.0, 3.0, 1.0, 1.0, 2.0], "is 3 in row 3."),
        # Row 4 has no score: it isn't used, but counts as a row.
        ([1.0, 2.0, 1.0, 1.0, 7.0, 8.0], "is 7 in row 5 (2 rows are like that)."),
        ([5.0] * 6, "is 5 in row 1 (5 rows are like that)."),
        ([1.0] * 6, "No jackknife zone has both its halves"),
        ([1.0, 1.0, 2.0, 2.0, 2.0, 2.0], "in the first, 7, it is 1 throughout"),
    ],
)
def test_codes_that_tell_no_halves_apart_are_refused(half, message):
    assert message in refusal(replicates=JK2, half=half)


BRR = Replicates(method="brr-fay", columns=("r1", "r2"))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        # Row 4 has no score: it isn't used, but counts as a row.
        ({"r2": [9.0, 19.0, 7.0, -9.0, -3.0, -4.0]}, '"r2" of "x.sav" is negative (-3) in row 5 ('),
        ({"r1": [11.0, np.inf, 9.0, 9.0, 13.0, 6.0]}, '"r1" of "x.sav" is infinite in row 2.'),
        ({"r2": [0.0, 0.0, 0.0, 9.0, 0.0, 0.0]}, '"r2" of "x.sav" is 0 in every row'),
        ({"r2": [10.0, 20.0, 8.0, 1.0, 12.0, 5.0]}, '"r2" of "x.sav" equals the student weight'),
    ],
)
def test_replicate_weights_that_repeat_no_sampling_are_refused(changed, message):
    assert message in refusal(replicates=BRR, **changed)


def test_replicate_weights_of_dropped_and_missing_rows_are_let_be():
    found = students(replicates=BRR, r1=[11.0, None, 9.0, -9.0, 13.0, 6.0]).replicates
    np.testing.assert_array_equal(found.weight, [np.nan, 9 + 19 + 7 + 11 + 4])
    found = students(replicates=BRR, r1=[11.0, 0.0, 9.0, -9.0, 13.0, 6.0]).replicates
    np.testing.assert_array_equal(found.weight, [11 + 9 + 13 + 6, 9 + 19 + 7 + 11 + 4])


@pytest.mark.parametrize(("n_schools", "refused"), [(40, True), (8, False)])
def test_copied_replicates_are_refused_where_chance_makes_no_copies(n_schools, refused):
    """Of few zones, half of each, replicates are alike: 16 patterns for the 20 of 4 zones."""
    zone = np.arange(n_schools) // 2
    signs = np.random.default_rng(1).choice([-0.5, 0.5], (n_schools // 2, 20))
    half = np.where(np.arange(n_schools) % 2, 1.0, -1.0)
    weight = 10.0 * (1.0 + half[:, None] * signs[zone])
    names = tuple(f"r{i}" for i in range(20))
    frame = pd.DataFrame(
        {"school": np.arange(n_schools), "pv1": np.arange(n_schools) % 7.0, "total": 10.0}
        | dict(zip(names, weight.T, strict=True))
    )
    if refused:
        frame["r7"] = frame["r3"]
    read = Table(frame=frame, n_rows=len(frame), name="x.sav", sha256="", bytes=0)

    def sample():
        return to_students(
            read,
            outcome="pv1",
            group="school",
            weights=Weights(member="total"),
            replicates=Replicates(method="brr-fay", columns=names),
        ).students

    if not refused:
        assert sample().replicates.weight.shape == (20,)
        return
    with pytest.raises(DataRefused, match='"r3" and "r7" of') as caught:
        sample()
    assert caught.value.reason.code == "bad_weights"


def test_zones_and_halves():
    zones = students(replicates=JK2).zones
    assert zones.weight.tolist() == [[30, 0], [5, 20]] and zones.n_without == 0
    other = students(replicates=JK2, half=[1.0, 1.0, 2.0, 2.0, 2.0, 1.0]).zones
    assert other.weight.tolist() == zones.weight.tolist()
    lacking = students(replicates=JK2, zone=[7.0, None, 9.0, 9.0, 9.0, 9.0]).zones
    assert lacking.weight.tolist() == [[10, 0], [5, 20]] and lacking.n_without == 1


def test_zones_are_counted_by_what_they_can_tell():
    zone = np.array([0, 0, 1, 1, 2, 2, np.nan])
    half = np.array([0.0, 1, 0, 0, 0, 1, 0])
    group, ones = np.array([0, 1, 2, 3, 4, 4, 5]), np.ones(7)
    zones = students_from(
        group, np.arange(7.0), total=ones, group_weight=ones, zone=zone, half=half
    ).zones
    assert (len(zones.weight), zones.n_both, zones.n_one_group) == (3, 2, 1)


@pytest.mark.parametrize(
    "replicates", [None, JK2, Replicates(method="brr-fay", columns=("r1", "r2"))]
)
def test_all_of_it_is_kept_in_the_parquet_file(replicates, tmp_path: Path):
    found = students(replicates=replicates)
    (tmp_path / "students.parquet").write_bytes(to_parquet(found))
    same(from_parquet(tmp_path / "students.parquet", Students), found)


def same(again, found):
    if found is None or isinstance(found, str | int | float):
        assert again == found
    elif isinstance(found, np.ndarray):
        assert again.dtype == found.dtype
        np.testing.assert_array_equal(again, found)
    elif isinstance(found, tuple):
        for one, other in zip(again, found, strict=True):
            same(one, other)
    else:
        for field in fields(found):
            same(getattr(again, field.name), getattr(found, field.name))
