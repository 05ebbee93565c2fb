"""`make report`: settings to a configuration, an outcome to words and an exit status."""

from pathlib import Path
from typing import Any

import pytest
import yaml

import one_file
from multilevel.configuration import load
from multilevel.errors import ConfigError
from multilevel.fit.stage import fit, refused
from multilevel.ingest.stage import ingest
from multilevel.records.results import encode
from multilevel.summarise.summary import summarise
from one_file import as_yaml, dataset_entry, main, one_dataset, read_settings, tell

SETTINGS = {"FILE": "scores.csv", "OUTCOME": "math", "GROUP": "school"}
HOSTILE = (
    """'"; $(touch x) `id` <script>alert(1)</script> {{ 7*7 }} é 李 : # &a *a !!python/object %"""
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    schemas = tmp_path / "workflow" / "schemas"
    schemas.mkdir(parents=True)
    schema = one_file.ROOT / "workflow" / "schemas" / "config.schema.yaml"
    (schemas / schema.name).write_bytes(schema.read_bytes())
    return tmp_path


def configure(root: Path, config: dict[str, Any]) -> None:
    (root / "config").mkdir()
    (root / "config" / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")


def test_what_is_missing_is_named_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert main({"REPORT_FILE": "x.csv", "REPORT_GROUP": "  "}, []) == 2
    said = capsys.readouterr().err
    assert "needs OUTCOME= and GROUP=" in said
    assert "make report FILE=scores.csv OUTCOME=math GROUP=school" in said


def test_settings_are_read_from_the_environment_and_empty_ones_are_none() -> None:
    environment = {f"REPORT_{name}": value for name, value in SETTINGS.items()}
    assert read_settings(environment | {"REPORT_TITLE": "", "HOME": "/h"}) == SETTINGS


def test_text_that_is_not_utf8_is_refused() -> None:
    environment = {f"REPORT_{name}": value for name, value in SETTINGS.items()}
    with pytest.raises(ConfigError, match="FILE= is not valid UTF-8"):
        read_settings(environment | {"REPORT_FILE": "caf\udce9.csv"})


def test_a_file_inside_the_project_is_named_relative_to_it(tmp_path: Path) -> None:
    folder = tmp_path / "my data"
    entry = dataset_entry(SETTINGS | {"FILE": "a/../scores.csv"}, folder, tmp_path)
    assert entry["file"] == "my data/scores.csv"
    outside = dataset_entry(SETTINGS, folder, tmp_path / "project")
    assert outside["file"] == str(folder / "scores.csv")


def test_every_setting_reaches_the_configuration(root: Path) -> None:
    settings = SETTINGS | {
        "TITLE": HOSTILE,
        "SUBTITLE": "2019",
        "METHOD": "ml",
        "CONFIDENCE": "0.9",
        "MISSING": "999, -1.5,Omitted",
        "OUTCOME_LABEL": "score",
        "GROUP_LABEL": "class",
        "GROUPS_LABEL": "classes",
        "MEMBER_LABEL": "pupil",
        "MEMBERS_LABEL": "pupils",
    }
    config = one_dataset(settings, root, root)
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
    config = one_dataset(SETTINGS | {"MISSING": '["not reached, omitted", 9]'}, root, root)
    assert config["datasets"]["scores"]["missing"] == ["not reached, omitted", 9]
    with pytest.raises(ConfigError, match="MISSING= is no list"):
        one_dataset(SETTINGS | {"MISSING": "[a, b"}, root, root)


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
    assert list(one_dataset(SETTINGS | {"FILE": file}, root, root)["datasets"]) == [expected]


@pytest.mark.parametrize("wrong", ["../x", "a/b", ".hidden", "", "x" * 200])
def test_an_id_never_leaves_the_results(root: Path, wrong: str) -> None:
    if wrong == "":
        assert list(one_dataset(SETTINGS | {"ID": wrong}, root, root)["datasets"]) == ["scores"]
        return
    with pytest.raises(ConfigError, match="can't be an id"):
        one_dataset(SETTINGS | {"ID": wrong}, root, root)


@pytest.mark.parametrize(
    "setting", [{"METHOD": "MLE"}, {"CONFIDENCE": "95%"}, {"CONFIDENCE": "1.5"}]
)
def test_a_wrong_setting_is_named_before_anything_runs(root: Path, setting: dict[str, str]) -> None:
    (name,) = setting
    with pytest.raises(ConfigError, match=name.lower()):
        one_dataset(SETTINGS | setting, root, root)


def test_results_folder_and_defaults_of_the_configuration_hold(root: Path) -> None:
    entry = {"file": "other.csv", "outcome": "y", "group": "g"}
    defaults = {"confidence": 0.9}
    configure(root, {"results": "out", "defaults": defaults, "datasets": {"other": entry}})
    config = one_dataset(SETTINGS, root, root)
    assert config["results"] == "out"
    assert config["defaults"] == defaults
    assert list(config["datasets"]) == ["scores"]


def test_a_configured_dataset_of_the_same_id_keeps_its_folder(root: Path) -> None:
    entry = {"file": "Scores.csv", "outcome": "y", "group": "g"}
    configure(root, {"datasets": {"Scores": entry}})
    assert list(one_dataset(SETTINGS, root, root)["datasets"]) == ["scores-single"]
    same = {"FILE": "Scores.csv", "OUTCOME": "y", "GROUP": "g"}
    assert list(one_dataset(same, root, root)["datasets"]) == ["Scores"]


def test_a_broken_configuration_is_named(root: Path) -> None:
    configure(root, {"datasets": {"x": {"fil": "other.csv"}}})
    with pytest.raises(ConfigError, match=r"config/config\.yaml has a fault"):
        one_dataset(SETTINGS, root, root)
    (root / "config" / "config.yaml").write_text("a: [", encoding="utf-8")
    with pytest.raises(ConfigError, match="can't be read"):
        one_dataset(SETTINGS, root, root)


def reported(root: Path, rows: str) -> Path:
    """The folder of a dataset whose results.json is made from `rows` of school,math."""
    (root / "scores.csv").write_text("school,math\n" + rows, encoding="utf-8")
    schema = one_file.read_yaml(root / "workflow" / "schemas" / "config.schema.yaml")
    (dataset,) = load(one_dataset(SETTINGS, root, root), schema, root).datasets
    accepted, students = ingest(dataset, root / "scores.csv")
    fitted = refused(accepted.refusal) if accepted.refusal else fit(students, dataset)
    folder = root / "results" / "scores"
    folder.mkdir(parents=True)
    results = summarise(accepted, fitted, students, {}).results
    (folder / "results.json").write_bytes(encode(results))
    return folder


def test_the_headline_numbers_are_told(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # Group means 2, 4 and 9, MSB = 39, MSW = 1: tau00 = (39 - 1)/3, reliability = 38/39.
    folder = reported(root, "a,1\na,2\na,3\nb,3\nb,4\nb,5\nc,8\nc,9\nc,10\n")
    assert tell(folder) == 0
    said = capsys.readouterr().out
    assert "9 students in 3 schools, overall mean 5.00" in said
    assert "ICC 0.93 (95% interval" in said
    assert "reliability 0.97, design effect 2.9" in said
    assert str(folder / "report.html") in said


def test_a_refusal_is_told_with_its_remedy(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert tell(reported(root, "a,1\na,two\nb,3\n")) == 1
    said = capsys.readouterr().err
    assert said.startswith("\nNo report: ")
    assert "two" in said


@pytest.mark.parametrize("status", [0, 1, 130])
def test_snakemake_is_asked_for_this_report_alone(
    root: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    asked: list[list[str]] = []

    def run(arguments: list[str]) -> int:
        asked.append(arguments)
        assert Path.cwd() == root
        return status

    monkeypatch.chdir(root)
    monkeypatch.setattr(one_file, "ROOT", root)
    monkeypatch.setattr(one_file.running, "main", run)
    environment = {f"REPORT_{name}": value for name, value in SETTINGS.items()}
    assert main(environment | {"REPORT_ID": "mine"}, ["--dry-run"]) == status
    config_file = "results/.stages/one-file/mine.yaml"
    (arguments,) = asked
    assert arguments[:4] == ["--dry-run", "--configfile", config_file, "--"]
    assert arguments[4:] == ["results/.stages/mine/published.json"]
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
    monkeypatch.setattr(one_file, "ROOT", root)
    monkeypatch.setattr(one_file, "run_snakemake", lambda *_: 0)
    environment = {f"REPORT_{name}": value for name, value in SETTINGS.items()}
    assert main(environment, options) == status
    told = capsys.readouterr()
    assert (told.out, told.err.strip()[: len(said)]) == ("", said)
    assert bool(told.err) == bool(said)
