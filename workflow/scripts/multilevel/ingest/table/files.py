"""A dataset's files read as one table: columns chosen, joined, split, missing values out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from multilevel.configuration import Dataset
from multilevel.configuration.forms import Form
from multilevel.ingest import parts
from multilevel.ingest.readers import (
    Description,
    Source,
    Table,
    batches,
    describe,
    parse,
    read_source,
)
from multilevel.ingest.table import ids, joining, missing, rows
from multilevel.ingest.table.layout import Layout, layout, looked_for


@dataclass(frozen=True, kw_only=True, eq=False)
class Opened:
    """A dataset's files, and what stands where in them.

    Attributes
    ----------
    source, other
        The data file and the joined file, None where nothing is joined.
    found, other_found
        What they say of their columns.
    kept
        The rows of one part, where a split has kept them (`ingest.partition`); their `n_rows` is
        that of the whole file.
    """

    source: Source
    other: Source | None
    found: Description
    other_found: Description | None
    layout: Layout
    kept: Table | None = None


def opened(
    dataset: Dataset,
    source: Source,
    joined: Path | None = None,
    expected: Mapping[str, str] | None = None,
) -> Opened:
    """The dataset's layout in its file and the joined file.

    Parameters
    ----------
    joined
        Where the joined file is; else where the dataset says.
    expected
        Digests of the files when the run began.

    Raises
    ------
    DataRefused
        `unreadable_file`, `missing_column`, `empty`.
    """
    found = describe(source, looked_for(dataset))
    other = other_found = None
    if dataset.join is not None:
        other = read_source(
            joined or Path(dataset.join.file),
            Form(sheet=dataset.join.sheet),
            expected=(expected or {}).get(dataset.join.file),
            within=dataset.folder_of(dataset.join.file),
        )
        other_found = describe(other, tuple(name for _, name in dataset.join.by))
    return Opened(
        source=source,
        other=other,
        found=found,
        other_found=other_found,
        layout=layout(dataset, found, other_found, source.name, other.name if other else ""),
    )


def tables(files: Opened) -> Iterator[Table]:
    """The needed columns by their real names, missing values null, in one table or in batches.

    Raises
    ------
    DataRefused
        As `read`; for a file in batches perhaps only after some of them.
    """
    if not files.source.in_batches:
        yield read(files)
        return
    chosen = files.layout
    former: list[str] = []
    for batch in batches(files.source, chosen.columns):
        table = missing.without(batch, chosen.dataset.missing, chosen.ids, chosen.covariates)
        table = rows.taken(table, chosen.dataset.where)
        if chosen.alone is not None:
            values = parts.different(table, chosen.alone)
            table, former = parts.alone(table, chosen.alone, former), values or former
        yield ids.shown(table, chosen.dataset)


def read(files: Opened) -> Table:
    """The needed columns by their real names, missing values null.

    Raises
    ------
    DataRefused
        `unreadable_file`, `missing_column`, `empty`, `duplicate_key`.
    """
    dataset = files.layout.dataset
    table = whole(files) if files.kept is None else _needed(files.kept, files.layout)
    if dataset.split is not None:
        table = parts.part(table, dataset.split.column, dataset.split.value)
    table = ids.shown(table, dataset)
    if dataset.join is not None and dataset.join.name is not None:
        table = joining.named(table, dataset.group, dataset.join.name)
    return table


def whole(files: Opened, further: Iterable[str] = ()) -> Table:
    """The same of all parts of the file, with `further` columns of the data file."""
    chosen = files.layout
    dataset = chosen.dataset
    columns = tuple(dict.fromkeys((*chosen.columns, *further)))
    table = missing.without(
        parse(files.source, columns), dataset.missing, chosen.ids, chosen.covariates
    )
    table = rows.taken(table, dataset.where)
    if dataset.split is not None:
        without = parts.in_no_part(table, dataset.split.column)
        table = replace(table, findings=(*table.findings, *without))
    if chosen.alone is not None:
        table = parts.alone(table, chosen.alone)
    if dataset.join is not None and files.other is not None:
        keys = tuple(name for _, name in dataset.join.by)
        needed = tuple(dict.fromkeys((*keys, *chosen.joined)))
        other = missing.without(
            parse(files.other, needed), dataset.missing, chosen.ids, chosen.covariates
        )
        table = joining.joined(table, other, dataset.join, chosen.joined)
    return table


def _needed(kept: Table, chosen: Layout) -> Table:
    """Only the columns that this layout needs: more were kept."""
    names = [name for name in (*chosen.columns, *chosen.joined) if name in kept.frame.columns]
    return replace(
        kept,
        frame=kept.frame[names],
        reasons={name: kept.reasons[name] for name in names if name in kept.reasons},
    )
