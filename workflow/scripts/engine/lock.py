"""One run at a time in a folder.

Snakemake's own lock is not taken in one step, and stays when its process is killed. This
one is the system's: it goes when the last process that holds it ends.
"""

import os
import time
from pathlib import Path

FILE = Path(".snakemake") / "run.lock"
# Set in the environment of a Snakemake whose parent holds the lock.
HELD = "MULTILEVEL_LOCK_HELD"
_LOOK = 0.2


class RunningError(Exception):
    """Another run is at work in the folder."""


class WaitError(Exception):
    """WAIT= is no number of seconds."""


def asked_wait() -> float:
    """Seconds that WAIT= in the environment asks to wait for another run.

    Raises
    ------
    WaitError
        When it is no number.
    """
    asked = os.environ.get("WAIT") or "0"
    try:
        return float(asked)
    except ValueError:
        raise WaitError(f"WAIT= is a number of seconds, not {asked!r}.") from None


def acquire(folder: Path, wait: float = 0.0) -> int | None:
    """Take the lock of `folder`; a file descriptor that holds it until it is closed.

    Parameters
    ----------
    wait
        Seconds to wait for another run to end.

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
    if os.environ.get(HELD) == str(folder.resolve()):
        return None
    file = folder / FILE
    file.parent.mkdir(exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
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
            time.sleep(_LOOK)
        else:
            return descriptor
