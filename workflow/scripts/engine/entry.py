"""What a process asks for before it runs jobs: its folders, for itself and in a state to write."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from engine import disk_space, lock, ownership, requirements

# Two modules of one workflow work in one folder.
_LOCKS: dict[Path, int | None] = {}


def enter(results: Path, make_ready: Callable[[], None]) -> None:
    """Lock the working folder and the results, and make them ready for jobs.

    Parameters
    ----------
    results
        The output folder.
    make_ready
        Mends what earlier runs left and writes what this one depends on.

    Raises
    ------
    SystemExit
        When another run is at work, the results belong to another checkout, or nothing can be
        written. Snakemake would show an exception with where it came from.
    """
    try:
        requirements.check_environment()
        ownership.check(Path.cwd(), results)
        _lock(Path.cwd(), lock.WORKING)
        _lock(results, lock.RESULTS)
        ownership.claim(Path.cwd(), results)
        make_ready()
    except (ownership.OwnerError, requirements.EnvironmentalError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(ownership.REFUSED)
    except lock.RunningError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(lock.ALREADY_RUNNING if os.environ.get(lock.HELD) else 1)
    except lock.WaitError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(disk_space.explained(error, results / ".stages"))


def _lock(folder: Path, file: Path) -> None:
    path = folder.resolve() / file
    if path not in _LOCKS:
        # A command has waited for its own folder already.
        _LOCKS[path] = lock.acquire(folder, lock.asked_wait(), file)
