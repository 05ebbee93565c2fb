"""The stage: all datasets' results become index.html, datasets.csv and results.xlsx."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from multilevel.configuration.choices import Choices, printed_in
from multilevel.index.changes import Pair, former_releases, sentence, summary
from multilevel.index.comparisons import read_comparisons
from multilevel.index.outcomes import Failed, outcomes
from multilevel.index.page import render_index
from multilevel.index.rows import COLUMNS, IndexRow, datasets_csv, index_row, workbook_rows
from multilevel.publication.imprint import contact
from multilevel.publication.publisher import NOBODY, Publisher
from multilevel.records.results import Results, decode
from multilevel.report.theme import theme_of
from multilevel.storage.files import write_whole
from multilevel.wording.catalogue import Catalogue
from multilevel.wording.dates import long_date
from multilevel.wording.publication import for_internal_use
from multilevel.workbooks.dataset import index_workbook

# The catalogue's files that the index has its words from.
TEXTS = ("page", "dates", "findings", "publication", "publisher", "workbook")


def run(
    datasets: Path,
    comparisons: Path,
    templates: Path,
    html: Path,
    csv: Path,
    workbook: Path,
    publisher: Path | None = None,
    choices: Path | None = None,
) -> None:
    """Write the index over the datasets and comparisons that these files list, in their order."""
    by = decode(publisher.read_bytes(), Publisher) if publisher else NOBODY
    results = list(outcomes(datasets))
    ours = Catalogue.load(templates / "text" / "en", *TEXTS)
    words = ours.laid_over(Choices.read(choices).words)
    fitted = [result for result in results if isinstance(result, Results)]
    former = former_releases(fitted, datasets.parent)
    rows = [_row(result, former, words, datasets.parent) for result in results]
    # The index is as recent as the newest dataset in it.
    days = filter(None, (result.provenance.produced for result in fitted))
    day = by.released or max(days, default="")
    produced = long_date(day, words) if day else ""
    since = summary(former, {row.id: row.title or row.id for row in rows}, words)
    page = render_index(
        rows,
        templates,
        words,
        produced=produced,
        since=since,
        compared=read_comparisons(comparisons),
        publisher=by,
        theme=theme_of(by),
    )
    write_whole(html, page.encode("utf-8"))
    write_whole(csv, datasets_csv(rows))
    fitted_rows, others = workbook_rows(rows)
    book = index_workbook(COLUMNS, fitted_rows, others, words, contact(by, words))
    write_whole(workbook, book)


def _row(
    result: Results | Failed, former: Mapping[str, Pair], words: Catalogue, stages: Path
) -> IndexRow:
    row, printed = index_row(result), printed_in(stages / result.id)
    if isinstance(result, Results):
        row = replace(row, internal=for_internal_use(result, words), printed=printed)
    return replace(row, since=sentence(former[row.id], words)) if row.id in former else row
