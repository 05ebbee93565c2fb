"""What became of a run, as JSON for other programs and as a line for people."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import msgspec

from multilevel.publication.approval import Change
from multilevel.storage.snapshots import Changes
from scheduled.expected import Overdue

Status = Literal[0, 1, 2]
ALL_CURRENT: Status = 0
SOME_FAILED: Status = 1
BROKEN: Status = 2
# Ids that a line names.
MOST_NAMED = 3


@dataclass(frozen=True, kw_only=True)
class Record:
    """One scheduled run.

    Each dataset is in one of new, changed, unchanged, refused and failed.

    Attributes
    ----------
    started
        UTC, ISO 8601.
    seconds
        How long it took.
    status
        0 all datasets have their report, 1 some have none or lost their files or a file
        that was expected didn't come, 2 the run broke.
    message
        Why it broke; "" otherwise.
    new, changed, unchanged, removed
        Ids of datasets whose report is new, differs, doesn't, or is gone.
    refused, failed
        Ids of datasets without a report of their present data: by the data, or by a crash.
    refused_before
        Those of the refused whose refusal is no news.
    lost
        Entries of datasets that are gone because no file fits their pattern any more.
    unreadable
        Folders of patterns that couldn't be read; their datasets are kept as they were.
    overdue
        Entries of which a new file was expected and none came.
    waiting
        What a release would change, where results wait for one; headlines first.
    log, kept
        Where the log is, and what was replaced; null when nothing was.
    """

    started: str
    seconds: float
    status: Status
    message: str
    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    refused_before: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    overdue: tuple[Overdue, ...] = ()
    waiting: tuple[Change, ...] = ()
    log: str
    kept: str | None = None

    def summary(self) -> str:
        """In one line."""
        if self.status == BROKEN:
            late = [f"no new file of {one.entry} by {one.by}" for one in self.overdue[:MOST_NAMED]]
            return "; ".join((f"The run broke: {self.message}", *late))
        parts = []
        for word in ("new", "changed", "unchanged", "removed", "refused", "failed"):
            if ids := getattr(self, word):
                parts.append(f"{len(ids)} {word}")
            if word == "refused" and self.refused_before:
                parts[-1] += f" (as before: {len(self.refused_before)})"
        if self.lost:
            parts.append(f"no file any more for {_first(self.lost)}")
        if self.unreadable:
            parts.append(f"can't be read: {_first(self.unreadable)}")
        parts += [f"no new file of {one.entry} by {one.by}" for one in self.overdue[:MOST_NAMED]]
        if len(self.overdue) > MOST_NAMED:
            parts.append(f"nor of {len(self.overdue) - MOST_NAMED} more")
        said = ", ".join(parts) or "no datasets"
        if not self.waiting:
            return said
        first = [change.id for change in self.waiting if change.headline][:MOST_NAMED]
        look = f", look first at {', '.join(first)}" if first else ""
        return f"{said}; {len(self.waiting)} wait for release{look}"

    def judged(self) -> "Record":
        """With the status that follows from the rest."""
        some = self.refused or self.failed or self.lost or self.unreadable or self.overdue
        status = BROKEN if self.message else SOME_FAILED if some else ALL_CURRENT
        return replace(self, status=status)

    def encoded(self) -> bytes:
        """As indented JSON."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n"


def _first(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def became(changes: Changes, states: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """The ids of a record by its kinds.

    Parameters
    ----------
    states
        What became of each dataset; see `states_of`.
    """
    refused = tuple(sorted(id for id, state in states.items() if state == "refused"))
    failed = tuple(sorted(id for id, state in states.items() if state not in ("ok", "refused")))
    without = {*refused, *failed}
    return {
        "new": tuple(id for id in changes.new if id not in without),
        "changed": tuple(id for id in changes.changed if id not in without),
        # Reports of single files stand beside those of the configuration.
        "unchanged": tuple(id for id in changes.unchanged if id not in without and id in states),
        "removed": changes.removed,
        "refused": refused,
        "refused_before": tuple(id for id in refused if id in changes.unchanged),
        "failed": failed,
    }


def states_of(datasets: Path) -> dict[str, str]:
    """What became of each dataset: ok, refused or failed, by datasets.csv."""
    if not datasets.is_file():
        return {}
    with datasets.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row["status"] for row in csv.DictReader(file)}
