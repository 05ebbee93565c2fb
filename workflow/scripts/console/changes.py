"""What a run did by datasets.csv: made, changed, made again, refused, removed."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine.jobs import PROJECT
from multilevel.wording import numbers
from multilevel.wording.catalogue import Catalogue

# Ids of datasets in a line, and datasets whose numbers are printed.
MOST_NAMED = 10
# Digits in which a change of the average is printed.
DIGITS = 5

Row = Mapping[str, str]


@dataclass(frozen=True)
class State:
    """What stood in a results folder at one moment.

    Attributes
    ----------
    rows
        The rows of datasets.csv, by id.
    times
        When each dataset's results.json was put in place, in ns, by id.
    """

    rows: Mapping[str, Row] = field(default_factory=dict)
    times: Mapping[str, int] = field(default_factory=dict)


def state(results: Path) -> State:
    """What stands in a results folder now; nothing where there is no datasets.csv."""
    rows = {row["id"]: row for row in table_rows(results)}
    files = {name: results / name / "results.json" for name in rows}
    times = {name: file.stat().st_ctime_ns for name, file in files.items() if file.is_file()}
    return State(rows, times)


def table_rows(results: Path) -> tuple[Row, ...]:
    """The rows of datasets.csv; none where there is no such file."""
    return csv_rows(results / "datasets.csv")


def csv_rows(table: Path) -> tuple[Row, ...]:
    """The rows of a table that a run wrote; none where there is no such file."""
    if not table.is_file():
        return ()
    with table.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def describe(before: State, after: State) -> str:
    """A line for each kind of change, a line for each headline that moved; or ""."""
    words = Catalogue.load(PROJECT / "templates" / "text" / "en", "terminal")
    made = [name for name, row in after.rows.items() if row["status"] == "ok"]
    again = [name for name in made if after.times.get(name) != before.times.get(name)]
    reported = {name for name, row in before.rows.items() if row["status"] == "ok"}
    # Of a report that failed the former row does not tell what the one before it said.
    mended = [name for name in made if before.rows.get(name, {}).get("status") == "failed"]
    new = [name for name in made if name not in reported and name not in mended]
    moved = [name for name in again if name in reported and _moved(before, after, name)]
    kinds = {
        "new": new,
        "mended": mended,
        "changed": moved,
        "same": [name for name in again if name in reported and name not in moved],
        "refused": [
            name
            for name, row in after.rows.items()
            if row["status"] == "refused" and before.rows.get(name, {}).get("status") != "refused"
        ],
        "removed": [name for name in before.rows if name not in after.rows],
    }
    lines = []
    for kind, names in kinds.items():
        if names:
            lines.append(words.plain(f"terminal.run.{kind}", names=_named(words, names)))
        if kind == "changed":
            lines += [
                _change(words, before.rows[name], after.rows[name]) for name in names[:MOST_NAMED]
            ]
    return "".join(f"{line}\n" for line in lines)


def _moved(before: State, after: State, name: str) -> bool:
    return any(
        before.rows[name].get(key) != after.rows[name].get(key)
        for key in ("leading_mean", "leading_icc", "n_members", "n_groups")
    )


def _named(words: Catalogue, names: Iterable[str]) -> str:
    every = list(names)
    listed = ", ".join(every[:MOST_NAMED])
    more = len(every) - MOST_NAMED
    return words.plain("terminal.run.more", names=listed, n=str(more)) if more > 0 else listed


def _change(words: Catalogue, before: Row, after: Row) -> str:
    return "  " + words.plain(
        "terminal.run.change",
        name=after["id"],
        mean=_mean(after),
        mean_before=_mean(before),
        icc=_share(after),
        icc_before=_share(before),
        members=numbers.count(int(after["n_members"])),
        members_before=numbers.count(int(before["n_members"])),
    )


def _mean(row: Row) -> str:
    value = row.get("leading_mean") or row["grand_mean"]
    return f"{float(value):.{DIGITS}g}" if value else numbers.MISSING


def _share(row: Row) -> str:
    value = row.get("leading_icc") or row["icc"]
    return numbers.share(float(value)) if value else numbers.MISSING
