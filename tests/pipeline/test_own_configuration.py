"""Which configuration holds: the user's own, the shipped one, or the one that was named."""

import re
from pathlib import Path

import pytest
import yaml
from tests.helpers.building import simulated_csv
from tests.helpers.running import ROOT, run

import console.run
from console.caller import SHELL
from console.main import main
from console.report import config_of
from multilevel.errors import ConfigError
from scheduled.run import place_of

CONFIGS = {
    "config/config.yaml": ("shipped", "results"),
    "config/my.yaml": ("own", "my-results"),
    "other.yaml": ("other", "other-results"),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").mkdir()
    simulated_csv(tmp_path / "scores.csv", [6, 9, 4], ratio=0.3)
    for file, (name, results) in CONFIGS.items():
        entry = {"file": "scores.csv", "outcome": "score", "group": "school"}
        content = {"results": results, "datasets": {name: entry}}
        (tmp_path / file).write_text(yaml.safe_dump(content), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("options", "name"),
    [((), "own"), (("--configfile", "other.yaml"), "other"), (("--config", "results=x"), "own")],
    ids=["own", "named", "a key"],
)
def test_bare_snakemake(folder: Path, options: tuple[str, ...], name: str) -> None:
    dry = run(folder, "--snakefile", str(ROOT / "Snakefile"), "--cores", "1", "--dry-run", *options)
    assert dry.status == 0, dry.said
    assert set(re.findall(r"wildcards: id=(\S+)", dry.said)) == {name}


@pytest.mark.parametrize(
    ("config", "results"), [(None, "my-results"), ("other.yaml", "other-results")]
)
def test_a_scheduled_run(folder: Path, config: str | None, results: str) -> None:
    assert place_of(folder, (), config).results == Path(results)
    (folder / "config" / "my.yaml").unlink()
    assert place_of(folder, ()).results == Path("results")


def test_the_program_hands_on_what_was_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(console.run.engine_run, "main", lambda options: asked.append(options) or 0)
    workflow = ["--snakefile", str(ROOT / "Snakefile")]
    assert main(["run", "--dry-run"]) == 0
    assert main(["run", "--config", "other.yaml", "-n", "--", "--config", "results=x"]) == 0
    assert asked == [
        [*workflow, "--dry-run"],
        [*workflow, "--configfile", "other.yaml", "-n", "--config", "results=x"],
    ]
    assert main(["run", "--config", "another.yaml"]) == 2
    assert 'no configuration "another.yaml"' in capsys.readouterr().err


def test_a_folder_without_any(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match=r"neither config/my\.yaml nor config/config\.yaml"):
        console.run.config_options(None, [])
    assert console.run.config_options(None, ["--configfile=there.yaml"]) == []


def test_one_file_takes_the_results_folder_of_the_named_one(folder: Path) -> None:
    given = {"file": "scores.csv", "outcome": "score", "group": "school"}
    assert config_of(given, folder, SHELL)["results"] == "my-results"
    assert config_of({**given, "config": "other.yaml"}, folder, SHELL)["results"] == "other-results"
    with pytest.raises(ConfigError, match=r'no configuration "no\.yaml"'):
        config_of({**given, "config": "no.yaml"}, folder, SHELL)
