"""Whatever titles, labels, ids, columns and file names hold: it is shown, and does nothing."""

import csv
import html.parser
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.helpers.running import Run
from tests.pipeline.conftest import Mixed
from tests.pipeline.mixture import HOSTILE_FILE, HOSTILE_SCHOOLS, HOSTILE_TITLE, listing

pytestmark = pytest.mark.xdist_group("mixed")

PLAIN = "two-optima"


@pytest.fixture
def run(mixed: Mixed) -> Run:
    return mixed.run


@pytest.fixture
def hostile(run: Run) -> str:
    """The id made from the hostile file name."""
    (folder,) = run.results.glob("hostile-*")
    return folder.name


class Tags(html.parser.HTMLParser):
    """Counts what a browser would make of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.scripts = 0
        self.suspicious: list[str] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        handlers = [name for name, _ in attrs if name.startswith("on")]
        # A dialog's form sends nothing anywhere.
        harmless = tag == "form" and attrs == [("method", "dialog")]
        embedding = tag in ("iframe", "object", "embed", "base", "form")
        if handlers or (embedding and not harmless):
            self.suspicious.append(f"{tag} {handlers}")
        outside = [
            value
            for name, value in attrs
            if name in ("src", "href") and re.match(r"(?i)https?:|//|javascript:", value or "")
        ]
        if outside and tag != "a":
            self.suspicious.append(f"{tag} {outside}")

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def pages(run: Run) -> Iterator[tuple[str, str]]:
    for file in sorted(run.results.rglob("*.html")):
        yield str(file.relative_to(run.results)), file.read_text(encoding="utf-8")


def test_nothing_is_written_but_the_results(mixed: Mixed) -> None:
    assert listing(mixed.folder) == mixed.before
    assert not list(mixed.folder.rglob("pwned*"))
    assert {path.name for path in mixed.run.results.iterdir() if path.is_file()} == {
        "index.html",
        "datasets.csv",
        "results.xlsx",
        "history.csv",
    }


def test_the_report_is_made(run: Run, hostile: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", hostile)
    result = run.result(hostile)
    assert result["status"] == "ok"
    assert result["data"]["n_groups"] == len(HOSTILE_SCHOOLS)
    assert result["provenance"]["input"]["path"] == f"hostile/{HOSTILE_FILE}"
    assert run.pdf_pages(hostile) > 3
    assert HOSTILE_TITLE[:60] in "".join(Tags(run.page(hostile)).text)


def test_no_page_has_a_script_or_a_handler_but_its_own(run: Run) -> None:
    own = Tags(run.page(PLAIN)).scripts
    checked = dict(pages(run))
    assert len(checked) > 10
    for name, page in checked.items():
        tags = Tags(page)
        assert tags.scripts <= max(own, 1), name
        assert not tags.suspicious, name
        assert "<script>alert" not in page, name
        assert "onerror=alert" not in re.sub(r"&lt;img[^&]*&gt;", "", page), name


def test_no_figure_has_a_script(run: Run, hostile: str) -> None:
    figures = sorted((run.results / hostile / "figures").glob("*.svg"))
    assert figures
    for file in figures:
        tags = {element.tag.rpartition("}")[2] for element in ET.parse(file).iter()}
        assert not tags & {"script", "foreignObject", "b", "a"}, file.name


def cells(file: Path) -> Iterator[str]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        for row in csv.reader(opened):
            yield from row


def is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_no_cell_is_a_formula(run: Run, hostile: str) -> None:
    for file in (run.results / "datasets.csv", run.results / hostile / "groups.csv"):
        formulas = [
            cell
            for cell in cells(file)
            if cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not is_number(cell)
        ]
        assert not formulas


def test_every_school_has_its_row(run: Run, hostile: str) -> None:
    with (run.results / hostile / "groups.csv").open(encoding="utf-8-sig", newline="") as file:
        found = [row["group"] for row in csv.DictReader(file)]
    assert len(found) == len(HOSTILE_SCHOOLS)
    assert {"'=1+1", "../../pwned", "two\nlines", "long" * 2500} <= set(found)


def test_the_user_sees_no_control_characters(run: Run) -> None:
    assert "\x1b" not in run.said
