"""What a job's outputs depend on, as text that changes when, and only when, that does."""

import atexit
import hashlib
import json
import os
import platform
import re
import stat
import time
from collections.abc import Collection, Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from engine import sources
from engine.child import state
from engine.jobs import PROJECT, SCRIPTS
from multilevel.storage.files import write_whole

# A file changed as recently as this before it was hashed may change again unseen:
# some file systems count in steps of two seconds.
RECENT = 2.5


def digest(text: str) -> str:
    """A short name for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Hashes:
    """SHA-256 of files, computed again only where size, times or place on the disk changed.

    Parameters
    ----------
    cache
        Where known hashes are kept; None keeps none.
    """

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._known: dict[str, list[Any]] = known(cache)
        self._changed = False

    def of(self, file: str) -> str:
        """The hash in hexadecimal digits, or a word on why there is none."""
        path = Path(file)
        try:
            if not path.exists():
                return "missing"
            if not path.is_file():
                return "no file"
        except OSError as error:
            return f"unreadable: {error.strerror}"
        before = state(path)
        known = self._known.get(file)
        if known and before and known[1:] == list(before):
            return str(known[0])
        try:
            # Neither waits for a pipe nor reads a device that took the file's place.
            with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as opened:
                if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
                    return "no file"
                found = hashlib.file_digest(opened, "sha256").hexdigest()
        except OSError as error:
            return f"unreadable: {error.strerror}"
        if before and before == state(path) and time.time() - before[1] / 1e9 > RECENT:
            self._known[file] = [found, *before]
            self._changed = True
        return found

    def keep(self) -> None:
        """Write the cache when this process ends."""
        atexit.register(self._save)

    def _save(self) -> None:
        if self._changed and self._cache.parent.is_dir():
            write_whole(self._cache, json.dumps(self._known).encode())


def links(files: Iterable[str]) -> dict[str, str]:
    """The links on the way to files, and where each leads: the same bytes may be refused there."""
    ways = (part for file in files for part in (Path(file), *Path(file).parents))
    return {str(part): str(part.readlink()) for part in ways if part.is_symlink()}


def of_code(module: str, templates: Iterable[str], without: Collection[str]) -> str:
    """A module with all that it imports, the templates that it reads, and the packages.

    Parameters
    ----------
    module
        Its name, such as ``package.module``.
    templates, without
        Patterns under templates/, and names of files that fit but aren't read.
    """
    files = (
        file
        for pattern in templates
        for file in (PROJECT / "templates").glob(pattern)
        if file.name not in without
    )
    content = {
        "code": of_files(map(Path, sources.imported(SCRIPTS, module))),
        "templates": of_files(files),
        "software": software(),
    }
    return json.dumps(content, indent=1)


def of_files(files: Iterable[Path]) -> str:
    """One hash over names and contents, names relative to the project."""
    total = hashlib.sha256()
    for file in sorted(files):
        name = file.relative_to(PROJECT).as_posix()
        total.update(f"{name}\0{_of_file(file)}\n".encode())
    return total.hexdigest()


@cache
def _of_file(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@cache
def software() -> dict[str, str]:
    """Versions of Python and of every package in requirements.lock that is installed."""
    lock = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    found = {"python": platform.python_version()}
    for name in re.findall(r"^([a-z0-9._-]+)==", lock, re.M):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def written(file: Path, text: str) -> str:
    """Let `file` hold the text, its time unchanged when it does already; the text."""
    if not file.is_file() or file.read_bytes() != text.encode():
        write_whole(file, text.encode())
    return text


def is_hash(found: str) -> bool:
    """Whether `Hashes.of` found a hash, and not a reason why there is none."""
    return re.fullmatch("[0-9a-f]{64}", found) is not None


def known(file: Path) -> dict[str, Any]:
    """What a JSON file holds; nothing when it is missing or damaged."""
    try:
        found = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
