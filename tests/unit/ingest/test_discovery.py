"""What `make inspect` shows, and whether the entry it offers can be used."""

import re
import shlex
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest
import yaml
from tests.unit.ingest import making

from console import inspection
from console.caller import MAKE
from console.main import main
from multilevel import configuration
from multilevel.ingest.discovery import survey
from multilevel.ingest.parts import split_values
from multilevel.ingest.readers import READERS, read_source, read_table
from multilevel.ingest.stage import ingest
from multilevel.wording.findings import notes

SCHEMAS = Path(__file__).parents[3] / "workflow" / "schemas"


def inspect(file: Path) -> int:
    """The exit status of make inspect."""
    return inspection.main({"file": str(file)}, MAKE)


def offered(text: str) -> dict[str, object]:
    """The entry at the end of what was printed."""
    return yaml.safe_load(text.partition("in config/config.yaml:")[2])


@pytest.mark.parametrize("ending", READERS)
def test_the_entry_offered_for_each_format_makes_a_dataset(
    ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = making.written(tmp_path, ending)
    assert inspect(path) == 0
    shown = capsys.readouterr().out
    config = {"datasets": offered(shown)}
    (dataset,) = configuration.read(config, SCHEMAS, tmp_path).datasets
    assert (dataset.outcome.upper(), dataset.group) in {("MATH", "IDSCHOOL"), ("SCORE", "IDSCHOOL")}
    ingested, students = ingest(dataset, path)
    assert ingested.status == "ok", ingested.refusal
    assert len(students.group_ids) in (4, 6)


def test_what_is_shown_of_a_labelled_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = np.random.default_rng(5)
    frame = pd.DataFrame({"CLASS": np.repeat(np.arange(12.0), 10), "PUPIL": np.arange(120.0)})
    for i in range(1, 6):
        frame[f"PVR{i}"] = chance.normal(500, 100, 120)
    frame["SEX"] = np.arange(120) % 2 + 1.0
    frame.loc[:2, "SEX"] = 9.0
    frame["STUWGT"] = chance.uniform(1, 2, 120)
    pyreadstat.write_sav(
        frame, tmp_path / "a.sav",
        column_labels={"PVR1": "<b>Plausible value 1 reading</b>", "SEX": "Sex"},
        variable_value_labels={"SEX": {9.0: "Omitted"}}, missing_ranges={"SEX": [9]},
    )  # fmt: skip
    assert inspect(tmp_path / "a.sav") == 0
    shown = capsys.readouterr().out
    assert "a.sav: 120 rows, 9 columns" in shown
    row = next(line for line in shown.splitlines() if line.startswith("SEX"))
    assert row.split() == ["SEX", "whole", "number", "2", "3", "1", "to", "2",
                           "9", "Omitted", "Sex"]  # fmt: skip
    assert 'may be outcomes: "PVR[1-5]"' in shown
    assert 'may be groups: "CLASS"\n' in shown
    assert 'may be weights: "STUWGT"' in shown
    entry = offered(shown)["a"]
    assert (entry["outcome"], entry["group"]) == ("PVR[1-5]", "CLASS")
    (command,) = re.findall(r"^  make report (.*)$", shown, re.M)
    assert dict(word.split("=", 1) for word in shlex.split(command)) == {
        key.upper(): value for key, value in entry.items()
    }


@pytest.mark.parametrize(
    ("columns", "groups", "outcomes"),
    [
        ({"x": "few", "k": "many", "row": "own", "same": "one"}, ("k", "x"), ("score",)),
        ({"school_id": "many", "x": "few", "stud_id": "many"}, ("school_id",), ("score",)),
        ({"sitemap": "own", "pupil": "own", "q7": "few"}, ("q7",), ("score", "size_of_six")),
    ],
)
def test_what_may_be_groups_and_what_cannot(
    columns: dict[str, str], groups: tuple[str, ...], outcomes: tuple[str, ...], tmp_path: Path
) -> None:
    n = np.arange(120)
    kinds = {"few": n % 3, "many": n // 6, "own": n + 5, "one": n * 0}
    frame = pd.DataFrame({name: kinds[kind] for name, kind in columns.items()})
    frame["score"] = np.random.default_rng(2).normal(size=120)
    frame["size_of_six"] = n // 6 * 1.5 + 20
    frame.to_csv(tmp_path / "a.csv", index=False)
    found = survey(read_source(tmp_path / "a.csv"), "a.csv")
    assert (found.groups, found.outcomes) == (groups, outcomes)


def test_a_file_of_a_known_study_gets_its_preset(tmp_path: Path) -> None:
    columns = {
        "IDSCHOOL": [1, 1, 2],
        "TOTWGT": [1.0, 2, 3],
        "JKZONE": [1, 1, 2],
        "JKREP": [0, 1, 0],
    }
    columns |= {f"ASRREA0{i}": [500.0 + i, 400, 300] for i in range(1, 6)}
    pd.DataFrame(columns).to_csv(tmp_path / "asgxxxr5.csv", index=False)
    found = survey(read_source(tmp_path / "asgxxxr5.csv"), "data/asgxxxr5.csv")
    assert found.entry == {"file": "data/asgxxxr5.csv", "preset": "pirls"}
    assert set(found.replicates) == {"JKZONE", "JKREP"}


def of_countries(countries: list[str]) -> pd.DataFrame:
    """Schools 1 to 4 of 10 students in each country, laid out as PISA is."""
    chance = np.random.default_rng(8)
    n = 40 * len(countries)
    columns = {
        "CNT": np.repeat(countries, 40),
        "CNTSCHID": np.tile(np.repeat(np.arange(1, 5), 10), len(countries)),
        "W_FSTUWT": chance.uniform(1, 2, n).round(3),
    }
    return pd.DataFrame(
        columns | {f"PV{k}MATH": chance.normal(500, 90, n).round(2) for k in range(1, 6)}
    )


@pytest.mark.parametrize("left_out", [[], ["W_FSTUWT"]], ids=["preset", "no preset"])
def test_a_file_of_several_countries_is_split(
    left_out: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cy08.csv"
    of_countries(["DEU", "", "USA"]).drop(columns=left_out).to_csv(file, index=False)
    assert inspect(file) == 0
    shown = capsys.readouterr().out
    assert 'The file holds 2 countries, "DEU", "USA" in "CNT"' in shown
    assert "make report FILE" not in shown
    entry = offered(shown)
    assert entry["cy08"]["split_by"] == "CNT"
    both = configuration.read({"datasets": entry}, SCHEMAS, tmp_path, split_values).datasets
    ingested = [ingest(dataset, file)[0] for dataset in both]
    assert [(one.status, one.rows_read) for one in ingested] == [("ok", 40), ("ok", 40)]


def test_a_set_with_a_gap_is_told_once(tmp_path: Path) -> None:
    frame = of_countries(["DEU"]).drop(columns="PV3MATH")
    weights = {f"W_FSTURWT{k}": frame["W_FSTUWT"] for k in range(1, 81) if k != 17}
    frame.assign(**weights).to_csv(tmp_path / "cy08.csv", index=False)
    found = survey(read_source(tmp_path / "cy08.csv"), "cy08.csv")
    assert notes(found.findings, found.reading, cautions=True)[1:] == (
        '4 columns belong together: PV1MATH to PV5MATH without "PV3MATH". Is the file complete?',
        '79 columns belong together: W_FSTURWT1 to W_FSTURWT80 without "W_FSTURWT17". '
        "Is the file complete?",
    )


def test_a_file_of_one_country_is_not_split(tmp_path: Path) -> None:
    of_countries(["DEU"]).to_csv(tmp_path / "cy08.csv", index=False)
    found = survey(read_source(tmp_path / "cy08.csv"), "cy08.csv")
    assert found.entry == {"file": "cy08.csv", "preset": "pisa"}
    assert not any(
        "countries" in note for note in notes(found.findings, found.reading, cautions=True)
    )


@pytest.mark.parametrize("content", ["", "a,b\n", "x,x\n1,2\n", "\n\n", "a,b\n1\n"])
def test_files_that_hold_nothing_to_show(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.csv").write_text(content)
    assert inspect(tmp_path / "a.csv") == 1
    assert "a.csv" in capsys.readouterr().err


def test_an_entry_is_offered_even_where_nothing_fits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "\x1b[31m$(x).csv").write_text("a,=b,<c>\nx,y,z\n")
    assert inspect(tmp_path / "\x1b[31m$(x).csv") == 0
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "make report" not in shown
    assert offered(shown)["31m-x"]["outcome"] == "NAME_OF_THE_COLUMN_OF_SCORES"


def test_settings_of_inspect(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["make", "inspect"]) == 2
    assert "make inspect needs FILE=" in capsys.readouterr().err
    monkeypatch.setenv("GIVEN_SETTINGS", "FILE SHET")
    monkeypatch.setenv("SETTING_FILE", "x.csv")
    monkeypatch.setenv("SETTING_SHET", "2")
    assert main(["make", "inspect"]) == 2
    assert "Did you mean SHEET=?" in capsys.readouterr().err


def test_the_range_is_that_of_all_columns_of_a_family(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = np.random.default_rng(6)
    frame = pd.DataFrame({f"PV{k}": chance.normal(500, 90, 60).round(2) for k in range(1, 6)})
    frame.loc[4, "PV2"], frame.loc[5, "PV4"] = 9999, 1.5
    frame.assign(school=np.arange(60) // 10).to_csv(tmp_path / "a.csv", index=False)
    assert inspect(tmp_path / "a.csv") == 0
    row = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("PV["))
    assert "1.5 to 9999" in row


def test_a_file_without_numbers_has_no_outcome_to_offer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "".join(f"{'abcdef'[i % 6]},{'xyz'[i % 3]}\n" for i in range(60))
    (tmp_path / "a.csv").write_text(f"class,answer\n{rows}")
    assert inspect(tmp_path / "a.csv") == 0
    assert "may be outcomes: none found\n" in capsys.readouterr().out


def test_what_can_be_read_is_shown_beside_lists(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = 2**60
    table = pa.table(
        {
            "tags": [[1, 2]] * 60,
            "school": [f"s{k // 10}" for k in range(60)],
            "score": np.random.default_rng(7).normal(500, 90, 60),
            "pupil": [first + k for k in range(60)],
            "more": [{"a": 1}] * 60,
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    assert inspect(tmp_path / "a.parquet") == 0
    shown = capsys.readouterr().out
    assert "a.parquet: 60 rows, 5 columns" in shown
    assert """Values of a kind that can't be read, such as lists, are in "tags", "more".""" in shown
    pupil = next(line for line in shown.splitlines() if line.startswith("pupil"))
    assert pupil.split()[:4] == ["pupil", "whole", "number", "60"]
    assert offered(shown)["a"] == {
        "file": str(tmp_path / "a.parquet"), "outcome": "score", "group": "school",
    }  # fmt: skip


def test_ids_of_64_bits_and_of_bytes_are_read_as_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = pa.table(
        {
            "school": [f"s{k // 10}" for k in range(60)],
            "score": np.random.default_rng(7).normal(500, 90, 60),
            "hash": pa.array([2**63 + k for k in range(60)], pa.uint64()),
            "uuid": pa.array([bytes([255, k]) for k in range(60)], pa.binary(2)),
            "spark": pa.array([f"é{k}".encode() for k in range(60)], pa.binary()),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    assert inspect(tmp_path / "a.parquet") == 0
    lines = {row.split()[0]: row.split()[1:] for row in capsys.readouterr().out.splitlines() if row}
    assert lines["hash"][:3] == ["whole", "number", "60"]
    assert lines["uuid"][:2] == lines["spark"][:2] == ["text", "60"]
    frame = read_table(tmp_path / "a.parquet", ("hash", "uuid", "spark")).frame
    assert frame.iloc[1].tolist() == ["9223372036854775809", "ff01", "é1"]


def test_columns_of_one_name_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [f"s{k // 10},{k * k % 97}.5,{k}" for k in range(60)]
    (tmp_path / "a.csv").write_text("\n".join(["school,math,math", *rows]))
    assert inspect(tmp_path / "a.csv") == 0
    assert 'several columns of the name "math": they' in capsys.readouterr().out


def test_ids_that_begin_anew_are_offered_with_what_they_stand_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = np.random.default_rng(3)
    frame = pd.DataFrame(
        {"district": np.repeat(["North", "South"], 30), "school": np.arange(60) // 5 % 6 + 1,
         "score": chance.normal(500, 60, 60).round(1)}
    )  # fmt: skip
    frame.to_csv(tmp_path / "a.csv", index=False)
    assert inspect(tmp_path / "a.csv") == 0
    shown = capsys.readouterr().out
    assert 'Are equal ids in "school" different groups in each "district"?' in shown
    assert offered(shown)["a"]["group"] == ["district", "school"]
    assert "60 members in 12 groups" in shown
    (command,) = re.findall(r"^  make report (.*)$", shown, re.M)
    given = dict(word.split("=", 1) for word in shlex.split(command))
    assert given["GROUP"] == '["district", "school"]'
    frame.assign(school=frame["district"].str[:1] + frame["school"].astype(str)).to_csv(
        tmp_path / "a.csv", index=False
    )
    assert inspect(tmp_path / "a.csv") == 0
    shown = capsys.readouterr().out
    assert offered(shown)["a"]["group"] == "school"
    assert "Are equal ids" not in shown


def test_codes_that_look_missing_are_proposed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = np.random.default_rng(3)
    score = chance.normal(500, 60, 60).round()
    frame = pd.DataFrame({"school": np.arange(60) // 6, "score": score})
    for code, asked in ((9999, True), (None, False)):
        if code:
            frame.loc[[3, 20], "score"] = code
        else:
            frame["score"] = score
        frame.to_csv(tmp_path / "a.csv", index=False)
        assert inspect(tmp_path / "a.csv") == 0
        question = 'Does 9999 in "score" mean missing? Then add MISSING=9999'
        assert (question in capsys.readouterr().out) == asked


def test_covariates_are_offered_and_can_be_used(tmp_path, capsys):
    """Of members and of groups apart; no ids, levels, weights, further draws or names."""
    chance = np.random.default_rng(8)
    school = np.repeat(np.arange(30), 20)
    n = len(school)
    frame = pd.DataFrame({"school": school + 101, "district": 7 + school // 10})
    frame["pupil_id"], frame["name"] = np.arange(n) + 1, [f"person {k}" for k in range(n)]
    frame["sex"], frame["age"] = chance.choice(["f", "m"], n), chance.normal(15, 1, n)
    frame["urban"], frame["weight"] = (school % 3 == 0) * 1, 1 + chance.random(n)
    frame["language"] = "same"
    # Ids without a name that tells: of members with two rows, and of schools.
    frame["quelle"], frame["lfd"] = 900 - school, np.repeat(chance.permutation(n // 2), 2)
    for k in range(1, 6):
        frame[f"PV{k}MATH"] = chance.normal(500, 100, n)
    file = tmp_path / "a.csv"
    frame.to_csv(file, index=False)
    assert inspect(file) == 0
    shown = capsys.readouterr().out
    assert 'may be covariates of members: "sex", "age"\n' in shown
    assert 'may be covariates of groups: "urban"\n' in shown
    assert "such as COVARIATES=sex GROUP_COVARIATES=urban\n" in shown


def test_no_covariates_are_offered_where_there_are_none(tmp_path, capsys):
    file = tmp_path / "a.csv"
    file.write_text("school,math\n" + "".join(f"s{k // 9},{400 + k * 7 % 50}\n" for k in range(90)))
    assert inspect(file) == 0
    shown = capsys.readouterr().out
    assert "may be covariates" not in shown and "goes with covariates" not in shown
