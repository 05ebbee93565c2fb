"""The stage: all datasets' results become index.html and datasets.csv."""

from pathlib import Path

from multilevel.dates import long_date
from multilevel.files import write_whole
from multilevel.index.outcomes import outcomes
from multilevel.index.page import render_index
from multilevel.index.rows import datasets_csv, index_row
from multilevel.results import Results
from multilevel.words import Catalogue


def run(datasets: Path, templates: Path, html: Path, csv: Path) -> None:
    """Write the index over the datasets that the file `datasets` lists, in its order."""
    found = list(outcomes(datasets))
    words = Catalogue.load(templates / "text" / "en", "page", "dates")
    rows = [index_row(one) for one in found]
    # The index is as recent as the newest dataset in it.
    days = [
        one.provenance.produced
        for one in found
        if isinstance(one, Results) and one.provenance.produced is not None
    ]
    produced = long_date(max(days), words) if days else ""
    page = render_index(rows, templates, words, produced=produced)
    write_whole(html, page.encode("utf-8"))
    write_whole(csv, datasets_csv(rows))
