"""What a reader does with the index, in a browser."""

import csv
import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import index_page
from tests.unit.index.conftest import make as line

pytestmark = pytest.mark.xdist_group("browser")


def names(page: Page) -> list[list[str]]:
    """The datasets that are seen, group by group."""
    return page.locator("#datasets-data tbody").evaluate_all(
        """(bodies) => bodies.map((body) => [...body.rows].filter((row) => row.checkVisibility()
             && !row.classList.contains("group")).map((row) => row.querySelector("a").textContent))
           .filter((some) => some.length)"""
    )


@pytest.fixture
def index(pages: Mapping[str, Path], open_page: Any) -> Page:
    page: Page = open_page(pages["index"]).page
    return page


def press(page: Page, name: str) -> None:
    page.locator("#datasets-data thead").get_by_role("button", name=name, exact=True).click()


def test_means_are_sorted_within_their_scale_only(index: Page) -> None:
    before = names(index)
    assert [len(some) for some in before] == [4, 4, 2]
    press(index, "Mean (SE)")
    first, second, single = names(index)
    assert first == [f"Study: {name}" for name in ("Norway", "Japan", "Chile", "Italy")]
    assert second == [f"Study: {name}" for name in ("Norway", "Japan", "Chile", "Italy")]
    assert single == before[2]
    press(index, "ICC")
    assert names(index)[0] == [f"Study: {name}" for name in ("Norway", "Italy", "Japan", "Chile")]


def test_one_list_sorts_by_shares_and_not_by_scores(index: Page) -> None:
    index.get_by_label("Group by scale").uncheck()
    press(index, "ICC")
    (everything,) = names(index)
    iccs = index.locator("#datasets-data tbody tr:visible td:nth-child(7)").all_inner_texts()
    assert iccs == sorted(iccs)
    assert len(everything) == 10
    scores = index.get_by_role("button", name="Mean (SE)")
    expect(scores).to_have_attribute("aria-disabled", "true")
    scores.click(force=True)
    assert names(index) == [everything]
    index.get_by_label("Group by scale").check()
    assert [len(some) for some in names(index)] == [4, 4, 2]
    expect(scores).to_have_attribute("aria-disabled", "false")


def test_a_search_finds_groups_and_refused_ones_too(index: Page) -> None:
    box, said = index.get_by_role("searchbox"), index.locator(".find output")
    box.fill("chile")
    assert names(index) == [["Study: Chile"], ["Study: Chile"]]
    expect(said).to_have_text("2 of 11 datasets")
    box.fill("science")
    assert [len(some) for some in names(index)] == [4]
    box.fill("refused")
    assert names(index) == []
    expect(index.locator("#refused tbody tr:visible")).to_have_count(1)


def test_on_a_phone_every_number_has_its_name(pages: Mapping[str, Path], open_page: Any) -> None:
    page = open_page(pages["index"], width=320).page
    cell = page.locator("#datasets-data tbody td:nth-child(7)").first
    label = cell.evaluate("(one) => getComputedStyle(one, '::before').content")
    assert label == '"ICC"'
    assert page.evaluate("document.querySelector('#datasets .scroll').scrollWidth <= innerWidth")
    press(page, "ICC")
    assert names(page)[0][0] == "Study: Norway"


def test_a_thousand_datasets_are_all_there(pages: Mapping[str, Path], open_page: Any) -> None:
    assert pages["long-index"].stat().st_size < 3_000_000
    page = open_page(pages["long-index"]).page
    assert page.locator("#datasets-data tbody tr:not(.group)").count() == 1_000
    page.get_by_role("searchbox").fill("dataset 99")
    expect(page.locator(".find output")).to_have_text("11 of 1,000 datasets")


def test_of_a_thousand_datasets_the_first_are_laid_out(
    pages: Mapping[str, Path], open_page: Any
) -> None:
    """A thousand rows take a browser a second: they are shown when they are asked for."""
    page = open_page(pages["long-index"]).page
    seen = page.locator("#datasets-data tbody tr:not(.group):visible")
    assert seen.count() == 100
    rows = list(openpyxl.load_workbook(saved_workbook(page))["Datasets"].iter_rows())
    assert len(rows) == 1_001
    box, more = page.get_by_role("searchbox"), page.locator("[data-more]")
    box.fill("dataset 1")
    expect(more).to_have_text("Show all 111 datasets")
    assert seen.count() == 100
    box.fill("dataset 99")
    expect(more).to_be_hidden()
    box.fill("")
    press(page, "ICC")
    assert seen.count() == 100
    more.click()
    expect(more).to_be_hidden()
    assert seen.count() == 1_000
    assert page.evaluate("document.activeElement.closest('tr').rowIndex") == 102


def test_a_family_is_led_to_wherever_it_begins(open_page: Any, tmp_path: Path) -> None:
    first, second = (
        [replace(line(k, title=f"{name} {k}"), scale=name, entry=name) for k in range(120)]
        for name in ("One", "Two")
    )
    file = tmp_path / "index.html"
    file.write_text(index_page([*first, *second]))
    page = open_page(file).page
    assert page.locator("#datasets-data tbody:visible").count() == 1
    page.locator("nav.families a").nth(1).click()
    expect(page.locator("#datasets-data tbody").nth(1)).to_be_in_viewport()
    page.emulate_media(media="print")
    assert page.locator("#datasets-data tbody tr:not(.group):visible").count() == 240


def test_columns_are_chosen(index: Page) -> None:
    index.get_by_text("Columns", exact=True).click()
    for name in ("Reliability", "True means"):
        index.get_by_role("checkbox", name=name, exact=True).uncheck()
    heads = index.locator("#datasets-data thead th:visible").all_inner_texts()
    assert len(heads) == 8 and not {"Reliability", "True means"} & set(heads)
    # Headings of groups are as wide as what is left of their columns.
    spans = "row => [...row.cells].filter(c => !c.hidden).reduce((n, c) => n + c.colSpan, 0)"
    rows = index.locator("#datasets-data tr:visible")
    assert {row.evaluate(spans) for row in rows.all()} == {8}
    index.get_by_role("checkbox", name="Reliability", exact=True).check()
    assert {row.evaluate(spans) for row in rows.all()} == {9}


def test_what_is_shown_is_saved(index: Page) -> None:
    index.get_by_role("searchbox").fill("italy")
    with index.expect_download() as caught:
        index.get_by_role("button", name="Save what is shown (CSV)").click()
    content = Path(caught.value.path()).read_text(encoding="utf-8-sig")
    head, *rows = csv.reader(io.StringIO(content))
    assert caught.value.suggested_filename == "datasets-shown.csv"
    assert [row[0] for row in rows] == ["Study: Italy", "Study: Italy"]
    assert len(head) == 11 and sum("ICC interval" in name for name in head) == 2
    assert all(len(row) == len(head) for row in rows)
    row = rows[0]
    low, high = (float(row[place]) for place, name in enumerate(head) if "interval" in name)
    assert low < float(row[head.index("ICC")]) < high
    # Mean and standard error have a cell each, drawings none.
    assert float(row[head.index("Mean")]) > 10 * float(row[head.index("SE")]) > 0
    assert "True means" not in head


def saved_workbook(page: Page) -> io.BytesIO:
    with page.expect_download() as caught:
        page.get_by_role("button", name="Save what is shown (Excel)").click()
    assert caught.value.suggested_filename == "datasets-shown.xlsx"
    return io.BytesIO(Path(caught.value.path()).read_bytes())


def test_what_is_shown_is_saved_for_excel(index: Page) -> None:
    index.get_by_role("searchbox").fill("italy")
    index.get_by_text("Columns", exact=True).click()
    index.get_by_role("checkbox", name="Reliability", exact=True).uncheck()
    book = openpyxl.load_workbook(saved_workbook(index))
    assert book.sheetnames == ["Datasets"]
    head, *rows = book["Datasets"].iter_rows(values_only=True)
    assert [row[0] for row in rows] == ["Study: Italy", "Study: Italy"]
    row = dict(zip(head, rows[0], strict=True))
    assert "Reliability" not in row and "True means" not in row
    assert row["Mean"] > 10 * row["SE"] > 0
    low, high = (value for name, value in row.items() if "interval" in name)
    assert 0 <= low < row["ICC"] < high <= 1
    assert isinstance(row["Students"], int)


def test_no_cell_of_a_saved_workbook_is_a_formula(open_page: Any, tmp_path: Path) -> None:
    titles = ("=1+1", "@SUM(A1)", "-3", "a & b <c> _x0041_ \u2028 é", "007", '=HYPERLINK("x")')
    file = tmp_path / "index.html"
    rows = [replace(line(k, title=title), n_members=1_234_567) for k, title in enumerate(titles)]
    file.write_text(index_page(rows), encoding="utf-8")
    saved = saved_workbook(open_page(file).page)
    with zipfile.ZipFile(saved) as archive:
        assert archive.testzip() is None
        assert b"<f" not in archive.read("xl/worksheets/sheet1.xml")
    head, *rows = openpyxl.load_workbook(saved)["Datasets"].iter_rows()
    texts = ["'=1+1", "'@SUM(A1)", "-3", "a & b <c> _x0041_ \u2028 é", "007", '\'=HYPERLINK("x")']
    assert [row[0].value.replace("_x005F_", "_") for row in rows] == texts
    assert {cell.data_type for row in rows for cell in row} <= {"inlineStr", "n", "s"}
    members = [cell.value for cell in head].index("Students")
    assert {row[members].value for row in rows} == {1_234_567}


def test_a_spreadsheet_runs_nothing_that_is_saved(open_page: Any, tmp_path: Path) -> None:
    file = tmp_path / "index.html"
    titles = ("=1+1", "@SUM(A1)", "-3", "'=2")
    file.write_text(index_page([line(k, title=title) for k, title in enumerate(titles)]))
    page = open_page(file).page
    with page.expect_download() as caught:
        page.get_by_role("button", name="Save what is shown (CSV)").click()
    content = Path(caught.value.path()).read_text(encoding="utf-8-sig")
    _, *rows = csv.reader(io.StringIO(content))
    assert [row[0] for row in rows] == ["'=1+1", "'@SUM(A1)", "-3", "''=2"]


def test_families_are_found_at_once(index: Page) -> None:
    links = index.locator("nav.families a")
    assert links.count() == 3
    for link in links.all():
        target = index.locator(link.get_attribute("href"))
        assert link.inner_text() in target.inner_text()
    index.get_by_label("Group by scale").uncheck()
    expect(index.locator("nav.families")).to_be_hidden()
