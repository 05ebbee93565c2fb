"""The stage: results, schools and figures become report.html, and what else is asked for."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd

from multilevel.configuration.choices import Choices
from multilevel.configuration.comparisons import NOWHERE, ComparedIn
from multilevel.figures.captions import FigureTexts
from multilevel.figures.data import GroupTable
from multilevel.publication.imprint import cited, contact
from multilevel.publication.publisher import NOBODY, Publisher
from multilevel.publication.revision import revision
from multilevel.records.results import Results, decode
from multilevel.releases.history import Previous, release_of
from multilevel.report.attachments import GROUPS, RESULTS, enclosures, refused_enclosure
from multilevel.report.blocks import Report
from multilevel.report.citing import bibtex
from multilevel.report.compose import compose, produced
from multilevel.report.context import Context
from multilevel.report.embedded import embedded_csv, embedded_json
from multilevel.report.html import render_html
from multilevel.report.pdf import render_pdf
from multilevel.report.refused import (
    refused_report,
    render_refused_html,
    render_refused_pdf,
)
from multilevel.report.theme import coloured, coloured_png, theme_of
from multilevel.report.tools import standard_tools, with_comparisons
from multilevel.report.word import render_word
from multilevel.storage.exchange import link_or_copy
from multilevel.storage.files import write_whole
from multilevel.wording.catalogue import Catalogue
from multilevel.workbooks.dataset import dataset_workbook
from multilevel.workbooks.figure_data import figure_data
from multilevel.workbooks.tables import groups_rows


def run(
    results: Path,
    groups: Path,
    schools: Path,
    previous: Path,
    figures: Path,
    texts: Path,
    templates: Path,
    html: Path,
    printed: Path,
    workbook: Path,
    publisher: Path | None = None,
    drawings: Path | None = None,
    compared: Path | None = None,
    choices: Path | None = None,
) -> None:
    """Write the report of a dataset, or the page that says why there is none.

    The folder `printed` will hold what is made beside the page, `drawings` the figures to be
    handed out, in the publisher's colours; `compared` names the comparisons to link to.
    """
    written = results.read_bytes()
    by = decode(publisher.read_bytes(), Publisher) if publisher else NOBODY
    chosen = Choices.read(choices)
    found = by.presented(decode(written, Results))
    words = Catalogue.load(templates / "text" / "en").laid_over(chosen.words)
    if found.status == "refused":
        page, others = _refused(found, written, templates, words, by, chosen)
    else:
        said = decode(texts.read_bytes(), FigureTexts)
        table = GroupTable.from_frame(pd.read_parquet(schools))
        before = decode(previous.read_bytes(), Previous)
        changed = revision(by, before, release_of(found), words)
        context = Context(found, table, words, said.figures, before.release, changed, chosen)
        drawn = {file.stem: file.read_text(encoding="utf-8") for file in figures.glob("*.svg")}
        links = ComparedIn.read(compared.read_bytes()) if compared else NOWHERE
        table_text = groups.read_bytes()
        page, others = render(context, drawn, templates, written, table_text, by, links, figures)
    write_whole(html, page.encode("utf-8"))
    printed.mkdir(parents=True, exist_ok=True)
    for name, content in others.items():
        write_whole(printed / name, content)
    given = groups.read_bytes()
    if drawings is not None:
        _hand_out(figures, drawings, by)
        names = [file.stem for file in figures.glob("*.svg")]
        for name, content in figure_data(found, given, names).items():
            write_whole(drawings / name, content)
    columns, rows = groups_rows(given)
    book = dataset_workbook(found, found.distribution, columns, rows, words, contact(by, words))
    write_whole(workbook, book)


def render(
    c: Context,
    figures: dict[str, str],
    templates: Path,
    written: bytes,
    groups: bytes,
    publisher: Publisher = NOBODY,
    compared: ComparedIn = NOWHERE,
    pictures: Path | None = None,
) -> tuple[str, dict[str, bytes]]:
    """The report as a page and as files beside it, from the files' contents and SVGs by name.

    `pictures` is the folder with the figures' PNGs, which a Word file needs.
    """
    report = compose(c)
    citation = cited(report.citation, publisher, c.words)
    source = bibtex(c.results, c.words, publisher)
    report = replace(report, publisher=publisher, citation=citation, bibtex=source)
    report = replace(report, revision=c.revision)
    inside = (embedded_json(RESULTS, written), embedded_csv(GROUPS, groups))
    files = [file for file in inside if file]
    tools = standard_tools(c.words, files, c.labels.groups, c.chosen)
    tools = with_comparisons(tools, compared.links, c.words)
    page = render_html(report, figures, templates, c.words, tools, theme_of(publisher))
    others: dict[str, bytes] = {}
    if "pdf" in c.chosen.printed:
        others["report.pdf"] = _pdf(c, report, figures, templates, written, groups)
    if "docx" in c.chosen.printed and pictures is not None:
        pngs = {
            one.stem: coloured_png(one.read_bytes(), publisher) for one in pictures.glob("*.png")
        }
        others["report.docx"] = render_word(report, pngs, templates, c.words, _day(c.results))
    return page, others


def _pdf(
    c: Context,
    report: Report,
    figures: Mapping[str, str],
    templates: Path,
    written: bytes,
    groups: bytes,
) -> bytes:
    """In the publisher's colours, with the data inside it."""

    def say(key: str, /, **values: object) -> str:
        return c.plain(key.replace("page.", "publication.", 1) if c.safe else key, **values)

    return render_pdf(
        report,
        {name: coloured(svg, report.publisher) for name, svg in figures.items()},
        templates,
        c.words,
        data_sha256=c.results.provenance.input.sha256 or "",
        produced=_day(c.results),
        enclosures=enclosures(written, groups, c.schools, c.score, say),
    )


def _hand_out(figures: Path, drawings: Path, publisher: Publisher) -> None:
    """The figures' files: as they are, or in the publisher's colours."""
    drawings.mkdir(parents=True, exist_ok=True)
    for file in sorted(figures.glob("[!.]*")):
        if publisher.palette is None:
            link_or_copy(file, drawings / file.name)
        elif file.suffix == ".png":
            write_whole(drawings / file.name, coloured_png(file.read_bytes(), publisher))
        else:
            svg = coloured(file.read_text(encoding="utf-8"), publisher)
            write_whole(drawings / file.name, svg.encode("utf-8"))


def _refused(
    results: Results,
    written: bytes,
    templates: Path,
    words: Catalogue,
    publisher: Publisher,
    chosen: Choices,
) -> tuple[str, dict[str, bytes]]:
    line = produced(results, words)
    tools = standard_tools(words, [embedded_json(RESULTS, written)], chosen=chosen)
    page = render_refused_html(
        results, templates, words, produced=line, tools=tools, publisher=publisher
    )
    day, others = _day(results), {}
    if "docx" in chosen.printed:
        report = refused_report(results, words, publisher, line)
        others["report.docx"] = render_word(report, {}, templates, words, day)
    if "pdf" not in chosen.printed:
        return page, others
    others["report.pdf"] = render_refused_pdf(
        results,
        templates,
        words,
        produced=line,
        created=day,
        enclosure=refused_enclosure(written, words.plain),
        publisher=publisher,
    )
    return page, others


def _day(results: Results) -> date | None:
    text = results.provenance.produced
    return None if text is None else date.fromisoformat(text)
