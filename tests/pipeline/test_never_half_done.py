"""Killed at any moment, a run goes on where it was, and what is published is always a whole."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.helpers.faults import breakable_code, config_of, order, pages, published, small
from tests.helpers.faults import statuses as statuses_of
from tests.helpers.running import LAST, Run, chain, clean_environment, configure, snakemake

pytestmark = pytest.mark.xdist_group("killed")

DATASETS = ("a", "b", "c", "d")
# Where the main process is killed, run after run: when the first job of the stage begins.
MAIN = ("ingest", "ingest", "fit", "summarise", "figures", "report")
# Within one run: a server and three jobs.
WITHIN = {
    "ingest-a": "once signal-self SIGKILL",
    "fit-d": "once signal-self SIGKILL",
    "report-c": "once signal-self SIGTERM",
    "summarise-b": "once kill-server",
}


@dataclass
class Folder:
    """A folder of four datasets and code that follows orders."""

    path: Path
    code: Path

    @property
    def results(self) -> Path:
        return self.path / "results"

    def write(self, version: int) -> None:
        """Write the data files; the version's time of change is always the same."""
        for number, name in enumerate(DATASETS):
            file = small(self.path / f"{name}.csv", seed=version + number)
            os.utime(file, (1.7e9, 1.7e9))

    def run(self, *options: str) -> Run:
        """Run as the commands do, under the lock."""
        program = str(self.code / "tools" / "snakemake.py")
        command = ["--snakefile", str(self.code / "Snakefile")]
        command += ["--configfile", str(self.path / "config.yaml"), *options]
        done = subprocess.run(
            [sys.executable, program, *command],
            cwd=self.path,
            env={**clean_environment(), "CORES": "2", "WAIT": "60", "VERBOSE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        return Run(done.returncode, done.stdout + done.stderr, self.results)

    def public(self) -> dict[str, dict[str, bytes]]:
        return published(self.results)


def make(folder: Path, code: Path) -> Folder:
    folder.mkdir()
    made = Folder(folder, code)
    configure(folder, config_of({name: f"{name}.csv" for name in DATASETS}))
    made.write(version=1)
    order(folder, {})
    return made


@dataclass(frozen=True)
class Versions:
    """What undisturbed runs publish of both versions of the data, in one folder."""

    folder: Folder
    first: dict[str, dict[str, bytes]]
    second: dict[str, dict[str, bytes]]
    pages: dict[str, bytes]


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return breakable_code(tmp_path_factory.mktemp("breakable"))


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory, code: Path) -> Versions:
    folder = make(tmp_path_factory.mktemp("undisturbed") / "run", code)
    assert folder.run().status == 0
    first = folder.public()
    folder.write(version=2)
    second = folder.run()
    # Same size, same old time of change: only the content tells.
    assert second.status == 0
    assert second.jobs == chain(*DATASETS)
    return Versions(folder, first, folder.public(), pages(folder.results))


def test_killed_again_and_again(tmp_path: Path, code: Path, versions: Versions) -> None:
    folder = make(tmp_path / "run", code)
    assert folder.run().status == 0
    assert folder.public() == versions.first
    folder.write(version=2)
    for place in MAIN:
        order(folder.path, {place: "once kill-main"})
        run = folder.run()
        assert run.status == 128 + 9, run.said
        for name, files in folder.public().items():
            assert files in (versions.first[name], versions.second[name]), (place, name)
    order(folder.path, WITHIN)
    last = folder.run()
    assert last.status == 0, last.said
    assert folder.public() == versions.second
    assert pages(folder.results) == versions.pages
    assert folder.run().jobs == set()


def test_jobs_and_server_killed_within_a_run(
    tmp_path: Path, code: Path, versions: Versions
) -> None:
    folder = make(tmp_path / "run", code)
    # The pages say what changed since the last release: there must have been the same one.
    assert folder.run().status == 0
    folder.write(version=2)
    order(folder.path, WITHIN)
    run = folder.run()
    assert run.status == 0, run.said
    assert not list((folder.path / "orders").iterdir())
    assert folder.public() == versions.second
    assert pages(folder.results) == versions.pages


def test_the_last_good_report_stays_when_a_new_one_fails(versions: Versions) -> None:
    folder = versions.folder
    small(folder.path / "a.csv", seed=9)
    order(folder.path, {"report-a": "fail"})
    failed = folder.run()
    order(folder.path, {})
    assert failed.status == 1
    assert statuses_of(folder.results)["a"] == "failed"
    assert folder.public()["a"] == versions.second["a"]
    assert "An earlier report still stands." in failed.index
    mended = folder.run()
    assert (mended.status, mended.jobs) == (0, chain("a", start="report"))
    assert folder.public()["a"] != versions.second["a"]


def test_lost_metadata_hide_no_change_and_invent_none(versions: Versions) -> None:
    folder = versions.folder
    shutil.rmtree(folder.path / ".snakemake")
    assert folder.run().jobs == set()
    shutil.rmtree(folder.path / ".snakemake")
    small(folder.path / "b.csv", seed=11)
    os.utime(folder.path / "b.csv", (1.6e9, 1.6e9))
    assert folder.run().jobs == chain("b")


def test_public_files_that_were_deleted_come_back(versions: Versions) -> None:
    folder = versions.folder
    before = folder.public()
    (folder.results / "c" / "report.html").unlink()
    (folder.results / "index.html").unlink()
    run = folder.run()
    assert run.status == 0
    assert run.jobs <= {"publish c"} | LAST
    assert folder.public() == before
    assert (folder.results / "index.html").exists()


def test_what_others_put_into_a_folder_stays(versions: Versions) -> None:
    folder = versions.folder
    note = folder.results / "d" / "my notes.txt"
    note.write_text("mine")
    small(folder.path / "d.csv", seed=12)
    assert folder.run().status == 0
    assert note.read_text() == "mine"


def test_a_second_run_says_that_another_is_at_work(versions: Versions) -> None:
    from engine.lock import acquire

    folder = versions.folder
    held = acquire(folder.path)
    assert held is not None
    try:
        plain = snakemake(folder.path, repository=folder.code)
    finally:
        os.close(held)
    assert plain.status == 1
    assert "Another run is at work in" in plain.said
    assert "Traceback" not in plain.said


def test_a_dataset_that_left_is_moved_aside(versions: Versions) -> None:
    folder = versions.folder
    left = folder.public()["d"]
    configure(folder.path, config_of({name: f"{name}.csv" for name in DATASETS[:3]}))
    run = folder.run()
    assert (run.status, run.jobs) == (0, LAST)
    assert set(folder.public()) == set(DATASETS[:3])
    assert '"d/report.html"' not in run.index
    (day,) = (folder.results / ".removed").iterdir()
    assert published(day) == {"d": left}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 48 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", str(place)],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        if "CI" in os.environ and os.getuid() == 0:
            pytest.fail(f"no small disk: {made.stderr}")
        pytest.skip("needs root to mount a small disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_said_and_nothing_is_corrupted(
    small_disk: Path, code: Path, versions: Versions
) -> None:
    folder = make(small_disk / "run", code)
    filler = folder.path / "filler"
    filler.write_bytes(bytes(30 * 2**20))
    refused = folder.run()
    assert refused.status == 1
    assert "Free some space and run again; no report was changed." in refused.said
    assert "Traceback" not in refused.said
    filler.unlink()
    order(folder.path, {"fit-b": "once fill-disk"})
    filled = folder.run()
    assert filled.status != 0
    assert "No space is left on the disk" in filled.said
    for name, files in folder.public().items():
        assert files == versions.first[name]
    filler.unlink()
    mended = folder.run()
    assert mended.status == 0, mended.said
    assert folder.public() == versions.first
