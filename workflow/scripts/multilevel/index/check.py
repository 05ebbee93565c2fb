"""Which datasets have no report, for the exit status."""

from pathlib import Path

from multilevel.results import Results, decode


def refusals(results: list[Path]) -> str:
    """A line for each refused dataset: id, code, what is wrong and what to do; "" when none."""
    found = [decode(file.read_bytes(), Results) for file in results]
    refused = [(one.id, one.reason) for one in found if one.reason is not None]
    if not refused:
        return ""
    lines = [
        f"{len(refused)} of {len(found)} datasets have no report:",
        *(f"  {id}: {reason.code}. {reason.message} {reason.remedy}" for id, reason in refused),
    ]
    return "\n".join(lines) + "\n"
