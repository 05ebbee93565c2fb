"""A dataset's report, put together from its sections."""

from pathlib import PurePath

from multilevel.dates import long_date
from multilevel.report.blocks import Report
from multilevel.report.context import Context
from multilevel.report.sections import SECTIONS
from multilevel.report.sections.front import claim, subtitle, summary
from multilevel.results import Results
from multilevel.words import Catalogue

SHORT_HASH = 12


def compose(c: Context) -> Report:
    """All sections of a dataset that was fitted."""
    return Report(
        id=c.results.id,
        kicker=c.plain("front.kicker"),
        title=c.labels.title,
        subtitle=subtitle(c),
        claim=claim(c),
        summary=summary(c),
        sections=tuple(found for section in SECTIONS if (found := section(c)) is not None),
        produced=produced(c.results, c.words),
        keywords=c.plain("front.keywords"),
        citation=citation(c.results, c.words),
    )


def citation(results: Results, words: Catalogue) -> str:
    """How to cite the report: title, program, date and the data by its hash."""
    labels, provenance = results.labels, results.provenance
    day = "" if provenance.produced is None else long_date(provenance.produced, words)
    return words.plain(
        "citation.dated" if day else "citation.undated",
        title=words.plain(
            "citation.title" if labels.subtitle else "citation.title_alone",
            title=labels.title.rstrip("."),
            subtitle=labels.subtitle.rstrip("."),
        ),
        date=day,
        version=provenance.software["multilevel-reports"],
        sha256=provenance.input.sha256 or "",
    )


def produced(results: Results, words: Catalogue) -> str:
    """Date, program and data file in a line."""
    provenance = results.provenance
    day = "" if provenance.produced is None else long_date(provenance.produced, words)
    return words.plain(
        "produced.dated" if day else "produced.undated",
        date=day,
        version=provenance.software["multilevel-reports"],
        file=named(provenance.input.path),
        sha256=(provenance.input.sha256 or "")[:SHORT_HASH],
    )


def named(path: str) -> str:
    """A file as the report names it: within the project by its path, else by its name alone."""
    return PurePath(path).name if PurePath(path).is_absolute() else path
