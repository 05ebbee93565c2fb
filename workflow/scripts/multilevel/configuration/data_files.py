"""Which files a pattern fits, in which folders, and what leads out of them."""

import fnmatch
import glob
import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any

# LibreOffice's and Microsoft's files beside one that is open.
_OPEN_IN_OFFICE = (".~lock.", "~$")


def files_of(entry: Mapping[str, Any], root: Path) -> list[str]:
    """The paths of an entry's data files that are there."""
    if "files" in entry:
        found = matches(entry["files"], root)
        return [path for path in found if not (is_mark(path) or excluded(path, entry))]
    return [entry["file"]] if (root / entry["file"]).is_file() else []


def matches(pattern: str, root: Path) -> list[str]:
    """Paths that fit, sorted, with forward slashes; folders are left out."""
    # Path.glob takes no absolute patterns.
    found = (
        path
        for one in _of_each_folder(pattern, root)
        for path in glob.glob(one, root_dir=root)  # noqa: PTH207
    )
    return sorted({PurePath(path).as_posix() for path in found if not os.path.isdir(root / path)})  # noqa: PTH112 - raises nothing


def _of_each_folder(pattern: str, root: Path) -> Iterator[str]:
    """The patterns without ** that one with it stands for; hidden folders don't count."""
    every = PurePath(pattern).parts
    if "**" not in every:
        yield pattern
        return
    # One after another says no more than one.
    parts = tuple(
        part
        for part, before in zip(every, ("", *every), strict=False)
        if (part, before) != ("**", "**")
    )
    place = parts.index("**")
    rest = parts[place + 1 :] or ("*",)
    for start in glob.glob(str(PurePath(*parts[:place])), root_dir=root) if place else ["."]:  # noqa: PTH207
        for folder in folders(start, root)[0]:
            if not any(name.startswith(".") for name in PurePath(folder).relative_to(start).parts):
                yield from _of_each_folder(str(PurePath(glob.escape(folder), *rest)), root)


def is_mark(path: str) -> bool:
    """Whether a file says only that an office program has another one open."""
    return PurePath(path).name.startswith(_OPEN_IN_OFFICE)


def excluded(path: str, entry: Mapping[str, Any]) -> bool:
    """Whether an entry's own `exclude` leaves a file out that fits its pattern."""
    given = entry.get("exclude", ())
    patterns = (given,) if isinstance(given, str) else tuple(given)
    return any(
        fnmatch.fnmatch(path if "/" in pattern else PurePath(path).name, pattern)
        for pattern in patterns
    )


def leads_out(path: str, pattern: str, root: Path) -> bool:
    """Whether a link takes `path` out of the folder that the pattern names before its wildcards.

    Who may put a file into an incoming folder could else have any file reported that this
    account may read. Within the folder links are followed, and the folder may be one itself.
    """
    folder = Path(os.path.realpath(root / fixed(pattern)))
    return folder not in Path(os.path.realpath(root / path)).parents


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

    Links are not gone into: two that lead back to where they stand make endlessly many ways. Those
    that lead out are listed, so that what lies behind them can be named.

    Parameters
    ----------
    deep
        Whether those within it count as well.
    """
    top = Path(os.path.realpath(root / folder))
    listed, closed, waiting = [], [], [folder]
    while waiting:
        place = waiting.pop()
        try:
            with os.scandir(root / place) as entries:
                inside = list(entries) if deep else []
        except OSError:
            # Those that are gone by the time they are looked into were there a moment ago.
            closed.append(place)
            continue
        listed.append(place)
        for entry in inside:
            path = (PurePath(place) / entry.name).as_posix()
            if entry.is_dir(follow_symlinks=False):
                waiting.append(path)
            elif entry.is_symlink() and os.path.isdir(entry.path):  # noqa: PTH112 - raises nothing
                real = Path(os.path.realpath(entry.path))
                listed += [path] if top not in (real, *real.parents) else []
    return sorted(listed), sorted(closed)
