"""Folders in which jobs run by a warm server, or without one."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from engine.jobs import SCRIPTS, Job
from engine.launch import SERVER

HELPERS = Path(__file__).parent
MAIN = f"""
import os, sys
sys.path.insert(0, {str(SCRIPTS)!r})
from engine import server_process
started = server_process.start(os.environ.get("WARM", "json"), "")
print(started, os.environ.get({SERVER!r}), flush=True)
sys.stdin.read()
"""
# A bound for what takes a moment; no test passes or fails by it on a machine that works.
PATIENCE = 120


def comes(happened: Callable[[], bool]) -> bool:
    """Whether something happens before long."""
    until = time.monotonic() + PATIENCE
    while not happened():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def a_main(place: "Place", environment: Mapping[str, str]) -> "subprocess.Popen[str]":
    """A process that stands for Snakemake in a place and starts the server; it says the address."""
    return subprocess.Popen(
        [sys.executable, "-c", MAIN],
        cwd=place.folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@dataclass
class Place:
    """A working folder whose jobs have a server, or none.

    Attributes
    ----------
    main
        The process that started the server; None for cold jobs.
    """

    folder: Path
    environment: dict[str, str]
    main: "subprocess.Popen[str] | None" = None

    @property
    def server(self) -> psutil.Process:
        assert self.main is not None
        (found,) = psutil.Process(self.main.pid).children()
        return found

    @property
    def socket(self) -> Path:
        return Path(self.environment[SERVER])

    @property
    def stages(self) -> Path:
        return self.folder / "results" / ".stages"

    def start(
        self, function: str, *, recorded: bool = True, steady: tuple[str, ...] = ()
    ) -> "subprocess.Popen[str]":
        """Start a launcher on a function of tests/helpers/engine_jobs.py."""
        job = Job(
            stage="try",
            call=f"engine_jobs:{function}",
            inputs={"source": "source.txt"},
            outputs={"target": "results/.stages/one/target.txt"},
            project={},
            recorded=recorded,
            steady=steady,
            temporary="results/.stages/.temporary",
        )
        (self.stages / "one").mkdir(parents=True, exist_ok=True)
        launcher = str(SCRIPTS / "engine" / "launch.py")
        return subprocess.Popen(
            [sys.executable, "-I", "-S", launcher, job.encoded(), "try.log"],
            cwd=self.folder,
            env=self.environment,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(
        self, function: str, *, recorded: bool = True, steady: tuple[str, ...] = ()
    ) -> tuple[int, str]:
        """Run a launcher to its end: exit status, and what it printed."""
        with self.start(function, recorded=recorded, steady=steady) as launcher:
            _, said = launcher.communicate()
        return launcher.returncode, said

    @property
    def target(self) -> Path:
        return self.stages / "one" / "target.txt"

    @property
    def log(self) -> str:
        return (self.folder / "try.log").read_text()


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MULTILEVEL")}
    return {**kept, "PYTHONPATH": str(HELPERS)}


def a_place(folder: Path) -> Place:
    folder.mkdir(exist_ok=True)
    (folder / "source.txt").write_text("content")
    return Place(folder, environment())
