"""Nights that go wrong: nothing wrong is published, nothing stays stuck, nobody is left untold."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from tests.helpers.faults import breakable_code, config_of, failure, order, published, small
from tests.helpers.faults import statuses as statuses_of
from tests.helpers.running import Run, clean_environment, configure

pytestmark = pytest.mark.xdist_group("nights")


class Project:
    """A folder of a few datasets, reported on by code that follows orders."""

    def __init__(self, folder: Path, code: Path) -> None:
        self.folder, self.code = folder, code
        self.results = folder / "results"
        (folder / "in" / "deep").mkdir(parents=True)
        for number, file in enumerate(("a.csv", "in/scores-1.csv", "in/deep/b.csv")):
            small(folder / file, seed=number)
        config = config_of({"a": "a.csv"})
        columns = {"outcome": "score", "group": "school"}
        config["datasets"]["many"] = {"files": "in/**/*.csv", **columns}
        configure(folder, config)
        order(folder, {})

    def run(self, *options: str, **environment: str) -> Run:
        program = str(self.code / "workflow" / "scripts" / "multilevel_program.py")
        done = subprocess.run(
            [sys.executable, program, "run", "--config", "config.yaml", *options],
            cwd=self.folder,
            env={**clean_environment(), "CORES": "2", **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        return Run(done.returncode, done.stdout + done.stderr, self.results)

    def public(self) -> Mapping[str, Mapping[str, bytes]]:
        return published(self.results)

    def statuses(self) -> Mapping[str, str]:
        return statuses_of(self.results)


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return breakable_code(tmp_path_factory.mktemp("nights-code"))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, code: Path) -> Project:
    """After a night on which all went well."""
    made = Project(tmp_path_factory.mktemp("nights") / "run", code)
    first = made.run()
    assert first.status == 0, first.said
    return made


def test_a_file_swapped_during_the_run_and_put_back_and_one_away_for_a_moment(
    project: Project,
) -> None:
    before = project.public()
    swapped, away = project.folder / "in" / "scores-1.csv", project.folder / "a.csv"
    good = small(swapped, seed=50).read_bytes()
    content = small(away, seed=51).read_bytes()
    small(project.folder / "other.txt", schools=9, seed=60)
    order(
        project.folder,
        {
            "ingest-many-scores-1": "put other.txt in/scores-1.csv",
            "ingest-a": "once take-away a.csv",
        },
    )
    disturbed = project.run()
    order(project.folder, {})
    assert disturbed.status == 1
    assert (project.statuses()["a"], project.statuses()["many-scores-1"]) == ("failed",) * 2
    assert (
        "another one than when the run began"
        in failure(project.results, "many-scores-1")["message"]
    )
    assert project.public() == before

    swapped.write_bytes(good)
    mended = project.run()
    # Whose file is gone stays as it is, named.
    assert mended.status == 1
    assert (project.statuses()["a"], project.statuses()["many-scores-1"]) == ("failed", "ok")
    assert mended.result("many-scores-1")["data"]["n_members"] == 30
    assert project.public()["many-scores-1"] != before["many-scores-1"]
    assert project.public()["a"] == before["a"]

    away.write_bytes(content)
    assert project.run().status == 0
    assert project.statuses()["a"] == "ok"
    assert project.public()["a"] != before["a"]


def test_a_newcomer_takes_nobodys_address(project: Project) -> None:
    before = project.public()
    small(project.folder / "in" / "Scores 1.csv", seed=9)
    assert project.run().status == 0
    after = project.public()
    assert {name: after[name] for name in before} == before
    assert len(after) == len(before) + 1


def test_a_folder_that_is_away(project: Project) -> None:
    before = project.public()
    shutil.move(project.folder / "in", project.folder / "elsewhere")
    away = project.run()
    shutil.move(project.folder / "elsewhere", project.folder / "in")
    assert away.status == 1
    assert 'The folder "in" can\'t be read' in away.said
    assert project.public() == before
    assert set(project.statuses().values()) == {"ok", "failed"}
    assert project.run().status == 0
    assert project.public() == before


@pytest.mark.skipif(os.getuid() != 0, reason="needs root to mount a small disk")
def test_a_full_folder_for_temporary_files(project: Project, tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(full)], check=False
    )
    if mounted.returncode:
        pytest.skip("can't mount a small disk")
    try:
        (full / "filler").write_bytes(bytes(60 * 1024))
        small(project.folder / "a.csv", seed=70)
        run = project.run(TMPDIR=str(full))
        left = [path for path in full.iterdir() if path.name != "filler"]
    finally:
        subprocess.run(["umount", str(full)], check=True)
    assert run.status == 0, run.said
    assert set(project.statuses().values()) == {"ok"}
    assert left == []


def touched(folder: Path, seconds: float) -> None:
    """All files and folders as if they had been written at another time."""
    for path in sorted(folder.rglob("*")):
        os.utime(path, (seconds, seconds), follow_symlinks=False)


def test_a_clock_that_was_a_year_ahead_and_a_run_that_was_interrupted(project: Project) -> None:
    touched(project.results, time.time() + 365 * 86_400)
    old = project.public()["a"]
    small(project.folder / "a.csv", schools=7, seed=80)
    order(project.folder, {"fit-a": "kill-main"})
    interrupted = project.run()
    order(project.folder, {})
    assert interrupted.status > 128
    assert project.public()["a"] == old
    mended = project.run()
    assert mended.status == 0, mended.said
    assert mended.result("a")["data"]["n_members"] == 35
    assert project.statuses()["a"] == "ok"
    assert b"\na,ok,,,A,35,7," in (project.results / "datasets.csv").read_bytes()


def test_a_second_project_changes_nothing(project: Project, code: Path, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in project.results.rglob("*")}
    other = Project(tmp_path / "other", code)
    small(other.folder / "a.csv", seed=99)
    config = config_of({"theirs": "a.csv"}, results=str(project.results))
    configure(other.folder, config)
    second = other.run()
    assert second.status == 2, second.said
    assert f"belong to the project in {project.folder}" in second.said
    assert "Traceback" not in second.said
    after = {path: path.stat().st_mtime_ns for path in project.results.rglob("*")}
    assert after == before


def test_an_account_without_a_home_and_a_language(project: Project) -> None:
    small(project.folder / "in" / "grün.csv", seed=5)
    run = project.run(HOME="/nonexistent", LC_ALL="C", LANG="C")
    assert run.status == 0, run.said
    assert "many-grun" in project.statuses()
    assert not list((project.results / "many-grun").rglob(".snakemake_timestamp"))


def test_variables_that_make_no_sense_are_said_before_anything_runs(project: Project) -> None:
    small(project.folder / "a.csv", seed=81)
    before = project.public()
    for name, value in (("SOURCE_DATE_EPOCH", "yesterday"), ("MULTILEVEL_MEMORY_MB", "2G")):
        run = project.run(**{name: value})
        assert run.status == 2
        assert f"{name}= is a" in run.said
        assert "Traceback" not in run.said
    assert project.public() == before


def test_links_lead_nowhere(project: Project, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("school,name\n" + "".join(f"s{n},Hidden{n}\n" for n in range(6)))
    names = project.folder / "names"
    names.mkdir()
    (names / "scores-1.csv").symlink_to(secret)
    config = yaml.safe_load((project.folder / "config.yaml").read_text())
    entry = {"files": "in/scores-*.csv", "outcome": "score", "group": "school"}
    entry["join"] = {"file": "names/scores-*.csv", "by": "school", "name": "name"}
    config["datasets"]["joined"] = entry
    configure(project.folder, config)
    run = project.run()
    assert run.status == 1
    assert project.statuses()["joined-scores-1"] == "refused"
    assert "a link that leads out" in run.said
    held = [path for path in project.results.rglob("*") if path.is_file()]
    assert not [path for path in held if b"Hidden" in path.read_bytes()]
    (names / "scores-1.csv").unlink()
    shutil.copy(secret, names / "scores-1.csv")
    run = project.run()
    assert run.status == 0, run.said
