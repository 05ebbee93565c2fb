"""From entries to datasets: one a file, with ids that are safe and unique."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Any

from multilevel.configuration import data_files, origins
from multilevel.configuration.comparisons import ComparisonEntry
from multilevel.configuration.datasets import Dataset, named, of_outcome
from multilevel.configuration.datasets import dataset as made
from multilevel.configuration.origins import Origin
from multilevel.wording.quoting import listed, shown

SLUG_LENGTH = 80
# Of an entry without files; a scheduled run looks for it in its log.
PATTERN_OF, NO_FILE = "config: datasets.", "no file fits the pattern"
ID_LENGTH = 190
_MOST_TOLD = 5
_COMPRESSED = {".gz", ".bz2", ".xz", ".zst", ".zip"}
# A dataset with `split` to the values of that column and their names for titles; None while its
# file is away.
SplitValues = Callable[[Dataset], Mapping[str, str] | None]
# How many hexadecimal digits tell files apart whose names give the same id.
_DIGITS = (0, 8, 16, 32)
# Snakemake takes a wildcard that ends in so many repeats of anything for endless recursion.
_REPEATS = 20
_REPEATING = re.compile(rf"(.+?)\1{{{_REPEATS - 1}}}$")


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """The whole configuration.

    Attributes
    ----------
    results
        The output folder, as configured.
    datasets
        In the order of the configuration; those of a pattern by path.
    comparisons
        In the order of the configuration.
    empty_globs
        The ids of `files:` entries whose pattern fits no file at the moment.
    skipped
        Files found whose names aren't valid text, in readable form; no dataset has them.
    linked
        Links found that lead out of their pattern's folder; no dataset has them.
    excluded
        The ids of `files:` entries with the files found that their `exclude` leaves out.
    unreadable
        Folders of patterns that can't be read; the datasets known to lie in them are kept.
    origins
        What each dataset's id was given to, as plain values, for `known` of the next run.
    """

    results: str
    datasets: tuple[Dataset, ...]
    comparisons: tuple[ComparisonEntry, ...] = ()
    empty_globs: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()
    excluded: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unreadable: tuple[str, ...] = ()
    origins: Mapping[str, Any] = field(default_factory=dict)

    def notices(self) -> tuple[str, ...]:
        """Sentences on what the user may not expect, though it is no fault."""
        empty = (
            f"{PATTERN_OF}{name}: {NO_FILE} under files at the moment." for name in self.empty_globs
        )
        skipped = (
            f"The file {name} is left out: its name isn't valid UTF-8 text. Rename it."
            for name in self.skipped
        )
        linked = (
            f"The link {shown(name, 300)} is left out: it leads out of the pattern's folder. "
            "If it is meant, name it under file in an entry of its own."
            for name in self.linked
        )
        excluded = (
            f"{PATTERN_OF}{name}: exclude leaves out {len(paths)} of the files found: "
            f"{listed(paths, _MOST_TOLD)}."
            for name, paths in self.excluded.items()
        )
        unreadable = (
            f"The folder {shown(name, 300)} can't be read; the datasets in it that are known stay."
            for name in self.unreadable
        )
        return (*empty, *skipped, *linked, *excluded, *unreadable)


@dataclass(frozen=True, kw_only=True)
class Keep:
    """What scheduled runs replaced, their logs and records: kept while either holds.

    Attributes
    ----------
    runs
        Among the latest so many.
    days
        Younger than so many days.
    """

    runs: int = 30
    days: int = 90


@dataclass(frozen=True)
class _Found:
    """What becomes a dataset of its own: a file of a pattern, a part of it, one of its outcomes."""

    entry: str
    path: str
    by_pattern: bool = True
    value: str | None = None
    outcome: str | None = None
    label: str = field(default="", compare=False)

    @property
    def origin(self) -> Origin:
        """For later runs."""
        return Origin(self.entry, self.path, self.value, self.outcome, self.label)

    def may_be(self, name: str) -> bool:
        """Whether `name` is among the ids that it could get."""
        return name in map(self._id, _DIGITS)

    def id(self, digits: int) -> str:
        """With at least so many digits; with more where Snakemake wouldn't take it."""
        longer = (self._id(more) for more in _DIGITS if more >= digits)
        return next((name for name in longer if not repeating(name)), self._id(_DIGITS[-1]))

    def _id(self, digits: int) -> str:
        parts = [part for part in (self.value, self.outcome) if part is not None]
        names = [stem(self.path), *parts] if self.by_pattern else parts
        base = "-".join([self.entry, *map(slug, names)])[:ID_LENGTH].rstrip("-.")
        if digits == 0:
            return base
        meant = repr((self.path, self.value, self.outcome)) if parts else self.path
        return f"{base}-{hashlib.sha256(meant.encode()).hexdigest()[:digits]}"


def expand(
    results: str,
    entries: Mapping[str, Any],
    defaults: Mapping[str, Any],
    root: Path,
    split_values: SplitValues | None = None,
    known: Mapping[str, Any] | None = None,
) -> Configuration:
    """The datasets of checked configuration entries; `known` are the origins of earlier runs."""
    earlier = origins.read(known or {})
    unreadable, fitting = [], {}
    excluded: dict[str, tuple[str, ...]] = {}
    for name, entry in entries.items():
        if "files" in entry:
            closed = data_files.unreadable(entry["files"], root)
            kept = origins.within(earlier.values(), name, closed)
            found = {*data_files.matches(entry["files"], root), *kept}
            data = sorted(path for path in found if not data_files.is_mark(path))
            fitting[name] = [path for path in data if not data_files.excluded(path, entry)]
            left_out = tuple(path for path in data if data_files.excluded(path, entry))
            excluded |= {name: left_out} if left_out else {}
            # A folder that was never there is the pattern's fault, which the notices name.
            unreadable += [one for one in closed if kept or (root / one).exists()]
    linked = {
        path
        for name, paths in fitting.items()
        for path in paths
        if data_files.leads_out(path, entries[name]["files"], root)
    }
    matches = {
        name: [path for path in paths if path not in linked] for name, paths in fitting.items()
    }
    parts: list[tuple[_Found, Dataset, str]] = []
    for name, entry in entries.items():
        for path in filter(_is_text, matches.get(name, [entry.get("file", "")])):
            of_file = made(name, path, _beside(entry, path), defaults)
            of_file = replace(of_file, within=_within(entry, path))
            for part in _parts(of_file, entry, root, split_values, earlier.values()):
                parts += [_one(name, entry, part, outcome) for outcome in _outcomes(entry)]
    plain = {found.entry for found, _, _ in parts if found.id(0) == found.entry}
    given = {found: found.entry for found, _, _ in parts if found.entry in plain}
    others = [found for found, _, _ in parts if found.entry not in plain]
    ids = {**given, **_ids(others, plain, earlier)}
    return Configuration(
        results=results,
        datasets=tuple(named(dataset, ids[found], part) for found, dataset, part in parts),
        empty_globs=tuple(name for name, paths in fitting.items() if not paths),
        linked=tuple(sorted(linked)),
        skipped=tuple(
            ascii(path) for paths in matches.values() for path in paths if not _is_text(path)
        ),
        excluded=excluded,
        unreadable=tuple(dict.fromkeys(unreadable)),
        origins={ids[found]: found.origin.plain() for found, _, _ in parts},
    )


def _parts(
    dataset: Dataset,
    entry: Mapping[str, Any],
    root: Path,
    split_values: SplitValues | None,
    earlier: Iterable[Origin],
) -> list[tuple[Dataset, str]]:
    """The datasets that `split_by` makes of a file, each with its name for titles.

    While the file is away they are those of the runs before.
    """
    if dataset.split is None:
        return [(dataset, "")]
    if split_values is None:
        raise ValueError("split_by needs a function that lists a column's values")
    found = split_values(_below(dataset, root))
    if found is None:
        found = origins.values(earlier, dataset.entry, dataset.file)
    # Without any, ingest says why: the file can't be read, has no such column, ...
    return [
        (replace(dataset, split=replace(dataset.split, value=value)), label)
        for value, label in found.items()
    ] or [(dataset, "")]


def _below(dataset: Dataset, root: Path) -> Dataset:
    """The dataset with its paths relative to `root` made absolute."""
    within = [(str(root / file), str(root / folder)) for file, folder in dataset.within or ()]
    return replace(dataset, file=str(root / dataset.file), within=tuple(within) or None)


def _outcomes(entry: Mapping[str, Any]) -> list[tuple[str | None, Any]]:
    """Name and columns of each outcome that becomes a dataset of its own."""
    several = entry.get("outcomes")
    if several is None:
        return [(None, None)]
    return (
        list(several.items()) if isinstance(several, Mapping) else [(one, one) for one in several]
    )


def _one(
    name: str,
    entry: Mapping[str, Any],
    part: tuple[Dataset, str],
    outcome: tuple[str | None, Any],
) -> tuple[_Found, Dataset, str]:
    dataset, label = part
    word, columns = outcome
    value = dataset.split.value if dataset.split else None
    found = _Found(name, dataset.file, "files" in entry, value, word, label)
    shown = [stem(dataset.file)] if "files" in entry and not label else []
    title = ", ".join(text for text in [*shown, label, word or ""] if text)
    return found, dataset if word is None else of_outcome(dataset, word, columns, entry), title


def _beside(entry: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    """The entry with each * in the joined file's name filled in as in this file's."""
    join = entry.get("join", {})
    if "*" not in join.get("file", ""):
        return entry
    pattern = "(.*)".join(re.escape(piece) for piece in entry["files"].split("*"))
    fitted = re.fullmatch(pattern.replace(r"\?", ".").replace("(.*)", "([^/]*)"), path)
    fills = iter(fitted.groups() if fitted else ())
    file = re.sub(r"\*", lambda star: next(fills, star.group()), join["file"])
    return {**entry, "join": {**join, "file": file}}


def slug(text: str) -> str:
    """`text` as part of a file name: [A-Za-z0-9._-], 1 to 80 characters, no leading dot.

    Of what it repeats 20 times or more at its end, 20 are taken for one.
    """
    decomposed = unicodedata.normalize("NFKD", text)
    unaccented = "".join(c for c in decomposed if not unicodedata.combining(c))
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", unaccented).strip("-.")
    short = safe[:SLUG_LENGTH].rstrip("-.") or "file"
    while repeating(short):
        short = _REPEATING.sub(r"\1", short)
    return short


def repeating(name: str) -> bool:
    """Whether a name ends in 20 repeats or more, which no id may."""
    # The count is cheap and settles nearly all names.
    return name.count(name[-1:]) >= _REPEATS and _REPEATING.search(name) is not None


def stem(path: str) -> str:
    """in/scores.csv.gz to scores"""
    name = PurePath(path).name
    if PurePath(name).suffix.lower() in _COMPRESSED:
        name = PurePath(name).stem
    return PurePath(name).stem


def _within(entry: Mapping[str, Any], path: str) -> tuple[tuple[str, str], ...] | None:
    """The files of patterns, each with the folder that it must lie in; None without patterns."""
    if "files" not in entry:
        return None
    mine = ((path, data_files.fixed(entry["files"])),)
    pattern = entry.get("join", {}).get("file", "")
    if "*" not in pattern:
        return mine
    return (*mine, (_beside(entry, path)["join"]["file"], data_files.fixed(pattern)))


def _is_text(path: str) -> bool:
    """Whether the name can be written as UTF-8: file names are bytes and needn't be text."""
    return not any(0xD800 <= ord(character) <= 0xDFFF for character in path)


def _ids(
    found: list[_Found], taken: set[str], earlier: Mapping[str, Origin] | None = None
) -> dict[_Found, str]:
    """An id for each file, unique without regard to case.

    An id that a file had in an earlier run stays its own. Of the others, all files whose ids would
    be equal get digits from their path, so that an id depends on which files there are and not on
    their order.
    """
    names = {origin: name for name, origin in (earlier or {}).items()}
    reserved = {name.lower() for name in taken}
    kept = {
        one: names[one.origin]
        for one in found
        if one.origin in names
        and one.may_be(names[one.origin])
        and names[one.origin].lower() not in reserved
    }
    level = {one: 0 for one in found if one not in kept}
    while True:
        ids = kept | {one: one.id(_DIGITS[digits]) for one, digits in level.items()}
        uses = Counter(name.lower() for name in [*ids.values(), *taken])
        clashing = [
            one
            for one, digits in level.items()
            if uses[ids[one].lower()] > 1 and digits < len(_DIGITS) - 1
        ]
        if not clashing:
            return ids
        level |= {one: level[one] + 1 for one in clashing}
