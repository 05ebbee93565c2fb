"""From entries to datasets: one a file, with ids that are safe and unique."""

import glob
import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from multilevel.configuration.datasets import Dataset, named
from multilevel.configuration.datasets import dataset as made

SLUG_LENGTH = 80
_COMPRESSED = {".gz", ".bz2", ".xz", ".zst", ".zip"}
# How many hexadecimal digits tell files apart whose names give the same id.
_DIGITS = (0, 8, 16, 32)


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """The whole configuration.

    Attributes
    ----------
    results
        The output folder, as configured.
    datasets
        In the order of the configuration; those of a pattern by path.
    empty_globs
        The ids of `files:` entries whose pattern fits no file at the moment.
    skipped
        Files found whose names aren't valid text, in readable form; no dataset has them.
    """

    results: str
    datasets: tuple[Dataset, ...]
    empty_globs: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()

    def notices(self) -> tuple[str, ...]:
        """Sentences on what the user may not expect, though it is no fault."""
        empty = (
            f"config: datasets.{name}: no file fits the pattern under files at the moment."
            for name in self.empty_globs
        )
        skipped = (
            f"The file {name} is left out: its name isn't valid UTF-8 text. Rename it."
            for name in self.skipped
        )
        return (*empty, *skipped)


@dataclass(frozen=True)
class _Found:
    entry: str
    path: str

    def id(self, digits: int) -> str:
        base = f"{self.entry}-{slug(stem(self.path))}"
        if digits == 0:
            return base
        return f"{base}-{hashlib.sha256(self.path.encode()).hexdigest()[:digits]}"


def expand(
    results: str, entries: Mapping[str, Any], defaults: Mapping[str, Any], root: Path
) -> Configuration:
    """The datasets of checked configuration entries."""
    matches = {
        name: _matches(entry["files"], root) for name, entry in entries.items() if "files" in entry
    }
    found = [
        _Found(name, path) for name, paths in matches.items() for path in paths if _is_text(path)
    ]
    ids = _ids(found, {name for name in entries if name not in matches})
    datasets: list[Dataset] = []
    for name, entry in entries.items():
        if name not in matches:
            datasets.append(made(name, entry["file"], entry, defaults))
            continue
        datasets += [
            named(made(name, one.path, entry, defaults), ids[one], stem(one.path))
            for one in found
            if one.entry == name
        ]
    return Configuration(
        results=results,
        datasets=tuple(datasets),
        empty_globs=tuple(name for name, paths in matches.items() if not paths),
        skipped=tuple(
            ascii(path) for paths in matches.values() for path in paths if not _is_text(path)
        ),
    )


def slug(text: str) -> str:
    """`text` as part of a file name: [A-Za-z0-9._-], 1 to 80 characters, no leading dot."""
    decomposed = unicodedata.normalize("NFKD", text)
    unaccented = "".join(c for c in decomposed if not unicodedata.combining(c))
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", unaccented).strip("-.")
    return safe[:SLUG_LENGTH].rstrip("-.") or "file"


def stem(path: str) -> str:
    """in/scores.csv.gz to scores"""
    name = PurePath(path).name
    if PurePath(name).suffix.lower() in _COMPRESSED:
        name = PurePath(name).stem
    return PurePath(name).stem


def _matches(pattern: str, root: Path) -> list[str]:
    """Paths that fit, sorted, with forward slashes; folders are left out."""
    # Path.glob takes no absolute patterns.
    found = glob.glob(pattern, root_dir=root, recursive=True)  # noqa: PTH207
    return sorted({PurePath(path).as_posix() for path in found if not (root / path).is_dir()})


def _is_text(path: str) -> bool:
    """Whether the name can be written as UTF-8: file names are bytes and needn't be text."""
    return not any(0xD800 <= ord(character) <= 0xDFFF for character in path)


def _ids(found: list[_Found], taken: set[str]) -> dict[_Found, str]:
    """An id for each file, unique without regard to case.

    All files whose ids would be equal get digits from their path, so that an id
    depends on which files there are and not on their order.
    """
    level = dict.fromkeys(found, 0)
    while True:
        ids = {one: one.id(_DIGITS[level[one]]) for one in found}
        uses = Counter(name.lower() for name in [*ids.values(), *taken])
        clashing = [
            one for one in found if uses[ids[one].lower()] > 1 and level[one] < len(_DIGITS) - 1
        ]
        if not clashing:
            return ids
        level |= {one: level[one] + 1 for one in clashing}
