"""Asked to stop, a run ends as a whole, says so, and the next one goes on."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
import yaml
from tests.helpers.faults import breakable_code, config_of, order, pages, published, small
from tests.helpers.running import ROOT, clean_environment, configure, snakemake

from engine import lock

pytestmark = pytest.mark.xdist_group("killed")

DATASETS = ("a", "b", "c")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout whose stages follow orders, with this one's environment."""
    folder = breakable_code(tmp_path_factory.mktemp("stopping") / "checkout")
    (folder / ".venv").symlink_to(ROOT / ".venv")
    shutil.copy(ROOT / "Makefile", folder)
    (folder / "config").mkdir()
    config = config_of({name: f"{name}.csv" for name in DATASETS})
    (folder / "config" / "config.yaml").write_text(yaml.safe_dump(config))
    for number, name in enumerate(DATASETS):
        os.utime(small(folder / f"{name}.csv", seed=number), (1.7e9, 1.7e9))
    return folder


def ended(project: Path, *command: str) -> tuple[int, str]:
    """The status of a command at the moment it ends, and what was said; all is over by then."""
    said = project / "said.txt"
    with (
        said.open("wb") as out,
        subprocess.Popen(
            command,
            cwd=project,
            env={**clean_environment(), "CORES": "2"},
            stdout=out,
            stderr=out,
            start_new_session=True,
        ) as process,
    ):
        status = process.wait()
    held = lock.acquire(project)
    assert held is not None
    os.close(held)
    assert at_work(project) == []
    return status, said.read_text()


def at_work(project: Path) -> list[str]:
    """Processes that have to do with the project."""
    found = []
    for process in psutil.process_iter(["cmdline", "cwd", "pid"]):
        words = " ".join(process.info["cmdline"] or ())
        if str(project) in f"{words} {process.info['cwd']}" and process.pid != os.getpid():
            found.append(words)
    return found


@pytest.mark.parametrize(
    ("command", "stage", "what", "status"),
    [
        (["make", "-C", "{project}", "reports"], "fit", "once ask-to-stop SIGTERM make -C", -15),
        (["sh", "tools/reports.sh"], "ingest", "once ask-twice SIGINT _program.py run", 130),
        (["sh", "tools/scheduled_run.sh"], "fit", "once ask-to-stop SIGTERM run --unattended", 143),
    ],
    ids=["make", "twice", "scheduled"],
)
def test_a_run_that_is_asked_to_stop(
    project: Path, command: list[str], stage: str, what: str, status: int
) -> None:
    shutil.rmtree(project / "results", ignore_errors=True)
    shutil.rmtree(project / ".snakemake", ignore_errors=True)
    order(project, {stage: what})
    found, said = ended(project, *(word.replace("{project}", str(project)) for word in command))
    if "unattended" in what:
        (log,) = (project / "results" / ".runs").glob("*.log")
        said = log.read_text()
    assert found == status, said
    name = signal.Signals(abs(status) % 128).name
    assert f"Stopped by {name} after " in said
    assert "Made 0 of 3, refused 0, failed 0, left 3, up to date before 0." in said
    assert "Error in" not in said
    assert "Traceback" not in said
    assert not list((project / "results").glob(".stages/.failed/*"))
    assert published(project / "results") == {}


def test_the_next_run_goes_on(project: Path, tmp_path: Path) -> None:
    status, _ = ended(project, "make", "reports")
    assert status == 0
    for name in DATASETS:
        shutil.copy2(project / f"{name}.csv", tmp_path)
    configure(tmp_path, config_of({name: f"{name}.csv" for name in DATASETS}))
    order(tmp_path, {})
    once = snakemake(tmp_path, repository=project)
    assert once.status == 0
    assert published(once.results) == published(project / "results")
    assert pages(once.results) == pages(project / "results")


def test_no_signal_is_lost_before_there_is_a_process() -> None:
    script = """
import os, signal, subprocess, sys
from engine.signals import Stopping, start
with Stopping() as stopping:
    os.kill(os.getpid(), signal.SIGTERM)
    with start([sys.executable, "-c", "import signal; signal.pause()"]) as process:
        stopping.watch(process)
sys.exit(stopping.status(process.returncode))
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**clean_environment(), "PYTHONPATH": str(ROOT / "workflow" / "scripts")},
        check=False,
    )
    assert done.returncode == 128 + signal.SIGTERM
