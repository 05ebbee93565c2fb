"""The values by which files are split, looked up again only where a file or the code changed.

They say which datasets there are, so that every start needs them, a dry run too.
"""

import json
import shutil
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, Protocol

from engine import fingerprints
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
    module
        Where that is defined.
    """

    def __init__(
        self, stages: Path, look_up: Callable[[Any], Mapping[str, str]], module: str
    ) -> None:
        self._module = module
        self._file = stages / _KNOWN
        self._look_up = look_up
        self._hashes = fingerprints.Hashes(stages / "hashes.json")
        self._before: dict[str, Any] = fingerprints.known(self._file)
        self._now: dict[str, dict[str, str]] = {}

    def values(self, dataset: Dataset) -> Mapping[str, str]:
        """The values of the column that `dataset` is split by, with their names for titles."""
        content = self._hashes.of(dataset.file)
        settings = dataset.settings()
        decide = {name: settings.get(name) for name in _DECIDE}
        depends = [content, decide, fingerprints.of_code(self._module, (), ())]
        key = fingerprints.digest(json.dumps(depends, sort_keys=True))
        if key in self._before and fingerprints.is_hash(content):
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
