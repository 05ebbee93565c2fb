"""The stage: a dataset's file becomes students, or a refusal with its reason."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from multilevel.configuration import Dataset
from multilevel.errors import DataRefused
from multilevel.ingest import partition as kept
from multilevel.ingest.checks import averages as averaged
from multilevel.ingest.readers import Source, read_source
from multilevel.ingest.students import Collector, Intake
from multilevel.ingest.table.files import Opened, opened, tables
from multilevel.records.results import (
    ColumnUse,
    Doubt,
    InputFile,
    Labels,
    MissingCount,
    Reason,
    Suspect,
    UnlikeValue,
    doc,
    encode,
)
from multilevel.records.students import Students
from multilevel.storage.arrays import from_parquet, to_parquet
from multilevel.storage.files import write_whole
from multilevel.wording.quoting import shown


@dataclass(frozen=True, kw_only=True)
class Ingested:
    """ingest.json: what became of a dataset's file."""

    id: Annotated[str, doc("The dataset's id and folder.")]
    status: Literal["ok", "refused"]
    reason: Annotated[Reason | None, doc("Set when refused.")]
    labels: Labels
    rows_read: Annotated[int | None, doc("Rows in the file; null when it wasn't read.")]
    n_dropped_outcome: Annotated[int, doc("Rows dropped for a missing score.")]
    n_dropped_group: Annotated[int, doc("Rows dropped for a missing group (score present).")]
    n_dropped_weight: Annotated[int, doc("Rows dropped for a missing or zero weight.")]
    input: InputFile
    joined: Annotated[InputFile | None, doc("The file joined to it; null where none is.")]
    columns: Annotated[tuple[ColumnUse, ...], doc("The columns read.")]
    missing: Annotated[tuple[MissingCount, ...], doc("Missing values by column and reason.")]
    suspects: Annotated[tuple[Suspect, ...], doc("Values that look like codes for missing.")]
    thousands: Annotated[tuple[str, ...], doc("Columns whose decimal signs may be of thousands.")]
    preset: Annotated[tuple[str, ...], doc("What a preset chose, in sentences.")]
    doubts: Annotated[tuple[Doubt, ...], doc("Sets of columns that hint at a mistake.")]
    unlike: Annotated[tuple[UnlikeValue, ...], doc("Plausible values of other scores.")]
    produced: Annotated[str | None, doc("Date of the data: the report's date.")]
    notes: Annotated[tuple[str, ...], doc("What the reader found and did.")]
    config: Annotated[dict[str, Any], doc("This dataset's settings, defaults filled in.")]


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
    reason, intake = None, Intake.none()
    try:
        if file is None:
            raise _no_file(dataset)
        files = kept.opened(parts, dataset) if parts else None
        whole = dataset.join is not None or dataset.split is not None
        source = files.source if files else read_source(file, dataset.sheet, whole=whole)
        files = files or opened(dataset, source, joined)
        dataset = files.layout.dataset
        collector = _collect(dataset, files)
        intake = collector.intake()
        intake = replace(intake, students=averaged.with_values(intake.students, files))
    except DataRefused as refusal:
        reason = _reason(refusal)
    ingested = _ingested(dataset, source, files, collector, intake, reason, produced)
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


def read_accepted(parquet: Path) -> Students:
    """The students that `write` wrote."""
    return from_parquet(parquet, Students)


def _ingested(
    dataset: Dataset,
    source: Source | None,
    files: Opened | None,
    collector: Collector | None,
    intake: Intake,
    reason: Reason | None,
    produced: str | None,
) -> Ingested:
    other = files.other if files else None
    return Ingested(
        id=dataset.id,
        status="refused" if reason else "ok",
        reason=reason,
        labels=dataset.labels,
        rows_read=collector.n_rows if collector else None,
        n_dropped_outcome=intake.n_dropped_outcome,
        n_dropped_group=intake.n_dropped_group,
        n_dropped_weight=intake.n_dropped_weight,
        input=_input(dataset.file, source),
        joined=_input(dataset.join.file, other) if dataset.join else None,
        columns=files.layout.uses if files else (),
        missing=collector.missing if collector else (),
        suspects=intake.suspects,
        thousands=intake.thousands,
        preset=files.layout.preset if files else (),
        doubts=(*(files.layout.doubts if files else ()), *intake.doubts),
        unlike=intake.unlike,
        produced=produced,
        notes=(
            *(files.layout.notes if files else ()),
            *(collector.table_notes if collector else ()),
            *intake.notes,
        ),
        config=dataset.settings(),
    )


def _input(path: str, source: Source | None) -> InputFile:
    return InputFile(
        path=path,
        sha256=source.sha256 if source else None,
        bytes=source.bytes if source else None,
    )


def _reason(refusal: DataRefused) -> Reason:
    return Reason(code=refusal.code, message=refusal.message, remedy=refusal.remedy)


def _no_file(dataset: Dataset) -> DataRefused:
    meant = next((said for mark, said in _NOT_FILLED_IN if mark in dataset.file), "")
    return DataRefused(
        "unreadable_file",
        f"There is no file {shown(dataset.file, 300)}.",
        f"Put the file there, or correct the path under file{meant}.",
    )


# What a shell would make a path of, and a configuration doesn't.
_NOT_FILLED_IN = (
    ("*", " (a pattern stands under files)"),
    ("?", " (a pattern stands under files)"),
    ("~", " (in full: ~ isn't filled in)"),
    ("$", " (in full: variables such as $HOME aren't filled in)"),
    ("\\", " (folders are separated by /)"),
)
