"""One dataset's settings, complete."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import msgspec

from multilevel.results import Labels

# Draws: enough for two digits of an interval's end, a fraction of a second for any data.
BOOTSTRAP = 2_000
_WORDS = {"group": "school", "groups": "schools", "member": "student", "members": "students"}
_PLURALS = {"group": "groups", "member": "members"}


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """All settings of one dataset, defaults filled in.

    Attributes
    ----------
    id
        Names the dataset's folder; unique without regard to case.
    file
        The data file as configured: relative to the project's folder, or absolute.
    outcome, group
        Names of the columns.
    labels
        The words for this dataset's things.
    method, confidence
        How the model is fitted; level of all intervals.
    missing
        Further values that mean "missing": numbers or texts.
    bootstrap
        Draws of the parametric bootstrap, 0 for none.
    """

    id: str
    file: str
    outcome: str
    group: str
    labels: Labels
    method: Literal["REML", "ML"] = "REML"
    confidence: float = 0.95
    missing: tuple[int | float | str, ...] = ()
    bootstrap: int = BOOTSTRAP

    def settings(self) -> dict[str, Any]:
        """As plain values (dict, list, str, float) that JSON can hold."""
        return {**msgspec.to_builtins(self), "missing": list(self.missing)}

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> "Dataset":
        """The dataset whose `settings()` these are; msgspec.ValidationError if of none."""
        return msgspec.convert(dict(settings), cls)


def dataset(name: str, file: str, entry: Mapping[str, Any], defaults: Mapping[str, Any]) -> Dataset:
    """The dataset `name` of a checked configuration entry, with the defaults under it."""
    settings = {**defaults, **entry}
    return Dataset(
        id=name,
        file=file,
        outcome=entry["outcome"],
        group=entry["group"],
        labels=_labels(name, entry, defaults.get("labels", {})),
        method=settings.get("method", "REML"),
        confidence=float(settings.get("confidence", 0.95)),
        missing=tuple(settings.get("missing", ())),
        bootstrap=int(settings.get("bootstrap", BOOTSTRAP)),
    )


def named(one: Dataset, name: str, part: str) -> Dataset:
    """`one` under another id, its title made particular: "Nightly" to "Nightly: part"."""
    title = f"{one.labels.title[:200]}: {plain(part, 98)}"
    return replace(one, id=name, labels=replace(one.labels, title=title))


def plain(text: str, limit: int) -> str:
    """One line of printable text of at most `limit` characters."""
    line = "".join(c if c.isprintable() or ord(c) > 0x200 else " " for c in text).strip()
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _labels(name: str, entry: Mapping[str, Any], defaults: Mapping[str, str]) -> Labels:
    words = _overlaid(_overlaid(_WORDS, defaults), entry.get("labels", {}))
    return Labels(
        title=entry.get("title") or _readable(name),
        subtitle=entry.get("subtitle", ""),
        outcome=words.get("outcome") or _scores_of(entry["outcome"]),
        group=words["group"],
        groups=words["groups"],
        member=words["member"],
        members=words["members"],
    )


def _overlaid(words: Mapping[str, str], over: Mapping[str, str]) -> dict[str, str]:
    """`words` with those of `over`; a singular alone brings its own plural."""
    plurals = {_PLURALS[one]: f"{word}s" for one, word in over.items() if one in _PLURALS}
    return {**words, **plurals, **over}


def _scores_of(column: str) -> str:
    """math score; a column that is called a score keeps its name."""
    name = plain(column, 90)
    return name if not name or name.lower().endswith("score") else f"{name} score"


def _readable(name: str) -> str:
    """timss2019-usa_grade8 to Timss2019 usa grade8"""
    words = " ".join(name.replace("-", " ").replace("_", " ").split()) or name
    return words[:1].upper() + words[1:]
