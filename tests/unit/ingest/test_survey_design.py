"""Plausible values, weights and replicates from a table to students, and kept whole."""

import io

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.helpers import findings

from multilevel.configuration.datasets import Replicates, Weights
from multilevel.errors import DataRefused
from multilevel.ingest import stored
from multilevel.ingest.readers import Table
from multilevel.ingest.students import to_students
from multilevel.ingest.survey_design import Zones, zones

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


def students(weights=WEIGHTS, replicates=None, outcome=("pv1", "pv2"), **changed):
    return to_students(
        table(**changed), outcome=outcome, group="school", weights=weights, replicates=replicates
    )


def test_plausible_values_keep_their_order():
    found = students(weights=None)
    np.testing.assert_array_equal(found.scores[:, 0], [1, 2, 3, 5, 6])
    np.testing.assert_array_equal(found.scores[:, 1], [1.5, 2.5, 3.5, 5.5, 6.5])
    assert found.group_ids == ("a", "b", "c") and found.n_dropped_outcome == 1
    assert found.sample is None


def test_a_row_with_some_of_its_values_is_left_out_and_told():
    found = students(weights=None, pv2=[1.5, None, 3.5, None, 5.5, 6.5])
    assert found.n_dropped_outcome == 2 and len(found.score) == 4
    assert "Rows with some plausible values and not others, left out: 1." in findings.notes(found)


def test_total_weights_and_school_weights():
    sample = students().sample
    np.testing.assert_array_equal(sample.total, [10, 20, 8, 12, 5])
    np.testing.assert_array_equal(sample.group, [4, 5, 1])


def test_conditional_weights_become_total_ones():
    sample = students(Weights(member="total", group="w1*w2", member_is="conditional")).sample
    np.testing.assert_array_equal(sample.total, [50, 100, 32, 48, 5])


@pytest.mark.parametrize("gone", [0.0, None])
def test_no_weight_and_weight_zero_are_left_out_and_counted(gone):
    found = students(total=[10.0, gone, 8.0, 9.0, 12.0, 5.0])
    assert found.n_dropped_weight == 1 and len(found.score) == 4
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
    assert students(w1=[5.0, 5.000001, 2.0, 2.0, 2.0, 1.0]).sample is not None


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
    found = students(replicates=BRR, r1=[11.0, None, 9.0, -9.0, 13.0, 6.0]).sample.replicate
    np.testing.assert_array_equal(found[:, 0], [11, np.nan, 9, 13, 6])


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
        ).sample

    if not refused:
        assert sample().replicate.shape == (8, 20)
        return
    with pytest.raises(DataRefused, match='"r3" and "r7" of') as caught:
        sample()
    assert caught.value.reason.code == "bad_weights"


def test_zones_and_halves():
    sample = students(replicates=JK2).sample
    assert sample.zone.tolist() == [0, 0, 1, 1, 1] and sample.half.tolist() == [0, 0, 1, 1, 0]
    other = students(replicates=JK2, half=[1.0, 1.0, 2.0, 2.0, 2.0, 1.0]).sample
    assert other.half.tolist() == sample.half.tolist()
    lacking = students(replicates=JK2, zone=[7.0, None, 9.0, 9.0, 9.0, 9.0]).sample
    assert lacking.zone.tolist() == [0, -1, 1, 1, 1]


def test_zones_are_counted_by_what_they_can_tell():
    zone, half = np.array([0, 0, 1, 1, 2, 2, -1]), np.array([0, 1, 0, 0, 0, 1, 0])
    group = np.array([0, 1, 2, 3, 4, 4, 5])
    assert zones(zone, half, group) == Zones(n=3, n_both=2, n_one_group=1)


@pytest.mark.parametrize(
    "replicates", [None, JK2, Replicates(method="brr-fay", columns=("r1", "r2"))]
)
def test_all_of_it_is_kept_in_the_parquet_file(replicates):
    found = students(replicates=replicates)
    columns = stored.value_columns(found) | stored.sample_columns(found)
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file)
    again = pq.read_table(file)
    np.testing.assert_array_equal(stored.further_of(again), found.further)
    sample = stored.sample_of(again, found.group, len(found.group_ids))
    for name in ("total", "group", "zone", "half", "replicate"):
        mine, theirs = getattr(sample, name), getattr(found.sample, name)
        assert (mine is None) == (theirs is None)
        if mine is not None:
            np.testing.assert_array_equal(mine, theirs)
