"""`make reports`: the pipeline on config/config.yaml, and a word on where the reports are."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "workflow" / "scripts"))

from engine import lock, run
from engine.batch import RECORD

# Options that don't change what is made, those that are followed by a value first.
WITH_VALUE = (
    "--cores",
    "-c",
    "--jobs",
    "-j",
    "--profile",
    "--workflow-profile",
    "--executor",
    "-e",
)
WITHOUT = ("-q", "--quiet", "-p", "--printshellcmds", "--verbose", "-F", "--forceall")
WITHOUT += ("-k", "--keep-going", "--rerun-incomplete", "--ri")


def asks_for_all(arguments: Sequence[str]) -> bool:
    """Whether all reports are asked for.

    Not by --dry-run, --until, a target or anything else that may ask for less or look elsewhere.
    """
    left = list(arguments)
    while left:
        option = left.pop(0)
        if option in WITH_VALUE:
            del left[:1]
        elif option not in WITHOUT and not _holds_its_value(option):
            return False
    return True


def _holds_its_value(option: str) -> bool:
    """Such as -c4 and --cores=4."""
    name, equals, _ = option.partition("=")
    if option.startswith("--"):
        return bool(equals) and name in WITH_VALUE
    return option[:2] in ("-c", "-j") and option[2:].isdigit()


def main(arguments: Sequence[str]) -> int:
    """Make the reports; the exit status."""
    status = run.main(arguments)
    # Stopped, or not begun because another run is at work: that was said.
    if status == lock.ALREADY_RUNNING or status > 128 or not asks_for_all(arguments):
        return status
    if status:
        sys.stderr.write("\nNot every dataset has its report; the messages above say why.\n")
        return status
    results = json.loads(RECORD.read_bytes())["results"] if RECORD.is_file() else "results"
    index = Path(results, "index.html").resolve()
    if index.is_file():
        print(f"\nEvery dataset has its report. The index over them: {index}")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
