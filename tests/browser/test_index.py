"""What a reader does with the index, in a browser."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

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
