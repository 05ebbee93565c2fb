"""The stage: a dataset's file becomes students, or a refusal with its reason."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from multilevel.configuration import Dataset
from multilevel.errors import DataRefused
from multilevel.files import write_whole
from multilevel.hints import shown
from multilevel.ingest.ordering import natural
from multilevel.ingest.readers import Source, Table, parse, read_source
from multilevel.ingest.students import Students, to_students
from multilevel.results import InputFile, Labels, Reason, doc, encode


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
    input: InputFile
    produced: Annotated[str | None, doc("Date of the data: the report's date.")]
    notes: Annotated[tuple[str, ...], doc("What the reader found and did.")]
    config: Annotated[dict[str, Any], doc("This dataset's settings, defaults filled in.")]


def ingest(
    dataset: Dataset, file: Path | None, produced: str | None = None
) -> tuple[Ingested, Students]:
    """The students in `file`, the dataset's data file, None when it isn't there.

    `produced` is the date that the report bears, as YYYY-MM-DD.

    Never raises DataRefused: a refusal is a result, with no students.
    """
    source: Source | None = None
    table: Table | None = None
    try:
        if file is None:
            raise _no_file(dataset)
        source = read_source(file)
        (outcome,) = dataset.outcomes
        table = parse(source, (outcome, dataset.group))
        students = to_students(table, outcome=outcome, group=dataset.group, missing=dataset.missing)
    except DataRefused as refusal:
        students = Students.none()
        return _ingested(dataset, source, table, students, _reason(refusal), produced), students
    return _ingested(dataset, source, table, students, None, produced), students


def write(ingested: Ingested, students: Students, parquet: Path, json: Path) -> None:
    """Write students.parquet (group: text by dictionary, score: double) and ingest.json."""
    columns = {
        "group": pa.DictionaryArray.from_arrays(
            pa.array(students.group, pa.int32()), pa.array(students.group_ids, pa.string())
        ),
        "score": pa.array(students.score, pa.float64()),
    }
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer, compression="zstd")
    write_whole(parquet, buffer.getvalue())
    write_whole(json, encode(ingested))


def run(
    settings: Mapping[str, Any], source_date_epoch: str | None, students: Path, ingested: Path
) -> None:
    """The dataset of these settings to students.parquet and ingest.json."""
    dataset = Dataset.from_settings(settings)
    file = Path(dataset.file)
    found, accepted = ingest(dataset, file, date_of(file, source_date_epoch))
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


def read_students(parquet: Path) -> Students:
    """The students that `write` wrote, groups in natural order; counts and notes aren't kept."""
    table = pq.read_table(parquet)
    # Parquet doesn't promise to keep a dictionary's order.
    group = table["group"].cast(pa.string()).combine_chunks().dictionary_encode()
    found = group.dictionary.to_pylist()
    ids = tuple(sorted(found, key=natural))
    place = {name: index for index, name in enumerate(ids)}
    places = np.array([place[name] for name in found], dtype=np.int32)
    return Students(
        group=places[group.indices.to_numpy()],
        group_ids=ids,
        score=table["score"].to_numpy(),
        n_rows=table.num_rows,
    )


def _ingested(
    dataset: Dataset,
    source: Source | None,
    table: Table | None,
    students: Students,
    reason: Reason | None,
    produced: str | None,
) -> Ingested:
    return Ingested(
        id=dataset.id,
        status="refused" if reason else "ok",
        reason=reason,
        labels=dataset.labels,
        rows_read=table.n_rows if table else None,
        n_dropped_outcome=students.n_dropped_outcome,
        n_dropped_group=students.n_dropped_group,
        input=InputFile(
            path=dataset.file,
            sha256=source.sha256 if source else None,
            bytes=source.bytes if source else None,
        ),
        produced=produced,
        notes=(*(table.notes if table else ()), *students.notes),
        config=dataset.settings(),
    )


def _reason(refusal: DataRefused) -> Reason:
    return Reason(code=refusal.code, message=refusal.message, remedy=refusal.remedy)


def _no_file(dataset: Dataset) -> DataRefused:
    return DataRefused(
        "unreadable_file",
        f"There is no file {shown(dataset.file, 300)}.",
        "Put the file there, or correct the path under file.",
    )
