"""docs/benchmarks.md: each benchmark rewrites its own section and leaves the others."""

import os
import platform
import re
import statistics
import subprocess
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Side by side, in one run, by `make bench`; medians of several repetitions. Each section is rewritten
when its part is run and says when and on what.
"""


def write_section(name: str, text: str) -> None:
    """Put `text` in the place of the section `name`; a new one goes to the end."""
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else HEAD
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    section = f"{begin}\n{text.strip()}\n{end}"
    found = re.search(f"{re.escape(begin)}.*?{re.escape(end)}", page, re.S)
    if found:
        page = page[: found.start()] + section + page[found.end() :]
    else:
        page = f"{page.rstrip()}\n\n{section}\n"
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page, encoding="utf-8")


def conditions() -> str:
    """When and on what machine, as a sentence."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d} at commit {_commit()}: {cores} cores "
        f"({_processor()}), {platform.system()}, Python {platform.python_version()}."
    )


def _commit() -> str:
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--exclude", "*"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or "unknown"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.*)", info.read_text()) if info.exists() else None
    return found[1] if found else platform.machine()


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table, the first column to the left and numbers to the right."""
    lines = [f"| {' | '.join(head)} |", f"|---|{'---:|' * (len(head) - 1)}"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines)


def duration(seconds: float) -> str:
    """12 ms, 1.3 s, 150 s"""
    if seconds < 1:
        return f"{seconds * 1000:.2g} ms" if seconds < 0.01 else f"{seconds * 1000:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 100 else f"{seconds:,.0f} s"


def size(count: float) -> str:
    """640 kB, 1.2 MB, 3.4 GB"""
    for unit, step in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= step:
            return f"{count / step:.{0 if count >= 100 * step or unit == 'kB' else 1}f} {unit}"
    return f"{count:.0f} B"


def ratio(value: float) -> str:
    """0.85x, 3.2x, 140x"""
    return f"{value:.2f}x" if value < 1 else f"{value:,.1f}x" if value < 10 else f"{value:,.0f}x"


def median(values: Sequence[float]) -> float:
    """Of at least one value."""
    return statistics.median(values)
