"""Means stand together only where they are of one scale."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from multilevel.index.drawings import HEIGHT, WIDTH, bell_symbol, distributions
from multilevel.index.groups import Group, grouped
from multilevel.index.rows import IndexRow

Line = Callable[..., IndexRow]
CURVE = re.compile(r'matrix\(([\d.]+) 0 0 ([\d.]+) ([-\d.]+) (\d+)\)"')


def of(line: Line, number: int, title: str, **more: object) -> IndexRow:
    return replace(line(number, title=title), measure="mathematics score", **more)


def test_one_named_scale_is_one_group(line: Line) -> None:
    rows = [
        of(line, 1, "TIMSS: Sweden", entry="a", outcome="x", scale="T"),
        of(line, 2, "Alone", entry="b", outcome="x"),
        of(line, 3, "TIMSS: Norway", entry="c", outcome="y", scale="T"),
    ]
    first, rest = grouped(rows)
    assert (first.title, first.prefix) == ("TIMSS: mathematics score", "TIMSS: ")
    assert first.one_scale
    assert [row.id for row in first.rows] == ["dataset-1", "dataset-3"]
    assert (rest.title, rest.one_scale, len(rest.rows)) == ("", False, 1)


def test_files_of_one_pattern_stand_together_but_are_not_compared(line: Line) -> None:
    rows = [of(line, j, f"Nightly: {j}", entry="nightly", outcome="score") for j in range(3)]
    (group,) = grouped(rows)
    assert not group.one_scale
    assert group.title == "Nightly: mathematics score"


def test_two_outcomes_of_one_entry_are_two_groups(line: Line) -> None:
    rows = [
        of(line, 2 * j + k, f"C: {j}", entry="c", outcome=outcome, scale=f"c: {outcome}")
        for j in range(2)
        for k, outcome in enumerate(("math", "reading"))
    ]
    assert [len(group.rows) for group in grouped(rows)] == [2, 2]
    assert all(group.one_scale for group in grouped(rows))


def test_the_same_column_in_two_entries_says_nothing(line: Line) -> None:
    rows = [of(line, j, f"{j}", entry=f"entry {j}", outcome="score") for j in range(2)]
    (group,) = grouped(rows)
    assert not group.one_scale


def curves(group: Group) -> list[list[float]]:
    found = [CURVE.search(drawn) for drawn in distributions(group)]
    return [[float(number) for number in match.groups()] for match in found if match]


def test_curves_of_one_scale_share_it(line: Line) -> None:
    rows = (
        replace(line(1), curve_mean=500.0, curve_sd=20.0),
        replace(line(2), curve_mean=560.0, curve_sd=10.0),
    )
    wide, narrow = curves(Group("", "", rows, one_scale=True))
    # From 440, three standard deviations below the lower, to 590.
    assert wide[0] == pytest.approx(WIDTH * 20 / 150, abs=0.01)
    assert wide[2] == pytest.approx(WIDTH * 60 / 150, abs=0.1)
    assert narrow[2] == pytest.approx(WIDTH * 120 / 150, abs=0.1)
    assert narrow[1] == pytest.approx(2 * wide[1])  # equal areas


def test_curves_of_several_scales_are_centred_in_their_own(line: Line) -> None:
    rows = (
        replace(line(1), curve_mean=500.0, curve_sd=20.0, sd_total=100.0),
        replace(line(2), curve_mean=5.0, curve_sd=0.2, sd_total=1.0),
    )
    one, other = curves(Group("", "", rows, one_scale=False))
    assert one == other
    assert one[2] == WIDTH / 2


def test_equal_true_means_are_a_line_and_heights_stay_inside(line: Line) -> None:
    flat = replace(line(1), curve_sd=0.0)
    spike = replace(line(2), curve_sd=0.001)
    group = Group("", "", (flat, spike, line(3), line(4)), one_scale=True)
    drawn = distributions(group)
    assert 'class="spike"' in drawn[0]
    assert all(height <= HEIGHT for _, height, _, _ in curves(group))
    alone = distributions(Group("", "", (flat,), one_scale=True))
    assert 'class="spike"' in alone[0]


def test_the_curve_is_the_normal_one() -> None:
    numbers = [float(n) for n in re.findall(r"-?\d+\.?\d*", bell_symbol().partition('d="')[2])]
    assert max(-n for n in numbers[1::2][:20]) <= 1.0
    assert "C" in bell_symbol()
