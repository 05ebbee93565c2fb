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
    found = list(outcomes(datasets))
    wrong = without_report(found) + _unreadable(datasets.with_name("unreadable.json"))
    if wrong:
        sys.exit(wrong)
    write_whole(checked, f"{len(found)} datasets have their reports.\n".encode())


def without_report(found: list[Results | Failed]) -> str:
    """A line for each dataset without one: id, code, what is wrong and what to do; or ""."""
    lines = [line for one in found if (line := _line(one))]
    if not lines:
        return ""
    return "\n".join([f"{len(lines)} of {len(found)} datasets have no report:", *lines]) + "\n"


def _unreadable(file: Path) -> str:
    """A line for each folder that couldn't be read; or ""."""
    folders = json.loads(file.read_bytes()) if file.is_file() else []
    return "".join(
        f"The folder {shown(folder, 300)} can't be read. What was reported of its files stands as "
        "it was; change the folder's permissions, or see whether its drive is there.\n"
        for folder in folders
    )


def _line(one: Results | Failed) -> str:
    if isinstance(one, Failed):
        return f"  {one.id}: failed. Stage {one.stage}: {one.message} Its log: {one.log}"
    if one.reason is not None:
        return f"  {one.id}: {one.reason.code}. {one.reason.message} {one.reason.remedy}"
    return ""
