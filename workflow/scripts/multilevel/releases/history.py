"""Headline numbers of each dataset's releases: results/history.csv.

A release is a state of a dataset's data, settings and this program's version that
gave a report. The file has a row for each, oldest first; a run that finds nothing
new adds none. results.json never depends on it.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any, Literal

import msgspec

from multilevel.configuration import Dataset
from multilevel.records.results import Results
from multilevel.storage.files import write_whole
from multilevel.wording.cells import neutralised

FILE = "history.csv"
# Of each dataset, and of all: beyond them the oldest go.
MOST_RELEASES, MOST_ROWS = 100, 100_000
Part = Literal["data", "settings", "version"]
# What says nothing about the numbers.
_NOT_SETTINGS = frozenset(("id", "file", "entry", "labels", "scale", "within"))


@dataclass(frozen=True, kw_only=True)
class Release:
    """A row of history.csv; its fields are the columns.

    Attributes
    ----------
    date
        Of the data, as in the report: YYYY-MM-DD, or "".
    data, settings
        Digests of the files' bytes and of what the configuration says of the analysis.
    version
        Of Multilevel Reports.
    n_members to reliability
        As in results.json.
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

    @property
    def state(self) -> tuple[str, str, str, str]:
        """What makes it another release than another one."""
        return self.id, self.data, self.settings, self.version

    def differs_in(self, other: "Release") -> tuple[Part, ...]:
        """Which of data, settings and version are not as in the other."""
        parts: tuple[Part, ...] = ("data", "settings", "version")
        return tuple(part for part in parts if getattr(self, part) != getattr(other, part))


@dataclass(frozen=True)
class Previous:
    """previous.json: the release before today's, null when there is none."""

    release: Release | None


COLUMNS = tuple(field.name for field in fields(Release))


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
        settings=_digest(_given(origin.config)),
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
    )


def previous(history: Iterable[Release], current: Release) -> Release | None:
    """The release before `current`, whether `current` has its row already or not."""
    own = [release for release in history if release.id == current.id]
    if own and own[-1].state == current.state:
        own.pop()
    return own[-1] if own else None


def before(file: Path, results: Results) -> Previous:
    """What previous.json holds; of a history that can't be read nothing, which `read` reports."""
    current = release_of(results)
    try:
        return Previous(None if current is None else previous(read(file), current))
    except ValueError:
        return Previous(None)


def added(history: Sequence[Release], current: Iterable[Release]) -> tuple[Release, ...]:
    """The history with a row for each of the `current` that isn't its dataset's last one."""
    last = {release.id: release.state for release in history}
    new = [release for release in current if last.get(release.id) != release.state]
    kept: list[Release] = []
    seen: dict[str, int] = {}
    for release in reversed([*history, *new]):
        seen[release.id] = seen.get(release.id, 0) + 1
        if seen[release.id] <= MOST_RELEASES and len(kept) < MOST_ROWS:
            kept.append(release)
    return tuple(reversed(kept))


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
        # Later versions may add columns.
        return tuple(
            msgspec.convert({name: row[name] for name in COLUMNS}, Release, strict=False)
            for row in rows
        )
    except (KeyError, msgspec.ValidationError) as error:
        raise ValueError(
            f"{file} is no history of releases: {error}. Restore it from a backup, or remove it "
            "to begin a new one."
        ) from error


def write(file: Path, history: Iterable[Release]) -> None:
    """Replace the file in one step; unchanged when it has these rows already."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for release in history:
        writer.writerow([_cell(getattr(release, name)) for name in COLUMNS])
    content = text.getvalue().encode("utf-8")
    if not file.is_file() or file.read_bytes() != content:
        write_whole(file, content)


def _given(config: Mapping[str, Any]) -> dict[str, Any]:
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


def _cell(value: str | float) -> str:
    return neutralised(value) if isinstance(value, str) else repr(value)


def _digest(content: object) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]
