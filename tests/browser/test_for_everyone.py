"""Pages that everyone can use, and that nobody can misuse."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.xdist_group("browser")
PAGES = ("report", "refused", "index")
HOSTILE = ("hostile", "hostile-refused", "hostile-index")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 375, 320])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    name: str, width: int, scheme: str, pages: Mapping[str, Path], open_page: Any
) -> None:
    # The checker works in the page, which its policy forbids.
    page = open_page(pages[name], width=width, color_scheme=scheme, bypass_csp=True).page
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("name", [*HOSTILE, "long", "long-index"])
def test_nothing_is_wider_than_the_smallest_phone(
    name: str, pages: Mapping[str, Path], open_page: Any
) -> None:
    page = open_page(pages[name], width=320).page
    assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_shown_and_do_nothing(
    name: str, pages: Mapping[str, Path], open_page: Any
) -> None:
    opened = open_page(pages[name])
    asked: list[str] = []
    opened.page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    opened.page.wait_for_load_state("networkidle")
    assert (asked, opened.said) == ([], [])
    assert opened.requests == [pages[name].as_uri()]
    assert "<script>alert(1)</script>" in opened.page.locator("main").inner_text()
    search = opened.page.get_by_role("searchbox")
    if search.count():
        search.fill("<script>")
        assert opened.page.locator("tbody tr:visible", has_text="<script>").count() > 0
