"""The stage: a dataset's file becomes students, or a refusal with its reason."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from multilevel.configuration import Dataset, conditions
from multilevel.configuration.expansion import slug, stem
from multilevel.configuration.labels import plain, readable
from multilevel.errors import DataRefused
from multilevel.ingest import averages, checks, partition, presets, records, verdict
from multilevel.ingest.readers import Source, read_source
from multilevel.ingest.records import Rows
from multilevel.ingest.students import Collector, Intake
from multilevel.ingest.table.files import Opened, opened, tables
from multilevel.records.findings import Finding, note
from multilevel.records.ingested import Ingested
from multilevel.records.reading import ReadFacts
from multilevel.records.results import InputFile, encode
from multilevel.records.students import Students
from multilevel.storage import attempts
from multilevel.storage.arrays import to_parquet
from multilevel.storage.files import write_whole


def ingest(
    dataset: Dataset,
    file: Path | None,
    produced: str | None = None,
    joined: Path | None = None,
    parts: Path | None = None,
    expected: Mapping[str, str] | None = None,
) -> tuple[Ingested, Students]:
    """The students in `file`, the dataset's data file, None when it isn't there.

    `produced` is the date that the report bears, as YYYY-MM-DD; `joined` is the
    joined file, else it is where the dataset says; `parts` is what a split kept of
    `file`, which isn't read then; `expected` are the digests of the files when the run began,
    and PassingFault is raised when they aren't those of what is read.

    Never raises DataRefused: a refusal is a result, with no students.
    """
    source: Source | None = None
    files: Opened | None = None
    collector: Collector | None = None
    refusal, intake = None, Intake.none()
    try:
        if file is None:
            raise _no_file(dataset)
        files = partition.opened(parts, dataset, expected) if parts else None
        source = files.source if files else _read(file, dataset, expected)
        files = files or opened(dataset, source, joined, expected)
        dataset = files.layout.dataset
        collector, rows = _collect(dataset, files)
        taken = collector.intake()
        of_rows = checks.of_records(rows.records(files, collector, taken))
        students = averages.with_values(taken.students, files)
        intake = replace(taken, students=students, findings=(*taken.findings, *of_rows))
        dataset = _of_country(dataset, collector.table_findings)
    except DataRefused as refused:
        refusal = refused.finding
    ingested = _ingested(dataset, source, files, collector, intake, refusal, produced)
    return ingested, intake.students


def _of_country(dataset: Dataset, findings: Iterable[Finding]) -> Dataset:
    """The dataset with the country that its file names; its title has that for the file's name."""
    found = [str(one.values["country"]) for one in findings if one.code == "one_country"]
    if not found:
        return dataset
    country = found[0]
    title, name = dataset.labels.title, plain(stem(dataset.file), 98)
    if dataset.preset and title == readable(slug(stem(dataset.file))):
        study = f"{presets.STUDIES[dataset.preset].title} {dataset.cycle}".strip()
        title = f"{study}: {country}"
    title = title.replace(f": {name}", f": {country}", 1)
    labels = replace(dataset.labels, title=title)
    return replace(dataset, country=dataset.country or country, labels=labels)


def _read(file: Path, dataset: Dataset, expected: Mapping[str, str] | None) -> Source:
    return read_source(
        file,
        dataset.form,
        whole=dataset.join is not None or dataset.split is not None,
        expected=(expected or {}).get(dataset.file),
        within=dataset.folder_of(dataset.file),
    )


def _collect(dataset: Dataset, files: Opened) -> tuple[Collector, Rows]:
    """All rows, and what checks see of them; further columns only where they can be read."""
    further = records.columns(files)
    try:
        return _collect_with(dataset, files, further)
    except DataRefused:
        if not further:
            raise
        return _collect_with(dataset, files, ())


def _collect_with(
    dataset: Dataset, files: Opened, further: tuple[str, ...]
) -> tuple[Collector, Rows]:
    collector = Collector(
        outcome=dataset.outcomes,
        group=dataset.group,
        weights=dataset.weights,
        replicates=dataset.replicates,
        companion=dataset.companion,
    )
    rows: Rows | None = None
    columns = tuple(dict.fromkeys((*files.layout.columns, *further)))
    for table in tables(replace(files, layout=replace(files.layout, columns=columns))):
        # A split keeps the columns of all its parts once.
        there = [name for name in further if name in table.frame.columns]
        needed = records.without(table, [one for one in there if one not in files.layout.columns])
        rows = rows or Rows(there)
        rows.add(table, *collector.add(needed))
    return collector, rows or Rows(())


def write(ingested: Ingested, students: Students, parquet: Path, file: Path) -> None:
    """Write students.parquet and ingest.json."""
    write_whole(parquet, to_parquet(students))
    write_whole(file, encode(ingested))


def run(dataset: Path, students: Path, ingested: Path, parts: Path | None = None) -> None:
    """dataset.json, and what a split kept of its file, to students.parquet and ingest.json.

    Raises
    ------
    PassingFault
        For what may be the moment's doing and not the file's.
    """
    described = json.loads(dataset.read_bytes())
    settings = Dataset.from_settings(described["settings"])
    file = Path(settings.file)
    produced = date_of(file, described["source_date_epoch"])
    inputs: dict[str, str] = described["inputs"]
    found, accepted = ingest(settings, file, produced, parts=parts, expected=inputs)
    if found.refusal is not None:
        verdict.check_lasting(found.refusal, inputs, ingested.parent)
    attempts.forget(ingested.parent)
    write(found, accepted, students, ingested)


def date_of(file: Path, source_date_epoch: str | None) -> str | None:
    """The UTC date of SOURCE_DATE_EPOCH, else of the file's last change.

    None without either, and for times that no calendar has. See https://reproducible-builds.org/specs/source-date-epoch/.
    """
    if source_date_epoch:
        seconds = float(source_date_epoch)
    else:
        try:
            seconds = file.stat().st_mtime
        except OSError:
            return None
    try:
        return datetime.fromtimestamp(seconds, tz=UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return None  # file systems know times that no calendar has


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
            *_left_out(dataset, collector),
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


def _left_out(dataset: Dataset, collector: Collector | None) -> Iterator[Finding]:
    if dataset.where is not None and collector is not None:
        columns = conditions.columns(conditions.parsed(dataset.where))
        n = collector.n_left_out
        yield note("where", *columns, condition=dataset.where, n=n)


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
