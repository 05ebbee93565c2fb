"""The comparisons of a configuration: which datasets are held against each other, and how."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Literal

import msgspec

from multilevel.configuration.contents import name_of_content
from multilevel.wording.quoting import nearest, shown

MEAN = "mean"
_PATTERN = frozenset("*?[")


@dataclass(frozen=True, kw_only=True)
class ComparisonEntry:
    """A comparison with its datasets, patterns resolved.

    Attributes
    ----------
    id
        Names its folder, as a dataset's does.
    datasets
        Ids in the order given; those of a pattern in the order of the configuration.
    by
        Whether groups or changes over time are compared.
    reference
        "mean" or a dataset's id.
    link_error
        "2019-2023" to the standard error of the link between two cycles' scales.
    """

    id: str
    title: str
    datasets: tuple[str, ...]
    by: Literal["country", "cycle"] = "country"
    reference: str = MEAN
    link_error: tuple[tuple[str, float], ...] = ()

    @property
    def inputs(self) -> tuple[str, ...]:
        """It reads no data file."""
        return ()

    @property
    def whole(self) -> None:
        """It is no part of a file."""
        return None

    def settings(self) -> dict[str, Any]:
        """As plain values that JSON can hold."""
        settings: dict[str, Any] = msgspec.to_builtins(self)
        return settings

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> "ComparisonEntry":
        """The entry whose `settings()` these are; msgspec.ValidationError if of none."""
        return msgspec.convert(dict(settings), cls)


@dataclass(frozen=True, kw_only=True)
class ComparedIn:
    """The comparisons that a dataset is in: what its report links to.

    Attributes
    ----------
    links
        Id and title of each.
    """

    links: tuple[tuple[str, str], ...] = ()

    @property
    def content(self) -> str:
        """All of it as JSON."""
        return json.dumps(self.links)

    @property
    def file_name(self) -> str:
        """Under which `content` is kept: the same for the same content."""
        return name_of_content("compared", self.content)

    @classmethod
    def read(cls, content: bytes) -> "ComparedIn":
        """From `content`."""
        return cls(links=tuple((name, title) for name, title in json.loads(content)))


NOWHERE = ComparedIn()


def compared_in(entries: Sequence[ComparisonEntry], ids: Iterable[str]) -> dict[str, ComparedIn]:
    """Of each dataset, by its id."""
    return {
        name: ComparedIn(
            links=tuple((one.id, one.title) for one in entries if name in one.datasets)
        )
        for name in ids
    }


def comparisons(entries: Mapping[str, Any], ids: Sequence[str]) -> tuple[ComparisonEntry, ...]:
    """The comparisons of checked entries over the datasets with these ids."""
    return tuple(
        ComparisonEntry(
            id=name,
            title=entry.get("title") or name,
            datasets=tuple(
                dict.fromkeys(one for given in entry["datasets"] for one in _fitting(given, ids))
            ),
            by=entry.get("by", "country"),
            reference=entry.get("reference", MEAN),
            link_error=tuple(
                (pair, float(error)) for pair, error in entry.get("link_error", {}).items()
            ),
        )
        for name, entry in entries.items()
    )


def comparison_faults(
    entries: Mapping[str, Any], ids: Sequence[str], entry_ids: Sequence[str]
) -> Iterator[str]:
    """Faults that a schema can't state.

    Parameters
    ----------
    ids
        Of the datasets there are at the moment.
    entry_ids
        Of the configuration's entries; what a pattern of files may find later begins with one.
    """
    taken = {name.casefold() for name in ids}
    for name, entry in entries.items():
        if name.casefold() in taken:
            yield f"comparisons.{name}: a dataset has this id. Use another."
        reference = entry.get("reference", MEAN)
        unknown = [
            given
            for given in [*entry["datasets"], reference]
            if given != MEAN and not _PATTERN & set(given) and not _may_be(given, ids, entry_ids)
        ]
        for given in unknown:
            near = nearest(given, ids)
            hint = f" Did you mean {near}?" if near else ""
            yield f"comparisons.{name}: there is no dataset {shown(given)}.{hint}"
        if reference != MEAN and reference not in unknown:
            yield from _reference_faults(name, reference, entry["datasets"])


def _may_be(given: str, ids: Sequence[str], entry_ids: Sequence[str]) -> bool:
    """Whether there is such a dataset, or a pattern of files may find one."""
    return given in ids or any(given.startswith(f"{one}-") for one in entry_ids)


def _reference_faults(name: str, reference: str, datasets: Sequence[str]) -> Iterator[str]:
    """A reference is one dataset, and one of those compared."""
    if _PATTERN & set(reference):
        yield (
            f"comparisons.{name}.reference: {shown(reference)} is a pattern. Name one dataset, "
            f"or {MEAN}."
        )
    elif not any(_fitting(given, [reference]) for given in datasets):
        yield (
            f"comparisons.{name}.reference: {shown(reference)} is not among the datasets compared. "
            f"Add it to comparisons.{name}.datasets, or name one of them, or {MEAN}."
        )


def _fitting(given: str, ids: Sequence[str]) -> list[str]:
    if not _PATTERN & set(given):
        return [given] if given in ids else []
    return [one for one in ids if fnmatchcase(one, given)]
