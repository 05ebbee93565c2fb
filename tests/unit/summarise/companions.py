"""From a file to results.json's companion and the rows of groups.csv, as the stages have it."""

from pathlib import Path

from multilevel.configuration import Dataset
from multilevel.configuration.datasets import dataset
from multilevel.fit.stage import fit
from multilevel.ingest.stage import ingest
from multilevel.records.students import Students
from multilevel.storage.arrays import from_parquet, to_parquet
from multilevel.summarise.summary import Summary, summarise
from multilevel.wording import findings

WORDS = {"group": "clinic", "groups": "clinics", "member": "patient", "members": "patients"}


def summary_of(file: Path, tmp_path: Path, **entry: object) -> Summary:
    """All but the report; students go through their file as between two jobs."""
    settings = dataset("one", str(file), {"bootstrap": 0, **entry}, {})
    ingested, students = ingest(settings, file)
    assert ingested.refusal is None, findings.text(ingested.refusal)
    kept = tmp_path / "students.parquet"
    kept.write_bytes(to_parquet(students))
    students = from_parquet(kept, Students)
    return summarise(ingested, fit(students, Dataset.from_settings(ingested.config)), students, {})


def no_companion(summary: Summary) -> tuple[str, tuple[str, ...], str]:
    """Case, columns and sentence of the finding that there is none."""
    assert summary.results.status == "ok" and summary.results.companion is None
    assert "adjusted_mean" not in summary.schools
    (finding,) = (one for one in summary.results.findings if one.code == "no_companion")
    assert finding.level == "caution"
    (said,) = findings.sentences([finding], WORDS)
    said = findings.plain(said)
    # The remedy follows.
    assert said.count(". ") >= 1 and said.endswith(".")
    return finding.values["case"], finding.columns, said
