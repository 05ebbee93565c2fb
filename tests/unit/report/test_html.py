import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any, get_args

import pytest
from markupsafe import Markup

from multilevel.report import blocks
from multilevel.report.embedded import embedded_json
from multilevel.report.html import FigureTheme, inline_svg, render_html
from multilevel.report.page import kind_of
from multilevel.report.tools import standard_tools

KINDS = sorted(kind_of(kind) for kind in (*get_args(blocks.Block), blocks.Subsection))
SEEN_BY = {
    "paragraph": '<p class="finding">',
    "points": '<ul class="points">',
    "answers": '<div class="answers">',
    "key_figures": '<ul class="key-figures">',
    "table": "<table ",
    "figure": '<figure class="graphic"',
    "equation": '<div class="equation',
    "beside": '<div class="two-columns">',
    "code": '<details class="code"',
    "subsection": '<section class="subsection"',
}


class Parsed(HTMLParser):
    """Elements with their attributes, ids, and unbalanced tags."""

    VOID = frozenset({"meta", "link", "input", "img", "br", "path", "circle", "rect", "use"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.faults: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag in self.VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)


def page_of(pages: Any, source: str = "", **changes: Any) -> str:
    report = replace(pages.make(**changes), source=source)
    tools = standard_tools(pages.words, [embedded_json("results.json", b"{}")], "schools")
    return render_html(report, pages.figures, pages.templates, pages.words, tools)


@pytest.fixture(scope="module")
def page(pages: Any) -> str:
    return page_of(pages)


def test_every_kind_of_block_has_a_template(pages: Any) -> None:
    files = {file.name for file in (pages.templates / "blocks").glob("*.html.j2")}
    assert files == {f"{kind}.html.j2" for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_block_is_shown(kind: str, page: str) -> None:
    assert SEEN_BY[kind] in page


def test_elements_are_closed_and_ids_unique(page: str) -> None:
    parsed = Parsed(page)
    assert not parsed.faults
    assert not parsed.open
    ids = [attributes["id"] for _, attributes in parsed.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    anchors = {a["href"] for tag, a in parsed.elements if tag == "a" and a["href"]}
    inside = {anchor[1:] for anchor in anchors if anchor and anchor.startswith("#")}
    assert inside <= set(ids)


def test_same_report_gives_same_bytes(pages: Any, page: str) -> None:
    assert page_of(pages) == page


def test_nothing_is_requested_from_anywhere(page: str) -> None:
    for tag, attributes in Parsed(page).elements:
        for name in ("src", "srcset", "poster", "data", "action", "background"):
            assert name not in attributes, (tag, attributes)
        if tag in ("link", "use", "image"):
            assert (attributes.get("href") or "").startswith(("data:", "#")), attributes
    assert all(url.startswith("data:") for url in re.findall(r'url\("?([^")]*)', page))
    assert "@import" not in page


def test_policy_pins_the_script_and_the_styles(page: str) -> None:
    parsed = Parsed(page)
    policies = [
        a["content"] or ""
        for tag, a in parsed.elements
        if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy"
    ]
    assert len(policies) == 1
    assert "default-src 'none'" in policies[0]
    assert "unsafe" not in policies[0]
    for element in ("script", "style"):
        found = re.findall(rf"<{element}>(.*?)</{element}>", page, re.S)
        assert len(found) == 1
        digest = base64.b64encode(hashlib.sha256(found[0].encode()).digest()).decode()
        assert f"{element}-src 'sha256-{digest}'" in policies[0]
    for _, attributes in parsed.elements:
        assert "style" not in attributes
        assert not any(name.startswith("on") for name in attributes)


def test_hostile_labels_are_shown_not_run(pages: Any) -> None:
    page = page_of(pages, title=pages.hostile)
    assert "<script>alert" not in page
    assert page.count("<script>") == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert not Parsed(page).faults


def test_equations_are_drawn_and_spoken(page: str) -> None:
    drawings = re.findall(r'<div class="shown"><svg aria-hidden="true"[^>]*>(.*?)</svg>', page)
    assert len(drawings) == 4
    assert all(drawing.count("<path") > 8 for drawing in drawings)
    assert 'alttext="lambda hat j equals' in page


def test_figures_have_names_widths_and_colours(pages: Any) -> None:
    theme = FigureTheme(
        light={"between": "#14619f"},
        dark={"between": "#6bb0ea"},
        themed=lambda svg: svg.replace("#14619f", "var(--fig-between)"),
    )
    page = render_html(pages.make(), pages.figures, pages.templates, pages.words, theme=theme)
    assert page.count('<svg role="img" aria-label="Bar: 51% between schools') == 3
    assert page.count('class="narrow"') == 1
    assert "--fig-between: #14619f;" in page
    assert page.count("--fig-between: #6bb0ea;") == 2
    assert "<?xml" not in page
    assert page.lower().count("<!doctype") == 1


@pytest.mark.parametrize(
    "svg",
    [
        "<svg><script>alert(1)</script></svg>",
        '<svg><rect onload="x()"/></svg>',
        "<svg><foreignObject/></svg>",
        '<svg><image href="http://example.org/x.png"/></svg>',
        "no picture",
    ],
)
def test_pictures_that_could_run_are_refused(svg: str) -> None:
    with pytest.raises(ValueError, match="plain SVG"):
        inline_svg(svg, "alt", FigureTheme())


def test_a_missing_figure_is_an_error(pages: Any) -> None:
    with pytest.raises(KeyError, match="split"):
        render_html(pages.make(), {}, pages.templates, pages.words)


def test_tables_sort_search_and_align(page: str) -> None:
    assert '<table id="table-schools-data" class="n2 n3 n4 n5 n6 n7" data-sortable>' in page
    assert page.count("data-sortable>") == 1
    assert 'data-table="table-schools-data"' in page
    assert "{shown} of {total} rows" in page
    assert '<th scope="rowgroup" colspan="6">Fixed effects</th>' in page


def test_figures_and_tables_are_numbered_in_order(page: str) -> None:
    numbers = re.findall(r'<span class="no">(\w+ \d+)</span>', page)
    assert numbers == ["Figure 1", "Figure 2", "Table 1", "Table 2", "Table 3"]


def test_a_label_in_a_script_of_the_right_keeps_the_page_whole(pages: Any) -> None:
    report = replace(pages.make(), claim=Markup.escape("‮קבוצה ⁧ <b>"))
    page = render_html(report, pages.figures, pages.templates, pages.words)
    assert "&lt;b&gt;" in page


def test_sizes_at_20_and_5000_schools(pages: Any, page: str) -> None:
    assert len(page.encode()) < 300_000
    assert len(page_of(pages, n_schools=5_000).encode()) < 2_500_000


def test_figures_and_tables_say_their_source(pages: Any) -> None:
    page = page_of(pages, source="Source: <b>a file</b>")
    exhibits = len(re.findall(r'<figure class="(?:graphic|table)"', page))
    assert exhibits > 2
    assert page.count('<p class="source">Source: &lt;b&gt;a file&lt;/b&gt;</p>') == exhibits
    assert 'class="source"' not in page_of(pages)
