"""What a preset fills in, and what it leaves to the entry."""

import os
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from tests.helpers import findings
from tests.unit.ingest.datasets import ROOT, configured, files_of, one, refused, timss, write_timss

from multilevel import configuration
from multilevel.index.presets import preset_notices
from multilevel.ingest.presets import cycle_year
from multilevel.ingest.stage import ingest, write
from multilevel.ingest.table.files import read


def test_the_preset_of_timss(tmp_path: Path) -> None:
    write_timss(tmp_path / "bsgneum8.sav")
    dataset, table, files = one(tmp_path, file="bsgneum8.sav", preset="timss")
    assert dataset.outcomes == tuple(f"BSMMAT0{i}" for i in range(1, 6))
    assert (dataset.group, dataset.weights.member) == ("IDSCHOOL", "TOTWGT")
    assert dataset.weights.group == "WGTFAC1*WGTADJ1"
    replicates = dataset.replicates
    assert (replicates.method, replicates.zone, replicates.code) == ("jk2", "JKZONE", "JKREP")
    assert findings.notes(files.layout)[0].startswith(
        "Preset timss, read as TIMSS of 2023: scores BSMMAT01"
    )
    assert "The file also has science: outcome: science" in findings.notes(files.layout)[3]
    assert {use.role for use in files.layout.uses} == {
        "outcome", "group", "member_weight", "group_weight", "replicate",
    }  # fmt: skip
    assert len(table.frame.columns) == 11


def test_classes_have_the_weight_of_classes(tmp_path: Path) -> None:
    frame = timss().assign(IDCLASS=timss()["IDSCHOOL"] * 100 + 1)
    write_timss(tmp_path / "bsgneum8.sav", frame)

    def chosen() -> tuple[str | None, str]:
        dataset, _, files = one(tmp_path, file="bsgneum8.sav", preset="timss", group="idclass")
        return dataset.weights.group, " ".join(findings.notes(files.layout))

    weight, note = chosen()
    assert weight is None
    assert "groups idclass. Student weights TOTWGT; no group weights." in note
    write_timss(tmp_path / "bsgneum8.sav", frame.assign(WGTFAC2=1.5, WGTADJ2=1.0))
    weight, note = chosen()
    assert weight == "WGTFAC1*WGTADJ1*WGTFAC2*WGTADJ2"
    assert "group weights WGTFAC1*WGTADJ1*WGTFAC2*WGTADJ2" in note


def told(root: Path, stages: Path) -> tuple[str, ...]:
    """What a run tells of all files of a folder, as it stands after they were ingested."""
    found = configured(root, files=f"{root}/*.sav", preset="timss").datasets
    for dataset in found:
        folder = stages / dataset.id
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "dataset.json").write_text("{}")
        ingested, students = ingest(dataset, Path(dataset.file))
        write(ingested, students, folder / "students.parquet", folder / "ingest.json")
    return preset_notices(found, stages)


def test_what_a_preset_chose_is_told_once(tmp_path: Path) -> None:
    for number in range(7):
        write_timss(tmp_path / f"bsgaa{number}m8.sav")
    (notice,) = told(tmp_path, tmp_path / "stages")
    assert notice.startswith("t-bsgaa0m8 and 6 more datasets: Preset timss, read as ")


def test_each_choice_of_a_preset_is_told(tmp_path: Path) -> None:
    for name in ("bsgaaam5", "bsgaaam8", "bsgbbbm8"):
        write_timss(tmp_path / f"{name}.sav")
    write_timss(
        tmp_path / "asgaaam8.sav",
        timss().rename(columns=lambda name: f"A{name[1:]}" if name[:1] == "B" else name),
    )
    grade4, older, newer = told(tmp_path, tmp_path / "stages")
    assert "scores ASMMAT01 to ASMMAT05" in grade4
    assert older.startswith("t-bsgaaam5: Preset timss, read as TIMSS of 2011: scores BSMMAT01")
    assert "Replicates jk2-half" in older
    assert newer.startswith("t-bsgaaam8, t-bsgbbbm8: Preset timss, read as TIMSS of 2023")
    assert "Replicates jk2 " in newer


def test_files_of_a_kind_that_differ_are_told_apart(tmp_path: Path) -> None:
    """The first has no replicates, the second no schools, the others all."""
    write_timss(tmp_path / "bsgaaam8.sav", timss().drop(columns=["JKZONE", "JKREP"]))
    write_timss(tmp_path / "bsgbbbm8.sav", timss().drop(columns="IDSCHOOL"))
    (tmp_path / "bsgcccm8.sav").write_bytes(b"nothing of the kind")
    for name in ("bsgdddm8", "bsgeeem8"):
        write_timss(tmp_path / f"{name}.sav")
    without, those = told(tmp_path, tmp_path / "stages")
    assert without.startswith("t-bsgaaam8: Preset timss") and "No replicates" in without
    assert those.startswith("t-bsgdddm8, t-bsgeeem8: Preset timss") and "Replicates jk2" in those


def test_what_an_earlier_run_chose_is_not_told(tmp_path: Path) -> None:
    write_timss(tmp_path / "bsgaaam8.sav")
    stages = tmp_path / "stages"
    assert told(tmp_path, stages)
    found = configured(tmp_path, files=f"{tmp_path}/*.sav", preset="timss").datasets
    folder = stages / found[0].id
    later = (folder / "ingest.json").stat().st_mtime + 1
    os.utime(folder / "dataset.json", (later, later))
    assert preset_notices(found, stages) == ()
    assert preset_notices(found, tmp_path / "nowhere") == ()


def test_several_countries_in_one_file_must_be_split(tmp_path: Path) -> None:
    frame = timss()
    frame.loc[:29, "IDCNTRY"] = 36.0
    write_timss(tmp_path / "a.sav", frame)
    found = refused(tmp_path, file="a.sav", preset="timss")
    assert 'holds 2 countries, "36", "554" in "IDCNTRY"' in found.reason.message
    assert "split_by: IDCNTRY" in found.reason.remedy
    both = configured(tmp_path, file="a.sav", preset="timss", split_by="IDCNTRY").datasets
    assert [read(files_of(dataset, tmp_path)).n_rows for dataset in both] == [30, 30]


def test_a_mistyped_subject_is_told_which_there_are(tmp_path: Path) -> None:
    write_timss(tmp_path / "bsgneum8.sav")
    found = refused(tmp_path, file="bsgneum8.sav", preset="timss", outcome="scence")
    assert found.reason.message == (
        '"scence" is neither a subject of the preset timss nor a column of "bsgneum8.sav". '
        'Its subjects are "mathematics", "science".'
    )
    assert found.reason.remedy.startswith('Did you mean "science"? Name a subject')
    found = refused(tmp_path, file="bsgneum8.sav", preset="timss", outcome="BSMATT01")
    assert found.reason.remedy.startswith('Did you mean "BSMMAT01"?')
    found = refused(tmp_path, file="bsgneum8.sav", preset="pirls", outcome="reading score")
    assert "It has no PIRLS scores." in found.reason.message


def test_what_the_entry_says_comes_before_the_preset(tmp_path: Path) -> None:
    write_timss(tmp_path / "bsgneum5.sav")
    dataset, _, _ = one(tmp_path, file="bsgneum5.sav", preset="timss")
    assert dataset.replicates.method == "jk2-half"  # 2011
    dataset, _, _ = one(
        tmp_path,
        file="bsgneum5.sav",
        preset="timss",
        outcome="Science",
        group="JKZONE",
        weights={"scaling": "effective"},
        replicates={"method": "jk2"},
    )
    assert dataset.outcomes[0] == "BSSSCI01"
    assert dataset.labels.outcome == "science score"
    assert (dataset.group, dataset.weights.scaling, dataset.weights.member) == (
        "JKZONE", "effective", "TOTWGT",
    )  # fmt: skip
    assert (dataset.replicates.method, dataset.replicates.zone) == ("jk2", "JKZONE")


def test_the_preset_of_pisa(tmp_path: Path) -> None:
    columns = {"CNTSCHID": [1, 1, 2], "W_FSTUWT": [2.0, 3, 4]}
    columns |= {f"PV{i}READ": [1.0, 2, 3] for i in range(1, 11)}
    columns |= {f"W_FSTURWT{i}": [1.0, 1, 1] for i in range(1, 81)}
    pd.DataFrame(columns).to_csv(tmp_path / "pisa2018.csv", index=False)
    dataset, _, _ = one(tmp_path, file="pisa2018.csv", preset="pisa")
    assert dataset.outcomes == tuple(f"PV{i}READ" for i in range(1, 11))
    assert dataset.weights.group is None
    assert dataset.replicates.columns == tuple(f"W_FSTURWT{i}" for i in range(1, 81))
    assert (dataset.replicates.method, dataset.replicates.fay) == ("brr-fay", 0.5)


@pytest.mark.parametrize(
    ("rename", "message"),
    [
        ({f"BSMMAT0{i}": f"M{i}" for i in range(1, 6)}
         | {f"BSSSCI0{i}": f"S{i}" for i in range(1, 6)}, '"M[1-5]", "S[1-5]"'),
        ({"IDSCHOOL": "SCHOOL_NR"}, '"SCHOOL_NR"'),
        ({f"BSSSCI0{i}": f"ASMMAT0{i}" for i in range(1, 6)}, "more than one set of mathematics"),
    ],
)  # fmt: skip
def test_an_unknown_layout_is_a_question_back(
    rename: dict[str, str], message: str, tmp_path: Path
) -> None:
    write_timss(tmp_path / "a.sav", timss().rename(columns=rename))
    found = refused(tmp_path, file="a.sav", preset="timss")
    assert message in found.reason.message
    assert "?" in found.reason.remedy


def test_files_of_another_study_are_told_its_preset(tmp_path: Path) -> None:
    write_timss(tmp_path / "a.sav")
    assert "try preset timss" in refused(tmp_path, file="a.sav", preset="pisa").reason.remedy
    write_timss(tmp_path / "a.sav", timss().rename(columns={f"BSMMAT0{i}": f"PV{i}MATH"
                                                            for i in range(1, 6)}))  # fmt: skip
    assert "preset timss" in refused(tmp_path, file="a.sav", preset="pirls").reason.remedy
    write_timss(tmp_path / "a.sav", timss()[["IDSCHOOL", "TOTWGT"]])
    assert "try preset" not in refused(tmp_path, file="a.sav", preset="pisa").reason.remedy


def test_a_country_is_called_as_its_file_calls_it(tmp_path: Path) -> None:
    write_timss(tmp_path / "bsgneum8.sav")

    def ingested(**entry: object) -> tuple[str, str]:
        (dataset,) = configured(tmp_path, preset="timss", **entry).datasets
        found, _ = ingest(dataset, tmp_path / dataset.file)
        assert "Neuland" in " ".join(findings.notes(found))
        return found.labels.title, found.config["country"]

    assert ingested(files=f"{tmp_path}/bsg*.sav", title="Grade 8") == (
        "Grade 8: Neuland",
        "Neuland",
    )
    assert ingested(file="bsgneum8.sav", title="Mine") == ("Mine", "Neuland")
    assert ingested(file="bsgneum8.sav", country="New") == ("T", "New")
    frame = timss()
    pyreadstat.write_sav(frame, tmp_path / "bsgneum8.sav")
    (dataset,) = configured(
        tmp_path, preset="timss", files=f"{tmp_path}/bsg*.sav", title="G"
    ).datasets
    found, _ = ingest(dataset, tmp_path / dataset.file)
    assert (found.labels.title, found.config["country"]) == ("G: bsgneum8", "")


def test_a_file_without_a_title_is_called_by_study_and_country(tmp_path: Path) -> None:
    write_timss(tmp_path / "bsgneum8.sav")
    config = {"datasets": {"bsgneum8": {"file": "bsgneum8.sav", "preset": "timss"}}}
    (dataset,) = configuration.read(config, ROOT / "workflow" / "schemas", tmp_path).datasets
    found, _ = ingest(dataset, tmp_path / dataset.file)
    assert found.labels.title == "TIMSS 2023: Neuland"


@pytest.mark.parametrize(
    ("file", "preset", "year"),
    [
        ("TIMSS19.sav", "timss", 2019),
        ("timss_99_usa.csv", "timss", 1999),
        ("pisa22.sav", "pisa", 2022),
        ("timss123.csv", "timss", None),
        ("bsgturm7.sav", "timss", 2019),
        ("x/bsgnzlm8.sav", "timss", 2023),
        ("BSGNZLM5.SAV.gz", "timss", 2011),
        ("asgautr4.sav", "pirls", 2016),
        ("timss2011_g4_aut.csv", "timss", 2011),
        ("pisa2012.csv", "pisa", 2012),
        ("bsgnzlm8.sav", "pisa", None),
        ("scores.csv", "timss", None),
        ("2011-2015.csv", "timss", None),
    ],
)
def test_the_year_in_a_name(file: str, preset: str, year: int | None) -> None:
    assert cycle_year(file, preset) == year
