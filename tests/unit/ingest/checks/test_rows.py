"""Rows that aren't members are said, in every form in which they come, and sound rows aren't."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.unit.ingest import making

from multilevel.configuration.datasets import Dataset
from multilevel.ingest import records
from multilevel.ingest.readers import read_source
from multilevel.ingest.stage import ingest
from multilevel.ingest.table import files
from multilevel.records.findings import Finding
from multilevel.records.results import Labels
from multilevel.wording import findings

WORDS = {
    word: word for word in ("group", "groups", "member", "members", "Group", "Groups", "Members")
}
NO_WORDS = Labels(title="", subtitle="", outcome="", group="", groups="", member="", members="")
Frame = pd.DataFrame


def students(schools: int = 5, each: int = 12, seed: int = 3) -> Frame:
    """Students of schools with scores of one decimal."""
    chance = np.random.default_rng(seed)
    school = np.repeat(np.arange(schools), each)
    score = 500 + 40 * chance.normal(size=schools)[school] + 60 * chance.normal(size=len(school))
    return Frame(
        {
            "student": 1000 + np.arange(len(school)),
            "school": [f"School {letter}" for letter in np.array(list("ABCDEFGHIJ"))[school]],
            "score": score.round(1),
        }
    )


def found(file: Path, **settings: object) -> dict[str, Finding]:
    """Cautions, notes and the refusal of a file, by their codes."""
    given = {"outcome": "score", "group": "school", "labels": NO_WORDS} | settings
    ingested, _ = ingest(Dataset(id="x", file=str(file), **given), file)  # type: ignore[arg-type]
    refusal = (ingested.refusal,) if ingested.refusal else ()
    assert all(findings.sentences((*ingested.findings, *refusal), WORDS, {"score": str}))
    return {one.code: one for one in (*ingested.findings, *refusal)}


def of(frame: Frame, tmp_path: Path, **settings: object) -> dict[str, Finding]:
    file = tmp_path / "a.csv"
    frame.to_csv(file, index=False)
    return found(file, **settings)


def by_subject(frame: Frame) -> Frame:
    return pd.concat([frame.assign(subject=one) for one in ("math", "reading")]).sort_values(
        "student"
    )


# What pandas doesn't write needs no new kind of value either.
FORMATS = tuple(one for one in making.WRITERS if one not in (".sas7bdat", ".por"))


@pytest.mark.parametrize("ending", FORMATS)
def test_members_of_several_rows_are_found_in_every_format(ending: str, tmp_path: Path) -> None:
    file = tmp_path / f"a{ending}"
    frame = by_subject(students())
    write: Callable[..., None] = making.WRITERS[ending]
    if ending in (".sav", ".zsav", ".dta", ".xpt"):
        making.LABELS, kept = dict.fromkeys(frame.columns, ""), making.LABELS
    else:
        kept = making.LABELS
    try:
        write(file, frame.reset_index(drop=True))
    finally:
        making.LABELS = kept
    caution = found(file)["repeated_members"]
    assert caution.level == "caution"
    assert caution.columns == ("student",)
    assert (caution.values["n_rows"], caution.values["n_members"]) == (120, 60)
    assert (caution.values["by"], caution.values["value"]) == ("subject", "math")


@pytest.mark.parametrize(
    "name",
    [
        "IDSTUD",
        "pupil ident",
        "StudentID",
        "Élève",
        "schueler_nr",
        "alumno",
        "学生",
        "id",
        "matricula",
        "Nr_ucznia",
        "学号",
        "código do aluno",
        "lfdNr",
    ],
)
def test_ids_of_members_are_known_by_their_names(name: str, tmp_path: Path) -> None:
    frame = students().rename(columns={"student": name})
    assert "repeated_members" in of(pd.concat([frame, frame.assign(score=1.0)]), tmp_path)
    assert not of(frame, tmp_path)


SUBJECTS = {
    "words": ["Mathe", "Deutsch"], "many": ["M", "D", "E", "F"], "years": [2022, 2023, 2024],
    "numbers": [1, 2, 3],
}  # fmt: skip


@pytest.mark.parametrize("subjects", SUBJECTS)
@pytest.mark.parametrize("order", ["by member", "by subject", "mixed"])
@pytest.mark.parametrize("form", ["numbers", "words"])
@pytest.mark.parametrize("named", [True, False])
def test_ids_of_members_are_known_by_their_form(
    subjects: str, order: str, form: str, named: bool, tmp_path: Path
) -> None:
    """Whatever the ids and what divides their rows are called, and without that column."""
    chance = np.random.default_rng(5)
    frame = students().rename(columns={"student": "qqq"})
    if form == "words":
        frame["qqq"] = [f"K{number}" for number in frame["qqq"]]
    every = SUBJECTS[subjects]
    several = pd.concat([frame.assign(rrr=one) for one in every], ignore_index=True)
    several["score"] += chance.normal(0, 9, len(several)).round(1)
    if order == "by member":
        several = several.sort_values("qqq", kind="stable")
    if order == "mixed":
        several = several.sample(frac=1.0, random_state=3)
    if not named:
        several = several.drop(columns="rrr")
        if len(every) > 3 and order != "by subject":
            return  # classes of four pupils look the same
    caution = of(several, tmp_path)["repeated_members"]
    assert caution.columns == ("qqq",)
    assert caution.values["n_members"] == len(frame)
    assert (caution.values["by"] == "rrr") == named


def test_a_member_may_lack_a_subject(tmp_path: Path) -> None:
    frame = students().rename(columns={"student": "qqq"})
    several = pd.concat([frame.assign(rrr=one) for one in ("math", "reading", "science")])
    several = several.sample(frac=0.8, random_state=4)
    caution = of(several, tmp_path)["repeated_members"]
    assert (caution.columns, caution.values["by"]) == (("qqq",), "rrr")


def test_columns_are_read_for_ids_only_where_none_is_called_one(tmp_path: Path) -> None:
    """Each costs time, in files that have an id of members by its name as much as in others."""
    frame = students().assign(code=range(60), theta=np.linspace(0.1, 2.3, 60).round(3), kind=1)
    for columns, read in (
        (["code", "theta", "kind", "school", "score"], ("code", "theta", "kind")),
        (["code", "theta", "kind", "student", "school", "score"], ("student",)),
    ):
        file = tmp_path / "a.csv"
        frame[columns].to_csv(file, index=False)
        dataset = Dataset(id="x", file=str(file), outcome="score", group="school", labels=NO_WORDS)
        opened = files.opened(dataset, read_source(file))
        assert records.columns(opened) == read
        rows = records.Rows(read)
        layout = replace(opened.layout, columns=("score", "school", *read))
        (table,) = files.tables(replace(opened, layout=layout))
        rows.add(table, np.zeros((60, 1)), np.zeros(60, dtype=np.int64))
        assert "theta" not in rows.others  # measurements are no ids


@pytest.mark.parametrize("seed", range(25))
def test_columns_of_another_kind_are_no_ids(seed: int, tmp_path: Path) -> None:
    """Ages, marks, classes within schools, streets, numbers within classes."""
    chance = np.random.default_rng(seed)
    frame = students(schools=8, each=int(chance.integers(10, 60))).drop(columns="student")
    n = len(frame)
    classes = frame.school + " " + np.array(list("abc"))[chance.integers(0, 3, n)]
    balanced = np.arange(n) // 5
    columns = {
        "ccc": classes, "aaa": chance.integers(9, 17, n), "mmm": chance.integers(1, 7, n),
        "sss": chance.integers(0, 400, n), "bbb": balanced, "nnn": np.arange(n) % 5 + 1,
        "fff": chance.choice(["f", "m"], n), "xxx": chance.normal(0, 1, n).round(2),
    }  # fmt: skip
    names = chance.permutation(list(columns))[:4]
    found = of(frame.assign(**{name: columns[name] for name in names})[[*names, "school", "score"]],
               tmp_path)  # fmt: skip
    assert not set(found) & {"repeated_members", "member_ids_twice"}, names


def test_the_configuration_names_ids_that_are_not_recognised(tmp_path: Path) -> None:
    frame = students().rename(columns={"student": "xyz"})
    chance = np.random.default_rng(2)
    some = frame[chance.random(len(frame)) < 0.5]
    twice = pd.concat([frame, some.assign(score=some.score + 7)]).sample(frac=1, random_state=1)
    assert not of(twice, tmp_path)
    assert of(twice, tmp_path, member_id="XYZ")["repeated_members"].columns == ("xyz",)
    refusal = of(twice, tmp_path, member_id="xyy")["missing_column.absent"]
    assert "MEMBER_ID" in findings.remedy(refusal)


def test_a_study_file_with_several_rows_a_student_is_refused(tmp_path: Path) -> None:
    frame = students().rename(columns={"student": "IDSTUD", "school": "IDSCHOOL"})
    frame = pd.concat([frame, frame]).assign(IDTEACH=np.arange(120), TOTWGT=1.0, JKZONE=1)
    frame["JKREP"] = np.arange(120) % 2
    for k in range(1, 6):
        frame[f"BSMMAT0{k}"] = frame["score"] + k
    refusal = of(frame, tmp_path, outcome="", group="", preset="timss")["duplicate_key.members"]
    assert "bst" in findings.remedy(refusal)


@pytest.mark.parametrize("numbers", ["from 1 in each class", "of a school"])
def test_students_numbered_in_classes_are_no_repetition(numbers: str, tmp_path: Path) -> None:
    frame = students(each=24)
    frame["class"] = [f"{place // 12 % 2 + 1}" for place in range(len(frame))]
    within = 12 if numbers == "from 1 in each class" else 24
    frame["student"] = np.arange(len(frame)) % within + 1
    assert "repeated_members" not in of(frame, tmp_path)


def test_a_few_slips_are_a_note(tmp_path: Path) -> None:
    frame = students(each=100)
    frame.loc[1, "student"] = frame.loc[0, "student"]
    codes = of(frame, tmp_path)
    assert codes["member_ids_twice"].level == "note"
    assert "repeated_members" not in codes


@pytest.mark.parametrize("flag", ["member", "child", "patient"])
def test_a_flag_is_no_id(flag: str, tmp_path: Path) -> None:
    frame = students().drop(columns="student")
    assert not of(frame.assign(**{flag: np.arange(60) % 2}), tmp_path)


@pytest.mark.parametrize("how", ["appended", "each row twice", "three times"])
def test_a_file_that_repeats_itself(how: str, tmp_path: Path) -> None:
    frame = students().drop(columns="student")
    copies = 3 if how == "three times" else 2
    several = pd.concat([frame] * copies)
    if how == "each row twice":
        several = several.sort_values(["school", "score"])
    caution = of(several, tmp_path)["repeated_rows"]
    assert caution.values["times"] == copies


@pytest.mark.parametrize("name", ["number_tested", "N", "Anzahl", "students tested", "n_students"])
def test_counts_tell_that_rows_stand_for_several(name: str, tmp_path: Path) -> None:
    frame = students(each=6).drop(columns="student")
    count = np.random.default_rng(5).integers(8, 200, len(frame))
    assert of(frame.assign(**{name: count}), tmp_path)["aggregated_rows"].columns == (name,)
    size = frame.groupby("school")["score"].transform("size")
    assert "aggregated_rows" not in of(frame.assign(**{name: size}), tmp_path)


@pytest.mark.parametrize(
    ("larger", "group"),
    [("district", "school"), ("IDCNTRY", "IDSCHOOL"), ("Landkreis", "Schule"), ("school", "class"),
     ("school_id", "teacher"), ("state", "hospital"), ("Académie", "école")],
)  # fmt: skip
def test_ids_that_begin_anew_in_a_larger_unit(larger: str, group: str, tmp_path: Path) -> None:
    frame = students(schools=6)[["score"]]
    place = np.repeat(np.arange(6), 12)
    frame = frame.assign(**{larger: [f"Unit {k}" for k in place // 3], group: place % 3 + 1})
    caution = of(frame, tmp_path, group=group)["restarting_ids"]
    assert (caution.values["by"], caution.values["n_ids"]) == (larger, 3)
    assert caution.values["n_pairs"] == 6


@pytest.mark.parametrize("other", ["year", "sex", "subject", "wave", "stratum", "grade"])
def test_ids_that_recur_under_something_else_do_not_begin_anew(other: str, tmp_path: Path) -> None:
    frame = students().drop(columns="student")
    frame["school"] = np.repeat(np.arange(5), 12) + 1
    assert "restarting_ids" not in of(frame.assign(**{other: np.arange(60) % 2 + 2000}), tmp_path)


def test_names_of_schools_that_serve_several_districts_do_not_begin_anew(tmp_path: Path) -> None:
    frame = students().drop(columns="student")
    assert not of(frame.assign(district=np.arange(60) % 3), tmp_path)


def holes(n: int, column: str) -> Frame:
    frame = students(schools=5, each=20)
    frame[column] = frame[column].astype(object)
    frame.loc[np.random.default_rng(1).permutation(100)[:n], column] = np.nan
    return frame


@pytest.mark.parametrize("column", ["school", "score"])
def test_many_rows_lost_are_a_caution_and_most_a_refusal(column: str, tmp_path: Path) -> None:
    assert not of(holes(5, column), tmp_path)
    case = "group" if column == "school" else "score"
    caution = of(holes(6, column), tmp_path)["rows_lost"]
    assert (caution.values["case"], caution.values["n"]) == (case, 6)
    assert of(holes(50, column), tmp_path)["rows_lost"].values["share"] == 0.5
    refusal = of(holes(51, column), tmp_path)["empty.most_rows_lost"]
    assert "accept_missing: yes" in findings.remedy(refusal)
    assert of(holes(51, column), tmp_path, accept_missing=True)["rows_lost"].values["n"] == 51


@pytest.mark.parametrize("ending", FORMATS)
def test_blocks_named_in_their_first_row_are_said(ending: str, tmp_path: Path) -> None:
    frame = students()[["school", "score"]]
    frame.loc[frame["school"].duplicated(), "school"] = "" if ending == ".xpt" else None
    file = tmp_path / f"a{ending}"
    making.LABELS, kept = dict.fromkeys(frame.columns, ""), making.LABELS
    try:
        making.WRITERS[ending](file, frame)  # type: ignore[call-arg]
    finally:
        making.LABELS = kept
    refusal = found(file)["empty.most_rows_lost"]
    assert refusal.values["case"] == "blocks"
    assert "fill them down" in findings.remedy(refusal)


def test_numbers_written_with_and_without_zeros(tmp_path: Path) -> None:
    frame = students(schools=4)
    number = np.repeat(["0010", "10", "20", "30"], 12)
    caution = of(frame.assign(school=number), tmp_path)["padded_ids"]
    assert caution.values["ids"] == [["0010", "10"]]
    assert not of(frame.assign(school=np.repeat(["0010", "0020", "30", "100"], 12)), tmp_path)


def test_sound_files_are_not_doubted(tmp_path: Path) -> None:
    frame = students(schools=8, each=30).assign(district=np.repeat(["N", "S"], 120))
    assert not of(frame, tmp_path)
    assert not of(frame.assign(score=frame["score"].round()), tmp_path)


def test_the_remedies_that_are_said_work(tmp_path: Path) -> None:
    assert set(of(by_subject(students()), tmp_path, where='subject = "math"')) == {"where"}
    frame = students(schools=6)[["score"]]
    place = np.repeat(np.arange(6), 12)
    frame = frame.assign(district=place // 3, school=place % 3 + 1)
    both = {"group": "district, school", "group_columns": ("district", "school")}
    assert not of(frame, tmp_path, **both)
