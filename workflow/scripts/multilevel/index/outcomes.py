"""What became of each dataset: its results, or the record of a crash."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from multilevel.configuration import Dataset
from multilevel.records.results import Labels, Results, decode


@dataclass(frozen=True, kw_only=True)
class Failed:
    """A dataset one of whose stages crashed: a fault of the program or the machine.

    Attributes
    ----------
    id, labels
        The dataset's.
    stage
        The stage that crashed.
    message
        What happened.
    log, tail
        Path and last lines of the stage's log.
    earlier
        Whether an earlier run's report of this dataset still stands.
    """

    id: str
    labels: Labels
    stage: str
    message: str
    log: str
    tail: tuple[str, ...]
    earlier: bool


@dataclass(frozen=True)
class _Record:
    stage: str
    message: str
    log: str
    tail: tuple[str, ...]


@dataclass(frozen=True)
class _Published:
    failed: _Record | None = None


def outcomes(datasets: Path) -> Iterator[Results | Failed]:
    """The outcomes of the datasets that the file lists, in its order.

    Parameters
    ----------
    datasets
        results/.stages/datasets.json, a list of ids; beside it a folder for each.
    """
    for name in json.loads(datasets.read_bytes()):
        folder = datasets.parent / name
        failed = decode((folder / "published.json").read_bytes(), _Published).failed
        if failed is None:
            yield decode((folder / "results.json").read_bytes(), Results)
        else:
            yield _failed(name, folder, failed)


def _failed(name: str, folder: Path, record: _Record) -> Failed:
    described = json.loads((folder / "dataset.json").read_bytes())
    return Failed(
        id=name,
        labels=Dataset.from_settings(described["settings"]).labels,
        stage=record.stage,
        message=record.message,
        log=record.log,
        tail=record.tail,
        earlier=(folder.parent.parent / name / "report.html").is_file(),
    )
