"""The stage: students become a fitted model with its second opinion, or a refusal."""

from pathlib import Path

from multilevel.configuration import Dataset
from multilevel.fit.whole import fit, refused
from multilevel.records.ingested import Ingested
from multilevel.records.results import decode, encode
from multilevel.records.students import Students
from multilevel.storage.arrays import from_parquet
from multilevel.storage.files import write_whole


def run(students: Path, ingested: Path, fitted: Path) -> None:
    """students.parquet and ingest.json to fit.json."""
    accepted = decode(ingested.read_bytes(), Ingested)
    if accepted.status == "refused":
        write_whole(fitted, encode(refused(accepted.refusal)))
        return
    dataset = Dataset.from_settings(accepted.config)
    write_whole(fitted, encode(fit(from_parquet(students, Students), dataset)))
