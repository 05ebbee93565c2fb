"""What a run replaced, kept by hard links until the keep rule drops it."""

import contextlib
import filecmp
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

KEPT, REMOVED = ".kept", ".removed"
UNSETTLED = ".part"
STAMP, DAY = "%Y-%m-%dT%H-%M-%SZ", "%Y-%m-%d"
# What lies beside the datasets' folders.
PAGES = ("index.html", "datasets.csv", "results.xlsx")


@dataclass(frozen=True)
class Changes:
    """What differs from before: ids in alphabetical order."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]


def stamp(at: datetime) -> str:
    """A moment as a file's name that sorts by time."""
    return at.astimezone(UTC).strftime(STAMP)


def unclaimed(at: datetime, *folders: Path) -> str:
    """`stamp`, with a number when something in the folders begins so already."""
    taken = {path.name.partition(".")[0] for folder in folders for path in folder.glob("[!.]*")}
    name, number = stamp(at), 1
    while name in taken:
        number += 1
        name = f"{stamp(at)}-{number}"
    return name


def snapshot(results: Path, at: datetime, name: str = "") -> Path:
    """Give all that is published second names, in results/.kept/<moment>.part or under `name`.

    What is published later takes the names in `results`, never the files themselves.
    """
    folder = results / KEPT / f"{name or unclaimed(at, results / KEPT)}{UNSETTLED}"
    folder.mkdir(parents=True)
    for name in _datasets(results):
        shutil.copytree(results / name, folder / name, copy_function=_link)
    for page in PAGES:
        if (results / page).is_file():
            _link(results / page, folder / page)
    return folder


def compare(folder: Path, results: Path) -> Changes:
    """Compare what is published with a snapshot."""
    before, now = set(_datasets(folder)), set(_datasets(results))
    both = sorted(before & now)
    same = {name for name in both if _same(folder / name, results / name)}
    return Changes(
        new=tuple(sorted(now - before)),
        changed=tuple(name for name in both if name not in same),
        unchanged=tuple(sorted(same)),
        removed=tuple(sorted(before - now)),
    )


def settle(folder: Path, results: Path) -> Path | None:
    """Keep what was replaced of a snapshot; return its final folder, None when nothing was."""
    for name in compare(folder, results).unchanged:
        shutil.rmtree(folder / name)
    for page in PAGES:
        if (folder / page).exists() and _same(folder / page, results / page):
            (folder / page).unlink()
    if not any(folder.iterdir()):
        folder.rmdir()
        return None
    final = folder.with_name(folder.name.removesuffix(UNSETTLED))
    folder.rename(final)
    return final


def settle_interrupted(results: Path) -> None:
    """Settle the snapshots of runs that were killed."""
    for folder in sorted((results / KEPT).glob(f"*{UNSETTLED}")):
        settle(folder, results)


def prune(entries: Iterable[Path], runs: int, days: int, now: datetime) -> list[Path]:
    """Delete what is neither among the latest `runs` nor younger than `days`; return its paths.

    Names begin with the moment, as `stamp` writes it, or the day; others are left alone.
    """
    dated: dict[datetime, list[Path]] = {}
    for entry in entries:
        moment = _moment(entry.name)
        if moment is not None:
            dated.setdefault(moment, []).append(entry)
    oldest = now - timedelta(days=days)
    old = [moment for moment in sorted(dated, reverse=True)[runs:] if moment < oldest]
    dropped = [entry for moment in old for entry in dated[moment]]
    for entry in dropped:
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    return sorted(dropped)


def _moment(name: str) -> datetime | None:
    for length, form in ((20, STAMP), (10, DAY)):
        with contextlib.suppress(ValueError):
            return datetime.strptime(name[:length], form).replace(tzinfo=UTC)
    return None


def _datasets(results: Path) -> Iterator[str]:
    """The names of folders with a report."""
    for report in sorted(results.glob("*/report.html")):
        if not report.parent.name.startswith("."):
            yield report.parent.name


def _same(path: Path, other: Path) -> bool:
    """Whether files, or folders with all that is in them, are equal."""
    if not other.exists():
        return False
    if path.is_dir():
        names = {file.name for file in path.iterdir()}
        return names == {file.name for file in other.iterdir()} and all(
            _same(path / name, other / name) for name in names
        )
    return path.samefile(other) or filecmp.cmp(path, other, shallow=False)


def _link(source: str | Path, target: str | Path) -> None:
    """Give a file a second name; copy it where the file system has no links."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)
