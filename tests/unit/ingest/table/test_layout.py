"""Which columns a dataset needs: patterns, joins, parts, labels."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
import pytest
import yaml
from tests.helpers import findings
from tests.unit.ingest.datasets import configured, files_of, one, refused, timss, write_timss

from multilevel.configuration import Dataset
from multilevel.configuration.expressions import evaluate
from multilevel.errors import DataRefused
from multilevel.ingest.parts import MOST
from multilevel.ingest.readers import Table
from multilevel.ingest.stage import ingest
from multilevel.ingest.table.files import Opened, read
from multilevel.ingest.table.missing import counted
from multilevel.ingest.table.values import numeric, texts
from multilevel.records.reading import ReadFacts
from multilevel.wording.findings import notes, reason

# Patterns


def test_a_pattern_names_plausible_values_without_regard_to_case(tmp_path: Path) -> None:
    write_timss(tmp_path / "a.sav")
    dataset, table, files = one(
        tmp_path,
        file="a.sav",
        outcome="bsmmat0[1-5]",
        group="idschool",
        weights={"member": "totwgt", "group": "wgtfac1*WGTADJ1"},
    )
    assert dataset.outcome == tuple(f"BSMMAT0{i}" for i in range(1, 6))
    assert dataset.labels.outcome == "mathematics score"
    assert dataset.weights.group == "WGTFAC1*WGTADJ1"
    np.testing.assert_array_equal(
        evaluate(dataset.weights.group, lambda name: numeric(table, name)), 2 * timss()["WGTFAC1"]
    )
    np.testing.assert_allclose(numeric(table, "BSMMAT03"), timss()["BSMMAT03"])
    assert "BSSSCI01" not in table.frame
    assert any(
        '"wgtfac1" is "WGTFAC1" in the file' in note
        for note in notes((), ReadFacts(renamed=files.layout.renamed))
    )


@pytest.mark.parametrize(
    ("outcome", "columns"),
    [
        ("PV[1-10]MATH", [f"PV{i}MATH" for i in range(1, 11)]),
        ("PV*MATH", [f"PV{i}MATH" for i in range(1, 11)]),
        ("PV?MATH", [f"PV{i}MATH" for i in range(1, 10)]),
        ("PV[19]MATH", ["PV1MATH", "PV9MATH"]),
        (["PV1MATH", "pv[2-3]math"], ["PV1MATH", "PV2MATH", "PV3MATH"]),
        ("q[1-2]", ["q[1-2]"]),
    ],
)
def test_kinds_of_patterns(outcome: Any, columns: list[str], tmp_path: Path) -> None:
    frame = pd.DataFrame({f"PV{i}MATH": [1.0, 2] for i in range(1, 11)})
    frame.assign(**{"school": ["a", "b"], "q[1-2]": 1}).to_csv(tmp_path / "a.csv", index=False)
    dataset, _, _ = one(tmp_path, file="a.csv", outcome=outcome, group="school")
    assert list(dataset.outcomes) == columns


@pytest.mark.parametrize(
    ("outcome", "message"),
    [
        ("PV[1-6]MATH", 'no column "PV6MATH"'),
        ("X*", 'No column of "a.csv" fits the pattern "X*"'),
        (["PV1MATH", "PV*MATH"], 'The column "PV1MATH" of "a.csv" is named 2 times'),
        ("*", 'The pattern "*" under outcome takes in "school"'),
    ],
)
def test_patterns_that_fit_nothing_or_too_much(outcome: Any, message: str, tmp_path: Path) -> None:
    frame = pd.DataFrame({f"PV{i}MATH": [1.0, 2] for i in range(1, 6)})
    frame.assign(school=["a", "b"]).to_csv(tmp_path / "a.csv", index=False)
    found = refused(tmp_path, file="a.csv", outcome=outcome, group="school")
    assert (found.reason.code, message in found.reason.message) == ("missing_column", True), (
        found.reason.message
    )


# Several datasets of a file


def test_outcomes_and_parts_of_many_files(tmp_path: Path) -> None:
    frame = timss()
    for name in ("bsgaaam8", "bsgbbbm8"):
        write_timss(tmp_path / f"{name}.sav", frame)
    found = configured(
        tmp_path,
        files="bsg*.sav",
        preset="timss",
        outcomes=["mathematics", "science"],
        split_by="IDCNTRY",
        title="Schools",
    )
    assert [(d.id, d.labels.title) for d in found.datasets] == [
        ("t-bsgaaam8-554-mathematics", "Schools: Neuland, mathematics"),
        ("t-bsgaaam8-554-science", "Schools: Neuland, science"),
        ("t-bsgbbbm8-554-mathematics", "Schools: Neuland, mathematics"),
        ("t-bsgbbbm8-554-science", "Schools: Neuland, science"),
    ]
    science = files_of(found.datasets[1], tmp_path)
    assert science.layout.dataset.outcomes[0] == "BSSSCI01"
    assert science.layout.dataset.labels.outcome == "science score"


def test_parts_have_safe_and_unique_ids_and_their_own_counts(tmp_path: Path) -> None:
    lines = ["c,g,y", "A/B,s1,1", "A/B,s1,2", "A B,s2,3", "A B,s2,", "../x,s3,4", ",s4,5"]
    (tmp_path / "a.csv").write_text("\n".join(lines))
    found = configured(tmp_path, file="a.csv", outcome="y", group="g", split_by="C").datasets
    ids = [dataset.id for dataset in found]
    assert len({one.lower() for one in ids}) == 3
    assert all(one.replace("-", "").replace(".", "").isalnum() for one in ids)
    by_value = {dataset.split.value: dataset for dataset in found}
    table = read(files_of(by_value["A B"], tmp_path))
    assert table.n_rows == 2
    assert [(m.column, m.n) for m in counted(table)] == [("y", 1)]
    assert texts(read(files_of(by_value["../x"], tmp_path)).frame["g"]).to_pylist() == ["s3"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("c,g,y\n" + "".join(f"{i},s,1\n" for i in range(MOST + 1)), "1,001 different values"),
        ("c,g,y\n,s,1\n", "no values to split by"),
        ("x,g,y\n1,s,1\n", 'no column "c"'),
        ("c,g,y\n1,s\n", "Line 2"),
    ],
)
def test_a_file_that_cannot_be_split_is_one_refused_dataset(
    content: str, message: str, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text(content)
    (dataset,) = configured(tmp_path, file="a.csv", outcome="y", group="g", split_by="c").datasets
    assert dataset.id == "t"
    ingested, _ = ingest(dataset, tmp_path / "a.csv")
    assert message in reason(ingested.refusal).message


# Joins


def joined(root: Path, schools: str, **more: Any) -> tuple[Dataset, Table, Opened]:
    (root / "a.csv").write_text("school,y\n1,5\n1,6\n2,7\n3,8\n,9\n")
    (root / "schools.csv").write_text(schools)
    join = {"file": "schools.csv", "by": {"school": "id"}, **more}
    weights = {"member": "y", "group": "w"}
    return one(root, file="a.csv", outcome="y", group="school", join=join, weights=weights)


def test_a_school_file_gives_weights_and_names(tmp_path: Path) -> None:
    _, table, files = joined(
        tmp_path, "id;name;w\n1;North;2,5\n2;North;1,5\n4;West;3,5\n", name="NAME"
    )
    assert numeric(table, "y").tolist() == [5, 6, 7, 8, 9]
    np.testing.assert_array_equal(numeric(table, "w"), [2.5, 2.5, 1.5, np.nan, np.nan])
    assert texts(table.frame["school"]).to_pylist() == [
        "North (1)", "North (1)", "North (2)", "3", "",
    ]  # fmt: skip
    note = next(note for note in notes(table.findings, table.facts) if note.startswith("Joined"))
    assert note == (
        'Joined with "schools.csv" (3 rows). Rows without a partner there: 2, of 1 ids, the '
        'first "3"; ids there without a row here: 1, the first "4".'
    )
    assert files.other.sha256


@pytest.mark.parametrize(
    ("schools", "code", "message"),
    [
        ("id,w\n1,2\n2,3\n1,4\n", "duplicate_key", '"1" in "id" stands in rows 1 and 3'),
        ("id,w\n01,2\n02,3\n", "missing_column", 'ids such as "1", "id" of the joined file such'),
        ("id,x\n1,2\n", "missing_column", 'no column "w"'),
        ("x,w\n1,2\n", "missing_column", 'The file "schools.csv" has no column "id"'),
        ("", "empty", "schools.csv"),
    ],
)
def test_joins_that_fail(schools: str, code: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(DataRefused) as caught:
        joined(tmp_path, schools)
    assert (caught.value.reason.code, message in caught.value.reason.message) == (code, True), (
        caught.value
    )


BY = {"file": "schools.csv", "by": {"g": "id"}}


@pytest.mark.parametrize(
    ("entry", "remedy"),
    [
        ({"outcome": "yy"}, 'Did you mean "y"? Correct the column\'s name under outcome (OUTCOME='),
        ({"group": "gg"}, "under group (GROUP= of make report)."),
        ({"weights": {"member": "ww"}}, "under weights: member (MEMBER_WEIGHT= of make report)."),
        ({"weights": {"member": "w", "group": "2*ww"}}, "weights: group (GROUP_WEIGHT="),
        ({"replicates": {"method": "jk2", "zone": "zz", "code": "h"}}, "replicates: zone (ZONE="),
        ({"replicates": {"method": "jk2", "zone": "z", "code": "hh"}}, "code (ZONE_CODE="),
        ({"replicates": {"method": "brr-fay", "columns": ["r1", "zz"]}}, "(REPLICATE_WEIGHTS="),
        ({"split_by": "parts"}, "under split_by."),
        ({"join": BY | {"by": {"gg": "id"}}}, "under join: by (JOIN_BY= of make report)."),
        ({"join": BY | {"by": {"g": "idd"}}}, "under join: by (JOIN_BY= of make report)."),
        ({"join": BY | {"name": "title"}}, "under join: name (JOIN_NAME= of make report)."),
    ],
)  # fmt: skip
def test_the_remedy_names_the_setting_of_a_wrong_column(
    entry: dict[str, Any], remedy: str, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("g,y,w,z,h,r1,part\n1,2,1,1,0,1,a\n1,3,1,1,1,1,b\n")
    (tmp_path / "schools.csv").write_text("id,name\n1,First\n")
    found = refused(tmp_path, **{"file": "a.csv", "outcome": "y", "group": "g"} | entry)
    assert found.reason.code == "missing_column"
    assert remedy in found.reason.remedy


def test_a_replicate_weight_named_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("g,y,w,r1,r2,r3\n1,2,1,1,2,1\n1,3,1,1,2,2\n")
    entry = {"file": "a.csv", "outcome": "y", "group": "g", "weights": {"member": "w"}}
    for columns in (["r2", "r2"], ["r[1-3]", "r2"], ["R2", "r2"]):
        replicates = {"method": "brr-fay", "columns": columns}
        found = refused(tmp_path, **entry, replicates=replicates)
        assert found.reason.code == "bad_weights" and found.reason.remedy
        assert found.reason.message == 'The replicate weight "r2" is named 2 times.'


def test_the_joined_file_of_each_file_of_a_pattern(tmp_path: Path) -> None:
    for country in ("aaa", "bbb"):
        (tmp_path / f"bsg{country}m8.csv").write_text("g,y\n1,2\n")
    (first, second) = configured(
        tmp_path, files="bsg*m?.csv", outcome="y", group="g", join={"file": "bcg*m8.csv", "by": "g"}
    ).datasets
    assert (first.join.file, second.join.file) == ("bcgaaam8.csv", "bcgbbbm8.csv")
    assert first.inputs == ("bsgaaam8.csv", "bcgaaam8.csv")


# Missing values


def test_configured_codes_by_number_text_and_label(tmp_path: Path) -> None:
    frame = pd.DataFrame({"g": [1.0, 2, 99, 4], "y": [8.0, 98, 97, 5.5]})
    pyreadstat.write_sav(
        frame, tmp_path / "a.sav", variable_value_labels={"y": {98.0: "Omitted", 97.0: "Absent"}}
    )
    _, table, _ = one(tmp_path, file="a.sav", outcome="y", group="g", missing=["Omitted", 99, 97])
    np.testing.assert_array_equal(numeric(table, "y"), [8, np.nan, np.nan, 5.5])
    assert texts(table.frame["g"]).to_pylist() == ["1", "2", "", "4"]
    assert [(m.column, m.reason, m.n) for m in counted(table)] == [
        ("y", "Absent (97)", 1), ("y", "Omitted (98)", 1), ("g", "99", 1),
    ]  # fmt: skip


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_a_score_that_looks_like_a_code_is_flagged(scale: float, tmp_path: Path) -> None:
    scores = np.random.default_rng(1).normal(500, 80, 200) * scale
    frame = pd.DataFrame({"g": np.arange(200) // 10, "y": [*scores[1:], 9999 * scale]})
    frame.to_csv(tmp_path / "a.csv", index=False)
    (dataset,) = configured(tmp_path, file="a.csv", outcome="y", group="g").datasets
    ingested, students = ingest(dataset, tmp_path / "a.csv")
    (suspect,) = findings.of(ingested, "suspects")
    assert suspect.values["value"] == pytest.approx(9999 * scale)
    assert students.moments[0].high == pytest.approx(9999 * scale)
    frame.iloc[:-1].to_csv(tmp_path / "a.csv", index=False)
    ingested, _ = ingest(dataset, tmp_path / "a.csv")
    assert findings.of(ingested, "suspects") == []


# Labels


def test_the_users_words_come_before_the_files(tmp_path: Path) -> None:
    write_timss(tmp_path / "a.sav")
    dataset, _, _ = one(tmp_path, file="a.sav", preset="timss", labels={"outcome": "skill"})
    assert dataset.labels.outcome == "skill"
    assert yaml.safe_dump(dataset.settings())


def test_parts_with_one_label_are_told_apart_and_rows_without_a_part_counted(
    tmp_path: Path,
) -> None:
    frame = timss()
    frame.loc[:9, "IDCNTRY"] = np.nan
    frame.loc[10:35, "IDCNTRY"] = 555.0
    frame.loc[36:, "IDCNTRY"] = 556.0
    labels = {"IDCNTRY": {554.0: "Neuland", 555.0: "Neuland", 556.0: "Altland"}}
    frame.loc[50:, "IDCNTRY"] = 554.0
    pyreadstat.write_sav(frame, tmp_path / "a.sav", variable_value_labels=labels)
    found = configured(
        tmp_path, file="a.sav", outcome="BSMMAT01", group="IDSCHOOL", split_by="IDCNTRY"
    )
    titles = [dataset.labels.title for dataset in found.datasets]
    assert [title.removeprefix("T: ") for title in titles] == [
        "Neuland (554)",
        "Neuland (555)",
        "Altland",
    ]
    for dataset in found.datasets:
        table = read(files_of(dataset, tmp_path))
        said = notes(table.findings, table.facts)
        assert 'Rows without a value in "IDCNTRY", which belong to no part: 10.' in said
