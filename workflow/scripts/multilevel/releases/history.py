"""Headline numbers of each dataset's releases: results/history.csv.

A release is a state of a dataset's data, settings and this program's version that
gave a report. The file has a row for each, oldest first; a run that finds nothing
new adds none. results.json never depends on it.
"""

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal

import msgspec

from multilevel.configuration import Dataset
from multilevel.records.results import Results
from multilevel.releases.headline import Headline, headline_of
from multilevel.storage.files import write_whole
from multilevel.wording.cells import lines, neutralised

FILE = "history.csv"
# Rows of each dataset and of all of them; beyond these the oldest go.
MOST_RELEASES, MOST_ROWS = 100, 100_000
Part = Literal["data", "settings", "version", "numbers"]
# Keys that say nothing about the numbers.
_NOT_SETTINGS = frozenset(("id", "file", "entry", "labels", "scale", "within", "was", "published"))


@dataclass(frozen=True, kw_only=True)
class Release(Headline):
    """A row of history.csv; its fields are the columns, those of the headline last.

    Attributes
    ----------
    date
        Of the data, as in the report: YYYY-MM-DD, or "".
    data, settings
        Digests of the files' bytes and of what the configuration says of the analysis.
    version
        Of Multilevel Reports.
    n_members to reliability
        As in results.json, without weights. Rows of releases before 2.0 have no headline.
    """

    id: str
    date: str
    data: str
    settings: str
    version: str
    n_members: int
    n_groups: int
    gamma00: float
    se_gamma00: float
    tau00: float
    sigma2: float
    icc: float
    ci_icc_low: float
    ci_icc_high: float
    reliability: float

    def is_as(self, other: "Release") -> bool:
        """Whether both are the same release: of the same state, with the same numbers."""
        if not (self.leading_mean_quantity and other.leading_mean_quantity):
            # Rows of former versions have no headline.
            self, other = (replace(release, **_NO_HEADLINE) for release in (self, other))
        return replace(self, date="") == replace(other, date="")

    def differs_in(self, other: "Release") -> tuple[Part, ...]:
        """Which of data, settings and version differ from the other's; if none, the numbers."""
        parts: tuple[Part, ...] = ("data", "settings", "version")
        different = (part for part in parts if getattr(self, part) != getattr(other, part))
        return tuple(different) or (() if self.is_as(other) else ("numbers",))


@dataclass(frozen=True)
class Previous:
    """previous.json: the release before today's, null when there is none.

    `kept` names the folder in which it was released on purpose, "" where there is none.
    """

    release: Release | None
    kept: str = ""


_HEADLINE = tuple(field.name for field in fields(Headline))
_NO_HEADLINE: dict[str, Any] = {field.name: field.default for field in fields(Headline)}
_OWN = tuple(field.name for field in fields(Release) if field.name not in _NO_HEADLINE)
COLUMNS = (*_OWN, *_HEADLINE)


def release_of(results: Results) -> Release | None:
    """Today's release of a dataset; None when it was refused."""
    data, model, between = results.data, results.model, results.between
    if data is None or model is None or between is None:
        return None
    origin = results.provenance
    joined = origin.joined.sha256 if origin.joined else ""
    return Release(
        id=results.id,
        date=origin.produced or "",
        data=_digest([origin.input.sha256, joined]),
        settings=_digest(settings_of(origin.config)),
        version=origin.software["multilevel-reports"],
        n_members=data.n_members,
        n_groups=data.n_groups,
        gamma00=model.gamma00,
        se_gamma00=model.se_gamma00,
        tau00=model.tau00,
        sigma2=model.sigma2,
        icc=between.icc,
        ci_icc_low=between.ci_icc[0],
        ci_icc_high=between.ci_icc[1],
        reliability=between.reliability,
        **asdict(headline_of(results)),
    )


def previous(history: Iterable[Release], current: Release) -> Release | None:
    """The release before `current`, which may have its row in the history already."""
    own = [release for release in history if release.id == current.id]
    if own and own[-1].is_as(current):
        own.pop()
    return own[-1] if own else None


def rename(history: Iterable[Release], was: Mapping[str, str]) -> tuple[Release, ...]:
    """The history with the rows of datasets that have another id now under that.

    Parameters
    ----------
    was
        Former ids by present ids. A dataset that has rows of its own keeps those alone.
    """
    every = tuple(history)
    own = {release.id for release in every}
    now = {former: name for name, former in was.items() if name not in own}
    return tuple(replace(row, id=now.get(row.id, row.id)) for row in every)


def former_ids(results: Iterable[Results]) -> dict[str, str]:
    """Former ids by present ids, as the configuration has them under `was`."""
    configured = {result.id: result.provenance.config.get("was") for result in results}
    uses = Counter(configured.values())
    # Not an id that another dataset has today, nor one that two of them claim.
    return {
        name: str(former)
        for name, former in configured.items()
        if former and former not in configured and uses[former] == 1
    }


def read_previous(file: Path, results: Results) -> Previous:
    """The content of previous.json; empty where the history can't be read, as `read` reports."""
    current = release_of(results)
    try:
        history = rename(read(file), former_ids([results]))
        return Previous(None if current is None else previous(history, current))
    except ValueError:
        return Previous(None)


def add(history: Sequence[Release], current: Iterable[Release]) -> tuple[Release, ...]:
    """The history with a row for each of the `current` that isn't its dataset's last one."""
    last = {release.id: release for release in history}
    new = [row for row in current if not (row.id in last and last[row.id].is_as(row))]
    rows: list[Release] = []
    seen: dict[str, int] = {}
    for release in reversed([*history, *new]):
        seen[release.id] = seen.get(release.id, 0) + 1
        if seen[release.id] <= MOST_RELEASES and len(rows) < MOST_ROWS:
            rows.append(release)
    return tuple(reversed(rows))


def read(file: Path) -> tuple[Release, ...]:
    """All rows, oldest first; none when there is no file.

    Raises
    ------
    ValueError
        When the file isn't one that `write` wrote.
    """
    if not file.is_file():
        return ()
    with file.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    try:
        return tuple(msgspec.convert(_given_in(row), Release, strict=False) for row in rows)
    except (KeyError, msgspec.ValidationError) as error:
        raise ValueError(
            f"{file} is not a history of releases: {error}. Restore it from a backup, or remove it "
            "to begin a new one."
        ) from error


def _given_in(row: Mapping[str, str]) -> dict[str, str]:
    """The cells of a row that this version knows; rows of former versions lack the headline."""
    return {name: row[name] for name in _OWN} | {
        name: row[name] for name in _HEADLINE if row.get(name)
    }


def write(file: Path, history: Iterable[Release]) -> None:
    """Replace the file in one step; unchanged when it has these rows already."""
    cells = [[_cell(getattr(release, name)) for name in COLUMNS] for release in history]
    content = lines([COLUMNS, *cells]).encode("utf-8")
    if not file.is_file() or file.read_bytes() != content:
        write_whole(file, content)


def settings_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of the analysis that aren't the default: a later version may have more keys."""
    default = {
        field.name: list(field.default) if isinstance(field.default, tuple) else field.default
        for field in fields(Dataset)
        if field.default is not MISSING
    }
    return {
        name: value
        for name, value in config.items()
        if name not in _NOT_SETTINGS and (name not in default or value != default[name])
    }


def _cell(value: str | float | None) -> str:
    if value is None:
        return ""
    return neutralised(value) if isinstance(value, str) else repr(value)


def _digest(content: object) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]
