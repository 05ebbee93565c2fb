"""Killed at any moment, a run goes on where it was, and what is published is always a whole."""

import contextlib
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.helpers.faults import breakable_code, config_of, order, pages, published, small
from tests.helpers.faults import statuses as statuses_of
from tests.helpers.killing import sitecustomize as killing
from tests.helpers.running import LAST, Run, chain, clean_environment, configure, snakemake

pytestmark = pytest.mark.xdist_group("killed")

DATASETS = ("a", "b", "c", "d")
RUNNING = {"CORES": "2", "WAIT": "60", "VERBOSE": "1"}
# Draws the moments at which runs are killed.
SEED = 20260101
NOTE = "my notes.txt"
# Within one run: a server and three jobs.
WITHIN = {
    "ingest-a": "once signal-self SIGKILL",
    "fit-d": "once signal-self SIGKILL",
    "report-c": "once signal-self SIGTERM",
    "summarise-b": "once kill-server",
}


@dataclass(frozen=True)
class Counted:
    """A run whose file operations were counted, and the one at which it was killed, if any."""

    run: Run
    operations: int
    killed_at: str


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

    def run(self, *options: str, environment: Mapping[str, str] | None = None) -> Run:
        """Run as the commands do, under the lock."""
        program = str(self.code / "workflow" / "scripts" / "multilevel_program.py")
        command = ["run", "--config", str(self.path / "config.yaml"), "--", *options]
        done = subprocess.run(
            [sys.executable, program, *command],
            cwd=self.path,
            env={**clean_environment(), **RUNNING, **(environment or {})},
            capture_output=True,
            text=True,
            check=False,
        )
        return Run(done.returncode, done.stdout + done.stderr, self.results)

    def run_plainly(self, *options: str) -> Run:
        """Run as users of Snakemake do."""
        return snakemake(self.path, *options, repository=self.code)

    def run_killed(self, at: int, victim: str) -> Counted:
        """Run until the `at`-th file operation, where it is killed, should it come so far."""
        notes = self.path.with_name(f"{self.path.name}.notes")
        shutil.rmtree(notes, ignore_errors=True)
        notes.mkdir()
        environment = {
            "PYTHONPATH": str(Path(killing.__file__).parent),
            killing.FOLDER: str(self.path),
            killing.NOTES: str(notes),
            killing.AT: str(at),
            killing.VICTIM: victim,
        }
        run = self.run(environment=environment)
        last = notes / killing.LAST
        operations = (notes / killing.COUNTER).stat().st_size
        return Counted(run, operations, last.read_text() if last.is_file() else "")

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
    """What undisturbed runs publish of both versions of the data, in one folder.

    Attributes
    ----------
    before
        The folder as it was before the second run, its data in the second version.
    operations
        How many file operations the second run took.
    """

    folder: Folder
    before: Path
    operations: int
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
    before = copied(folder.path, folder.path.with_name("before"))
    second = folder.run_killed(0, killing.ITSELF)
    # Same size, same old time of change: only the content tells.
    assert second.run.status == 0
    assert second.run.jobs == chain(*DATASETS)
    return Versions(
        folder, before, second.operations, first, folder.public(), pages(folder.results)
    )


def copied(folder: Path, target: Path) -> Path:
    """A copy with the same times, of files with two names one with two names."""
    subprocess.run(["cp", "-a", str(folder), str(target)], check=True)
    return target


def test_killed_at_any_file_operation(
    tmp_path: Path, code: Path, versions: Versions, request: pytest.FixtureRequest
) -> None:
    """Each time the run that mends is killed as well, should it come so far."""
    draw = random.Random(SEED)
    for number in range(request.config.getoption("--kills")):
        folder = Folder(copied(versions.before, tmp_path / f"run-{number}"), code)
        victim = (killing.MAIN, killing.ITSELF)[number % 2]
        places = [killed(folder, draw.randint(1, versions.operations * 19 // 20), victim, versions)]
        assert places[0]
        places += [
            killed(folder, draw.randint(1, versions.operations // 2), killing.MAIN, versions)
        ]
        last = folder.run()
        assert last.status == 0, (places, last.said)
        assert folder.public() == versions.second, places
        assert pages(folder.results) == versions.pages, places
        assert not unfinished(folder.path), places
        shutil.rmtree(folder.path)


def unfinished(folder: Path) -> list[Path]:
    """What is left of files and folders that were being built."""
    return [*folder.rglob(".*.part*"), *folder.rglob(".publish-*")]


def killed(folder: Folder, at: int, victim: str, versions: Versions) -> str:
    """Where a run was killed; what is public by then are whole sets."""
    found = folder.run_killed(at, victim)
    if not found.killed_at:
        assert found.run.status == 0, found.run.said
    elif victim == killing.MAIN:
        # Itself, when the process that starts Snakemake had not come so far.
        assert found.run.status in (128 + 9, -9), (found.killed_at, found.run.said)
    else:
        # A job is tried again.
        assert found.run.status in (0, 128 + 9, -9), (found.killed_at, found.run.said)
    for name, files in folder.public().items():
        assert files in (versions.first[name], versions.second[name]), (found.killed_at, name)
    return found.killed_at


def test_plain_snakemake_goes_on_once_it_is_unlocked(
    tmp_path: Path, code: Path, versions: Versions
) -> None:
    folder = Folder(copied(versions.before, tmp_path / "run"), code)
    assert killed(folder, versions.operations // 2, killing.MAIN, versions)
    locked = folder.run_plainly()
    assert locked.status == 1
    assert "--unlock" in locked.said
    unlocked = folder.run_plainly("--unlock")
    assert unlocked.status == 0, unlocked.said
    mended = folder.run_plainly()
    assert mended.status == 0, mended.said
    assert folder.public() == versions.second
    assert pages(folder.results) == versions.pages
    touched = folder.run_plainly("--touch")
    assert touched.status == 0, touched.said
    assert folder.public() == versions.second
    assert pages(folder.results) == versions.pages
    assert folder.run_plainly().jobs == set()


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


@pytest.fixture(scope="module")
def changed(versions: Versions) -> Run:
    """A run without Snakemake's metadata, after a change that no time tells, and with a note."""
    folder = versions.folder
    shutil.rmtree(folder.path / ".snakemake")
    small(folder.path / "b.csv", seed=11)
    os.utime(folder.path / "b.csv", (1.6e9, 1.6e9))
    (folder.results / "b" / NOTE).write_text("mine")
    return folder.run()


def test_lost_metadata_hide_no_change_and_invent_none(changed: Run, versions: Versions) -> None:
    assert changed.jobs == chain("b")
    shutil.rmtree(versions.folder.path / ".snakemake")
    assert versions.folder.run().jobs == set()


def test_what_others_put_into_a_folder_stays(changed: Run) -> None:
    assert changed.status == 0
    assert (changed.results / "b" / NOTE).read_text() == "mine"


def test_public_files_that_were_deleted_come_back(versions: Versions) -> None:
    folder = versions.folder
    before = folder.public()
    (folder.results / "c" / "report.html").unlink()
    run = folder.run()
    assert run.status == 0
    assert {"publish c"} <= run.jobs <= {"publish c"} | LAST
    assert folder.public() == before
    (folder.results / "index.html").unlink()
    assert folder.run().status == 0
    assert (folder.results / "index.html").exists()


def test_a_second_run_says_that_another_is_at_work(versions: Versions) -> None:
    from engine.lock import acquire

    folder = versions.folder
    held = acquire(folder.path)
    assert held is not None
    try:
        plain = folder.run_plainly()
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


def fill(filler: Path) -> None:
    """Leave not a byte."""
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as opened:
        while True:
            opened.write(bytes(2**16))


def test_a_full_disk_is_said_and_nothing_is_corrupted(
    small_disk: Path, code: Path, versions: Versions
) -> None:
    folder = make(small_disk / "run", code)
    filler = folder.path / "filler"
    fill(filler)
    full = folder.run()
    assert full.status == 1
    assert "No space is left on the disk" in full.said
    assert "No report was changed." in full.said
    assert "Traceback" not in full.said
    filler.write_bytes(bytes(30 * 2**20))
    refused = folder.run()
    assert refused.status == 1
    assert "Free some space and run again; no report was changed." in refused.said
    assert "Traceback" not in refused.said
    filler.unlink()
    order(folder.path, {"fit-b": "once fill-disk"})
    filled = folder.run(environment={"VERBOSE": ""})
    assert filled.status != 0
    assert "No space is left on the disk" in filled.said
    assert "Traceback" not in filled.said
    for name, files in folder.public().items():
        assert files == versions.first[name]
    filler.unlink()
    mended = folder.run()
    assert mended.status == 0, mended.said
    assert folder.public() == versions.first
