import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from multilevel.figures.captions import FigureText
from multilevel.index.comparisons import Compared, ComparedFigure
from multilevel.index.page import claim, render_index
from multilevel.index.rows import IndexRow
from multilevel.wording.catalogue import Catalogue

Line = Callable[..., IndexRow]
DATE = "23 November 2026"


def test_shows_every_dataset_with_its_links(
    line: Line, refused: IndexRow, templates: Path, words: Catalogue
) -> None:
    page = render_index([line(1), line(2), refused], templates, words, produced=DATE)
    words_alone = re.sub(r"<[^>]+>", "", page)
    assert "2 reports · 1 dataset refused · produced 23 November 2026" in words_alone
    for href in ("dataset-1/report.html", "dataset-2/report.pdf", "datasets.csv"):
        assert f'href="{href}"' in page
    for text in ("one_group", "bad.csv has one school.", "Give two."):
        assert text in page
    assert 'href="bad%2F..%2Fid/report.html"' in page
    assert page.count('class="range"') == 2
    assert page.count('class="bell"') == 2
    assert '<span class="beside">0.10 to 0.30</span>' in page
    assert '539.0 <span class="beside">(16.4)</span>' in page
    assert "Schools</th>" in page


def test_without_a_date_none_is_claimed(line: Line, templates: Path, words: Catalogue) -> None:
    assert "produced" not in render_index([line()], templates, words, produced="")


def test_words_for_groups_only_when_all_share_them(
    line: Line, templates: Path, words: Catalogue
) -> None:
    page = render_index(
        [line(1), replace(line(2), groups="hospitals")], templates, words, produced=DATE
    )
    assert "Groups</th>" in page
    assert "Schools</th>" not in page


@pytest.mark.parametrize(
    ("iccs", "half", "expected"),
    [
        ([], 0.1, ""),
        ([0.4], 0.1, ""),
        ([0.0, 0.0], 0.0, "every ICC is estimated as 0"),
        ([0.3, 0.3], 0.1, "2 share the largest estimated ICC, 0.30"),
        ([0.1, 0.6], 0.1, "Its interval lies above all others"),
        (
            [0.3, 0.35],
            0.1,
            "overlaps that of 1 other; overlap alone does not say whether the two differ",
        ),
        (
            [0.3, 0.35, 0.33, 0.01],
            0.1,
            "overlaps those of 2 others; overlap alone does not say whether",
        ),
    ],
)
def test_claim_says_what_the_numbers_carry(
    iccs: list[float], half: float, expected: str, line: Line, words: Catalogue
) -> None:
    said = claim([line(number, icc, half) for number, icc in enumerate(iccs)], words)
    assert expected in said
    assert bool(said) == bool(expected)


def test_claim_names_the_largest(line: Line, words: Catalogue) -> None:
    said = claim([line(1, 0.1), line(2, 0.512), line(3, 0.2)], words).striptags()
    assert "Dataset 2 has the largest" in said
    assert "51% (ICC 0.51" in said


def test_flags_are_words_and_unknown_ones_stay(
    line: Line, templates: Path, words: Catalogue
) -> None:
    row = replace(line(), flags="few_groups something_new")
    page = render_index([row], templates, words, produced=DATE)
    assert "few groups, something_new" in page


def test_drawings_have_an_axis_and_scales_are_kept_apart(
    line: Line, templates: Path, words: Catalogue
) -> None:
    rows = [
        replace(
            line(j), entry="e", outcome="o", scale="s", curve_mean=500.0 + 40 * j, curve_sd=50.0
        )
        for j in range(3)
    ]
    page = render_index([*rows, line(8), line(9)], templates, words, produced=DATE)
    # Three standard deviations below the lowest mean to three above the highest.
    assert '<span class="axis"><span>350</span><span>730</span></span>' in page
    assert "on one scale; true means are drawn from 350 to 730" in page
    assert '<span class="axis"><span>−2 SD</span><span>+2 SD</span></span>' in page
    assert page.count('<span class="axis"><span>0</span><span>1</span></span>') == 2


def test_hostile_titles_are_shown_not_run(line: Line, templates: Path, words: Catalogue) -> None:
    hostile = line(1, 0.6, title='<script>alert("x")</script>')
    page = render_index([hostile, line(2)], templates, words, produced=DATE)
    assert "<script>alert" not in page
    assert page.count("<script") == 1
    assert all(url.startswith("data:") for url in re.findall(r'url\("?([^")]*)', page))


def test_no_datasets_and_only_refused_ones(
    refused: IndexRow, templates: Path, words: Catalogue
) -> None:
    assert "No reports" in render_index([], templates, words, produced=DATE)
    page = render_index([refused], templates, words, produced=DATE)
    assert "data-grouped>" not in page


def test_a_thousand_datasets_stay_small(line: Line, templates: Path, words: Catalogue) -> None:
    rows = [line(number, 0.001 * (number % 900)) for number in range(1_000)]
    page = render_index(rows, templates, words, produced=DATE)
    assert page.count("<tr>") == 1_001
    assert len(page.encode()) < 3_000_000


def test_comparisons_stand_above_the_datasets_with_their_figures(
    line: Line, templates: Path, words: Catalogue
) -> None:
    text = FigureText("A <b>title</b>", "Under it", "A dot is one.", "All of it in words <>")
    svg = '<svg viewBox="0 0 1 1"><path d="M0 0" style="fill: #14619f"/></svg>'
    figure = ComparedFigure(text, svg, svg.replace("#14619f", "#b85c00"))
    compared = [
        Compared("One <", "ok", 3, "one/report.html", {"pdf": "one/report.pdf"}, figure),
        Compared("Two", "refused", 0, "two/report.html", {}),
        Compared("Three", "failed", 0, "", ""),
    ]
    page = render_index([line(1)], templates, words, produced=DATE, compared=compared)
    twice = [compared[0], replace(compared[0], title="Four")]
    both = render_index([line(1)], templates, words, produced=DATE, compared=twice)
    assert both.count('<figure class="graphic"') == 2
    assert both.count(figure.text.how_to_read) == page.count(figure.text.how_to_read) == 1
    assert page.index('id="comparisons"') < page.index('id="datasets"')
    assert page.count('<figure class="graphic"') == 1
    assert 'aria-label="All of it in words &lt;&gt;"' in page
    assert (
        '<a href="one/report.html">One &lt;</a>: <span class="words">A <b>title</b></span>' in page
    )
    # The page's policy forbids style attributes: each became a class of the page's one sheet.
    assert "style=" not in page
    assert {"fill: #14619f", "fill: #b85c00"} <= set(re.findall(r"fill: #\w{6}", page))


def test_families_are_listed_where_there_are_several(
    line: Line, templates: Path, words: Catalogue
) -> None:
    one = [replace(line(j), scale="s", entry="s") for j in range(2)]
    other = [replace(line(j), scale="t", entry="t") for j in (3, 4)]
    assert "families" not in render_index(one, templates, words, produced=DATE).split("<body")[1]
    page = render_index([*one, *other], templates, words, produced=DATE)
    for family in (1, 2):
        assert f'<a href="#family-{family}">' in page and f'<tbody id="family-{family}"' in page
