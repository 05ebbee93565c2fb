"""What people see of a run: its lines and its progress, and at the end what became of it."""

import csv
import json
from collections import Counter
from pathlib import Path
from signal import Signals
from typing import TextIO

from engine.batch import FACTS
from engine.failures import Failure
from engine.progress import Progress, span

# Seldom enough for a log.
EVERY_PERCENT = 5
# Of no use to those who asked for quiet.
CHATTER = ("Complete log", "Elapsed time", "Nothing to be done")
# Begins a table of what is due, which ends with a blank line.
TABLE = "Job stats"


class Shown:
    """Lines and progress on a terminal, or in a log.

    Parameters
    ----------
    stream
        Where to.
    progress
        How far the run is.
    quiet
        Whether the progress and what ends well are left out.
    """

    def __init__(self, stream: TextIO, progress: Progress, quiet: bool) -> None:
        self._stream = stream
        self._progress = progress
        self._quiet = quiet
        self._terminal = stream.isatty()
        self._percent = 0
        self._open = self._table = False
        self._readers = True

    def line(self, text: str) -> None:
        """Show a line of Snakemake's; "" stands for progress."""
        if not text:
            self._step()
            return
        if not self._quiet:
            self._close()
            self._write(text)
            return
        self._table = text.startswith(TABLE) or (self._table and bool(text.strip()))
        if text.strip() and not self._table and not text.startswith(CHATTER):
            self._write(text)

    def end(self, stopped: Signals | None = None) -> None:
        """Say what was made, in what time, and where it is; what is left when it was stopped."""
        self._close()
        facts = json.loads(FACTS.read_bytes()) if FACTS.is_file() else None
        progress = self._progress
        took = span(progress.seconds)
        if stopped is not None:
            counts = f"Made {self._counts(facts)}. " if facts and progress.due else ""
            self._write(
                f"Stopped by {stopped.name} after {took}. {counts}"
                "What is done stays done; run again to go on.\n"
            )
        elif facts and progress.due and not self._quiet:
            place = Path(facts["results"]).resolve()
            self._write(f"Made: {self._counts(facts)}. It took {took}. All in {place}\n")

    def _counts(self, facts: dict[str, object]) -> str:
        """What became of each dataset, in numbers that add up to all of them."""
        results, datasets = Path(str(facts["results"])), facts["datasets"]
        ids = list(datasets) if isinstance(datasets, list) else []
        published = self._progress.published
        became = Counter(outcome(results, one) for one in published)
        before = refused_before(results) & (set(ids) - set(published))
        left = max(self._progress.due - len(published), 0)
        current = len(ids) - len(published) - left - len(before)
        parts = [
            f"{became['ok']} of {len(ids)}",
            f"refused {became['refused']}",
            f"failed {became['failed']}",
            *([f"left {left}"] if left else []),
            f"up to date before {max(current, 0)}",
            *([f"refused before and unchanged {len(before)}"] if before else []),
        ]
        return ", ".join(parts)

    def _step(self) -> None:
        percent = 100 * self._progress.done // max(self._progress.total, 1)
        if self._quiet:
            return
        if self._terminal:
            self._write(f"\r\x1b[K{self._progress}")
            self._open = True
        elif percent >= self._percent + EVERY_PERCENT or percent == 100:
            self._percent = percent
            self._write(f"{self._progress}\n")

    def _close(self) -> None:
        if self._open:
            self._write("\n")
            self._open = False

    def _write(self, text: str) -> None:
        """Show text; when nobody reads any more, as after a closed terminal, the run goes on."""
        if not self._readers:
            return
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:
            self._readers = False


def outcome(results: Path, dataset: str) -> str:
    """What became of a dataset that was published: ok, refused or failed."""
    folder = results / ".stages" / dataset
    if Failure.read(folder / "published.json"):
        return "failed"
    return str(json.loads((folder / "results.json").read_bytes())["status"])


def refused_before(results: Path) -> set[str]:
    """Datasets that the index calls refused."""
    index = results / "datasets.csv"
    if not index.is_file():
        return set()
    with index.open(encoding="utf-8", newline="") as file:
        return {row["id"] for row in csv.DictReader(file) if row["status"] == "refused"}
