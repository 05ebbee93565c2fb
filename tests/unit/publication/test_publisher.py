"""The publisher's block, from the configuration to the pages."""

from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import yaml
from tests.helpers.building import ROOT, TEMPLATES, build, dataset_of, simulated_csv

from multilevel import configuration
from multilevel.errors import ConfigError
from multilevel.index.page import render_index
from multilevel.index.rows import IndexRow
from multilevel.publication.imprint import cited
from multilevel.publication.publisher import NOBODY, Publisher, publisher_of, publishers, waits
from multilevel.records.results import decode
from multilevel.report import stage as report
from multilevel.wording.catalogue import Catalogue

LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="5" height="5"/></svg>'
)
HOSTILE = "<script>alert(1)</script>"
BLOCK: dict[str, Any] = {
    "publisher": f"Ministry {HOSTILE} of Valdória",
    "contact": "statistics@example.org",
    "licence": "CC BY 4.0",
    "released": date(2026, 12, 1),
    "next_release": "December 2027",
    "status": "draft",
    "logo": "logo.svg",
    "colour": "#7A0019",
    "note": "Scores are on the state's 2025 scale.",
}
WORDS = Catalogue.load(TEMPLATES / "text" / "en")


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    (tmp_path / "logo.svg").write_text(LOGO)
    return publisher_of(BLOCK, tmp_path)


def loaded(tmp_path: Path, text: str) -> dict[str, Publisher]:
    config = yaml.safe_load(text)
    configuration.read(config, ROOT / "workflow" / "schemas", tmp_path)
    return publishers(config, tmp_path)


DATASETS = """
datasets:
  first: {file: a.csv, outcome: math, group: school}
  second:
    file: b.csv
    outcome: math
    group: school
    publication: {publisher: B, status: final}
"""


def test_a_dataset_s_keys_come_before_those_at_the_top(tmp_path: Path) -> None:
    top = "publication: {publisher: A, licence: CC0, released: 2026-12-01, status: draft}"
    found = loaded(tmp_path, top + DATASETS)
    assert found[""] == found["first"]
    assert found["first"].publisher == "A"
    second = found["second"]
    assert (second.publisher, second.licence, second.released) == ("B", "CC0", "2026-12-01")
    assert (found["first"].draft, second.draft) == (True, False)
    assert found["first"].file_name != second.file_name


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("{colour: '#ffcc00'}", "publication.colour: .*can't be read on white"),
        ("{colour: blue}", "publication.colour: .*no colour"),
        ("{logo: none.svg}", "publication.logo: .*No such file"),
        ("{released: tomorrow}", "publication.released: .*no date"),
        ("{publsher: A}", "publication.publsher is not a known key. Did you mean publisher"),
        ("{status: done}", "publication.status must be draft or final"),
    ],
)
def test_what_cant_be_used_is_said_once_with_its_place(
    tmp_path: Path, block: str, said: str
) -> None:
    with pytest.raises(ConfigError, match=said) as refusal:
        loaded(tmp_path, f"publication: {block}{DATASETS}")
    assert len(str(refusal.value).splitlines()) == 1


def test_consent_is_given_for_all_at_once(tmp_path: Path) -> None:
    assert waits({"publication": {"approve": True}})
    assert not waits({"publication": {"publisher": "A"}})
    with pytest.raises(ConfigError, match="stands at the top only"):
        loaded(tmp_path, DATASETS.replace("status: final", "approve: yes"))


def test_a_branded_draft_says_so_on_every_page(tmp_path: Path, publisher: Publisher) -> None:
    data = tmp_path / "data"
    data.mkdir()
    file = simulated_csv(data / "scores.csv", [12] * 15, 0.3)
    built = build(dataset_of(file, publication={"publisher": "A"}), tmp_path / "out")
    kept = tmp_path / "publisher.json"
    kept.write_text(publisher.content)
    out, work = built.folder, tmp_path / "out-work"
    work = next(path.parent for path in tmp_path.rglob("schools.parquet"))
    report.run(
        out / "results.json", out / "groups.csv", work / "schools.parquet",
        work / "previous.json", out / "figures", work / "figures.json", TEMPLATES,
        out / "report.html", out, out / "results.xlsx", kept,
    )  # fmt: skip
    pages = list(pypdfium2.PdfDocument(built.pdf))
    assert all("Draft" in page.get_textpage().get_text_bounded() for page in pages)
    about = pypdfium2.PdfDocument(built.pdf).get_metadata_dict()
    assert about["Author"] == publisher.publisher
    assert about["Title"] == "Draft: A test"
    assert about["CreationDate"] == "D:20261201"
    for text in (built.words, built.pdf_words):
        for said in ("Released 1 December 2026", "CC BY 4.0", publisher.note, "December 2027"):
            assert said in text
    assert "Draft. Licence: CC BY 4.0." in built.words
    assert HOSTILE not in built.page
    assert publisher.logo is not None
    assert publisher.logo.url in built.page
    assert "--accent: #7a0019" in built.page
    assert str(tmp_path) not in built.page
    results = (out / "results.json").read_text()
    assert str(tmp_path) not in results
    assert built.results.provenance.input.path == "scores.csv"


def test_the_index_has_the_block_too(publisher: Publisher) -> None:
    row = IndexRow(id="a", status="refused", title="A", reason="none", remedy="none")
    page = render_index([row], TEMPLATES, WORDS, produced="", publisher=publisher)
    assert "Draft: All datasets</title>" in page
    assert "Ministry &lt;script&gt;" in page
    assert '<meta name="dcterms.issued" content="2026-12-01">' in page
    assert "statistics@example.org" in page
    plain = render_index([row], TEMPLATES, WORDS, produced="")
    assert "Draft" not in plain
    assert "dcterms" not in plain


def test_a_publisher_is_kept_whole(publisher: Publisher) -> None:
    assert decode(publisher.content.encode(), Publisher) == publisher
    assert NOBODY.palette is None
    assert cited("A report.", NOBODY, WORDS) == "A report."
