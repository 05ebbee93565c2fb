"""Faults of one dataset's entry that a schema can't state."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from multilevel.configuration import conditions, expressions, patterns
from multilevel.wording.quoting import shown

_NEEDED = {"jk2": ("zone", "code"), "jk2-half": ("zone", "code"), "brr-fay": ("columns",)}


def entry_faults(entry: Mapping[str, Any]) -> Iterator[str]:
    """A sentence for each fault of an entry that fits the schema."""
    preset = "preset" in entry
    yield from (f"{key}: {fault}" for key in ("file", "files") for fault in address(entry.get(key)))
    if "outcome" in entry and "outcomes" in entry:
        yield "it has both outcome and outcomes. Keep one."
    outcomes = entry.get("outcomes", ())
    names = list(outcomes) + (list(outcomes.values()) if isinstance(outcomes, Mapping) else [])
    if "group" in entry and {*_listed(entry["group"])} & {*_listed(entry.get("outcome")), *names}:
        yield "outcome and group name the same column."
    if "exclude" in entry and "files" not in entry:
        yield "exclude leaves out files that are found by files. Remove it."
    yield from where_faults(entry.get("where"))
    yield from _pattern_faults(entry)
    yield from _weight_faults(entry.get("weights", {}), preset)
    yield from _replicate_faults(entry.get("replicates"), preset)
    yield from _join_faults(entry)


def _listed(given: Any) -> list[str]:
    return [given] if isinstance(given, str) else [one for one in given or () if one]


def where_faults(where: Any) -> Iterator[str]:
    """The fault of what should be a condition on rows."""
    try:
        if where is not None:
            conditions.parsed(conditions.written(where))
    except ValueError as error:
        yield f"where isn't a condition: {error}."


def address(file: str | None) -> Iterator[str]:
    """The fault of a file that is an address on the network."""
    if file is not None and re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", file):
        yield f"nothing is fetched from the network. Download {shown(file, 100)} and name the file."


def _pattern_faults(entry: Mapping[str, Any]) -> Iterator[str]:
    outcomes = entry.get("outcomes", ())
    given = [
        entry.get("outcome", ()),
        *(outcomes.values() if isinstance(outcomes, Mapping) else outcomes),
        entry.get("replicates", {}).get("columns", ()),
    ]
    for one in given:
        for pattern in (one,) if isinstance(one, str) else one:
            try:
                patterns.expanded(pattern)
            except ValueError as error:
                yield f"{shown(pattern)} is no pattern: {error}."


def _weight_faults(weights: Mapping[str, Any], preset: bool) -> Iterator[str]:
    for name in ("member", "group"):
        if name in weights:
            try:
                expressions.parsed(weights[name])
            except ValueError as error:
                yield f"weights.{name} can't be calculated: {error}."
    if weights and "member" not in weights and not preset:
        yield "weights needs the key member, such as member: TOTWGT."


def _replicate_faults(replicates: Mapping[str, Any] | None, preset: bool) -> Iterator[str]:
    if replicates is None:
        return
    method = replicates["method"]
    for key in _NEEDED[method]:
        if key not in replicates and not preset:
            yield f"replicates.{key} is needed for the method {method}."


def _join_faults(entry: Mapping[str, Any]) -> Iterator[str]:
    file = entry.get("join", {}).get("file", "")
    stars = file.count("*")
    if not stars:
        return
    if "files" not in entry:
        yield "join.file can have a * only where the data files are found by files."
    elif "**" in entry["files"] or "**" in file or stars > entry["files"].count("*"):
        yield "join.file needs a single * for each * of files, in the same order."
