"""The Word file: what Word finds in it, what is the same each time, and what can't get in."""

import html
import os
import re
import shutil
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from tests.helpers.building import PAGE_ONLY, TEMPLATES, build, dataset_of, simulated_csv
from tests.helpers.contexts import WORDS

from multilevel.configuration.choices import Choices
from multilevel.figures import stage as figures
from multilevel.publication.publisher import Publisher
from multilevel.records.results import Results
from multilevel.report import stage, word
from multilevel.report.refused import refused_report
from multilevel.wording import numbers

pytestmark = pytest.mark.skipif(
    shutil.which("pandoc") is None and not os.environ.get("CI"), reason="pandoc isn't installed"
)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
HOSTILE = '<script>alert("x")</script> <img src="/etc/passwd"> {n} & co'
SIZES = [*[14] * 18, 3, 4]


@dataclass(frozen=True)
class WordFile:
    """The parts of a Word file."""

    file: Path

    def part(self, name: str) -> ET.Element:
        with zipfile.ZipFile(self.file) as opened:
            return ET.fromstring(opened.read(name))

    @property
    def names(self) -> list[str]:
        with zipfile.ZipFile(self.file) as opened:
            return opened.namelist()

    @property
    def document(self) -> ET.Element:
        return self.part("word/document.xml")

    def styled(self, *styles: str) -> list[str]:
        """The paragraphs of these styles."""
        return [
            said(paragraph)
            for paragraph in self.document.iter(f"{W}p")
            if (style := paragraph.find(f"{W}pPr/{W}pStyle")) is not None
            and style.get(f"{W}val") in styles
        ]

    @property
    def rows(self) -> list[list[str]]:
        return [[said(cell) for cell in row.iter(f"{W}tc")] for row in self.document.iter(f"{W}tr")]


def said(element: ET.Element) -> str:
    return "".join(one.text or "" for one in element.iter() if one.tag in (f"{W}t", f"{M}t"))


@dataclass(frozen=True)
class Made:
    word: WordFile
    results: Results
    page: str


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The draft of a dataset with two schools that are withheld, and hostile labels."""
    folder = tmp_path_factory.mktemp("word")
    file = simulated_csv(folder / "scores.csv", SIZES, 0.4)
    dataset = dataset_of(
        file,
        title=HOSTILE,
        publication={"disclosure": "safe", "publisher": "A"},
        labels={"group": "clinic <b>"},
    )
    built = build(dataset, folder / "out", choices=PAGE_ONLY)
    publisher = Publisher(publisher="Ministry <x>", status="draft", released="2026-12-01")
    (folder / "publisher.json").write_text(publisher.content)
    (folder / "choices.json").write_text(Choices(formats=("html", "docx")).content)
    (folder / "drawn.json").write_text(Choices(png=True).content)
    out, work = built.folder, built.folder / "stages"
    figures.run(
        out / "results.json", work / "schools.parquet", work / "shown.parquet", TEMPLATES,
        out / "figures", work / "figures.json", folder / "drawn.json",
    )  # fmt: skip
    for name in ("one", "two"):
        stage.run(
            out / "results.json", out / "groups.csv", work / "schools.parquet",
            work / "previous.json", out / "figures", work / "figures.json", TEMPLATES,
            out / "report.html", folder / name, out / "results.xlsx",
            publisher=folder / "publisher.json", choices=folder / "choices.json",
        )  # fmt: skip
    return Made(WordFile(folder / "one" / "report.docx"), built.results, built.page)


def test_the_same_input_gives_the_same_bytes(made: Made) -> None:
    other = made.word.file.parents[1] / "two" / "report.docx"
    assert made.word.file.read_bytes() == other.read_bytes()
    assert not (made.word.file.parent / "report.pdf").exists()
    assert 'href="report.docx"' in made.page
    with zipfile.ZipFile(made.word.file) as opened:
        assert {one.date_time[0] for one in opened.infolist()} == {1980}
        assert b"data:image" not in opened.read("word/document.xml")


def test_headings_stand_as_on_the_page(made: Made) -> None:
    headings = made.word.styled("Heading1")
    page = [re.sub(r"<[^>]+>", "", one) for one in re.findall(r"<h2[^>]*>(.*?)</h2>", made.page)]
    assert len(headings) > 12
    assert set(headings) - {"Read with care", "What that means for students"} <= {
        one.replace("&lt;", "<").replace("&gt;", ">").removesuffix("#").strip() for one in page
    }
    assert made.word.styled("Title") == [f"Draft: {HOSTILE}"]


def test_tables_have_the_numbers(made: Made) -> None:
    assert made.results.between is not None and made.results.model is not None
    cells = {cell for row in made.word.rows for cell in row}
    score = numbers.ScoreFormat.of(
        made.results.naive.sd_total if made.results.naive else 1.0,
        made.results.model.se_gamma00,
        made.results.publication.score_unit if made.results.publication else None,
    )
    assert score.headline(made.results.model.gamma00) in cells
    captions = made.word.styled("TableCaption")
    assert len(captions) == len(list(made.word.document.iter(f"{W}tbl")))
    assert all(re.match(r"Table \d+ ", one) for one in captions)
    heads = list(made.word.document.iter(f"{W}tblHeader"))
    assert len(heads) == len(captions)


def test_what_is_withheld_is_not_there(made: Made) -> None:
    groups = (made.word.file.parents[1] / "out" / "groups.csv").read_text().splitlines()[1:]
    shown = {line.split(",")[0] for line in groups}
    listed = {row[0] for row in made.word.rows if re.fullmatch(r"s\d+", row[0])}
    assert len(listed) > 10
    assert listed <= shown
    assert not {"s18", "s19"} & shown
    assert "s18" not in said(made.word.document)


def test_pictures_have_their_texts_and_formulas_are_formulas(made: Made) -> None:
    texts = [one.get("descr") or "" for one in made.word.document.iter(DRAWN)]
    assert len(texts) > 2
    page = html.unescape(made.page)
    assert all(f'aria-label="{one}"' in page for one in texts)
    assert len([one for one in made.word.names if one.startswith("word/media/")]) == len(texts)
    formulas = [said(one) for one in made.word.document.iter(f"{M}oMath")]
    assert len(formulas) >= 6
    variance = [one for one in made.word.document.iter(f"{M}t") if "," in (one.text or "")]
    assert any(re.fullmatch(r"\d,\d{3}", one.text or "") for one in variance)


def test_every_page_says_that_it_is_a_draft_and_has_its_number(made: Made) -> None:
    assert said(made.word.part("word/header1.xml")) == "Draft"
    foot = made.word.part("word/footer1.xml")
    fields = [one.get(f"{W}instr") for one in foot.iter(f"{W}fldSimple")]
    assert fields == [" PAGE ", " NUMPAGES "]
    assert "Page 1 of 1" in said(foot) and "sha256" in said(foot)
    (section,) = made.word.document.iter(f"{W}sectPr")
    assert [one.tag for one in section][:2] == [f"{W}headerReference", f"{W}footerReference"]
    core = ET.tostring(made.word.part("docProps/core.xml"), encoding="unicode")
    assert "2026-12-01T00:00:00Z" in core and "Ministry &lt;x&gt;" in core


def test_nothing_leads_out_of_it_and_places_are_there(made: Made) -> None:
    for name in made.word.names:
        if name.endswith(".rels"):
            for one in made.word.part(name):
                assert one.get("TargetMode") is None
                assert "//" not in (one.get("Target") or "")
    marks = {one.get(f"{W}name") for one in made.word.document.iter(f"{W}bookmarkStart")}
    asked = {one.get(f"{W}anchor") for one in made.word.document.iter(f"{W}hyperlink")}
    assert asked and asked <= marks


@pytest.mark.parametrize(
    "page",
    ['<img src="/etc/passwd">', "<a href='http://example.org'>a</a>", '<iframe src="//x">'],
)
def test_what_would_lead_out_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match="lead out of itself"):
        word.by_pandoc(page, None)


def test_pandoc_has_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word, "LONGEST", 0.001)
    with pytest.raises(RuntimeError, match="took longer"):
        word.by_pandoc("<p>a", None)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(RuntimeError, match="sudo apt-get install pandoc"):
        word.by_pandoc("<p>a", None)


def test_a_refused_dataset_says_why_and_an_undated_one_has_no_date(tmp_path: Path) -> None:
    file = tmp_path / "scores.csv"
    file.write_text("school,score\n" + "a,1\na,2\n" * 9)
    refused = build(dataset_of(file), tmp_path / "out", choices=PAGE_ONLY).results
    assert refused.reason is not None
    report = refused_report(refused, WORDS, Publisher(), "Made of it")
    made = tmp_path / "report.docx"
    made.write_bytes(word.render_word(report, {}, TEMPLATES, WORDS, None))
    text = said(WordFile(made).document)
    for sentence in (refused.reason.message, refused.reason.remedy, "Made of it", "one_group"):
        assert sentence in text
    assert "dcterms:created" not in zipfile.ZipFile(made).read("docProps/core.xml").decode()
    assert date(2026, 2, 1).isoformat() not in text
