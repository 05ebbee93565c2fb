"""A dataset's files read as one table: columns chosen, joined, split, missing values out."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from multilevel.configuration import Dataset
from multilevel.errors import DataRefused
from multilevel.ingest import joining, missing, parts, presets
from multilevel.ingest.layout import Layout, layout, looked_for
from multilevel.ingest.readers import (
    Description,
    Source,
    Table,
    describe,
    parse,
    read_source,
)
from multilevel.numbers import count


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
        The rows of one part, where a split has kept them (`ingest.kept`); their `n_rows` is
        that of the whole file.
    """

    source: Source
    other: Source | None
    found: Description
    other_found: Description | None
    layout: Layout
    kept: Table | None = None


def opened(dataset: Dataset, source: Source, joined: Path | None = None) -> Opened:
    """The dataset's layout in its file and the joined file.

    Parameters
    ----------
    joined
        Where the joined file is; else where the dataset says.

    Raises
    ------
    DataRefused
        `unreadable_file`, `missing_column`, `empty`.
    """
    found = describe(source, looked_for(dataset))
    other = other_found = None
    if dataset.join is not None:
        other = read_source(joined or Path(dataset.join.file), dataset.join.sheet)
        other_found = describe(other, tuple(name for _, name in dataset.join.by))
    return Opened(
        source=source,
        other=other,
        found=found,
        other_found=other_found,
        layout=layout(dataset, found, other_found, source.name, other.name if other else ""),
    )


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
    if dataset.join is not None and dataset.join.name is not None:
        table = joining.named(table, dataset.group, dataset.join.name)
    return table


def whole(files: Opened, further: Iterable[str] = ()) -> Table:
    """The same of all parts of the file, with `further` columns of the data file."""
    chosen = files.layout
    dataset, ids = chosen.dataset, chosen.ids
    columns = tuple(dict.fromkeys((*chosen.columns, *further)))
    table = missing.without(parse(files.source, columns), dataset.missing, ids)
    if chosen.alone is not None:
        table = parts.alone(table, chosen.alone)
    if dataset.join is not None and files.other is not None:
        keys = tuple(name for _, name in dataset.join.by)
        needed = tuple(dict.fromkeys((*keys, *chosen.joined)))
        other = missing.without(parse(files.other, needed), dataset.missing, ids)
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


def preset_notices(datasets: Iterable[Dataset]) -> tuple[str, ...]:
    """What each preset chose, for the terminal: a line for each distinct choice.

    Datasets are taken for alike by their settings and the kind of file that its name tells, and
    one file of those is looked at; what is wrong with it is said when it is read.
    """
    alike: dict[Hashable, list[Dataset]] = {}
    for dataset in datasets:
        if dataset.preset is not None:
            alike.setdefault(_choice(dataset, dataset.preset), []).append(dataset)
    told: dict[str, list[Dataset]] = {}
    for those in alike.values():
        first = those[0]
        try:
            chosen = opened(first, read_source(Path(first.file), first.sheet)).layout
        except DataRefused:
            continue
        told.setdefault(" ".join(chosen.notes), []).extend(those)
    return tuple(
        f"{those[0].id}{_and_more(len(those) - 1)}: {notes}" for notes, those in told.items()
    )


def _choice(dataset: Dataset, preset: str) -> Hashable:
    """Alike for datasets of which the preset makes the same."""
    columns = (dataset.outcome, dataset.group, dataset.weights, dataset.replicates)
    apart = (dataset.split is None, dataset.join is None)
    return preset, presets.kind_of_file(dataset.file, preset), columns, apart


def _and_more(n: int) -> str:
    if not n:
        return ""
    return f" and {count(n)} more {'dataset' if n == 1 else 'datasets'}"
