"""What a run needs of the machine, looked at before its first job."""

import os
import resource
import shutil
import sys
from pathlib import Path

# Free space: for a dataset's outputs, and to be on the safe side.
SPACE_EACH, SPACE_SPARE = 6 * 2**20, 16 * 2**20
# Address space that a job takes with all its libraries; with less some of them never end to ask.
LEAST_ADDRESSES = 2 * 2**30
# Variables that are numbers: what they are, as which type, how small and how large, an example.
_VARIABLES: dict[str, tuple[str, type, float, float, str]] = {
    "MULTILEVEL_MEMORY_MB": ("whole number of megabytes", int, 1, 2**33, "2048"),
    "MULTILEVEL_SERVER_SECONDS": ("number of seconds", float, 0.01, 1e6, "300"),
    "MULTILEVEL_HOURS": ("number of hours", float, 0.0001, 1e4, "23"),
    "SOURCE_DATE_EPOCH": ("number of seconds since 1970", float, 0, 253402300799, "1767225600"),
}


class EnvironmentalError(Exception):
    """A variable of the environment has a value that makes no sense."""


def check_environment() -> None:
    """See whether the variables that jobs read have values that they understand.

    Raises
    ------
    EnvironmentalError
        With the first that hasn't.
    """
    for name, (kind, number, least, most, example) in _VARIABLES.items():
        given = os.environ.get(name)
        try:
            usable = not given or least <= number(given) <= most
        except ValueError:
            usable = False
        if not usable:
            raise EnvironmentalError(
                f"{name}= is a {kind}, such as {example}, not {given!r}. Nothing was changed."
            )


def check_addresses() -> None:
    """End the run in a shell whose `ulimit -v` is too small."""
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit != resource.RLIM_INFINITY and limit < LEAST_ADDRESSES:
        sys.exit(
            f"This shell's limit on virtual memory (ulimit -v) is {limit // 2**20} MB, and a job "
            f"needs {LEAST_ADDRESSES // 2**20} MB. Raise it, as by ulimit -v unlimited, and run "
            "again; no report was changed."
        )


def check_disk(results: Path, datasets: int) -> None:
    """End the run where there is no room for the outputs of so many datasets."""
    needed = datasets * SPACE_EACH + SPACE_SPARE
    # Where nothing is due but the last steps, nothing has made the folder yet.
    results.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(results).free
    if free < needed:
        sys.exit(
            f"{free // 2**20} MB are free where {results} is, and this run needs about "
            f"{needed // 2**20} MB for {datasets} report{'s' * (datasets != 1)}. "
            "Free some space and run again; no report was changed."
        )
