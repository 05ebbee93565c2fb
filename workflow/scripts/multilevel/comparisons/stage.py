"""The stage: results of several datasets become the report of their comparison."""

import json
from datetime import date
from pathlib import Path

from multilevel.comparisons import members
from multilevel.comparisons.context import Pages
from multilevel.comparisons.drawings import Drawings, draw
from multilevel.comparisons.pages import beside_numbers, compose
from multilevel.configuration.choices import Choices
from multilevel.configuration.comparisons import ComparisonEntry
from multilevel.figures.captions import FigureTexts
from multilevel.publication.imprint import contact
from multilevel.publication.publisher import NOBODY, Publisher
from multilevel.records.comparison import ComparedDataset, Comparison, Difference
from multilevel.records.distribution import Benchmark, Percentile
from multilevel.records.results import decode, encode
from multilevel.report.attachments import Attachment, Enclosure
from multilevel.report.html import render_html
from multilevel.report.pdf import render_pdf
from multilevel.report.theme import coloured, coloured_png, theme_of
from multilevel.report.tools import Link, Tools, links_to_printed
from multilevel.report.word import render_word
from multilevel.storage.files import write_whole
from multilevel.summarise.comparison.compare import compare
from multilevel.summarise.comparison.members import Member
from multilevel.wording.catalogue import Catalogue
from multilevel.workbooks.dataset import comparison_workbook
from multilevel.workbooks.tidy import tidy_csv

RESULTS, DIFFERENCES, WORKBOOK = "comparison.json", "differences.csv", "comparison.xlsx"

# The level where the datasets' own levels differ.
USUAL_LEVEL = 0.95


def run(
    comparison: Path,
    templates: Path,
    results: Path,
    differences: Path,
    workbook: Path,
    figures: Path,
    texts: Path,
    html: Path,
    printed: Path,
    drawings: Path,
    publisher: Path | None = None,
    choices: Path | None = None,
) -> None:
    """Compare the datasets that the file `comparison` names; a refusal has a report too.

    The folder `printed` will hold what is made beside the page, `drawings` the figures to be
    handed out, in the publisher's colours, with the numbers behind them.
    """
    by = decode(publisher.read_bytes(), Publisher) if publisher else NOBODY
    chosen = Choices.read(choices)
    settings = json.loads(comparison.read_bytes())["settings"]
    entry = ComparisonEntry.from_settings(settings)
    datasets = members.read(entry.datasets, comparison.parents[2])
    compared = compared_by(entry, datasets)
    words = Catalogue.load(templates / "text" / "en").laid_over(chosen.words)
    drawn = draw(compared, datasets.results, words, templates / "fonts", png=chosen.draws_png)
    _write_figures(figures, drawn, NOBODY)
    _write_figures(drawings, drawn, by)
    _write_numbers(drawings, compared)
    write_whole(texts, encode(FigureTexts(drawn.texts)))
    written = encode(compared)
    write_whole(results, written)
    write_whole(differences, tidy_csv(Difference, compared.differences))
    pages = Pages(compared, datasets.results, words, drawn.texts, by)
    book = comparison_workbook(compared, words, contact(by, words), beside_numbers(pages))
    write_whole(workbook, book)
    page, others = _render(pages, drawn, templates, written, chosen)
    write_whole(html, page.encode("utf-8"))
    printed.mkdir(parents=True, exist_ok=True)
    for name, content in others.items():
        write_whole(printed / name, content)


def compared_by(entry: ComparisonEntry, datasets: members.Read) -> Comparison:
    """The comparison that an entry asks for."""
    levels = {member.confidence for member in datasets.members if isinstance(member, Member)}
    return compare(
        datasets.members,
        id=entry.id,
        title=entry.title,
        by="cycle" if entry.by == "cycle" else "groups",
        reference=entry.reference,
        link_errors=dict(entry.link_error),
        confidence=levels.pop() if len(levels) == 1 else USUAL_LEVEL,
    )


def _write_figures(folder: Path, drawings: Drawings, publisher: Publisher) -> None:
    """Write SVGs and PNGs, and remove those of before."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for name, svg in drawings.svgs.items():
        write_whole(folder / f"{name}.svg", coloured(svg, publisher).encode("utf-8"))
    for name, png in drawings.pictures.items():
        write_whole(folder / f"{name}.png", coloured_png(png, publisher))


def _write_numbers(folder: Path, compared: Comparison) -> None:
    """Write the numbers behind the figures as tidy CSV."""
    datasets = compared.datasets
    write_whole(folder / "datasets.csv", tidy_csv(ComparedDataset, datasets))
    for part, kind in {"percentiles": Percentile, "benchmarks": Benchmark}.items():
        rows = [(dataset.id, record) for dataset in datasets for record in getattr(dataset, part)]
        ids, records = [name for name, _ in rows], [record for _, record in rows]
        write_whole(folder / f"{part}.csv", tidy_csv(kind, records, ids))


def _render(
    pages: Pages, drawings: Drawings, templates: Path, written: bytes, chosen: Choices
) -> tuple[str, dict[str, bytes]]:
    report, words = compose(pages), pages.words
    links = (
        *links_to_printed(chosen, words),
        Link(words.plain("comparison.links.results"), RESULTS),
        Link(words.plain("comparison.links.differences"), DIFFERENCES),
        Link(words.plain("page.links.workbook"), WORKBOOK),
        Link(words.plain("page.links.index"), "../index.html"),
    )
    by = pages.publisher
    page = render_html(report, drawings.svgs, templates, words, Tools(links=links), theme_of(by))
    day = None if pages.produced is None else date.fromisoformat(pages.produced)
    paper, others = compose(pages, paper=True), {}
    if "docx" in chosen.printed:
        pictures = {name: coloured_png(png, by) for name, png in drawings.pictures.items()}
        others["report.docx"] = render_word(paper, pictures, templates, words, day)
    if "pdf" not in chosen.printed:
        return page, others
    attached = Attachment(RESULTS, written, words.plain("comparison.enclosed.results"))
    sentence = words.plain("comparison.enclosed.sentence")
    others["report.pdf"] = render_pdf(
        paper,
        {name: coloured(svg, by) for name, svg in drawings.svgs.items()},
        templates,
        words,
        data_sha256="",
        produced=day,
        enclosures=(Enclosure((attached,), sentence),),
    )
    return page, others
