"""The stage: a dataset's file becomes students, or a refusal with its reason."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from multilevel.configuration import Dataset
from multilevel.errors import DataRefused
from multilevel.ingest import averages, partition
from multilevel.ingest.readers import Source, read_source
from multilevel.ingest.students import Collector, Intake
from multilevel.ingest.table.files import Opened, opened, tables
from multilevel.records.findings import Finding
from multilevel.records.ingested import Ingested
from multilevel.records.reading import ReadFacts
from multilevel.records.results import InputFile, encode
from multilevel.records.students import Students
from multilevel.storage.arrays import to_parquet
from multilevel.storage.files import write_whole


def ingest(
    dataset: Dataset,
    file: Path | None,
    produced: str | None = None,
    joined: Path | None = None,
    parts: Path | None = None,
) -> tuple[Ingested, Students]:
    """The students in `file`, the dataset's data file, None when it isn't there.

    `produced` is the date that the report bears, as YYYY-MM-DD; `joined` is the
    joined file, else it is where the dataset says; `parts` is what a split kept of
    `file`, which isn't read then.

    Never raises DataRefused: a refusal is a result, with no students.
    """
    source: Source | None = None
    files: Opened | None = None
    collector: Collector | None = None
    refusal, intake = None, Intake.none()
    try:
        if file is None:
            raise _no_file(dataset)
        files = partition.opened(parts, dataset) if parts else None
        whole = dataset.join is not None or dataset.split is not None
        source = files.source if files else read_source(file, dataset.sheet, whole=whole)
        files = files or opened(dataset, source, joined)
        dataset = files.layout.dataset
        collector = _collect(dataset, files)
        intake = collector.intake()
        intake = replace(intake, students=averages.with_values(intake.students, files))
    except DataRefused as refused:
        refusal = refused.finding
    ingested = _ingested(dataset, source, files, collector, intake, refusal, produced)
    return ingested, intake.students


def _collect(dataset: Dataset, files: Opened) -> Collector:
    collector = Collector(
        outcome=dataset.outcomes,
        group=dataset.group,
        weights=dataset.weights,
        replicates=dataset.replicates,
    )
    for table in tables(files):
        collector.add(table)
    return collector


def write(ingested: Ingested, students: Students, parquet: Path, file: Path) -> None:
    """Write students.parquet and ingest.json."""
    write_whole(parquet, to_parquet(students))
    write_whole(file, encode(ingested))


def run(dataset: Path, students: Path, ingested: Path, parts: Path | None = None) -> None:
    """dataset.json, and what a split kept of its file, to students.parquet and ingest.json."""
    described = json.loads(dataset.read_bytes())
    settings = Dataset.from_settings(described["settings"])
    file = Path(settings.file)
    produced = date_of(file, described["source_date_epoch"])
    found, accepted = ingest(settings, file, produced, parts=parts)
    write(found, accepted, students, ingested)


def date_of(file: Path, source_date_epoch: str | None) -> str | None:
    """The UTC date of SOURCE_DATE_EPOCH, else of the file's last change; None without either.

    See https://reproducible-builds.org/specs/source-date-epoch/.
    """
    if source_date_epoch:
        seconds = float(source_date_epoch)
    elif file.is_file():
        seconds = file.stat().st_mtime
    else:
        return None
    return datetime.fromtimestamp(seconds, tz=UTC).date().isoformat()


def _ingested(
    dataset: Dataset,
    source: Source | None,
    files: Opened | None,
    collector: Collector | None,
    intake: Intake,
    refusal: Finding | None,
    produced: str | None,
) -> Ingested:
    other = files.other if files else None
    layout = files.layout if files else None
    facts = collector.facts if collector else ReadFacts()
    return Ingested(
        id=dataset.id,
        status="refused" if refusal else "ok",
        refusal=refusal,
        labels=dataset.labels,
        rows_read=collector.n_rows if collector else None,
        n_dropped_outcome=intake.n_dropped_outcome,
        n_dropped_group=intake.n_dropped_group,
        n_dropped_weight=intake.n_dropped_weight,
        input=_input(dataset.shown_name(dataset.file), source),
        joined=_input(dataset.shown_name(dataset.join.file), other) if dataset.join else None,
        columns=layout.uses if layout else (),
        missing=collector.missing if collector else (),
        findings=(
            *(layout.findings if layout else ()),
            *(collector.table_findings if collector else ()),
            *intake.findings,
        ),
        reading=replace(
            facts,
            renamed=tuple(dict.fromkeys((*(layout.renamed if layout else ()), *facts.renamed))),
            decimal_commas=intake.decimal_commas,
        ),
        produced=produced,
        config=dataset.told,
    )


def _input(path: str, source: Source | None) -> InputFile:
    return InputFile(
        path=path,
        sha256=source.sha256 if source else None,
        bytes=source.bytes if source else None,
    )


def _no_file(dataset: Dataset) -> DataRefused:
    case = next((case for mark, case in _NOT_FILLED_IN if mark in dataset.file), "plain")
    return DataRefused("unreadable_file.no_file", case=case, file=dataset.file)


# What a shell would make a path of, and a configuration doesn't.
_NOT_FILLED_IN = (
    ("*", "pattern"),
    ("?", "pattern"),
    ("~", "home"),
    ("$", "variable"),
    ("\\", "backslash"),
)
