"""The files that travel inside the PDF, so that who has the report has its numbers.

A PDF has a size that mail and archives bear. What fits beside the pages is attached, best
first: the schools at full precision; all schools in their core columns, rounded as the report
prints them; without them, words that say where they are and how to know them.
"""

import hashlib
import math
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol

from multilevel.figures.data import GroupTable
from multilevel.wording import numbers
from multilevel.wording.cells import lines, neutralised
from multilevel.wording.numbers import ScoreFormat

# Bytes of a whole PDF, whatever the number of schools.
LARGEST_PDF = 500_000
# Of the pages without attachments, at least: what can't fit beside so many isn't tried.
PAGES_ALONE = 250_000
RESULTS, GROUPS, ROUNDED = "results.json", "groups.csv", "groups-rounded.csv"
CORE = ("group", "n", "mean", "sd", "eb_mean", "ci_low", "ci_high", "reliability")
# Of an undated dataset: a PDF's attachments must bear a date.
UNDATED = date(1970, 1, 1)


class Say(Protocol):
    """Words for a key, with values put in."""

    def __call__(self, key: str, /, **values: object) -> str:
        """The sentence as plain text."""


@dataclass(frozen=True)
class Attachment:
    """A file inside the PDF; `description` is for people who list the attachments."""

    name: str
    content: bytes
    description: str

    @property
    def packed(self) -> int:
        """Bytes that it takes in the PDF."""
        return len(zlib.compress(self.content, 9))


@dataclass(frozen=True)
class Enclosure:
    """Files to attach, and the sentence on the page that says so."""

    files: tuple[Attachment, ...]
    sentence: str


def enclosures(
    results: bytes, groups: bytes, schools: GroupTable, score: ScoreFormat, say: Say
) -> tuple[Enclosure, ...]:
    """What may be attached, best first; the last always fits.

    Parameters
    ----------
    results, groups
        results.json and groups.csv as they stand beside the report.
    schools, score
        The rows of groups.csv, and how the report prints its scores.
    say
        The words for a key and values.
    """
    data = Attachment(RESULTS, results, say("page.enclosed.results"))
    whole = Attachment(GROUPS, groups, say("page.enclosed.groups"))
    core = Attachment(ROUNDED, rounded_groups(schools, score), say("page.enclosed.core"))
    sha256 = hashlib.sha256(groups).hexdigest()
    size = numbers.count(len(groups))
    return (
        Enclosure((data, whole), say("page.enclosed.whole")),
        Enclosure((data, core), say("page.enclosed.rounded", sha256=sha256)),
        Enclosure((data,), say("page.enclosed.none", sha256=sha256, size=size)),
    )


def refused_enclosure(results: bytes, say: Say) -> Enclosure:
    """What goes with a dataset that was refused: its results.json."""
    data = Attachment(RESULTS, results, say("page.enclosed.results"))
    return Enclosure((data,), say("page.enclosed.refused"))


def fitting(offered: Sequence[Enclosure], draw: Callable[[Enclosure], bytes]) -> bytes:
    """The PDF with the first of the enclosures that keeps it within `LARGEST_PDF`.

    Parameters
    ----------
    draw
        The PDF with an enclosure.
    """
    *better, last = offered
    for enclosure in better:
        if PAGES_ALONE + sum(file.packed for file in enclosure.files) > LARGEST_PDF:
            continue
        drawn = draw(enclosure)
        if len(drawn) <= LARGEST_PDF:
            return drawn
    return draw(last)


def rounded_groups(schools: GroupTable, score: ScoreFormat) -> bytes:
    """A row a school in the core columns of groups.csv, scores in the decimals of its tables."""
    columns = [_texts(schools, name, score) for name in CORE]
    return lines([CORE, *zip(*columns, strict=True)]).encode("utf-8")


def _texts(schools: GroupTable, name: str, score: ScoreFormat) -> list[str]:
    values = getattr(schools, name).tolist()
    if name == "group":
        return [neutralised(str(value)) for value in values]
    if name == "n":
        return [str(value) for value in values]
    if name == "reliability":
        return [f"{value:.3f}" for value in values]
    texts = ["" if math.isnan(value) else score.table(value) for value in values]
    return [numbers.for_programs(text).replace(",", "") for text in texts]


def moment(produced: date | None) -> datetime:
    """The date that attachments bear: midnight of the report's."""
    day = produced or UNDATED
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
