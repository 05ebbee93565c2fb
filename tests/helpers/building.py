"""A report made stage by stage in this process, as the rules make it in theirs."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import yaml

from multilevel import configuration
from multilevel.configuration import Dataset
from multilevel.configuration.choices import USUAL, Choices
from multilevel.figures import stage as figures
from multilevel.fit import stage as fit
from multilevel.ingest import stage as ingest
from multilevel.publication import stage as publication
from multilevel.records.results import Results, decode
from multilevel.report import stage as report
from multilevel.summarise import stage as summarise

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
# 1 February 2026, so that no test depends on when a file was written.
EPOCH = "1769904000"
# For those who only read the page: a PDF takes most of a report's time.
PAGE_ONLY = Choices(formats=("html",))


@dataclass(frozen=True)
class Built:
    """Everything that the stages wrote for one dataset."""

    folder: Path

    @property
    def results(self) -> Results:
        return decode((self.folder / "results.json").read_bytes(), Results)

    @property
    def page(self) -> str:
        return (self.folder / "report.html").read_text(encoding="utf-8")

    @property
    def words(self) -> str:
        """What the page says: no scripts, styles, graphics or tags."""
        body = re.sub(r"<(script|style|svg|math|head)\b.*?</\1>", " ", self.page, flags=re.S)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", "", body)).split())

    @property
    def pdf(self) -> bytes:
        return (self.folder / "report.pdf").read_bytes()

    @property
    def pdf_words(self) -> str:
        """The text of the PDF's pages."""
        document = pypdfium2.PdfDocument(self.pdf)
        text = " ".join(page.get_textpage().get_text_bounded() for page in document)
        return " ".join(text.split())


def shipped(dataset_id: str) -> Dataset:
    """A dataset of config/config.yaml."""
    config = yaml.safe_load((ROOT / "config" / "config.yaml").read_text(encoding="utf-8"))
    found = configuration.read(config, ROOT / "workflow" / "schemas", ROOT).datasets
    return next(dataset for dataset in found if dataset.id == dataset_id)


def simulated_csv(path: Path, sizes: list[int], ratio: float, seed: int = 1) -> Path:
    """Students of schools of these sizes with tau00/sigma2 = `ratio` in expectation."""
    random = np.random.default_rng(seed)
    group = np.repeat(np.arange(len(sizes)), sizes)
    school = np.sqrt(ratio) * random.normal(size=len(sizes))
    score = 500 + 80 * (school[group] + random.normal(size=len(group)))
    lines = [f"s{g},{y!r}" for g, y in zip(group.tolist(), score.tolist(), strict=True)]
    path.write_text("\n".join(["school,score", *lines]) + "\n", encoding="utf-8")
    return path


def dataset_of(file: Path, **settings: Any) -> Dataset:
    """A dataset of `simulated_csv`'s columns."""
    entry: Mapping[str, Any] = {
        "file": str(file),
        "title": "A test",
        "outcome": "score",
        "group": "school",
        **settings,
    }
    config = {"datasets": {"test": dict(entry)}}
    return configuration.read(config, ROOT / "workflow" / "schemas", file.parent).datasets[0]


def build(dataset: Dataset, folder: Path, root: Path = ROOT, choices: Choices = USUAL) -> Built:
    """Run ingest, fit, summarise, publication, figures and report into `folder`."""
    work = folder / "stages"
    students, ingested, fitted = (
        work / name for name in ("students.parquet", "ingest.json", "fit.json")
    )
    file = root / dataset.file
    accepted, found = ingest.ingest(dataset, file, ingest.date_of(file, EPOCH))
    ingest.write(accepted, found, students, ingested)
    fit.run(students, ingested, fitted)
    results, schools = folder / "results.json", work / "schools.parquet"
    groups = folder / "groups.csv"
    previous = work / "previous.json"
    complete = work / "complete"
    written = complete / "results.json", complete / "groups.csv", complete / "schools.parquet"
    summarise.run(students, ingested, fitted, *written)
    shown, ledger = work / "shown.parquet", work / "ledger.json"
    public = results, groups, schools, shown, ledger, previous
    publication.run(*written, students, ingested, TEMPLATES, *public)
    texts = work / "figures.json"
    figures.run(results, schools, shown, TEMPLATES, folder / "figures", texts)
    page = folder / "report.html"
    drawn, workbook = folder / "figures", folder / "results.xlsx"
    chosen = work / "choices.json"
    chosen.write_text(choices.content, encoding="utf-8")
    made = page, folder, workbook
    report.run(results, groups, schools, previous, drawn, texts, TEMPLATES, *made, choices=chosen)
    return Built(folder)
