"""What the report says of the release before it."""

from dataclasses import replace

import pytest
from markupsafe import Markup
from tests.unit.figures.conftest import CASES, figure_data

from multilevel.figures.stage import captions
from multilevel.publication.revision import Revision
from multilevel.releases.history import release_of
from multilevel.report.blocks import Points, Subsection
from multilevel.report.context import Context
from multilevel.report.sections.front import summary
from multilevel.report.sections.methods import methods_section
from multilevel.report.sections.since import revisions, since_last_release
from multilevel.wording.catalogue import Catalogue

from .conftest import TEMPLATES

WORDS = Catalogue.load(TEMPLATES / "text" / "en")


@pytest.fixture(scope="module")
def first() -> Context:
    data = figure_data(CASES["lecture"])
    provenance = replace(
        data.results.provenance,
        software={"multilevel-reports": "2.0"},
        produced="2026-11-24",
        config={"outcome": "score", "group": "school"},
    )
    results = replace(data.results, provenance=provenance)
    return Context(results, data.groups, WORDS, captions(data, WORDS).figures)


def said(c: Context, **changes: object) -> str:
    now = release_of(c.results)
    assert now is not None
    section = since_last_release(replace(c, previous=replace(now, **changes)))
    assert section is not None
    (points,) = section.blocks
    assert isinstance(points, Points)
    return " ".join(str(point) for point in points.items)


def test_a_first_release_says_nothing(first: Context) -> None:
    assert since_last_release(first) is None


def test_other_data_of_another_day(first: Context) -> None:
    now = release_of(first.results)
    assert now is not None and now.leading_icc is not None
    text = said(first, data="other", date="2026-05-03", leading_icc=now.leading_icc + 0.001)
    assert text.startswith("The data changed. The former ones were of 3 May 2026.")
    assert "There are" not in text
    assert "as before" in text


def test_values_inside_and_outside(first: Context) -> None:
    text = said(first, data="other", date="", leading_icc=0.001, leading_mean=-1e6, n_members=7)
    assert "were of" not in text
    assert text.count("lies outside today’s 95% interval") == 2
    assert "there were 7 in" in text
    now = release_of(first.results)
    assert now is not None
    assert now.leading_icc is not None and now.leading_mean is not None
    near = said(
        first, data="x", leading_icc=now.leading_icc + 0.02, leading_mean=now.leading_mean + 2
    )
    assert near.count("lies inside today’s 95% interval") == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"settings": "x"}, "the data did not"),
        ({"version": "1.0"}, "from version 1.0 to 2.0; data and settings did not"),
        ({"settings": "x", "version": "1.0"}, "the data did not"),
        ({"data": "x", "settings": "x", "version": "1.0"}, "data and the settings"),
        ({"data": "x", "version": "1.0"}, "The data changed, and this program"),
        ({"data": "x", "settings": "x"}, "The data and the settings of the analysis changed."),
    ],
)
def test_what_changed(first: Context, changes: dict[str, str], words: str) -> None:
    assert words in said(first, **changes)


def keys(blocks: tuple[object, ...]) -> list[str]:
    return [block.key for block in blocks if isinstance(block, Subsection)]


def test_a_revision_stands_on_the_last_page_with_its_reason_and_the_kept_report(
    first: Context,
) -> None:
    now = release_of(first.results)
    assert now is not None
    said = Revision(
        Markup("x"), "../_releases/day/a/report.html", "_releases/day/a", "<b>Late</b>."
    )
    revised = replace(first, previous=replace(now, data="other", icc=0.001), revision=said)
    section = methods_section(revised)
    assert keys(section.blocks)[-1] == keys(section.printed or ())[-1] == "revisions"
    found = section.blocks[-1]
    assert isinstance(found, Subsection)
    (points,), (printed,) = found.blocks, found.printed or ()
    assert isinstance(points, Points)
    assert isinstance(printed, Points)
    assert points.items[0] == "The publisher’s reason: &lt;b&gt;Late&lt;/b&gt;."
    assert points.items[1] == "The data changed."
    assert 'href="../_releases/day/a/report.html">_releases/day/a</a>' in points.items[-1]
    assert printed.items[-1].endswith("_releases/day/a.")
    assert "href" not in printed.items[-1]
    assert "since" not in keys(summary(revised))


def test_a_release_that_nobody_made_on_purpose_stands_on_page_one(first: Context) -> None:
    now = release_of(first.results)
    assert now is not None
    ordinary = replace(first, previous=replace(now, data="other"))
    assert revisions(ordinary) is None
    assert "since" in keys(summary(ordinary))
    assert "revisions" not in keys(methods_section(ordinary).blocks)


def test_what_leads_is_compared_with_what_led(first: Context) -> None:
    """With weights the official mean and the weighted ICC, not the unweighted ones."""
    leading = first.leading
    official = replace(
        leading.mean, quantity="official_mean", value=700.0, se=5.0, interval=(690.0, 710.0)
    )
    icc = replace(leading.icc, value=0.31, interval=(0.2, 0.4))
    weighted = replace(leading, weighted=True, mean=official, icc=icc)
    c = replace(first, results=replace(first.results, leading=weighted))
    text = said(c, data="x", leading_icc=0.25, leading_mean=720.0)
    assert "The weighted ICC is <b>0.31</b>. It was 0.25." in text
    assert "The weighted mean of students is <b>700</b>. It was 720." in text
    assert text.count("lies inside") == text.count("lies outside") == 1


def test_a_release_that_led_with_another_mean_is_compared_by_the_models(first: Context) -> None:
    now = release_of(first.results)
    assert now is not None
    text = said(first, settings="x", leading_mean_quantity="official_mean", leading_mean=1.0)
    assert "The model’s mean is" in text and ", as before" in text
    old = said(first, settings="x", leading_mean_quantity="", leading_icc=None, icc=0.01)
    assert "It was 0.01." in old
