"""Figures of comparisons and distributions: words apart, claims true, bars where numbers are."""

import re
import warnings
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from tests.unit.figures import comparing

from multilevel.figures import exhibit, score_distribution, score_exhibit, trends, variance_parts
from multilevel.figures.comparison_registry import COMPARISON_FIGURES
from multilevel.figures.palette import BETWEEN, INK, WITHIN
from multilevel.figures.score_distribution import Described
from multilevel.figures.style import DESKTOP, LAYOUTS, PHONE, register_fonts, settings
from multilevel.figures.svg import to_svg
from multilevel.wording.catalogue import Catalogue

LONG = "<script>$\\sqrt{0}$ עברית 🏫 " + "x" * 200
CASES = {
    "two": lambda: comparing.comparison(["A", "B"]),
    "five": lambda: comparing.comparison(["Austria", "New Zealand", LONG, "USA", "Ostrana"]),
    "no_benchmarks": lambda: comparing.comparison(["A", "B", "C"], benchmarks={}),
    "levels": lambda: comparing.comparison(["A", "B", "C"], benchmarks=comparing.LEVELS),
    "fifty": lambda: comparing.comparison([f"Country {k}" for k in range(50)]),
    "ninety": lambda: comparing.comparison([f"Country {k}" for k in range(90)]),
    "small_scale": lambda: comparing.comparison(["A", "B"], scale=1e-9),
    "large_scale": lambda: comparing.comparison(["A", "B"], scale=1e9),
    "cycles": lambda: comparing.comparison(["Austria"], ("2015", "2019", "2023"), by="cycle"),
    "countries_over_cycles": lambda: comparing.comparison(
        ["Austria", LONG, "USA"], ("2011", LONG, "2019", "2023"), by="cycle"
    ),
    "many_over_cycles": lambda: comparing.comparison(
        [f"Country {k}" for k in range(9)], ("2019", "2023"), by="cycle"
    ),
}
SCALES = {"small_scale": 1e-9, "large_scale": 1e9}
SLACK, FINE = 1.5, 3


@cache
def case(name):
    return CASES[name]()


@pytest.fixture(scope="module", autouse=True)
def fonts(fonts_folder: Path):
    with settings(register_fonts(fonts_folder), "layout"):
        yield


def boxes(figure: Figure) -> list[tuple[str, Bbox]]:
    figure.set_dpi(72 * FINE)
    canvas = FigureCanvasAgg(figure)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        canvas.draw()
        return [
            (
                text.get_text(),
                Bbox(text.get_window_extent(canvas.get_renderer()).get_points() / FINE),
            )
            for text in figure.findobj(Text)
            if text.get_text().strip() and (text.axes is None or text in text.axes.texts)
        ]


def check_words(figure: Figure) -> None:
    found = boxes(figure)
    width, height = figure.get_size_inches() * 72
    for text, box in found:
        assert box.x0 >= -SLACK and box.x1 <= width + SLACK, text
        assert box.y0 >= -SLACK and box.y1 <= height + SLACK, text
    ends = np.array([box.extents for _, box in found])
    low = np.maximum(ends[:, None, :2], ends[None, :, :2])
    high = np.minimum(ends[:, None, 2:], ends[None, :, 2:])
    over = ((high - low) > (SLACK, SLACK + 1.0)).all(axis=2)
    np.fill_diagonal(over, False)
    assert not over.any(), [(found[i][0], found[k][0]) for i, k in np.argwhere(over)]


PLAIN = [(case_name, False) for case_name in CASES if case_name != "fifty"]


@pytest.mark.parametrize("name", COMPARISON_FIGURES)
@pytest.mark.parametrize(("case_name", "hostile"), [*PLAIN, ("five", True), ("cycles", True)])
def test_words_are_whole_and_apart(case_name, name, hostile, words: Catalogue):
    comparison, figure = case(case_name), COMPARISON_FIGURES[name]
    if not figure.applies(comparison):
        return
    voice = comparing.voice(name, words, hostile, SCALES.get(case_name, 1.0))
    for layout in LAYOUTS:
        drawn = figure.draw(comparison, voice, layout)
        assert drawn.get_size_inches()[1] < (9.3 if layout.name == "page" else 15)
        check_words(drawn)
    said = figure.caption(comparison, voice)
    for text in (said.title, said.subtitle, said.how_to_read, said.alt):
        assert text and "None" not in text and "nan" not in text
        assert hostile or not re.search(r"\{[A-Za-z_]+\}", text)
        assert "<script>" not in text.replace(said.alt, "")


@pytest.mark.parametrize("benchmarks", [{}, comparing.BENCHMARKS, comparing.LEVELS])
@pytest.mark.parametrize("schools", [2, 24])
@pytest.mark.parametrize("scale", [1.0, 1e9])
def test_distribution_has_its_words_whole_and_apart(benchmarks, schools, scale, words: Catalogue):
    described = Described(
        comparing.described(benchmarks=benchmarks, schools=schools, scale=scale), 0.95
    )
    for hostile in (False, True):
        voice = comparing.voice("score_distribution", words, hostile, scale)
        for layout in LAYOUTS:
            check_words(score_distribution.draw_described(described, voice, layout))
        said = score_distribution.caption_described(described, voice)
        assert "interval" in said.how_to_read or schools == 2
        assert "nan" not in said.alt and "None" not in said.alt


def bars(figure: Figure, colour: str) -> list[tuple[float, float]]:
    """Ends of the bars of a colour, from the top; none where nothing has the colour."""
    found = [one for one in figure.findobj(PathPatch) if one.get_facecolor()[:3] == rgb(colour)]
    if not found:
        return []
    (patch,) = found
    corners = patch.get_path().vertices.reshape(-1, 5, 2)
    assert np.all(np.diff(corners[:, 0, 1]) > 0)
    return [(float(box[:, 0].min()), float(box[:, 0].max())) for box in corners]


def rgb(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))


def test_variance_parts_lie_left_and_right_of_the_axis(words: Catalogue):
    comparison = case("five")
    figure = variance_parts.draw(comparison, comparing.voice("variance_parts", words), DESKTOP)
    between = [one.between_share for one in comparison.datasets]
    assert between == sorted(between, reverse=True)
    assert bars(figure, BETWEEN) == [pytest.approx((-share, 0.0)) for share in between]
    assert bars(figure, WITHIN) == [
        pytest.approx((0.0, one.within_share)) for one in comparison.datasets
    ]


def test_dark_boxes_are_the_intervals_of_means(words: Catalogue):
    comparison = case("five")
    figure = score_exhibit.draw(comparison, comparing.voice("score_exhibit", words), DESKTOP)
    ordered = sorted(comparison.datasets, key=lambda one: -one.mean)
    assert bars(figure, INK) == [pytest.approx(one.ci_mean) for one in ordered]


def test_of_many_datasets_both_ends_are_shown_and_said(words: Catalogue):
    assert exhibit.both_ends(range(60)) == tuple(range(60))
    assert exhibit.both_ends(range(90)) == (*range(30), *range(60, 90))
    voice = comparing.voice("variance_parts", words)
    assert "30 with the largest" in variance_parts.caption(case("ninety"), voice).how_to_read
    assert "30 with the largest" not in variance_parts.caption(case("fifty"), voice).how_to_read


def test_equal_parts_are_not_said_to_differ(words: Catalogue):
    comparison = case("two")
    first = comparison.datasets[0]
    same = type(comparison)(
        **{
            **{name: getattr(comparison, name) for name in comparison.__dataclass_fields__},
            "datasets": (first, first),
        }
    )
    voice = comparing.voice("variance_parts", words)
    assert "in all datasets" in variance_parts.caption(same, voice).title
    assert "goes from" in variance_parts.caption(comparison, voice).title


def test_what_is_drawn_for_whom():
    names = {name: COMPARISON_FIGURES[name].applies for name in COMPARISON_FIGURES}
    assert names["benchmark_exhibit"](case("five")) and not names["benchmark_exhibit"](
        case("no_benchmarks")
    )
    assert names["trends"](case("cycles")) and not names["trends"](case("five"))
    refused = comparing.compare([], id="c", title="c")
    assert not any(applies(refused) for applies in names.values())


def test_trends_of_many_countries_are_grey_and_have_no_names(words: Catalogue):
    voice = comparing.voice("trends", words)
    few, many = (
        " ".join(text for text, _ in boxes(trends.draw(case(name), voice, DESKTOP)))
        for name in ("countries_over_cycles", "many_over_cycles")
    )
    assert "Austria" in few and "Country" not in many
    assert "Each of 9 lines" in trends.caption(case("many_over_cycles"), voice).how_to_read


def test_no_interval_no_box(words: Catalogue):
    two = Described(comparing.described(schools=2), 0.95)
    assert two.interval is None
    voice = comparing.voice("score_distribution", words)
    assert not bars(score_distribution.draw_described(two, voice, DESKTOP), INK)
    said = score_distribution.caption_described(two, voice).how_to_read
    assert "interval" not in said and "The line across it is the mean" in said


def test_a_box_too_narrow_to_be_seen_is_no_box(words: Catalogue):
    """A box counts where it is some three points wide; nothing is dark on a dark page."""
    voice = comparing.voice("score_distribution", words)
    wide = Described(comparing.described(), 0.95)
    mean = replace(wide.distribution.mean, se=0.3)
    narrow = replace(wide, distribution=replace(wide.distribution, mean=mean))
    for described, box in ((wide, True), (narrow, False)):
        said = score_distribution.caption_described(described, voice).how_to_read
        assert ("The box across it" in said, "too narrow for a box" in said) == (box, not box)
        assert "dark" not in said
        figure = score_distribution.draw_described(described, voice, DESKTOP)
        ax = next(one for one in figure.axes if one.patches)
        (ends,) = bars(figure, INK)
        points = np.ptp(ax.transData.transform([(end, 0.0) for end in ends])[:, 0])
        assert (points * 72 / figure.dpi > 2.5) == box


def test_lines_at_shares_are_spoken_of_where_they_are(words: Catalogue):
    voice = comparing.voice("score_distribution", words)
    lines = "Thin lines at shares"
    for benchmarks, schools, has in (
        (comparing.BENCHMARKS, 24, True),
        (comparing.BENCHMARKS, 2, False),
        ({}, 24, False),
    ):
        one = Described(comparing.described(benchmarks=benchmarks, schools=schools), 0.95)
        said = score_distribution.caption_described(one, voice).how_to_read
        assert (lines in said) == has


def test_a_mean_without_an_error_is_said_to_be_a_line(words: Catalogue):
    voice, line = comparing.voice("score_exhibit", words), "A line alone is a mean"
    whole = case("five")
    one = replace(whole.datasets[0], ci_mean=None, se_mean=None)
    lacking = replace(whole, datasets=(one, *whole.datasets[1:]))
    assert line in score_exhibit.caption(lacking, voice).how_to_read
    assert line not in score_exhibit.caption(whole, voice).how_to_read


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_width_has_the_intervals_of_iccs(layout, words: Catalogue):
    comparison = case("five")
    drawn = variance_parts.draw(comparison, comparing.voice("variance_parts", words), layout)
    said = [text for text, _ in boxes(drawn)]
    for one in comparison.datasets:
        low, high = (f"{end:.2f}" for end in one.ci_icc)
        assert f"{low} to {high}" in said


def test_a_long_name_keeps_its_cycle_on_a_phone(words: Catalogue):
    comparison = comparing.comparison(["Bosnia and Herzegovina"], ("2015", "2019"), by="cycle")
    for name in ("variance_parts", "score_exhibit", "benchmark_exhibit"):
        drawn = COMPARISON_FIGURES[name].draw(comparison, comparing.voice(name, words), PHONE)
        said = [text for text, _ in boxes(drawn)]
        assert {text[-6:] for text in said if text.startswith("Bosnia")} == {"… 2015", "… 2019"}


def test_only_what_stands_above_heads_takes_a_line_there(words: Catalogue):
    """Two lines of heads in the figure of variances, one in the others."""
    tops = {}
    for name, figure in COMPARISON_FIGURES.items():
        if figure.applies(case("five")):
            drawn = figure.draw(case("five"), comparing.voice(name, words), DESKTOP)
            highest = max(box.y1 for _, box in boxes(drawn))
            tops[name] = 72 * drawn.get_size_inches()[1] - highest
    assert all(top < 12 for top in tops.values()), tops


def test_benchmarks_that_all_have_are_drawn(words: Catalogue):
    """Another name at the same score is the same benchmark; what one alone has is left out."""
    whole = case("five")
    levels = whole.datasets[0].benchmarks
    own = (replace(levels[0], name="Basic"), replace(levels[1], cut=480.0), *levels[2:3])
    some = replace(
        whole, datasets=(*whole.datasets[:-1], replace(whole.datasets[-1], benchmarks=own))
    )
    assert some.shared_cuts == (400.0, 550.0)
    figure = COMPARISON_FIGURES["benchmark_exhibit"]
    assert figure.applies(some)
    voice = comparing.voice("benchmark_exhibit", words)
    said = [text for text, _ in boxes(figure.draw(some, voice, DESKTOP))]
    assert (
        "Low" in said and "High" in said and "Advanced" not in said and "Intermediate" not in said
    )
    assert "High, Low." in figure.caption(some, voice).how_to_read
    lowest = min(one.benchmarks[0].share_at_or_above for one in some.datasets)
    assert f"{100 * lowest:.0f}%" in figure.caption(some, voice).title
    none = replace(
        whole, datasets=(*whole.datasets[:-1], replace(whole.datasets[-1], benchmarks=()))
    )
    assert not figure.applies(none)


@pytest.mark.parametrize("name", COMPARISON_FIGURES)
def test_labels_are_shown_not_run(name, words: Catalogue):
    figure = COMPARISON_FIGURES[name]
    comparison = case("countries_over_cycles")
    svg = to_svg(figure.draw(comparison, comparing.voice(name, words, True), DESKTOP))
    assert "<script" not in svg and "<title" not in svg
