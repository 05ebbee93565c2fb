"""A lock lasts as long as any process that holds it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.helpers.places import comes

from engine import lock
from engine.jobs import SCRIPTS

# Holds two locks, starts a child, and is killed.
HOLDER = f"""
import os, signal, subprocess, sys
sys.path.insert(0, {str(SCRIPTS)!r})
from pathlib import Path
from engine import lock
with lock.hold(0, (Path(), lock.WORKING), (Path("results"), lock.RESULTS)):
    child = subprocess.Popen(["sleep", "600"], close_fds=False, stdout=subprocess.DEVNULL)
    print(child.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize(
    ("folder", "file"), [(".", lock.WORKING), ("results", lock.RESULTS)], ids=["work", "results"]
)
def test_a_child_that_survives_its_killed_parent_holds_the_lock(
    tmp_path: Path, folder: str, file: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", HOLDER], cwd=tmp_path, stdout=subprocess.PIPE, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL
    child = int(done.stdout)
    try:
        with pytest.raises(lock.RunningError, match="Another run is at work in"):
            lock.acquire(tmp_path / folder, file=file)
    finally:
        os.kill(child, signal.SIGKILL)
    assert comes(lambda: free(tmp_path / folder, file))


def free(folder: Path, file: Path) -> bool:
    try:
        held = lock.acquire(folder, file=file)
    except lock.RunningError:
        return False
    assert held is not None
    os.close(held)
    return True


def test_what_is_started_meanwhile_knows_that_its_parent_has_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(lock.HELD, "")
    with lock.hold(0, (tmp_path, lock.WORKING)):
        assert lock.acquire(tmp_path) is None
    assert free(tmp_path, lock.WORKING)


@pytest.mark.parametrize("asked", ["an hour", "nan", "inf", "-1", "1e7"])
def test_nobody_waits_for_ever(asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAIT", asked)
    with pytest.raises(lock.WaitError, match="is a number of seconds, up to 1,000,000, not"):
        lock.asked_wait()
    monkeypatch.setenv("WAIT", "3600")
    assert lock.asked_wait() == 3600
