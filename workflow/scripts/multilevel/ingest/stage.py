"""The stage: a dataset's file becomes students, or a refusal with its reason."""

import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from multilevel.configuration import Dataset
from multilevel.configuration.patterns import is_pattern
from multilevel.errors import DataRefused
from multilevel.ingest import partition as kept
from multilevel.ingest import stored
from multilevel.ingest.checks import averages as averaged
from multilevel.ingest.condensed import Condensed, from_table, is_condensed, to_parquet
from multilevel.ingest.readers import Source, Table, read_source
from multilevel.ingest.scan import scan
from multilevel.ingest.streams import Stream, stream_of
from multilevel.ingest.students import Students, to_students
from multilevel.ingest.table.files import Opened, opened, read
from multilevel.ingest.table.missing import counted
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
from multilevel.storage.files import WHOLE_LIMIT, write_whole
from multilevel.wording.ordering import natural
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
) -> tuple[Ingested, Students | Condensed]:
    """The students in `file`, the dataset's data file, None when it isn't there.

    `produced` is the date that the report bears, as YYYY-MM-DD; `joined` is the
    joined file, else it is where the dataset says; `parts` is what a split kept of
    `file`, which isn't read then. Of a file too large for memory the students come
    condensed.

    Never raises DataRefused: a refusal is a result, with no students.
    """
    stream = stream_of(file) if file is not None else None
    if stream is not None and _streamable(dataset):
        return _ingest_stream(dataset, stream, produced)
    too_large = file is not None and stream is not None and file.stat().st_size > WHOLE_LIMIT
    source: Source | None = None
    files: Opened | None = None
    table: Table | None = None
    reason, students = None, Students.none()
    try:
        if file is None:
            raise _no_file(dataset)
        if too_large:
            raise _too_large(dataset)
        files = kept.opened(parts, dataset) if parts else None
        source = files.source if files else read_source(file, dataset.sheet)
        files = files or opened(dataset, source, joined)
        dataset = files.layout.dataset
        table = read(files)
        students = to_students(
            table,
            outcome=dataset.outcomes,
            group=dataset.group,
            weights=dataset.weights,
            replicates=dataset.replicates,
        )
        students = averaged.with_values(students, files)
    except DataRefused as refusal:
        reason = _reason(refusal)
    return _ingested(dataset, source, files, table, students, reason, produced), students


def _too_large(dataset: Dataset) -> DataRefused:
    return DataRefused(
        "unreadable_file",
        f"The file {shown(dataset.file, 300)} has more than {WHOLE_LIMIT // 2**30} GB. Files of "
        "that size can be read for one column of scores and one of groups only, without weights, "
        "parts, joins or presets.",
        "Make a file of the columns that are needed, or one for each country or year.",
    )


def _streamable(dataset: Dataset) -> bool:
    """One column of scores and one of groups, as they stand in one file, are all that is needed."""
    more = (dataset.preset, dataset.weights, dataset.replicates, dataset.split, dataset.join)
    one = isinstance(dataset.outcome, str) and not is_pattern(dataset.outcome)
    return one and all(other is None for other in more)


def _ingest_stream(
    dataset: Dataset, stream: Stream, produced: str | None
) -> tuple[Ingested, Students | Condensed]:
    found = scan(stream, dataset.outcomes[0], dataset.group, dataset.missing)
    students = found.condensed or Students.none()
    return Ingested(
        id=dataset.id,
        status="refused" if found.refusal else "ok",
        reason=_reason(found.refusal) if found.refusal else None,
        labels=dataset.labels,
        rows_read=found.n_rows,
        n_dropped_outcome=students.n_dropped_outcome,
        n_dropped_group=students.n_dropped_group,
        n_dropped_weight=0,
        input=InputFile(path=dataset.file, sha256=found.sha256, bytes=found.bytes),
        joined=None,
        columns=(
            ColumnUse(role="outcome", name=dataset.outcomes[0], label=""),
            ColumnUse(role="group", name=dataset.group, label=""),
        ),
        missing=(),
        suspects=students.suspects,
        thousands=students.thousands,
        preset=(),
        doubts=(),
        unlike=(),
        produced=produced,
        notes=(*found.notes, *students.notes),
        config=dataset.settings(),
    ), students


def write(ingested: Ingested, students: Students | Condensed, parquet: Path, file: Path) -> None:
    """Write students.parquet and ingest.json.

    The former has a row a student (group: text by dictionary, score: double, and what
    `stored` has for plausible values and samples), or, condensed, a row a group.
    """
    if isinstance(students, Condensed):
        write_whole(parquet, to_parquet(students))
    else:
        write_whole(parquet, _students_parquet(students))
    write_whole(file, encode(ingested))


def _students_parquet(students: Students) -> bytes:
    columns = {
        "group": pa.DictionaryArray.from_arrays(
            pa.array(students.group, pa.int32()), pa.array(students.group_ids, pa.string())
        ),
        "score": pa.array(students.score, pa.float64()),
        **stored.value_columns(students),
        **stored.sample_columns(students),
        **stored.aside_columns(students),
    }
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer, compression="zstd")
    return buffer.getvalue()


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


def read_accepted(parquet: Path) -> Students | Condensed:
    """The students that `write` wrote, groups in natural order; counts and notes aren't kept."""
    table = pq.read_table(parquet)
    return from_table(table) if is_condensed(table.schema) else _students_of(table)


def _students_of(table: pa.Table) -> Students:
    # Parquet doesn't promise to keep a dictionary's order.
    group = table["group"].cast(pa.string()).combine_chunks().dictionary_encode()
    found = group.dictionary.to_pylist()
    ids = tuple(sorted(found, key=natural))
    place = {name: index for index, name in enumerate(ids)}
    places = np.array([place[name] for name in found], dtype=np.int32)
    placed = places[group.indices.to_numpy()]
    return Students(
        group=placed,
        group_ids=ids,
        score=table["score"].to_numpy(),
        further=stored.further_of(table),
        sample=stored.sample_of(table, placed, len(ids)),
        aside=stored.aside_of(table),
        n_rows=table.num_rows,
    )


def _ingested(
    dataset: Dataset,
    source: Source | None,
    files: Opened | None,
    table: Table | None,
    students: Students,
    reason: Reason | None,
    produced: str | None,
) -> Ingested:
    other = files.other if files else None
    return Ingested(
        id=dataset.id,
        status="refused" if reason else "ok",
        reason=reason,
        labels=dataset.labels,
        rows_read=table.n_rows if table else None,
        n_dropped_outcome=students.n_dropped_outcome,
        n_dropped_group=students.n_dropped_group,
        n_dropped_weight=students.n_dropped_weight,
        input=_input(dataset.file, source),
        joined=_input(dataset.join.file, other) if dataset.join else None,
        columns=files.layout.uses if files else (),
        missing=counted(table) if table else (),
        suspects=students.suspects,
        thousands=students.thousands,
        preset=files.layout.preset if files else (),
        doubts=(*(files.layout.doubts if files else ()), *students.doubts),
        unlike=students.unlike,
        produced=produced,
        notes=(
            *(files.layout.notes if files else ()),
            *(table.notes if table else ()),
            *students.notes,
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
