"""What is folded, where the Tab key stops, and how large the letters of figures are on a phone."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("browser")


def test_technical_sections_are_folded_and_opened_by_what_leads_to_them(
    pages: Mapping[str, Path], open_page: Any
) -> None:
    page = open_page(pages["report"]).page
    equation = page.locator("#model .equation").first
    expect(equation).to_be_hidden()
    expect(page.locator("#between .equation").first).to_be_visible()
    page.locator(".side nav").get_by_role("link", name="The model", exact=True).click()
    expect(equation).to_be_visible()
    page.evaluate("location.hash = '#table-checks'")
    expect(page.locator("#table-checks")).to_be_visible()


def test_both_answers_stand_where_they_are_given(pages: Mapping[str, Path], open_page: Any) -> None:
    page = open_page(pages["report"]).page
    for answer in page.locator(".answers .answer").all():
        outer, said = answer.bounding_box(), answer.locator(".answered").bounding_box()
        assert outer["y"] <= said["y"] <= outer["y"] + outer["height"]
        assert outer["x"] <= said["x"] and said["width"] <= outer["width"] + 1


def test_the_tab_key_stops_at_what_can_be_used(pages: Mapping[str, Path], open_page: Any) -> None:
    page = open_page(pages["report"], width=1280).page
    assert page.locator("a.anchor:not([tabindex='-1'])").count() == 0
    fits = (
        "(box) => box.scrollWidth <= box.clientWidth + 1"
        " && box.scrollHeight <= box.clientHeight + 1"
    )
    for box in page.locator(".scroll:visible").all():
        assert box.evaluate(fits) == (box.get_attribute("tabindex") is None)
    narrow = open_page(pages["report"], width=375).page
    wide = narrow.locator("#table-schools .scroll")
    assert wide.get_attribute("tabindex") == "0"
    expect(narrow.locator("#table-schools .sideways")).to_be_visible()


def test_letters_of_figures_are_large_enough_on_a_phone(
    pages: Mapping[str, Path], open_page: Any
) -> None:
    page = open_page(pages["report"], width=375).page
    sizes = page.locator(".graphic .narrow svg text:visible").evaluate_all(
        "(all) => all.map((one) => parseFloat(getComputedStyle(one).fontSize)"
        " * one.ownerSVGElement.getBoundingClientRect().width"
        " / one.ownerSVGElement.viewBox.baseVal.width)"
    )
    assert len(sizes) > 50 and min(sizes) >= 11.0
