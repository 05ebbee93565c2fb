"""Which datasets have no report, for the exit status."""

import sys
from pathlib import Path

from multilevel.index.outcomes import Failed, outcomes
from multilevel.records.results import Results
from multilevel.storage.files import write_whole


def run(datasets: Path, checked: Path) -> None:
    """Write `checked` when all datasets have their reports, else end with what is wrong."""
    found = list(outcomes(datasets))
    wrong = without_report(found)
    if wrong:
        sys.exit(wrong)
    write_whole(checked, f"{len(found)} datasets have their reports.\n".encode())


def without_report(found: list[Results | Failed]) -> str:
    """A line for each dataset without one: id, code, what is wrong and what to do; or ""."""
    lines = [line for one in found if (line := _line(one))]
    if not lines:
        return ""
    return "\n".join([f"{len(lines)} of {len(found)} datasets have no report:", *lines]) + "\n"


def _line(one: Results | Failed) -> str:
    if isinstance(one, Failed):
        return f"  {one.id}: failed. Stage {one.stage}: {one.message} Its log: {one.log}"
    if one.reason is not None:
        return f"  {one.id}: {one.reason.code}. {one.reason.message} {one.reason.remedy}"
    return ""
