"""What reports are made of: the block `report` of the configuration, checked and complete."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from multilevel.records.results import decode, encode

Format = Literal["html", "pdf"]
# In the order in which links to them stand.
FORMATS: tuple[Format, ...] = ("html", "pdf")
# What a report's files are called.
REPORTS = frozenset(f"report.{one}" for one in FORMATS)
# Each report has these, whatever is chosen: the index links to the page, and nobody could check
# numbers without knowing where they come from.
ALWAYS_MADE: Format = "html"
ALWAYS_THERE = "methods"
# The folder, among a report's stages, of what is made beside the page.
PRINTED = "printed"


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What is chosen for a report.

    Attributes
    ----------
    formats
        Those that are made, in the order of `FORMATS`.
    sections
        Names of the sections below page one; None for all.
    """

    formats: tuple[Format, ...] = ("html", "pdf")
    sections: tuple[str, ...] | None = None

    @property
    def file_name(self) -> str:
        """Under which `content` is kept: the same for the same content."""
        return f"choices-{hashlib.sha256(self.content.encode()).hexdigest()[:16]}.json"

    @property
    def content(self) -> str:
        """All of it as JSON."""
        return encode(self).decode("utf-8")

    @property
    def printed(self) -> tuple[Format, ...]:
        """The formats beside the page."""
        return tuple(one for one in self.formats if one != ALWAYS_MADE)

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the files of `printed`."""
        return tuple(f"report.{one}" for one in self.printed)

    @classmethod
    def read(cls, file: Path | None) -> "Choices":
        """From a file that holds `content`; the usual ones for none."""
        return cls() if file is None else decode(file.read_bytes(), cls)

    def has(self, section: str) -> bool:
        """Whether a section is to be there where it has something to say."""
        return self.sections is None or section in self.sections


USUAL = Choices()


def choices(config: Mapping[str, Any]) -> dict[str, Choices]:
    """What is chosen for each entry of `datasets`, and for index and comparisons as "".

    Parameters
    ----------
    config
        The whole configuration, checked.
    """
    common = config.get("report", {})
    entries = {"": {}, **config["datasets"]}
    return {
        name: choices_of({**common, **entry.get("report", {})}) for name, entry in entries.items()
    }


def choices_of(block: Mapping[str, Any]) -> Choices:
    """What a merged block chooses."""
    asked = {ALWAYS_MADE, *block.get("formats", USUAL.formats)}
    sections = block.get("sections")
    return Choices(
        formats=tuple(one for one in FORMATS if one in asked),
        sections=None if sections is None else tuple(sorted({ALWAYS_THERE, *sections})),
    )


def printed_in(stage: Path) -> tuple[Format, ...]:
    """The formats that were made beside the page of the report whose stages' folder this is."""
    return tuple(one for one in FORMATS if (stage / PRINTED / f"report.{one}").is_file())
