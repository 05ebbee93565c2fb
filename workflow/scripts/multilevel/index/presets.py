"""What presets chose in the files of a run, for the terminal."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from multilevel.configuration import Dataset
from multilevel.records.ingested import Ingested
from multilevel.records.results import decode
from multilevel.wording import findings
from multilevel.wording.numbers import count

_MOST_NAMED = 5


def preset_notices(datasets: Iterable[Dataset], stages: Path) -> tuple[str, ...]:
    """A line for each distinct choice, with the datasets for which it was made.

    Each is what the dataset's own file was found to hold. Datasets whose file wasn't read, or
    not since they last changed, have none.

    Parameters
    ----------
    stages
        results/.stages.
    """
    alike: dict[str, list[str]] = {}
    for dataset in datasets:
        choice = _choice(stages / dataset.id) if dataset.preset else ""
        if choice:
            alike.setdefault(choice, []).append(dataset.id)
    return tuple(f"{_named(ids)}: {choice}" for choice, ids in alike.items())


def _choice(folder: Path) -> str:
    """The choice in ingest.json; "" where that is of an earlier run than dataset.json."""
    ingested, dataset = folder / "ingest.json", folder / "dataset.json"
    if not (ingested.is_file() and dataset.is_file()):
        return ""
    if ingested.stat().st_mtime_ns < dataset.stat().st_mtime_ns:
        return ""
    return findings.of_preset(decode(ingested.read_bytes(), Ingested).findings)


def _named(ids: Sequence[str]) -> str:
    if len(ids) <= _MOST_NAMED:
        return ", ".join(ids)
    return f"{ids[0]} and {count(len(ids) - 1)} more datasets"
