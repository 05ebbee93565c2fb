"""The one page of a dataset that was refused: why, what to do, and where it came from."""

from datetime import date
from functools import partial
from pathlib import Path

from markupsafe import Markup, escape

from multilevel.publication.imprint import imprint, screen_styles, titled
from multilevel.publication.publisher import NOBODY, Publisher
from multilevel.records.results import Reason, Results
from multilevel.report.assets import environment, page_assets
from multilevel.report.attachments import Enclosure
from multilevel.report.blocks import (
    Cell,
    Column,
    Paragraph,
    Report,
    Row,
    Subsection,
    Table,
)
from multilevel.report.context import legible
from multilevel.report.html import FigureTheme, ScreenPainter
from multilevel.report.page import Layout, Painter, Placed, short
from multilevel.report.pdf import Paper, PrintPainter, data_words, draw_pdf, iso
from multilevel.report.tabulating import LONGEST_CELL
from multilevel.report.tools import Tools
from multilevel.wording import numbers
from multilevel.wording.catalogue import Catalogue
from multilevel.wording.quoting import one_line

NO_TOOLS = Tools()
# What may have to be mended; the page has the labels in its title.
SETTINGS = ("outcome", "group", "missing", "method", "confidence")


def render_refused_html(
    results: Results,
    templates: Path,
    words: Catalogue,
    *,
    produced: str,
    tools: Tools = NO_TOOLS,
    publisher: Publisher = NOBODY,
) -> str:
    """The HTML page of a refused dataset.

    Parameters
    ----------
    produced
        The date, as printed.
    tools
        Buttons, usually `tools.standard_tools`.
    publisher
        Who publishes the page.

    Raises
    ------
    ValueError
        When the dataset was not refused.
    """
    labels = legible(results.labels)
    return (
        environment(templates)
        .get_template("refused.html.j2")
        .render(
            base="base.html.j2",
            printed=False,
            assets=page_assets(templates, more=screen_styles(publisher)),
            imprint=imprint(publisher, words),
            language="en",
            heading=labels.title,
            title=titled(labels.title, publisher, words),
            short_title=short(labels.title),
            subtitle=labels.subtitle,
            reason=_reason(results),
            blocks=_placed(results, words, ScreenPainter({}, FigureTheme(), words)),
            words=words,
            source="",
            produced=produced,
            tools=tools,
        )
    )


def render_refused_pdf(
    results: Results,
    templates: Path,
    words: Catalogue,
    *,
    produced: str,
    created: date | None,
    enclosure: Enclosure,
    publisher: Publisher = NOBODY,
) -> bytes:
    """The PDF of a refused dataset; `created` dates the document, `produced` is printed.

    Raises
    ------
    ValueError
        When the dataset was not refused.
    """
    reason, labels = _reason(results), legible(results.labels)
    page = partial(
        environment(templates).get_template("refused.html.j2").render,
        base="print.html.j2",
        printed=True,
        language="en",
        imprint=imprint(publisher, words, printed=True),
        heading=labels.title,
        title=titled(labels.title, publisher, words),
        short_title=short(labels.title),
        subtitle=labels.subtitle,
        description=reason.message,
        keywords=words.plain("page.refused.keywords"),
        created=iso(created),
        reason=reason,
        blocks=_placed(results, words, PrintPainter(words, templates / "fonts")),
        words=words,
        source="",
        produced=produced,
        enclosed=enclosure.sentence,
    )
    foot = data_words(words, results.provenance.input.sha256 or "")
    paper = Paper(templates, words, {}, foot, publisher)
    return draw_pdf(page, paper, enclosure.files, created)


def refused_report(results: Results, words: Catalogue, publisher: Publisher, line: str) -> Report:
    """The same as a report without sections; `line` says when it was made, and of what."""
    reason, labels = _reason(results), legible(results.labels)
    remedy = Subsection(
        "remedy", words.plain("page.refused.remedy"), (Paragraph(escape(reason.remedy)),)
    )
    message = escape(reason.message)
    return Report(
        id=results.id,
        kicker=words.plain("page.refused.kicker"),
        title=labels.title,
        subtitle=words.plain("page.refused.kicker"),
        claim=message,
        summary=(Paragraph(message, "claim"), remedy, provenance_table(results, words)),
        sections=(),
        produced=line,
        keywords=words.plain("page.refused.keywords"),
        foot=data_words(words, results.provenance.input.sha256 or ""),
        publisher=publisher,
    )


def provenance_table(results: Results, words: Catalogue) -> Table:
    """Reason code, data file, settings, software and notes of a dataset, refused or not."""
    unread = words.say("page.refused.not_read")
    provenance = results.provenance
    file, rows = provenance.input, provenance.rows_read
    items = [
        (words.say("page.refused.file"), _code(file.path)),
        (words.say("page.refused.sha256"), _code(file.sha256) if file.sha256 else unread),
        (words.say("page.refused.rows"), unread if rows is None else escape(numbers.count(rows))),
    ]
    if results.reason is not None:
        items.insert(0, (words.say("page.refused.code"), _code(results.reason.code)))
    items += [
        (words.say("page.refused.note"), escape(one_line(note, LONGEST_CELL)))
        for note in provenance.notes
    ]
    items += [
        (words.say("page.refused.config", name=name), _code(_setting(value)))
        for name, value in provenance.config.items()
        if name in SETTINGS and value
    ]
    software = ", ".join(f"{name} {version}" for name, version in provenance.software.items())
    items.append((words.say("page.refused.software"), escape(software)))
    return Table(
        key="provenance",
        title=words.say("page.refused.details"),
        columns=(
            Column(words.say("page.refused.item")),
            Column(words.say("page.refused.value")),
        ),
        rows=tuple(Row((Cell(name), Cell(value))) for name, value in items),
    )


def _code(text: str) -> Markup:
    return Markup("<code>{}</code>").format(one_line(text, LONGEST_CELL))


def _setting(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_setting(part)}" for name, part in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_setting(part) for part in value)
    return str(value)


def _placed(results: Results, words: Catalogue, painter: Painter) -> tuple[Placed, ...]:
    table = provenance_table(results, words)
    return Layout(painter, {(Table, table.key): "1"}).blocks((table,), level=2)


def _reason(results: Results) -> Reason:
    if results.reason is None:
        raise ValueError(f"{results.id} was not refused")
    return results.reason
