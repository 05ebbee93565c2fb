"""Small graphics show what the large ones do; fontTools reads the paths."""

import re

import pytest
from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path
from hypothesis import given
from hypothesis import strategies as st

from multilevel.report.svg_inline import shared_styles, short_path, slim

# Numbers as the figures have them, to a hundredth.
NUMBERS = st.integers(-60_000, 60_000).map(lambda hundredths: f"{hundredths / 100:.6g}")


def arguments(n: int) -> st.SearchStrategy[str]:
    return st.lists(NUMBERS, min_size=n, max_size=n).map(" ".join)


SEGMENTS = st.one_of(
    st.tuples(st.sampled_from("Ll"), arguments(2)),
    st.tuples(st.sampled_from("HhVv"), arguments(1)),
    st.tuples(st.sampled_from("Qq"), arguments(4)),
    st.tuples(st.sampled_from("Cc"), arguments(6)),
    st.tuples(st.just("L"), arguments(4)),
    st.tuples(st.sampled_from("Zz"), st.just("")),
).map(" ".join)
PATHS = st.lists(
    st.tuples(st.sampled_from(["M ", "m "]), arguments(2), st.lists(SEGMENTS, min_size=1)),
    min_size=1,
).map(lambda parts: " ".join(start + at + " " + " ".join(rest) for start, at, rest in parts))


def points(path: str) -> list[tuple[str, list[tuple[float, float]]]]:
    pen = RecordingPen()
    parse_path(path, pen)
    return [(name, list(arguments)) for name, arguments in pen.value]


@given(PATHS)
def test_a_short_path_goes_where_the_long_one_does(path: str) -> None:
    wanted, found = points(path), points(short_path(path))
    assert [name for name, _ in found] == [name for name, _ in wanted]
    for (_, ours), (_, theirs) in zip(found, wanted, strict=True):
        for one, other in zip(ours, theirs, strict=True):
            assert one == pytest.approx(other, abs=1e-6)


def test_a_curve_of_many_points_takes_half_the_room() -> None:
    path = "M 12.14 158.4 " + " ".join(f"L {12.14 + 3.09 * i:.2f} 158.4" for i in range(100))
    assert len(short_path(path)) < len(path) / 2


def test_rounding_does_not_add_up() -> None:
    far = "M 0 0 " + " ".join(f"L {0.004 * i} 1" for i in range(1, 1001))
    assert points(short_path(far))[-2][1][0] == pytest.approx((4.0, 1.0), abs=0.005)


def test_arcs_stay_as_they_are() -> None:
    assert short_path("M 0 0 A 1 1 0 0 0 3 3") == "M 0 0 A 1 1 0 0 0 3 3"


def test_groups_that_do_nothing_go_and_others_stay() -> None:
    svg = '<svg><g>\n<g/>\n<g clip-path="url(#a)"><g><text x="1">&lt;g&gt;</text></g></g></g></svg>'
    assert slim(svg) == '<svg><g clip-path="url(#a)"><text x="1">&lt;g&gt;</text></g></svg>'


def test_paths_that_show_nothing_go() -> None:
    seen = '<path d="m1 1 1 1z" style="fill: none; stroke: #17222d"/>'
    assert slim(f'<svg><path d="M 0 0 z" style="fill: none"/>{seen}</svg>') == f"<svg>{seen}</svg>"


def test_styles_become_classes_each_once() -> None:
    one = '<svg style="a: b"><text style="c: d">style="x: y"</text></svg>'
    sheet, found = shared_styles((one, '<svg><path style="c: d"/></svg>'))
    assert sheet == ".s0 {a: b}\n.s1 {c: d}"
    assert found[0] == '<svg class="s0"><text class="s1">style="x: y"</text></svg>'
    assert re.findall('class="(.*?)"', found[1]) == ["s1"]
