"""The small drawings of the index: an interval on a line, a distribution on a scale."""

import math
from collections.abc import Sequence
from itertools import pairwise

from markupsafe import Markup

from multilevel.index.groups import Group
from multilevel.index.rows import IndexRow

# In CSS pixels: width, height, and room for a dot at the ends.
WIDTH, HEIGHT, MARGIN = 120, 20, 4
BELL = "bell"
# Standard deviations of the true means that a distribution is drawn to, on either side.
REACH = 3.0
# Standard deviations of all scores that a scale of its own reaches, on either side.
OWN_REACH = 2.0
# A curve is at most so many times as high as the middle one: a spike would flatten the rest.
TALLEST = 3.0


def bell_symbol() -> Markup:
    """The standard normal curve once per page, 1 high and from -3 to 3 wide, above y = 0."""
    knots = range(-int(REACH), int(REACH) + 1)
    points = [(z, math.exp(-(z**2) / 2), -z * math.exp(-(z**2) / 2)) for z in knots]
    path = f"M{-REACH:g} 0L{points[0][0]} {-points[0][1]:.3f}"
    # Cubic pieces with the curve's own slope at their ends.
    for (x0, y0, s0), (x1, y1, s1) in pairwise(points):
        path += f"C{x0 + 1 / 3:.3f} {-(y0 + s0 / 3):.3f} {x1 - 1 / 3:.3f} {-(y1 - s1 / 3):.3f}"
        path += f" {x1} {-y1:.3f}"
    return Markup(
        '<svg class="glyphs" width="0" height="0" aria-hidden="true" focusable="false">'
        '<path id="{}" d="{}L{} 0z"/></svg>'
    ).format(BELL, path, f"{REACH:g}")


def interval(row: IndexRow) -> Markup:
    """The ICC and its interval on a line from 0 to 1; its numbers stand beside it."""
    shares = (row.leading_icc_low, row.leading_icc_high, row.leading_icc)
    low, high, icc = map(_on_line, shares)
    y = HEIGHT // 2
    return Markup(
        '<svg class="range" viewBox="0 0 {} {}" aria-hidden="true">'
        '<path d="M{} {}H{}"/><path class="span" d="M{} {}H{}"/><circle cx="{}" cy="{}" r="4"/>'
        "</svg>"
    ).format(WIDTH, HEIGHT, _on_line(0.0), y, _on_line(1.0), low, y, high, icc, y)


def distributions(group: Group) -> tuple[Markup, ...]:
    """The normal curve of each dataset's true means, in the order of the group.

    On one scale from the lowest to the highest of the group where it has one; else each
    on its own, its mean in the middle, in standard deviations of all its scores.
    """
    if group.one_scale:
        low, high = ends_of_scale(group)
        width = high - low
        parts = [
            (
                _part((row.curve_mean or 0.0) - low, width, 0.5),
                _part(row.curve_sd or 0.0, width, 0.0),
            )
            for row in group.rows
        ]
    else:
        reach = [2 * OWN_REACH * row.sd_total for row in group.rows]
        parts = [
            (0.5, _part(row.curve_sd or 0.0, width, 0.0))
            for row, width in zip(group.rows, reach, strict=True)
        ]
    return tuple(_distribution(at, sd, _narrowest(parts)) for at, sd in parts)


def ends_of_scale(group: Group) -> tuple[float, float]:
    """The ends of the scale on which the curves of a group are drawn."""
    ends = [
        centre + side * REACH * sd for centre, sd in map(_curve, group.rows) for side in (-1, 1)
    ]
    return min(ends), max(ends)


def _curve(row: IndexRow) -> tuple[float, float]:
    """Mean and standard deviation of the true means."""
    return row.curve_mean or 0.0, row.curve_sd or 0.0


def axis(low: str, high: str) -> Markup:
    """What the ends of a column of drawings mean, above them."""
    return Markup('<span class="axis"><span>{}</span><span>{}</span></span>').format(low, high)


def _distribution(at: float, sd: float, narrowest: float) -> Markup:
    x, base, high = f"{at * WIDTH:.1f}", HEIGHT - 1, HEIGHT - 2
    axis = Markup('<path d="M0 {}H{}"/>').format(base, WIDTH)
    # All true means equal: a line, not a curve.
    curve = Markup('<path class="spike" d="M{} {}V1"/>').format(x, base)
    if sd > 0:
        tall = high * min(narrowest / sd, 1.0)
        curve = Markup('<use href="#{}" transform="matrix({} 0 0 {} {} {})"/>').format(
            BELL, f"{sd * WIDTH:.2f}", f"{tall:.1f}", x, base
        )
    return Markup('<svg class="bell" viewBox="0 0 {} {}" aria-hidden="true">{}{}</svg>').format(
        WIDTH, HEIGHT, axis, curve
    )


def _narrowest(parts: Sequence[tuple[float, float]]) -> float:
    """The standard deviation whose curve takes the whole height."""
    widths = sorted(sd for _, sd in parts if sd > 0)
    return max(widths[0], widths[len(widths) // 2] / TALLEST) if widths else 1.0


def _on_line(share: float | None) -> str:
    return f"{MARGIN + (share or 0.0) * (WIDTH - 2 * MARGIN):.1f}"


def _part(value: float, whole: float, of_nothing: float) -> float:
    return value / whole if whole > 0 else of_nothing
