"""What a reader does with a report, in a browser."""

import csv
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.unit.report.conftest import WORDS

from multilevel.wording import numbers

pytestmark = pytest.mark.xdist_group("browser")
SCHOOLS = "#table-schools-data"
RECORD = """() => {
  const text = async (item, type) => (await item.getType(type)).text();
  navigator.clipboard.writeText = async (text) => { window.copied = text; };
  navigator.clipboard.write = async ([item]) => {
    window.copied = await text(item, "text/plain");
    window.html = await text(item, "text/html");
  };
}"""
REFUSE = """() => {
  navigator.clipboard.writeText = async () => { throw new Error('no'); };
  navigator.clipboard.write = navigator.clipboard.writeText;
}"""


def column(page: Page, position: int) -> list[str]:
    return page.locator(f"{SCHOOLS} tbody tr:visible > :nth-child({position})").all_inner_texts()


def heading(page: Page, name: str) -> Any:
    return page.locator(f"{SCHOOLS} thead").get_by_role("button", name=name, exact=True)


def listed(lecture: Any) -> list[dict[str, str]]:
    with (lecture.folder / "groups.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", ["report", "long", "refused", "index", "long-index"])
def test_nothing_is_said_and_nothing_but_the_file_is_asked_for(
    name: str, pages: Mapping[str, Path], open_page: Any
) -> None:
    opened = open_page(pages[name])
    opened.page.wait_for_load_state("networkidle")
    assert opened.said == []
    assert opened.requests == [pages[name].as_uri()]


def test_the_policy_blocks_the_network_and_other_scripts(
    pages: Mapping[str, Path], open_page: Any
) -> None:
    page = open_page(pages["report"]).page
    asked = "fetch('http://localhost:9/').then(() => 'reached', () => 'blocked')"
    assert page.evaluate(asked) == "blocked"
    page.evaluate(
        """() => {
          const policy = (text) => { try { return trustedTypes.createPolicy(text, {}); } catch {} };
          const script = document.createElement("script");
          try { script.textContent = "window.ran = true"; document.head.append(script); } catch {}
          document.querySelector("h1").setAttribute("style", "color: rgb(1, 2, 3)");
          policy("mine");
        }"""
    )
    assert page.evaluate("window.ran") is None
    colour = page.locator("h1").evaluate("(one) => getComputedStyle(one).color")
    assert colour != "rgb(1, 2, 3)"


def test_sorting_by_pointer_and_keyboard(
    pages: Mapping[str, Path], open_page: Any, lecture: Any
) -> None:
    page = open_page(pages["report"]).page
    by_mean = [row["group"] for row in sorted(listed(lecture), key=lambda r: float(r["mean"]))]
    button = heading(page, "Observed mean")
    button.click()
    assert column(page, 1) == by_mean
    head = page.locator(f"{SCHOOLS} th[aria-sort]")
    expect(head).to_have_count(1)
    expect(head).to_have_attribute("aria-sort", "ascending")
    button.focus()
    page.keyboard.press("Enter")
    assert column(page, 1) == by_mean[::-1]
    expect(head).to_have_attribute("aria-sort", "descending")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    expect(head).to_have_attribute("aria-sort", "ascending")
    ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert ring == "solid"


def test_searching_counts_what_it_finds(
    pages: Mapping[str, Path], open_page: Any, lecture: Any
) -> None:
    page = open_page(pages["report"]).page
    ids = [row["group"] for row in listed(lecture)]
    box = page.get_by_role("searchbox")
    box.fill(ids[3])
    assert column(page, 1) == [ids[3]]
    said = page.locator("#table-schools output").first
    expect(said).to_have_text(f"1 of {len(ids)} rows")
    expect(said).to_have_attribute("aria-live", "polite")
    box.fill("nowhere")
    assert column(page, 1) == []
    box.fill("")
    assert len(column(page, 1)) == len(ids)
    expect(said).to_have_text("")


def test_light_and_dark(pages: Mapping[str, Path], open_page: Any) -> None:
    page = open_page(pages["report"], color_scheme="dark").page
    paper = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(paper)
    page.get_by_role("button", name="Light mode").click()
    light = page.evaluate(paper)
    assert (dark, light) == ("rgb(18, 24, 31)", "rgb(255, 255, 255)")
    page.reload()
    assert page.evaluate(paper) == light
    page.get_by_role("button", name="Dark mode").click()
    page.emulate_media(media="print")
    assert page.evaluate(paper) == light


def test_terms_are_explained_where_they_stand(pages: Mapping[str, Path], open_page: Any) -> None:
    page = open_page(pages["report"]).page
    tip, term = page.get_by_role("tooltip"), page.locator("a.term").first
    expect(tip).to_be_hidden()
    term.hover()
    expect(tip).to_be_visible()
    entry = page.locator(f"#help {term.get_attribute('href')}")
    assert (entry.text_content() or "?").strip() == (tip.text_content() or "").strip()
    tip.hover()
    page.wait_for_timeout(400)
    expect(tip).to_be_visible()
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    page.mouse.move(0, 0)
    term.focus()
    expect(tip).to_be_visible()
    expect(term).to_have_attribute("aria-describedby", "tip")
    page.keyboard.press("Tab")
    expect(tip).not_to_contain_text(term.inner_text())


def test_a_tap_explains_and_a_second_one_follows(pages: Mapping[str, Path], open_page: Any) -> None:
    page = open_page(pages["report"], width=375, has_touch=True).page
    term, tip = page.locator("a.term").first, page.get_by_role("tooltip")
    term.tap()
    expect(tip).to_be_visible()
    box = tip.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 375
    assert "#" not in page.url
    term.tap()
    assert page.url.endswith(term.get_attribute("href") or "?")


@pytest.mark.parametrize("name", ["results.json", "groups.csv"])
def test_files_inside_the_page_are_those_beside_it(
    name: str, pages: Mapping[str, Path], open_page: Any, lecture: Any
) -> None:
    page = open_page(pages["report"]).page
    with page.expect_download() as started:
        page.locator(f'a[download="{name}"]').click()
    assert started.value.suggested_filename == name
    assert Path(started.value.path()).read_bytes() == (lecture.folder / name).read_bytes()


def test_the_estimates_are_copied_as_text(pages: Mapping[str, Path], open_page: Any) -> None:
    page = open_page(pages["report"], fragment="#table-estimates").page
    page.evaluate(RECORD)
    page.locator('[data-copy="table-estimates-data"]').click()
    expect(page.locator("#said")).to_have_text("Copied")
    lines = page.evaluate("window.copied").splitlines()
    cells = page.locator("#table-estimates-data tbody tr").nth(1).locator("th, td")
    # What is said of empty cells is for those who hear the table.
    blank = WORDS.plain("page.blank")
    shown = ["" if text == blank else text for text in cells.all_inner_texts()]
    assert "" in shown and "\t".join(shown) in lines


def test_a_table_is_copied_as_a_table_with_an_interval_in_two_cells(
    pages: Mapping[str, Path], open_page: Any
) -> None:
    """Word and Excel take the HTML; a hyphen for the minus sign makes numbers of texts."""
    page = open_page(pages["report"], fragment="#table-intervals").page
    page.evaluate(RECORD)
    page.evaluate("""() => {
      const row = document.querySelector("#table-intervals-data tbody tr");
      row.cells[1].textContent = "\u22122.5";
      row.cells[2].textContent = "\u22123.0 to 1.5";
    }""")
    page.locator('[data-copy="table-intervals-data"]').click()
    expect(page.locator("#said")).to_have_text("Copied")
    heads = page.locator("#table-intervals-data thead th").all_inner_texts()
    lines = [line.split("\t") for line in page.evaluate("window.copied").splitlines()]
    head = next(line for line in lines if line[0] == heads[0])
    assert head[2:4] == [f"{heads[2]}, lower end", f"{heads[2]}, upper end"]
    first = lines[lines.index(head) + 1]
    assert first[1:4] == ["-2.5", "-3.0", "1.5"] and len(first) == len(head)
    html = page.evaluate("window.html")
    assert "<td>-3.0</td><td>1.5</td>" in html and html.count("<table>") == 1


def test_sentences_to_quote_are_copied(pages: Mapping[str, Path], open_page: Any) -> None:
    page = open_page(pages["report"]).page
    page.evaluate(RECORD)
    page.locator('[data-copy="quote-apa"]').click()
    expect(page.locator("#said")).to_have_text("Copied")
    assert "ICC = ." in page.evaluate("window.copied")
    assert "<i>SE</i>" in page.evaluate("window.html")


def test_the_citation_is_copied_or_shown(pages: Mapping[str, Path], open_page: Any) -> None:
    page = open_page(pages["report"]).page
    citation = page.locator("#citation-text").inner_text()
    page.evaluate(RECORD)
    page.get_by_role("button", name="Copy citation").click()
    expect(page.locator("#said")).to_have_text("Copied")
    assert page.evaluate("window.copied") == citation
    page.evaluate(REFUSE)
    page.get_by_role("button", name="Copy citation").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    assert dialog.get_by_role("textbox").input_value() == citation
    selected = "document.getSelection().toString() || document.activeElement.value"
    assert page.evaluate(selected) == citation
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_every_section_figure_and_table_has_an_address(
    pages: Mapping[str, Path], open_page: Any
) -> None:
    page = open_page(pages["report"], fragment="#table-estimates").page
    expect(page.locator("#table-estimates")).to_be_in_viewport()
    aimed = page.locator("main section[id], main figure[id]")
    for id in aimed.evaluate_all("(all) => all.map((one) => one.id)"):
        assert page.locator(f'[id="{id}"] a.anchor[href="#{id}"]').count() == 1, id
    page.evaluate(RECORD)
    anchor = page.locator('a.anchor[href="#figure-caterpillar"]')
    anchor.focus()
    page.keyboard.press("Enter")
    assert page.url.endswith("#figure-caterpillar")
    assert page.evaluate("window.copied") == page.url


def test_without_scripts_everything_is_there_and_nothing_idle(
    pages: Mapping[str, Path], open_page: Any, lecture: Any
) -> None:
    page = open_page(pages["report"], java_script_enabled=False).page
    assert len(column(page, 1)) == len(listed(lecture))
    assert page.locator("button:visible, input:visible").count() == 0
    assert page.locator('a[href="results.json"]:visible').count() == 1


def test_on_paper_there_are_no_controls(pages: Mapping[str, Path], open_page: Any) -> None:
    page = open_page(pages["report"]).page
    page.emulate_media(media="print")
    for selector in (".side", ".find", ".tools", ".copy", ".anchor"):
        assert page.locator(f"{selector}:visible").count() == 0, selector
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    assert page.pdf()[:5] == b"%PDF-"


def test_long_tables_are_shown_a_page_at_a_time(pages: Mapping[str, Path], open_page: Any) -> None:
    page = open_page(pages["long"]).page
    status = page.locator(".pager output")
    expect(status).to_have_text("Rows 1 to 100 of 450")
    ids = [str(5000 + 3 * j) for j in range(1, 451)]
    assert column(page, 1) == ids[:100]
    page.get_by_role("button", name="Next").click()
    assert column(page, 1) == ids[100:200]
    page.get_by_role("button", name="Last").click()
    assert column(page, 1) == ids[400:]
    expect(page.get_by_role("button", name="Next")).to_have_attribute("aria-disabled", "true")
    heading(page, "Observed mean").click()
    lowest = [numbers.parse(text) for text in column(page, 3)]
    assert lowest == sorted(lowest)
    page.get_by_role("button", name="Last").click()
    assert min(numbers.parse(text) for text in column(page, 3)) >= max(lowest)
    page.get_by_role("searchbox").fill(ids[-1])
    assert column(page, 1) == [ids[-1]]
    expect(status).to_have_text("Rows 1 to 1 of 1")


def test_without_scripts_a_long_table_has_both_its_ends(
    pages: Mapping[str, Path], open_page: Any
) -> None:
    page = open_page(pages["long"], java_script_enabled=False).page
    found = column(page, 1)
    assert (found[0], found[-1], len(found)) == ("5003", "6350", 41)
    assert re.search(r"first and last 20 of 450 rows", found[20])


def test_the_page_says_what_the_files_say(
    pages: Mapping[str, Path], open_page: Any, lecture: Any
) -> None:
    page = open_page(pages["report"]).page
    shown = page.locator(f"{SCHOOLS} tbody tr").evaluate_all(
        "(rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent))"
    )
    for cells, row in zip(shown, listed(lecture), strict=True):
        assert cells[0] == row["group"]
        for text, name in zip(cells[1:4], ("n", "mean", "sd"), strict=True):
            assert_printed(text, float(row[name]))
        for text, names in (
            (cells[4], ("mean_ci_low", "mean_ci_high")),
            (cells[6], ("ci_low", "ci_high")),
        ):
            for end, name in zip(text.split(" to "), names, strict=True):
                assert_printed(end, float(row[name]))
    model, between = lecture.results.model, lecture.results.between
    values = page.locator(".key-figures .value").all_inner_texts()
    assert_printed(values[0], model.gamma00)
    assert_printed(values[1].removesuffix("%"), 100.0 * between.icc)
    for end, value in zip(
        values[2].split("–"), (between.school_minus_1sd, between.school_plus_1sd), strict=True
    ):
        assert_printed(end, value)
    assert_printed(values[3], between.reliability)
    estimates = page.locator("#table-estimates").text_content() or ""
    for value in (model.gamma00, model.se_gamma00, model.sd_tau00, model.sd_sigma):
        assert f"{value:.3f}" in estimates


def assert_printed(text: str, value: float) -> None:
    """`text` is `value` to the decimals it shows."""
    decimals = len(text.partition(".")[2])
    assert abs(numbers.parse(text) - value) <= 0.5 * 10.0**-decimals * (1 + 1e-9), (text, value)


def test_marks_of_figures_are_told(pages: Mapping[str, Path], open_page: Any) -> None:
    page = open_page(pages["report"]).page
    frame = page.locator("#figure-caterpillar .wide")
    tip, svg = frame.locator(".mark-tip"), frame.locator("svg")
    xs, ys, words = json.loads(svg.get_attribute("data-marks"))
    assert len(words) == 20
    frame.scroll_into_view_if_needed()
    box = svg.bounding_box()
    unit = box["width"] / float(svg.get_attribute("viewBox").split()[2])
    page.mouse.move(box["x"] + xs[7] * unit + 3, box["y"] + ys[7] * unit)
    expect(tip).to_have_text(words[7])
    page.mouse.move(box["x"] - 30, box["y"])
    expect(tip).to_have_text("")


def test_the_keyboard_goes_from_mark_to_mark(pages: Mapping[str, Path], open_page: Any) -> None:
    page = open_page(pages["report"], width=375).page
    frame = page.locator("#figure-caterpillar .narrow")
    words = json.loads(frame.locator("svg").get_attribute("data-marks"))[2]
    tip = frame.locator(".mark-tip")
    frame.focus()
    for key, place in (("ArrowRight", 0), ("ArrowRight", 1), ("End", 19), ("ArrowRight", 19)):
        page.keyboard.press(key)
        expect(tip).to_have_text(words[place])
        inside = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert inside
    page.keyboard.press("Escape")
    expect(tip).to_have_text("")
