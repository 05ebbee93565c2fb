"""One run at a time in a folder.

Snakemake's own lock is not taken in one step, and stays when its process is killed. This
one is the system's: it goes when the last process that holds it ends, children that outlive
a killed parent among them.
"""

import contextlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# In the folder that Snakemake works in, and in a folder of results, which several may share.
WORKING = Path(".snakemake") / "run.lock"
RESULTS = Path(".stages") / "run.lock"
# In the environment of a process whose parent holds locks: their files.
HELD = "MULTILEVEL_LOCKS_HELD"
# The exit status of a command that met another run.
ALREADY_RUNNING = 75
_PAUSE = 0.2
LONGEST_WAIT = 10**6


class RunningError(Exception):
    """Another run is at work in the folder."""


class WaitError(Exception):
    """WAIT= is no number of seconds."""


def asked_wait() -> float:
    """Seconds that WAIT= in the environment asks to wait for another run.

    Raises
    ------
    WaitError
        When it is no number of seconds, or of more than anybody waits.
    """
    asked = os.environ.get("WAIT") or "0"
    with contextlib.suppress(ValueError):
        if 0 <= float(asked) <= LONGEST_WAIT:
            return float(asked)
    raise WaitError(f"WAIT= is a number of seconds, up to {LONGEST_WAIT:,}, not {asked!r}.")


def acquire(folder: Path, wait: float = 0.0, file: Path = WORKING) -> int | None:
    """Take the lock of `folder`; a file descriptor that holds it until it is closed.

    Parameters
    ----------
    folder
        The folder.
    wait
        Seconds to wait for another run to end.
    file
        The lock's file, relative to the folder.

    Returns
    -------
    None where the system has no such locks, and where this process's parent has it already.

    Raises
    ------
    RunningError
        When another run has it still.
    """
    try:
        import fcntl
    except ImportError:
        return None
    path = folder.resolve() / file
    if str(path) in os.environ.get(HELD, "").split(os.pathsep):
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    until = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                os.close(descriptor)
                raise RunningError(
                    f"Another run is at work in {folder.resolve()}. Wait until it has ended, or "
                    "let this one wait: WAIT=3600 before the command, in seconds."
                ) from None
            time.sleep(_PAUSE)
        else:
            return descriptor


@contextmanager
def hold(wait: float, *locks: tuple[Path, Path]) -> Iterator[None]:
    """Hold the locks of folders, each after `wait` seconds at most; `locks` are those and files.

    What is started meanwhile holds them as well, should this process be killed, and knows it.

    Raises
    ------
    RunningError
        When another run has one of them still.
    """
    before, descriptors = os.environ.get(HELD, ""), []
    try:
        for folder, file in locks:
            descriptor = acquire(folder, wait, file)
            if descriptor is not None:
                descriptors.append(descriptor)
                os.set_inheritable(descriptor, True)
            os.environ[HELD] = os.pathsep.join(
                (os.environ.get(HELD, ""), str(folder.resolve() / file))
            )
        yield
    finally:
        os.environ[HELD] = before
        for descriptor in descriptors:
            os.close(descriptor)
