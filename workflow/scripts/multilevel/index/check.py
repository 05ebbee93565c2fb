"""Which datasets have no report, for the exit status."""

import json
import sys
from pathlib import Path

from multilevel.index.outcomes import Failed, outcomes
from multilevel.records.results import Results
from multilevel.storage.files import write_whole
from multilevel.wording.quoting import shown


def run(datasets: Path, checked: Path) -> None:
    """Write `checked` when all datasets have their reports, else end with what is wrong."""
    results = list(outcomes(datasets))
    wrong = without_report(results) + _unreadable(datasets.with_name("unreadable.json"))
    if wrong:
        sys.exit(wrong)
    write_whole(checked, f"{len(results)} datasets have their reports.\n".encode())


def without_report(results: list[Results | Failed]) -> str:
    """A line for each dataset without a report: id, code, fault, remedy; "" where all have."""
    lines = [line for result in results if (line := _line(result))]
    if not lines:
        return ""
    return "\n".join([f"{len(lines)} of {len(results)} datasets have no report:", *lines]) + "\n"


def _unreadable(file: Path) -> str:
    """A line for each folder that couldn't be read; "" where there is none."""
    folders = json.loads(file.read_bytes()) if file.is_file() else []
    return "".join(
        f"The folder {shown(folder, 300)} can't be read. What was reported of its files stands as "
        "it was; change the folder's permissions, or see whether its drive is there.\n"
        for folder in folders
    )


def _line(result: Results | Failed) -> str:
    if isinstance(result, Failed):
        what = f"failed. Stage {result.stage}: {result.message} Its log: {result.log}"
    elif result.reason is not None:
        what = f"{result.reason.code}. {result.reason.message} {result.reason.remedy}"
    else:
        return ""
    return f"  {result.id}: {what}"
