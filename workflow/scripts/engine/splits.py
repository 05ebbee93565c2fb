"""The values by which files are split, looked up again only where a file or the code changed.

They say which datasets there are, so that every start needs them, a dry run too.
"""

import json
import shutil
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, Protocol

from engine import keys, sources
from engine.jobs import SCRIPTS
from multilevel.storage.files import write_whole

_KNOWN = "splits.json"
# The settings that decide how the column is read; titles and words don't.
_DECIDE = ("file", "split", "sheet", "missing")


class Dataset(Protocol):
    """What the values depend on beside the file's content."""

    @property
    def file(self) -> str:
        """The file that is split."""

    def settings(self) -> dict[str, Any]:
        """As plain values."""


class Splits:
    """Values and their names by file and settings.

    Parameters
    ----------
    stages
        results/.stages, where they are kept.
    look_up
        Finds them in the file.
    """

    def __init__(self, stages: Path, look_up: Callable[[Any], Mapping[str, str]]) -> None:
        self._file = stages / _KNOWN
        self._look_up = look_up
        self._hashes = keys.Hashes(stages / "hashes.json")
        self._before: dict[str, Any] = keys.known(self._file)
        self._now: dict[str, dict[str, str]] = {}

    def values(self, dataset: Dataset) -> Mapping[str, str]:
        """The values of the column that `dataset` is split by, with their names for titles."""
        content = self._hashes.of(dataset.file)
        settings = dataset.settings()
        decide = {name: settings.get(name) for name in _DECIDE}
        key = keys.digest(json.dumps([content, decide, _code(), keys.software()], sort_keys=True))
        if key in self._before and keys.is_hash(content):
            self._now[key] = self._before[key]
        else:
            self._now[key] = dict(self._look_up(dataset))
        return self._now[key]

    def keep(self) -> None:
        """Write what was asked for, for the next start and for jobs on a cluster."""
        if self._now and self._now != self._before:
            write_whole(self._file, json.dumps(self._now).encode())


def forget(wholes: Path, names: Collection[str]) -> None:
    """Remove what was kept of files that are split no more, or otherwise; `names` stay."""
    for folder in wholes.glob("[!.]*"):
        if folder.name not in names:
            shutil.rmtree(folder)


def _code() -> str:
    modules = sources.imported(SCRIPTS, "multilevel.ingest.parts")
    return keys.of_files(Path(file) for file in modules)
