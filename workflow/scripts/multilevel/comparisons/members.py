"""The datasets of a comparison, from the files of their own stages."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from multilevel.ingest.presets import STUDIES
from multilevel.records.comparison import FAILED, LeftOut
from multilevel.records.results import Results, decode
from multilevel.summarise.comparison.members import Member, group_keys, member_of

# Between what the datasets of an entry share in their titles and what is each one's own.
SEPARATOR = ": "


@dataclass(frozen=True)
class Read:
    """What was read.

    Attributes
    ----------
    members
        In the order asked for.
    results
        Of those that were not refused and did not fail.
    """

    members: tuple[Member | LeftOut, ...]
    results: tuple[Results, ...]


def read(names: Sequence[str], stages: Path) -> Read:
    """The datasets with these ids, from results/.stages."""
    results = {name: _results(stages / name / "results.json") for name in names}
    fitted = [result for result in results.values() if result is not None and result.status == "ok"]
    begin = _shared_beginning([result.labels.title for result in fitted])
    members = tuple(_member(name, result, stages / name, begin) for name, result in results.items())
    return Read(members, tuple(fitted))


def _results(file: Path) -> Results | None:
    """A dataset's results; None where a stage crashed, whose record stands there."""
    content = file.read_bytes()
    return None if FAILED in json.loads(content) else decode(content, Results)


def _member(name: str, results: Results | None, folder: Path, begin: str) -> Member | LeftOut:
    if results is None:
        return LeftOut(id=name, title=name, code=FAILED)
    config, title = results.provenance.config, results.labels.title.removeprefix(begin)
    country = config.get("country") or (title if _by_country(config) else None)
    groups = named = frozenset[str]()
    if results.status == "ok":
        # All schools, for codes and withheld ones say nothing of what two datasets share.
        ids = _groups(folder / "complete" / "schools.parquet")
        groups = group_keys(results.provenance.input.sha256 or name, _part(config), ids)
        if results.publication is None or results.publication.names == "shown":
            named = frozenset(_groups(folder / "schools.parquet"))
    member = member_of(
        results,
        results.distribution,
        scale=scale_of(config),
        country=country,
        cycle=config.get("cycle") or None,
        groups=groups,
    )
    member = replace(member, title=config.get("country") or title)
    return member if isinstance(member, LeftOut) else replace(member, named_groups=named)


def _groups(file: Path) -> list[str]:
    return [str(group) for group in pd.read_parquet(file, columns=["group"])["group"]]


def _shared_beginning(titles: Sequence[str]) -> str:
    begins = {title.partition(SEPARATOR)[:2] for title in titles}
    begin, separator = begins.pop() if len(begins) == 1 else ("", "")
    return begin + separator if separator else ""


def _by_country(config: Mapping[str, Any]) -> bool:
    """Whether the dataset is a country's part of a file: ids of schools repeat between them."""
    column = (config.get("split") or {}).get("column", "").casefold()
    known = {name.casefold() for study in STUDIES.values() for name in study.countries}
    return column in known


def _part(config: Mapping[str, Any]) -> str:
    return str(config["split"].get("value") or "") if _by_country(config) else ""


def scale_of(config: Mapping[str, Any]) -> str:
    """The scale that the configuration names; else what a study, or an entry, measures.

    Columns of plausible values are called alike in all cycles of a study, by grade and subject,
    but for upper and lower case.
    """
    if config.get("scale"):
        return str(config["scale"])
    outcome = config["outcome"]
    first = outcome if isinstance(outcome, str) else outcome[0]
    if config.get("preset"):
        return f"{config['preset']} {''.join(c for c in first.upper() if not c.isdigit())}"
    return f"{config.get('entry', '')}: {first.casefold()}"
