"""Who publishes a report: the block `publication` of the configuration, checked and complete."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePath
from typing import Any, Literal

from multilevel.configuration.contents import name_of_content
from multilevel.errors import ConfigError
from multilevel.publication.logo import Logo, read_logo
from multilevel.publication.palette import Palette, checked, palette_of
from multilevel.records.results import Results, encode
from multilevel.wording.quoting import shown


@dataclass(frozen=True, kw_only=True)
class Publisher:
    """What a publisher says of a report. All texts are plain, and "" where they aren't given.

    Attributes
    ----------
    publisher, contact, licence, note, reason
        In the publisher's own words; `reason` is why a release differs from the one before.
    released
        YYYY-MM-DD.
    next_release
        When the next release is due.
    status
        "draft" or "final".
    colour
        As #rrggbb.
    """

    publisher: str = ""
    contact: str = ""
    licence: str = ""
    released: str = ""
    next_release: str = ""
    status: Literal["", "draft", "final"] = ""
    logo: Logo | None = None
    colour: str = ""
    note: str = ""
    reason: str = ""

    @property
    def draft(self) -> bool:
        """Whether every page says that it isn't final."""
        return self.status == "draft"

    @property
    def palette(self) -> Palette | None:
        """The colours of its pages and figures; None for the usual ones."""
        return palette_of(self.colour) if self.colour else None

    @property
    def file_name(self) -> str:
        """Under which `content` is kept: the same for the same content."""
        return name_of_content("publisher", self.content)

    @property
    def content(self) -> str:
        """All of it as JSON."""
        return encode(self).decode("utf-8")

    def presented(self, results: Results) -> Results:
        """The results as a published report has them: dated as released, naming no path."""
        if self == NOBODY:
            return results
        origin = results.provenance
        file = replace(origin.input, path=PurePath(origin.input.path).name)
        dated = self.released or origin.produced
        return replace(results, provenance=replace(origin, input=file, produced=dated))


NOBODY = Publisher()
TEXTS = ("publisher", "contact", "licence", "next_release", "status", "note", "reason")


def merged(config: Mapping[str, Any], entry: str = "") -> dict[str, Any]:
    """The block of an entry of the configuration: its own keys before those at the top.

    Parameters
    ----------
    config
        The whole configuration, checked.
    entry
        A key of `datasets`; "" for what stands at the top alone.
    """
    own = config["datasets"][entry].get("publication", {}) if entry else {}
    return {**config.get("publication", {}), **own}


def publishers(config: Mapping[str, Any], root: Path) -> dict[str, Publisher]:
    """The publisher of each entry of `datasets`, and of the index as "".

    Parameters
    ----------
    config
        The whole configuration, checked.
    root
        What the paths of logos are relative to.

    Raises
    ------
    ConfigError
        When a logo or a colour can't be used.
    """
    found: dict[str, Publisher] = {}
    faults: list[str] = []
    for entry in ("", *config["datasets"]):
        place = "publication" if not entry else f"datasets.{entry}.publication"
        try:
            found[entry] = publisher_of(merged(config, entry), root)
        except ValueError as error:
            # What is wrong at the top is wrong in every dataset.
            said = str(error)
            if not any(fault.endswith(said) for fault in faults):
                faults.append(f"config: {place}.{said}")
    if faults:
        raise ConfigError("\n".join(faults))
    return found


def publisher_of(block: Mapping[str, Any], root: Path) -> Publisher:
    """The publisher that a merged block describes; keys of others' concern are passed over.

    Raises
    ------
    ValueError
        When the logo or the colour can't be used; it begins with the key.
    """
    texts: dict[str, Any] = {
        key: " ".join(str(block[key]).split()) for key in TEXTS if key in block
    }
    return Publisher(
        **texts,
        released=_day(block.get("released")),
        logo=_logo(block["logo"], root) if "logo" in block else None,
        colour=_colour(block["colour"]) if "colour" in block else "",
    )


def of_several(own: Sequence[Publisher], usual: Publisher) -> Publisher:
    """Who publishes what rests on several datasets: theirs where all have the same.

    Parameters
    ----------
    own
        Of each dataset.
    usual
        Of the index. What rests on a draft is a draft.
    """
    if own and all(one == own[0] for one in own):
        return own[0]
    return replace(usual, status="draft") if any(one.draft for one in own) else usual


def waits(config: Mapping[str, Any]) -> bool:
    """Whether results wait until they are released on purpose."""
    block = config.get("publication")
    return isinstance(block, Mapping) and block.get("approve") is True


def _day(value: object) -> str:
    """YYYY-MM-DD; YAML takes a date without quotes for one."""
    if value is None:
        return ""
    try:
        return (value if isinstance(value, date) else date.fromisoformat(str(value))).isoformat()
    except ValueError:
        raise ValueError(f"released: {shown(str(value))} is no date such as 2026-12-01.") from None


def _logo(file: str, root: Path) -> Logo:
    try:
        return read_logo(root / file)
    except ValueError as error:
        raise ValueError(f"logo: {shown(file, 100)} is refused: {error}.") from error


def _colour(value: str) -> str:
    try:
        return checked(value)
    except ValueError as error:
        raise ValueError(f"colour: {shown(value)} is refused: {error}.") from error
