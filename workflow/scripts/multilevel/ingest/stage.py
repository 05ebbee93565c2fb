"""The stage: a dataset's file becomes students, or a refusal with its reason."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from multilevel.configuration import Dataset
from multilevel.configuration.patterns import is_pattern
from multilevel.errors import DataRefused
from multilevel.ingest import averages, stored
from multilevel.ingest import partition as kept
from multilevel.ingest.condensed import Condensed, from_table, is_condensed, to_parquet
from multilevel.ingest.readers import Source, Table, read_source
from multilevel.ingest.scan import scan
from multilevel.ingest.streams import Stream, stream_of
from multilevel.ingest.students import Students, to_students
from multilevel.ingest.table.files import Opened, opened, read
from multilevel.ingest.table.missing import counted
from multilevel.records.findings import Finding
from multilevel.records.ingested import Ingested
from multilevel.records.reading import ReadFacts
from multilevel.records.results import ColumnUse, InputFile, encode
from multilevel.storage.files import WHOLE_LIMIT, write_whole
from multilevel.wording.ordering import natural


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
    refused, students = None, Students.none()
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
        students = averages.with_values(students, files)
    except DataRefused as refusal:
        refused = refusal.finding
    return _ingested(dataset, source, files, table, students, refused, produced), students


def _too_large(dataset: Dataset) -> DataRefused:
    return DataRefused(
        "unreadable_file.too_large", file=dataset.file, gigabytes=WHOLE_LIMIT // 2**30
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
        refusal=found.refusal.finding if found.refusal else None,
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
        findings=students.findings,
        reading=replace(found.facts, decimal_commas=students.decimal_commas),
        produced=produced,
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
    refusal: Finding | None,
    produced: str | None,
) -> Ingested:
    other = files.other if files else None
    layout = files.layout if files else None
    facts = table.facts if table else ReadFacts()
    return Ingested(
        id=dataset.id,
        status="refused" if refusal else "ok",
        refusal=refusal,
        labels=dataset.labels,
        rows_read=table.n_rows if table else None,
        n_dropped_outcome=students.n_dropped_outcome,
        n_dropped_group=students.n_dropped_group,
        n_dropped_weight=students.n_dropped_weight,
        input=_input(dataset.file, source),
        joined=_input(dataset.join.file, other) if dataset.join else None,
        columns=layout.uses if layout else (),
        missing=counted(table) if table else (),
        findings=(
            *(layout.findings if layout else ()),
            *(table.findings if table else ()),
            *students.findings,
        ),
        reading=replace(
            facts,
            renamed=tuple(dict.fromkeys((*(layout.renamed if layout else ()), *facts.renamed))),
            decimal_commas=students.decimal_commas,
        ),
        produced=produced,
        config=dataset.settings(),
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
