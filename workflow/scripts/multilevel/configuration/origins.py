"""What the ids of datasets were given to in earlier runs: ids stay, and so do files that are away.

An id is a report's address and the name under which its history is kept. And a folder that can't
be read for a night must not look like one without files.
"""

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, field
from pathlib import PurePath
from typing import Any

import msgspec


@dataclass(frozen=True)
class Origin:
    """What became a dataset of its own: a file, a part of it, one of its outcomes.

    Attributes
    ----------
    entry
        The entry of the configuration.
    path
        The file.
    value, outcome
        The part and the outcome, None where the file has one alone.
    label
        The part's name for titles.
    """

    entry: str
    path: str
    value: str | None = None
    outcome: str | None = None
    label: str = field(default="", compare=False)

    def plain(self) -> list[str | None]:
        """As a list that JSON can hold."""
        return list(astuple(self))


def read(known: Mapping[str, Any]) -> dict[str, Origin]:
    """Origins by id from their plain form; what isn't one is left out."""
    found: dict[str, Origin] = {}
    for name, plain in known.items():
        try:
            entry, path, value, outcome, label = msgspec.convert(
                plain, tuple[str, str, str | None, str | None, str]
            )
        except msgspec.ValidationError:
            continue
        found[name] = Origin(entry, path, value, outcome, label)
    return found


def within(known: Iterable[Origin], entry: str, folders: Iterable[str]) -> list[str]:
    """The files of an entry that are known to lie in these folders or below."""
    above = {PurePath(folder) for folder in folders}
    return [
        one.path for one in known if one.entry == entry and above & {*PurePath(one.path).parents}
    ]


def values(known: Iterable[Origin], entry: str, path: str) -> dict[str, str]:
    """The values that a file was split by, each with its name for titles."""
    return {
        one.value: one.label
        for one in known
        if (one.entry, one.path) == (entry, path) and one.value is not None
    }
