"""`multilevel report`: settings to a configuration, an outcome to words and an exit status."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from console import report, run
from console.caller import MAKE
from console.changes import table_rows
from console.main import main
from console.report import as_yaml, config_of, tell
from engine.jobs import PROJECT
from multilevel.configuration import load
from multilevel.configuration.schema import read_schema
from multilevel.errors import ConfigError
from multilevel.fit.stage import fit, refused
from multilevel.ingest.stage import ingest
from multilevel.records.findings import note
from multilevel.records.results import Results, decode, encode
from multilevel.summarise.summary import summarise

SETTINGS = {"file": "scores.csv", "outcome": "math", "group": "school"}
HOSTILE = (
    """'"; $(touch x) `id` <script>alert(1)</script> {{ 7*7 }} é 李 : # &a *a !!python/object %"""
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path


def one_dataset(settings: dict[str, str], folder: Path) -> dict[str, Any]:
    return config_of({name: text for name, text in settings.items() if text}, folder, MAKE)


def make(monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], *options: str) -> int:
    """The exit status of `make report` with these settings on its command line."""
    for name, value in settings.items():
        monkeypatch.setenv(f"SETTING_{name.upper()}", value)
    monkeypatch.setenv("GIVEN_SETTINGS", " ".join(settings).upper())
    return main(["make", "report", "--", *options])


def configure(root: Path, config: dict[str, Any]) -> None:
    (root / "config").mkdir()
    (root / "config" / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")


def test_what_is_missing_is_named_with_an_example(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert make(monkeypatch, {"file": "x.csv", "group": "  "}) == 2
    said = capsys.readouterr().err
    assert "needs OUTCOME= and GROUP=" in said
    assert "make report FILE=scores.csv OUTCOME=math GROUP=school" in said


def test_settings_are_read_from_the_environment_and_empty_ones_are_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(report, "main", lambda given, *_: asked.append(given) or 0)
    monkeypatch.setenv("GROUP", "school")
    monkeypatch.setenv("HOME", "/h")
    monkeypatch.setenv("OUTCOME", "another")
    given = {name: SETTINGS[name] for name in ("file", "outcome")}
    assert make(monkeypatch, given | {"title": ""}) == 0
    assert asked == [SETTINGS]


def test_text_that_is_not_utf8_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert make(monkeypatch, SETTINGS | {"file": "caf\udce9.csv"}) == 2
    assert "FILE= is not valid UTF-8" in capsys.readouterr().err


def test_a_file_inside_the_project_is_named_relative_to_it(tmp_path: Path) -> None:
    folder = tmp_path / "my data"
    inside = SETTINGS | {"file": "my data/a/../scores.csv"}
    (entry,) = one_dataset(inside, tmp_path)["datasets"].values()
    assert entry["file"] == "my data/scores.csv"
    outside = SETTINGS | {"file": str(folder / "scores.csv")}
    (entry,) = one_dataset(outside, tmp_path / "project")["datasets"].values()
    assert entry["file"] == str(folder / "scores.csv")


def test_every_setting_reaches_the_configuration(root: Path) -> None:
    settings = SETTINGS | {
        "title": HOSTILE,
        "subtitle": "2019",
        "method": "ml",
        "confidence": "0.9",
        "missing": "999, -1.5,Omitted",
        "outcome_label": "score",
        "group_label": "class",
        "groups_label": "classes",
        "member_label": "pupil",
        "members_label": "pupils",
    }
    config = one_dataset(settings, root)
    assert yaml.safe_load(as_yaml(config)) == config
    entry = config["datasets"]["scores"]
    assert entry == {
        "file": "scores.csv",
        "outcome": "math",
        "group": "school",
        "title": HOSTILE,
        "subtitle": "2019",
        "method": "ML",
        "confidence": 0.9,
        "missing": [999, -1.5, "Omitted"],
        "labels": {
            "outcome": "score",
            "group": "class",
            "groups": "classes",
            "member": "pupil",
            "members": "pupils",
        },
    }


def test_missing_codes_with_commas_come_as_a_list(root: Path) -> None:
    config = one_dataset(SETTINGS | {"missing": '["not reached, omitted", 9]'}, root)
    assert config["datasets"]["scores"]["missing"] == ["not reached, omitted", 9]
    with pytest.raises(ConfigError, match="MISSING= is not a list"):
        one_dataset(SETTINGS | {"missing": "[a, b"}, root)


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("données/Écoles 2019.csv", "Ecoles-2019"),
        ("../../../etc/passwd", "passwd"),
        ("__init__.csv", "init__"),
        ("李.csv", "file"),
        ("scores.csv.gz", "scores"),
        ("$(reboot); rm -rf ~.csv", "reboot-rm--rf"),
    ],
)
def test_the_id_comes_from_the_files_name(root: Path, file: str, expected: str) -> None:
    assert list(one_dataset(SETTINGS | {"file": file}, root)["datasets"]) == [expected]


@pytest.mark.parametrize("wrong", ["../x", "a/b", ".hidden", "", "x" * 200])
def test_an_id_never_leaves_the_results(root: Path, wrong: str) -> None:
    if wrong == "":
        assert list(one_dataset(SETTINGS | {"id": wrong}, root)["datasets"]) == ["scores"]
        return
    with pytest.raises(ConfigError, match="can't be an id"):
        one_dataset(SETTINGS | {"id": wrong}, root)


@pytest.mark.parametrize(
    "setting", [{"method": "MLE"}, {"confidence": "95%"}, {"confidence": "1.5"}]
)
def test_a_wrong_setting_is_named_before_anything_runs(root: Path, setting: dict[str, str]) -> None:
    (name,) = setting
    with pytest.raises(ConfigError, match=name):
        one_dataset(SETTINGS | setting, root)


def test_results_folder_and_defaults_of_the_configuration_hold(root: Path) -> None:
    entry = {"file": "other.csv", "outcome": "y", "group": "g"}
    defaults, report = {"confidence": 0.9}, {"formats": ["html"]}
    whole = {"results": "out", "defaults": defaults, "report": report}
    configure(root, whole | {"datasets": {"other": entry}})
    config = one_dataset(SETTINGS | {"sections": "schools,data"}, root)
    assert config["results"] == "out"
    assert config["defaults"] == defaults
    assert config["report"] == report
    assert config["datasets"]["scores"]["report"] == {"sections": ["schools", "data"]}
    assert list(config["datasets"]) == ["scores"]


def test_a_configured_dataset_of_the_same_id_keeps_its_folder(root: Path) -> None:
    entry = {"file": "Scores.csv", "outcome": "y", "group": "g"}
    configure(root, {"datasets": {"Scores": entry}})
    assert list(one_dataset(SETTINGS, root)["datasets"]) == ["scores-single"]
    same = {"file": "Scores.csv", "outcome": "y", "group": "g"}
    assert list(one_dataset(same, root)["datasets"]) == ["Scores"]


def test_a_broken_configuration_is_named(root: Path) -> None:
    configure(root, {"datasets": {"x": {"fil": "other.csv"}}})
    with pytest.raises(ConfigError, match=r"config/config\.yaml has a fault"):
        one_dataset(SETTINGS, root)
    (root / "config" / "config.yaml").write_text("a: [", encoding="utf-8")
    with pytest.raises(ConfigError, match="can't be read"):
        one_dataset(SETTINGS, root)


def reported(root: Path, rows: str) -> Path:
    """The folder of a dataset whose results.json is made from `rows` of school,math."""
    (root / "scores.csv").write_text("school,math\n" + rows, encoding="utf-8")
    schema = read_schema(PROJECT / "workflow" / "schemas")
    (dataset,) = load(one_dataset(SETTINGS, root), schema, root).datasets
    accepted, students = ingest(dataset, root / "scores.csv")
    fitted = refused(accepted.refusal) if accepted.refusal else fit(students, dataset)
    folder = root / "results" / "scores"
    folder.mkdir(parents=True, exist_ok=True)
    results = summarise(accepted, fitted, students, {}).results
    (folder / "results.json").write_bytes(encode(results))
    return folder


def test_the_headline_numbers_are_told(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # Group means 2, 4 and 9, MSB = 39, MSW = 1: tau00 = (39 - 1)/3, reliability = 38/39.
    folder = reported(root, "a,1\na,2\na,3\nb,3\nb,4\nb,5\nc,8\nc,9\nc,10\n")
    assert tell(folder, MAKE, "") == 0
    said = capsys.readouterr().out
    assert "9 students in 3 schools\n" in said
    assert "overall mean 5.00 (standard error" in said
    assert "ICC 0.93 (95% interval" in said
    assert "reliability 0.97\n" in said
    # Three schools: the terminal is as careful as the report.
    assert "We know it only roughly: differences between schools make up from" in said
    assert "Read with care: few groups" in said


def test_what_was_made_is_named_and_what_a_preset_chose_is_left_to_the_run(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = reported(root, "a,1\na,2\na,3\nb,3\nb,4\nb,5\nc,8\nc,9\nc,10\n")
    results = decode((folder / "results.json").read_bytes(), Results)
    chosen = note("preset_subjects", others=["science"], every=["mathematics", "science"])
    (folder / "results.json").write_bytes(encode(replace(results, findings=(chosen,))))
    (folder / "report.docx").touch()
    assert tell(folder, MAKE, "") == 0
    said = capsys.readouterr().out
    assert f"as Word file: {folder / 'report.docx'}" in said
    assert "as PDF" not in said and "science" not in said


def test_means_too_alike_have_no_interval_of_length_zero(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [(f"s{j}", (j + 4 * i) % 25 - 12) for j in range(12) for i in range(25)]
    folder = reported(root, "".join(f"{school},{score}\n" for school, score in rows))
    tell(folder, MAKE, "")
    said = capsys.readouterr().out
    assert "more alike than chance allows" in said
    assert "ICC 0.00 (no interval)" in said and "0.00 to 0.00" not in said


def test_with_weights_the_official_mean_leads(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = reported(root, "a,1\na,2\na,3\nb,3\nb,4\nb,5\nc,8\nc,9\nc,10\n")
    results = decode((folder / "results.json").read_bytes(), Results)
    assert results.leading is not None
    mean = replace(results.leading.mean, quantity="official_mean", value=6.5, se=None)
    leading = replace(results.leading, weighted=True, mean=mean)
    (folder / "results.json").write_bytes(encode(replace(results, leading=leading)))
    assert tell(folder, MAKE, "") == 0
    said = capsys.readouterr().out
    assert "The average student of the population" in said
    assert "weighted mean of students 6.50 (no standard error)" in said
    assert "weighted ICC 0.93" in said and "overall mean" not in said
    assert str(folder / "report.html") in said


def test_codes_that_look_missing_are_asked_about(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scores = [f"{'abcd'[k % 4]},{500 + k * 7 % 29}\n" for k in range(40)]
    folder = reported(root, "".join([*scores, "a,9999\n", "b,9999\n"]))
    assert tell(folder, MAKE, "-1") == 0
    assert 'Does 9999 in "math" mean missing? Then add MISSING=-1,9999' in capsys.readouterr().out
    folder = reported(root, "".join(scores))
    assert tell(folder, MAKE, "") == 0
    assert "mean missing" not in capsys.readouterr().out


def test_a_refusal_is_told_with_its_remedy(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert tell(reported(root, "a,1\na,two\nb,3\n"), MAKE, "") == 1
    said = capsys.readouterr().err
    assert said.startswith("\nNo report: ")
    assert "two" in said


@pytest.mark.parametrize("status", [0, 1, 130])
def test_snakemake_is_asked_for_this_report_alone(
    root: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    asked: list[list[str]] = []

    def asked_of(arguments: list[str]) -> int:
        asked.append(arguments)
        assert Path.cwd() == root
        return status

    monkeypatch.chdir(root)
    monkeypatch.setattr(run.engine_run, "main", asked_of)
    assert make(monkeypatch, SETTINGS | {"id": "mine"}, "--dry-run") == status
    config_file = "results/.stages/one-file/mine.yaml"
    (arguments,) = asked
    assert arguments[:2] == ["--snakefile", str(PROJECT / "Snakefile")]
    assert arguments[2:6] == ["--dry-run", "--configfile", config_file, "--"]
    assert arguments[6:] == ["results/.stages/mine/published.json"]
    assert list(yaml.safe_load((root / config_file).read_text())["datasets"]) == ["mine"]


@pytest.mark.parametrize(
    ("options", "said", "status"),
    [
        (["--help"], "", 0),
        (["-np"], "", 0),
        (["--until=ingest"], "", 0),
        (["--until", "ingest"], "", 0),
        (["--touch"], "No report: Snakemake ended well, but there is no ", 2),
    ],
)
def test_options_that_make_no_report_end_clearly(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    said: str,
    status: int,
) -> None:
    monkeypatch.chdir(root)
    monkeypatch.setattr(run, "snakemake", lambda *_: 0)
    assert make(monkeypatch, SETTINGS, *options) == status
    told = capsys.readouterr()
    assert (told.out, told.err.strip()[: len(said)]) == ("", said)
    assert bool(told.err) == bool(said)


def test_a_run_names_the_reports_to_read_with_care(tmp_path: Path) -> None:
    table = tmp_path / "datasets.csv"
    assert run.read_with_care(table_rows(tmp_path)) == ""
    table.write_text("id,status,flags\na,ok,\nb,refused,\n", encoding="utf-8")
    assert run.read_with_care(table_rows(tmp_path)) == ""
    table.write_text("id,status,flags\na,ok,few_groups boundary\nb,ok,\n", encoding="utf-8")
    assert (
        run.read_with_care(table_rows(tmp_path))
        == "Read with care:\n  a: few groups, between-variance 0\n"
    )
    many = "".join(f"d{number},ok,few_groups\n" for number in range(12))
    table.write_text(f"id,status,flags\n{many}", encoding="utf-8")
    assert run.read_with_care(table_rows(tmp_path)).endswith("and 2 more, in the index\n")
