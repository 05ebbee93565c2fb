"""What `inspect` offers of files as people have them, and what it asks."""

import re
import shlex
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from tests.unit.ingest.checks.test_rows import by_subject, students

from console import inspection
from console.caller import MAKE
from multilevel.ingest.discovery import Survey, survey
from multilevel.ingest.readers import read_source

CHANCE = np.random.default_rng(12)
N = 120
SCHOOL = [f"S{place}" for place in np.arange(N) % 6]


def looked_at(columns: dict[str, object], tmp_path: Path) -> Survey:
    pd.DataFrame(columns).to_csv(tmp_path / "a.csv", index=False)
    return survey(read_source(tmp_path / "a.csv"), "a.csv")


def shown(file: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert inspection.main({"file": str(file)}, MAKE) == 0
    return capsys.readouterr().out


def settings(text: str) -> dict[str, str]:
    """Those of the command at the end."""
    (command,) = re.findall(r"^  make report (.*)$", text, re.M)
    return dict(word.split("=", 1) for word in shlex.split(command))


def test_each_grade_is_offered_by_itself_and_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    columns = {"school": SCHOOL, "absences": CHANCE.integers(0, 60, N)}
    columns |= {f"G{k}": CHANCE.integers(0, 21, N) for k in (1, 2, 3)}
    assert looked_at(columns, tmp_path).outcomes == ("G1", "G2", "G3", "absences")
    text = shown(tmp_path / "a.csv", capsys)
    assert 'Which one holds the scores: "G1", "G2", "G3"?' in text
    assert settings(text)["OUTCOME"] == "G1"


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("pupil ident", 5000 + CHANCE.permutation(N)),
        ("BYSTUWT", CHANCE.uniform(1, 300, N).round(3)),
        ("wt2", CHANCE.uniform(1, 300, N).round(3)),
        ("Gewicht", CHANCE.uniform(1, 300, N).round(3)),
        ("poids_eleve", CHANCE.uniform(1, 300, N).round(3)),
        ("number_tested", CHANCE.integers(5, 200, N)),
        ("teacher_id", CHANCE.integers(0, 60, N)),
        ("IDSTUD", 10_000 + 7 * CHANCE.permutation(N)),
        ("district", CHANCE.integers(0, 30, N)),
    ],
)
def test_ids_weights_and_counts_are_no_outcomes(name: str, values: object, tmp_path: Path) -> None:
    found = looked_at({name: values, "school": SCHOOL, "y": CHANCE.normal(size=N)}, tmp_path)
    assert found.outcomes == ("y",)
    assert found.groups[0] == "school"


def test_levels_of_measurement_tell_scores_from_groups(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    job = np.arange(N) % 3 + 1.0
    frame = pd.DataFrame({
        "id": np.arange(1.0, N + 1), "job": job, "salary": 1500.0 * CHANCE.integers(12, 36, N),
        "begin": 10.0 * CHANCE.permutation(np.arange(900, 900 + N)), "zone": job,
    })  # fmt: skip
    levels = {"id": "scale", "job": "nominal", "salary": "scale", "begin": "scale"}
    pyreadstat.write_sav(
        frame.drop(columns="zone"), tmp_path / "a.sav", variable_measure=levels,
        variable_value_labels={"job": {1.0: "Clerical", 2.0: "Custodial", 3.0: "Manager"}},
    )  # fmt: skip
    text = shown(tmp_path / "a.sav", capsys)
    assert (settings(text)["OUTCOME"], settings(text)["GROUP"]) == ("salary", "job")
    assert "1 Clerical, 2 Custodial, 3 Manager" in text


def test_numbers_of_few_values_are_offered_by_their_names(tmp_path: Path) -> None:
    columns = {"school": SCHOOL, "sex": np.arange(N) % 2, "test_passed": CHANCE.integers(0, 2, N)}
    assert looked_at(columns, tmp_path).outcomes == ("test_passed",)


def test_it_counts_as_the_report_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ids = ["None", "null", "A", "A ", "n/a", "NA", "."]
    rows = [f"{ids[k % 7]},{k * k % 101}" for k in range(70)]
    (tmp_path / "a.csv").write_text("\n".join(["school,score", *rows]))
    text = shown(tmp_path / "a.csv", capsys)
    row = next(line for line in text.splitlines() if line.startswith("school"))
    assert row.split() == ["school", "text", "5", "10"]
    assert "With this entry: 60 members in 5 groups; rows left out: 10 without a group." in text


def test_cautions_stand_before_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    by_subject(students()).to_csv(tmp_path / "a.csv", index=False)
    text = shown(tmp_path / "a.csv", capsys)
    assert "Read with care: The same members stand in several rows: 120 rows have 60" in text
    assert 'may be ids of members: "student"' in text
    assert "With this entry: 60 members in 5 groups" in text
    assert settings(text)["WHERE"] == 'subject = "math"'
    assert """where: subject = "math"\n""" in text
    assert text.index("Read with care") < text.index("make report")


def test_a_refusal_and_its_remedy_stand_before_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    frame = students(each=20)
    frame.loc[frame["school"].duplicated() & (frame.index % 20 > 2), "school"] = None
    frame.to_csv(tmp_path / "a.csv", index=False)
    text = shown(tmp_path / "a.csv", capsys)
    assert "With this entry: no report. Most rows of" in text
    assert "accept_missing: yes" in text


def test_nested_ids_and_first_rows_are_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = np.arange(N)
    columns = {"school": place // 20, "class": 100 + place // 10, "score": CHANCE.normal(size=N)}
    assert looked_at(columns, tmp_path).nested == (("class", "school"),)
    text = shown(tmp_path / "a.csv", capsys)
    assert '"class" stands within "school"' in text
    assert f"  0       100    {columns['score'][0]:.17g}"[:20] in text


def test_two_values_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frame = pd.DataFrame({"school": SCHOOL, "score": CHANCE.integers(0, 2, N)})
    frame.to_csv(tmp_path / "a.csv", index=False)
    assert "The scores take two values only" in shown(tmp_path / "a.csv", capsys)


def test_questions_are_no_columns_of_their_own(tmp_path: Path) -> None:
    columns = {"school": SCHOOL, "score": CHANCE.normal(size=N)}
    columns |= {f"item{k}": CHANCE.integers(1, 5, N) for k in range(1, 11)}
    found = looked_at(columns, tmp_path)
    assert [one.name for one in found.columns] == ["school", "score", "item[1-10]"]
    assert found.outcomes == ("score",)


YES = {
    "0 and 1": CHANCE.integers(0, 2, N), "TRUE and FALSE": CHANCE.choice(["TRUE", "FALSE"], N),
    "words": CHANCE.choice(["wahr", "falsch"], N),
}  # fmt: skip


@pytest.mark.parametrize("values", YES)
@pytest.mark.parametrize("name", ["passed", "bestanden", "correct", "aprovado", "xyz"])
def test_what_takes_two_values_may_be_the_score(values: str, name: str, tmp_path: Path) -> None:
    """Before absences, where its name says so; by itself whatever its name."""
    columns: dict[str, object] = {"school": SCHOOL, name: YES[values]}
    columns |= {"sex": CHANCE.integers(0, 2, N), "edad": CHANCE.integers(9, 14, N)}
    assert looked_at(columns, tmp_path).outcomes == (name,)
    if name != "xyz":
        columns["absences"] = CHANCE.integers(0, 60, N)
        found = looked_at(columns, tmp_path)
        assert (found.outcomes[0], found.candidates.alike) == (name, (name,))
        assert found.entry["outcome"] == name
