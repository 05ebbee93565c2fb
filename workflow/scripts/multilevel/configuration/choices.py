"""What reports are made of: the block `report` of the configuration, checked and complete."""

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from multilevel.configuration.contents import name_of_content
from multilevel.configuration.words import of_figures, read_words
from multilevel.errors import ConfigError
from multilevel.records.results import decode, encode

Format = Literal["html", "pdf", "docx"]
# In the order in which links to them stand.
FORMATS: tuple[Format, ...] = ("html", "pdf", "docx")
# What a report's files are called.
REPORTS = frozenset(f"report.{one}" for one in FORMATS)
# Each report has these, whatever is chosen: the index links to the page, and nobody could check
# numbers without knowing where they come from.
ALWAYS_MADE: Format = "html"
ALWAYS_THERE = "methods"
# What makes Word files, and what is said where it isn't there.
PANDOC = "pandoc"
NO_PANDOC = (
    "docx, a Word file, is made by pandoc, which isn't installed here. Install it (Debian and "
    "Ubuntu: sudo apt-get install pandoc; Fedora: sudo dnf install pandoc; macOS: brew install "
    "pandoc; conda: conda install -c conda-forge pandoc), or take docx out."
)
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
    png
        Whether figures are handed out as PNGs too.
    words
        Sentences in place of ours, by key.
    """

    formats: tuple[Format, ...] = ("html", "pdf")
    sections: tuple[str, ...] | None = None
    png: bool = False
    words: dict[str, str] = field(default_factory=dict)

    @property
    def file_name(self) -> str:
        """Under which `content` is kept: the same for the same content."""
        return name_of_content("choices", self.content)

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

    @property
    def draws_png(self) -> bool:
        """Whether PNGs are drawn: a Word file has them in it."""
        return self.png or "docx" in self.formats

    @classmethod
    def read(cls, file: Path | None) -> "Choices":
        """From a file that holds `content`; the usual ones for none."""
        return cls() if file is None else decode(file.read_bytes(), cls)

    def has(self, section: str) -> bool:
        """Whether a section is to be there where it has something to say."""
        return self.sections is None or section in self.sections


USUAL = Choices()


def choices(config: Mapping[str, Any], root: Path, texts: Path) -> dict[str, Choices]:
    """What is chosen for each entry of `datasets`, and for index and comparisons as "".

    Parameters
    ----------
    config
        The whole configuration, checked.
    root
        What the paths of words are relative to.
    texts
        The catalogue's folder, templates/text/en.

    Raises
    ------
    ConfigError
        When words can't be used, or what makes a format isn't there.
    """
    common = config.get("report", {})
    entries = {"": {}, **config["datasets"]}
    blocks = {name: {**common, **entry.get("report", {})} for name, entry in entries.items()}
    files = dict.fromkeys(block["words"] for block in blocks.values() if "words" in block)
    words = _words_of(files, root, texts)
    made = {name: choices_of(one, words.get(one.get("words"), {})) for name, one in blocks.items()}
    if any("docx" in one.formats for one in made.values()) and shutil.which(PANDOC) is None:
        raise ConfigError(f"config: report.formats: {NO_PANDOC}")
    return made


def _words_of(files: Iterable[str], root: Path, texts: Path) -> dict[str | None, dict[str, str]]:
    """The words of each file; faults of all are told together."""
    words: dict[str | None, dict[str, str]] = {}
    told: list[str] = []
    for file in files:
        try:
            words[file] = read_words(file, root, texts)
        except ConfigError as error:
            told += [f"config: report.words: {line}" for line in str(error).splitlines()]
    if told:
        raise ConfigError("\n".join(told))
    return words


def choices_of(block: Mapping[str, Any], words: Mapping[str, str] | None = None) -> Choices:
    """What a merged block chooses, with the words of its file."""
    asked = {ALWAYS_MADE, *block.get("formats", USUAL.formats)}
    sections = block.get("sections")
    return Choices(
        formats=tuple(one for one in FORMATS if one in asked),
        sections=None if sections is None else tuple(sorted({ALWAYS_THERE, *sections})),
        png=block.get("png", USUAL.png),
        words=dict(sorted((words or {}).items())),
    )


def words_of_figures(chosen: Mapping[str, Choices], texts: Path) -> dict[str, Choices]:
    """Of each, what figures depend on: they aren't drawn anew for another choice."""
    return {
        name: Choices(png=one.draws_png, words=of_figures(one.words, texts) if one.words else {})
        for name, one in chosen.items()
    }


def printed_in(stage: Path) -> tuple[Format, ...]:
    """The formats that were made beside the page of the report whose stages' folder this is."""
    return tuple(one for one in FORMATS if (stage / PRINTED / f"report.{one}").is_file())
