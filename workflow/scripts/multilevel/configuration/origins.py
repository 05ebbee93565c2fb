"""What the ids of datasets were given to in earlier runs: ids stay, and so do files that are away.

An id is a report's address and the name under which its history is kept. And a folder that can't
be read for a night must not look like one without files.
"""

import glob
import os
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, field
from pathlib import Path, PurePath
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


def fixed(pattern: str) -> str:
    """The folder that a pattern names before its wildcards."""
    parts = PurePath(pattern).parts
    first = next((i for i, part in enumerate(parts) if glob.has_magic(part)), len(parts) - 1)
    return PurePath(*parts[:first]).as_posix()


def unreadable(pattern: str, root: Path) -> list[str]:
    """Folders in which the pattern would look and that can't be listed, or aren't there."""
    deep = len(PurePath(pattern).parts) > len(PurePath(fixed(pattern)).parts) + 1
    return folders(fixed(pattern), root, deep=deep)[1]


def folders(folder: str, root: Path, *, deep: bool = True) -> tuple[list[str], list[str]]:
    """The folders from `folder` on downwards that can be listed, and those that can't.

    Links are not followed: two that lead back to where they stand make endlessly many ways.

    Parameters
    ----------
    deep
        Whether those within it count as well.
    """
    listed, closed, waiting = [], [], [folder]
    while waiting:
        place = waiting.pop()
        try:
            with os.scandir(root / place) as entries:
                inside = [one.name for one in entries if one.is_dir(follow_symlinks=False)]
        except OSError:
            # Those that are gone by the time they are looked into were there a moment ago.
            closed.append(place)
            continue
        listed.append(place)
        if deep:
            waiting += [(PurePath(place) / name).as_posix() for name in inside]
    return sorted(listed), sorted(closed)


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
