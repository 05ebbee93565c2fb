"""A dataset's report, put together from its sections."""

from dataclasses import replace
from pathlib import PurePath

from multilevel.records.results import Results
from multilevel.report.blocks import Report, Section
from multilevel.report.citing import bibtex, citation, quotes
from multilevel.report.context import Context
from multilevel.report.page import short
from multilevel.report.sections import SECTIONS, named
from multilevel.report.sections.front import claim, subtitle, summary
from multilevel.wording import numbers
from multilevel.wording.catalogue import Catalogue
from multilevel.wording.dates import long_date
from multilevel.wording.publication import for_internal_use
from multilevel.wording.quoting import one_line

SHORT_HASH = 12
# Letters of a file's name under a figure and at the foot of paper, and of that foot's line.
LONGEST_FILE, SHORT_FILE, LONGEST_FOOT = 60, 36, 150


def compose(c: Context) -> Report:
    """All sections of a dataset that was fitted."""
    return Report(
        id=c.results.id,
        kicker=c.plain("front.kicker"),
        title=c.labels.title,
        subtitle=subtitle(c),
        claim=claim(c),
        summary=summary(c),
        sections=tuple(
            _folded(c, found)
            for section in SECTIONS
            if c.chosen.has(named(section)) and (found := section(c)) is not None
        ),
        produced=produced(c.results, c.words),
        keywords=c.plain("front.keywords"),
        quotes=quotes(c),
        citation=citation(c.results, c.words),
        bibtex=bibtex(c.results, c.words),
        source=source(c),
        foot=foot(c),
    )


def _folded(c: Context, section: Section) -> Section:
    """The section, behind a line that says what it holds where it is a technical one."""
    key = f"folded.{section.key}"
    return replace(section, folded=c.plain(key)) if key in c.words else section


def source(c: Context) -> str:
    """Whose numbers a figure or table shows, for when it travels alone."""
    return c.plain("figures.common.source", title=short(c.labels.title), **_origin(c, LONGEST_FILE))


def foot(c: Context) -> str:
    """For whom a report is that may not be handed out; of others the source, title at the head."""
    sha256 = (c.results.provenance.input.sha256 or "")[:SHORT_HASH]
    key = "page.print.source" if sha256 else "page.print.source_unhashed"
    source = one_line(c.plain(key, sha256=sha256, **_origin(c, SHORT_FILE)), LONGEST_FOOT)
    return for_internal_use(c.results, c.words) or source


def _origin(c: Context, limit: int) -> dict[str, str]:
    provenance = c.results.provenance
    return {
        "file": one_line(PurePath(provenance.input.path).name, limit),
        "n_members": c.members(c.data.n_members),
        "n_groups": c.plain("counted", n=numbers.count(c.data.n_groups), things=c.labels.groups),
        "version": provenance.software["multilevel-reports"],
    }


def produced(results: Results, words: Catalogue) -> str:
    """Date, program and data file in a line."""
    provenance = results.provenance
    day = "" if provenance.produced is None else long_date(provenance.produced, words)
    return words.plain(
        "produced.dated" if day else "produced.undated",
        date=day,
        version=provenance.software["multilevel-reports"],
        file=file_named(provenance.input.path),
        sha256=(provenance.input.sha256 or "")[:SHORT_HASH],
    )


def file_named(path: str) -> str:
    """A file as the report names it: within the project by its path, else by its name alone."""
    return PurePath(path).name if PurePath(path).is_absolute() else path
