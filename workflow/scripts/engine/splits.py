"""The values by which files are split, looked up again only where a file or the code changed.

They say which datasets there are, so that every start needs them, a dry run too.
"""

import json
import shutil
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from engine import fingerprints
from multilevel.storage.attempts import PassingFault
from multilevel.storage.files import write_whole

_KNOWN = "splits.json"


class Splits:
    """Values and their names by file and settings.

    Parameters
    ----------
    stages
        results/.stages, where they are kept.
    look_up
        Finds a dataset's values in its file; it is told the file's digest, None without one.
    module
        Where that is defined.
    deciding
        The settings that decide how the column is read; titles and words don't.
    """

    def __init__(
        self,
        stages: Path,
        look_up: Callable[[Any, str | None], Mapping[str, str]],
        module: str,
        deciding: Collection[str],
    ) -> None:
        self._look_up, self._module, self._deciding = look_up, module, deciding
        self._file = stages / _KNOWN
        self._hashes = fingerprints.Hashes(stages / "hashes.json")
        self._before: dict[str, Any] = fingerprints.known(self._file)
        self._now: dict[str, dict[str, str]] = {}

    def values(self, dataset: Any) -> Mapping[str, str] | None:
        """The values of the column that `dataset` is split by, with their names for titles.

        None while the file is away, and nothing is remembered then.
        """
        content, settings = self._hashes.of(dataset.file), dataset.settings()
        decide = {name: settings.get(name) for name in self._deciding}
        depends = [content, decide, fingerprints.of_code(self._module, (), ())]
        key = fingerprints.digest(json.dumps(depends, sort_keys=True))
        if key in self._before and fingerprints.is_hash(content):
            self._now[key] = self._before[key]
        else:
            expected = content if fingerprints.is_hash(content) else None
            try:
                self._now[key] = dict(self._look_up(dataset, expected))
            except PassingFault:
                return None
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
