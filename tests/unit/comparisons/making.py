"""Stage files of small simulated datasets, as a run leaves them for a comparison."""

import json
from pathlib import Path

from tests.helpers.building import dataset_of, simulated_csv

from multilevel.configuration import Dataset
from multilevel.configuration.comparisons import ComparisonEntry
from multilevel.fit.stage import fit
from multilevel.ingest.stage import ingest
from multilevel.records.results import encode
from multilevel.storage.files import write_whole
from multilevel.summarise.summary import summarise


def fitted(stages: Path, name: str, seed: int, **settings) -> None:
    """results.json and schools.parquet of a dataset of 20 schools."""
    folder = stages / name
    folder.mkdir(parents=True)
    file = simulated_csv(folder / "s.csv", [12] * 20, 0.3, seed)
    given = {"scale": "S", "title": name.title(), "bootstrap": 0, **settings}
    accepted, students = ingest(dataset_of(file, **given), file, "2026-02-01")
    dataset = Dataset.from_settings(accepted.config)
    found = summarise(accepted, fit(students, dataset), students, {"multilevel-reports": "0"})
    content = encode(found.results).replace(b'"id": "test"', f'"id": "{name}"'.encode(), 1)
    write_whole(folder / "results.json", content)
    for kept in (folder / "complete", folder):
        kept.mkdir(exist_ok=True)
        found.schools.to_parquet(kept / "schools.parquet", index=False)


def asked(stages: Path, entry: ComparisonEntry) -> Path:
    """The file that says what to compare."""
    folder = stages / ".comparisons" / entry.id
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "members.json"
    file.write_text(json.dumps({"settings": entry.settings()}))
    return file
