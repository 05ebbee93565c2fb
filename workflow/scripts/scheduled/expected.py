"""Files that were expected: which came, and which never did.

A file came when it is new, or its time or size isn't what it was at the last look. It counts for
the time by which the next one is due; one that is late, nearer to the time before than to the
next, for that one, if none had come for it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import yaml

from multilevel import configuration
from multilevel.configuration.data_files import files_of
from multilevel.configuration.expectations import Expect, expectation
from multilevel.storage.files import write_whole

# Among the records of runs.
NOTED = "expected.json"
# Hexadecimal digits that tell a file, its time and size apart.
DIGITS = 12


@dataclass(frozen=True, kw_only=True)
class Overdue:
    """An entry of which no new file came.

    Attributes
    ----------
    entry
        Its key in the configuration.
    by
        When one was due, in the entry's time zone, ISO 8601.
    newest
        When the last one came; null where none is known.
    """

    entry: str
    by: str
    newest: str | None


@dataclass(frozen=True, kw_only=True)
class Noted:
    """What the last look found of an entry; moments are ISO 8601, in UTC.

    Attributes
    ----------
    files
        A digest of each file's path, time and size.
    looked
        When that was.
    newest
        When the last file came.
    served
        The time for which it came.
    """

    files: tuple[str, ...] = ()
    looked: str | None = None
    newest: str | None = None
    served: str | None = None


def overdue(folder: Path, results: Path, config: Any, now: datetime) -> tuple[Overdue, ...]:
    """The entries of which a file was expected and none came, and note what did.

    Parameters
    ----------
    folder
        What paths of the configuration are relative to.
    results
        Where the reports are.
    config
        What the configuration's file holds. Of one that can't be used nothing is expected: the
        run says what is wrong with it.
    """
    file = results / ".runs" / NOTED
    before = read(file)
    after: dict[str, Noted] = {}
    late: list[Overdue] = []
    for entry, expect in _expected(config):
        noted = looked(expect, before.get(entry), _files(folder, config["datasets"][entry]), now)
        after[entry] = noted
        due = expect.latest(now)
        if due is not None and (noted.served is None or _moment(noted.served) < due):
            newest = noted.newest and expect.local(_moment(noted.newest))
            late.append(
                Overdue(
                    entry=entry,
                    by=expect.local(due).isoformat(timespec="minutes"),
                    newest=newest.isoformat(timespec="minutes") if newest else None,
                )
            )
    if after or before:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, msgspec.json.format(msgspec.json.encode(after), indent=1))
    return tuple(late)


def looked(
    expect: Expect, before: Noted | None, files: Mapping[str, float], now: datetime
) -> Noted:
    """What is known of an entry after a look at its files.

    Parameters
    ----------
    files
        When each was last changed, in seconds since 1970, by its digest.
    """
    noted = before or Noted()
    following = expect.following(now)
    if noted.served is not None and _moment(noted.served) > following:
        # A clock that was ahead for a night must not stop the alarms until then.
        served = expect.latest(now) or following
        noted = replace(noted, served=served.isoformat(), newest=now.isoformat())
    since = datetime.min.replace(tzinfo=UTC) if noted.looked is None else _moment(noted.looked)
    # A file may keep the time of where it came from: it came between the two looks.
    came = sorted(
        min(max(datetime.fromtimestamp(_at_most(changed, now), tz=UTC), since), now)
        for digest, changed in files.items()
        if digest not in noted.files
    )
    for moment in came:
        served = _served(expect, _moment(noted.served) if noted.served else None, moment)
        noted = replace(noted, newest=moment.isoformat(), served=served.isoformat())
    return replace(noted, files=tuple(sorted(files)), looked=now.isoformat())


def _served(expect: Expect, before: datetime | None, came: datetime) -> datetime:
    due, following = expect.latest(came), expect.following(came)
    missed = due is not None and before is not None and before < due
    if due is not None and missed and came - due < following - came:
        return due
    return following


def read(file: Path) -> dict[str, Noted]:
    """What was noted; nothing where there is no such file, or none of ours."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, Noted])
    except (FileNotFoundError, msgspec.DecodeError):
        return {}


def content_of(folder: Path, named: str | None) -> Any:
    """What a configuration's file holds; None where it can't be read."""
    try:
        return yaml.safe_load(configuration.config_file(folder, named).read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        return None


def _expected(config: Any) -> Sequence[tuple[str, Expect]]:
    try:
        found = [(str(entry), expectation(config, entry)) for entry in config["datasets"]]
    except (ValueError, TypeError, KeyError, AttributeError):
        return ()
    return [(entry, expect) for entry, expect in found if expect is not None]


def _files(folder: Path, entry: Mapping[str, Any]) -> dict[str, float]:
    found: dict[str, float] = {}
    for path in files_of(entry, folder):
        try:
            about = (folder / path).stat()
        except OSError:
            continue  # one that can't be looked at hasn't come
        said = f"{path}\0{about.st_mtime_ns}\0{about.st_size}".encode("utf-8", "surrogateescape")
        found[hashlib.sha256(said).hexdigest()[:DIGITS]] = about.st_mtime
    return found


def _at_most(changed: float, now: datetime) -> float:
    """A file's time, within those that calendars know: file systems know more."""
    return min(max(changed, 0.0), now.timestamp())


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
