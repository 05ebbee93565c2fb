"""Faults that may pass, and what a dataset met in the run before.

A fault of the moment must not become a lasting verdict on a file: it is tried again, and only
what ended the same way in two runs, the second time alone, is taken for the file's doing.
"""

import os
from pathlib import Path

from multilevel.storage.files import write_whole

# In a job's environment: it is the last try of its run, and no other job is at work.
ALONE = "MULTILEVEL_ALONE"
NOW, BEFORE = "attempt.txt", "attempt-before.txt"


class PassingFault(Exception):
    """What another try, or another run, may not meet; the message says what it is."""


def begin(folder: Path) -> None:
    """Call the present note of a dataset's folder that of the run before, at the start of a run."""
    if (folder / NOW).is_file():
        (folder / NOW).replace(folder / BEFORE)


def is_repeated(folder: Path, what: str) -> bool:
    """Whether the run before ended the same way and this is the last try of the present one.

    What was met is noted otherwise, for the next run.

    Parameters
    ----------
    folder
        The dataset's, in the folder of stages.
    what
        Names the input and the fault.
    """
    before = folder / BEFORE
    if os.environ.get(ALONE) and before.is_file() and before.read_text(encoding="utf-8") == what:
        return True
    write_whole(folder / NOW, what.encode())
    return False


def forget(folder: Path) -> None:
    """Remove a dataset's notes, after an end that leaves no doubt."""
    for name in (NOW, BEFORE):
        (folder / name).unlink(missing_ok=True)
