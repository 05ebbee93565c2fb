"""Releases made on purpose: which there are, and where each stands."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from multilevel.records.results import decode, encode
from multilevel.storage.files import write_whole

# No id of a dataset begins so.
RELEASES = "_releases"
LEDGER = ".releases.json"


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """results/.releases.json.

    Attributes
    ----------
    releases
        Names of the folders, oldest first; the last one is public.
    unfinished
        Whether putting it in place was begun and its end isn't known.
    """

    releases: tuple[str, ...] = ()
    unfinished: bool = False


def read_ledger(results: Path) -> Ledger:
    """The ledger of a results folder; an empty one where nothing was released."""
    file = results / LEDGER
    return decode(file.read_bytes(), Ledger) if file.is_file() else Ledger()


def write_ledger(results: Path, ledger: Ledger) -> None:
    """Write the ledger of a results folder."""
    write_whole(results / LEDGER, encode(ledger))


def release_folder(results: Path, name: str, row: Mapping[str, str]) -> str:
    """The folder of the release in which a dataset's last row of history.csv is `row`; "" for none.

    Parameters
    ----------
    name
        The dataset's id.
    row
        Of history.csv; its `data`, `settings` and `version` are compared.
    """
    for release in reversed(read_ledger(results).releases):
        history = results / RELEASES / release / "history.csv"
        if not history.is_file():
            continue
        with history.open(encoding="utf-8", newline="") as file:
            own = [line for line in csv.DictReader(file) if line["id"] == name]
        if own and all(own[-1][part] == row[part] for part in ("data", "settings", "version")):
            return release
    return ""
