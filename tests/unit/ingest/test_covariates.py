"""Whether a column of covariates holds numbers or labels, in whatever form a file has it."""

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from multilevel.configuration.datasets import CompanionColumns
from multilevel.errors import DataRefused
from multilevel.ingest.covariates import CovariateColumns
from multilevel.ingest.readers import read_table
from multilevel.ingest.statistics.rows import Labelled
from multilevel.ingest.table.companions import companion_columns


def values_of(file, name="x", **kinds):
    table = read_table(file, (name,))
    (one,) = CovariateColumns(CompanionColumns(member=(name,), **kinds)).add(table, 0)
    return one.values


def text(tmp_path, *cells, **kinds):
    file = tmp_path / "a.csv"
    file.write_text("y;x\n" + "".join(f"{k};{cell}\n" for k, cell in enumerate(cells)))
    return values_of(file, **kinds)


def labels_of(values):
    assert isinstance(values, Labelled)
    return [None if code < 0 else values.labels[code] for code in values.code]


def test_text_of_numbers_is_numbers(tmp_path):
    assert text(tmp_path, "1", " 2.5", "", "NA", "-3e1").tolist()[:2] == [1.0, 2.5]
    assert np.isnan(text(tmp_path, "1", "2.5", "", "NA")[2:]).all()
    assert text(tmp_path, "1,5", "2,5").tolist() == [1.5, 2.5]


def test_any_other_text_is_labels(tmp_path):
    assert labels_of(text(tmp_path, "1", "two", "", "NA", "2")) == ["1", "two", None, None, "2"]


def test_numbers_in_quotation_marks_are_labels_where_others_are_not(tmp_path):
    assert labels_of(text(tmp_path, '"1"', "", '"2"', "NA")) == ["1", None, "2", None]
    assert not isinstance(text(tmp_path, '"1"', "2"), Labelled)
    everything = tmp_path / "all.csv"
    everything.write_text('"y","x"\n"1","1"\n"2","2"\n')
    assert values_of(everything).tolist() == [1.0, 2.0]


def sav(tmp_path, x, labels, **kinds):
    frame = pd.DataFrame({"y": np.arange(len(x)) * 1.0, "x": x})
    pyreadstat.write_sav(frame, tmp_path / "a.sav", variable_value_labels={"x": labels})
    return values_of(tmp_path / "a.sav", **kinds)


def test_few_numbers_that_all_have_labels_are_labels(tmp_path):
    x = [1.0, 2.0, np.nan, 1.0]
    assert labels_of(sav(tmp_path, x, {1: "Girl", 2: "Boy", 9: "Omitted"})) == [
        "Girl", "Boy", None, "Girl"
    ]  # fmt: skip
    # Two values of one label stay two.
    assert labels_of(sav(tmp_path, x, {1: "Other", 2: "Other"})) == [
        "Other (1)", "Other (2)", None, "Other (1)"
    ]  # fmt: skip


def test_what_columns_hold_can_be_said(tmp_path):
    labelled = {1: "none", 2: "some", 3: "many"}
    assert not isinstance(sav(tmp_path, [1.0, 3.0], labelled, numbers=("x",)), Labelled)
    assert sav(tmp_path, [1.0, 3.0], labelled, numbers=("x",)).tolist() == [1.0, 3.0]
    assert labels_of(text(tmp_path, "1", "", "3", categories=("x",))) == ["1", None, "3"]
    partly = sav(tmp_path, [1.0, 2.0, 5.0], {1: "never", 5: "always"}, categories=("x",))
    assert labels_of(partly) == ["never", "2", "always"]


def test_a_scale_with_labels_at_its_ends_is_numbers(tmp_path):
    values = sav(tmp_path, [1.0, 2.0, 5.0], {1: "never", 5: "always"})
    assert values.tolist() == [1.0, 2.0, 5.0]
    many = sav(tmp_path, np.arange(31.0), {k: f"level {k}" for k in range(31)})
    assert many.tolist() == list(range(31))


def test_the_first_batch_with_values_tells_what_a_column_is(tmp_path):
    tables = []
    for number, cells in enumerate((["", ""], ["1", "2"], ["3", "many"])):
        file = tmp_path / f"{number}.csv"
        file.write_text("y,x\n" + "".join(f"1,{cell}\n" for cell in cells))
        tables.append(read_table(file, ("x",)))
    columns = CovariateColumns(CompanionColumns(member=("x",)))
    for number, table in enumerate(tables):
        columns.add(table, 2 * number)
        refusal = columns.refusal("a.csv", 6, 2)
        assert (refusal is None) == (number < 2)
    assert refusal.columns == ("x",)
    found = {key: value for key, value in refusal.values.items() if value is not None}
    assert found == {"case": "not_numeric", "row": 6, "value": "many", "alike": 0}


NAMES = ("g", "lfd", "PV1", "PV2", "PV3", "PV4", "PV5", "q1", "q2", "q3", "x", "IDSTUD")


def columns_of(member, outcomes=("PV1",), group=(), **kinds):
    def resolve(name, key):
        if name not in NAMES:
            raise DataRefused("missing_column.absent", name, near="x")
        return name

    given = CompanionColumns(member=member, group=group, **kinds)
    return companion_columns(given, resolve, outcomes, ("g",), ("lfd",), NAMES)


@pytest.mark.parametrize(
    ("member", "outcomes", "case"),
    [
        (("x", "PV1"), ("PV1",), "outcome"),
        (("x", "PV4"), ("PV1",), "outcome"),
        (("q1",), ("q1", "q2"), "outcome"),
        (("q3",), ("q1", "q2"), "outcome"),
        (("IDSTUD",), ("PV1",), "member_id"),
        (("lfd",), ("PV1",), "member_id"),
        (("g",), ("PV1",), "group_id"),
        (("none",), ("PV1",), "absent"),
        (("x", "x"), ("PV1",), "named_twice"),
    ],
)
def test_columns_that_are_no_covariates(member, outcomes, case):
    barred = tuple(name for name in member if case != "outcome" or name != "x")
    finding = columns_of(member, outcomes)
    assert finding.code == "no_companion" and finding.values["case"] == case
    assert finding.columns == tuple(dict.fromkeys(barred))


def test_kinds_are_those_of_covariates():
    finding = columns_of(("x",), numbers=("q1", "x"))
    assert finding.values["case"] == "no_covariate" and finding.columns == ("q1",)
    finding = columns_of(("x",), numbers=("x",), categories=("x",))
    assert finding.values["case"] == "two_kinds" and finding.columns == ("x",)
    assert columns_of(("x", "q1"), numbers=("x",), categories=("q1",)).categories == ("q1",)
    assert columns_of(("x",), numbers=("none",)).values["case"] == "absent"


def test_other_numbered_columns_are_covariates():
    # Three questions are no plausible values of the first.
    assert columns_of(("q2", "x"), ("q1",)).member == ("q2", "x")
