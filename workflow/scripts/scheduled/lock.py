"""One run at a time in a folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FILE = Path(".snakemake") / "run.lock"
# Tells the Snakemake that is started under the lock that its parent holds it.
HELD = "MULTILEVEL_LOCK_HELD"


class RunningError(Exception):
    """Another run is at work in the folder."""


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, which the system takes back however this process ends.

    Raises
    ------
    RunningError
        When another run holds it.
    """
    (folder / FILE).parent.mkdir(exist_ok=True)
    with (folder / FILE).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunningError(f"Another run is at work in {folder.resolve()}.") from None
        os.environ[HELD] = str(folder.resolve())
        try:
            yield
        finally:
            del os.environ[HELD]
