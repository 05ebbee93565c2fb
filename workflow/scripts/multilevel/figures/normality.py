"""Normal quantile-quantile plots of both levels' deviations."""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from scipy.special import betaincinv, ndtr, ndtri

from multilevel.figures import axes, marks
from multilevel.figures.captions import FigureText
from multilevel.figures.data import FigureData, Floats, Integers, residuals
from multilevel.figures.palette import BETWEEN, BETWEEN_TINT, INK, MUTED, WITHIN, WITHIN_TINT
from multilevel.figures.panel import Panel
from multilevel.figures.style import BOLD, REGULAR, Layout
from multilevel.figures.text import Voice, fit
from multilevel.wording import numbers
from multilevel.wording.phrases import shape_key

BAND = 0.95
MOST_POINTS = 240
HEIGHT = {"desktop": 3.25, "phone": 6.1, "page": 1.9}


@dataclass(frozen=True)
class Quantiles:
    """Ordered standardised values beside those expected, and the band for each.

    The k-th of n ordered normal values is the normal quantile of a Beta(k, n + 1 - k)
    variate; the band holds it with probability .95, point by point (David & Nagaraja 2003).
    """

    expected: Floats
    observed: Floats
    low: Floats
    high: Floats

    @property
    def inside(self) -> float:
        """Share of all values inside the band; NaN without values."""
        if not len(self.observed):
            return float("nan")
        return float(np.mean((self.observed >= self.low) & (self.observed <= self.high)))


def quantiles(values: Floats) -> Quantiles:
    """All order statistics of `values`, which should be standard normal."""
    n = len(values)
    k = np.arange(1, n + 1, dtype=np.float64)
    tail = (1 - BAND) / 2
    return Quantiles(
        expected=np.asarray(ndtri((k - 0.5) / max(n, 1))),
        observed=np.sort(values),
        low=np.asarray(ndtri(betaincinv(k, n + 1 - k, tail))),
        high=np.asarray(ndtri(betaincinv(k, n + 1 - k, 1 - tail))),
    )


def level1(data: FigureData) -> Quantiles:
    """Students' residuals over sqrt(sigma2)."""
    return quantiles(residuals(data) / data.model.sd_sigma)


def level2(data: FigureData) -> Quantiles:
    """School effects (m_j - gamma00)/sqrt(tau00 + V_j), standard normal under the model."""
    groups, model = data.groups, data.model
    spread = np.sqrt(model.tau00 + groups.error_variance)
    return quantiles((groups.mean - model.gamma00) / spread)


def thin(n: int) -> Integers:
    """At most 240 of n ranks, evenly spaced along the normal axis."""
    if n <= MOST_POINTS:
        return np.arange(n)
    end = float(ndtri((n - 0.5) / n))
    places = np.round(n * ndtr(np.linspace(-end, end, MOST_POINTS)) - 0.5)
    return np.unique(np.clip(places, 0, n - 1)).astype(np.int64)


def draw(data: FigureData, voice: Voice, layout: Layout) -> Figure:
    """Two panels, side by side or on a phone one above the other."""
    figure = axes.new_figure(layout, HEIGHT[layout.name])
    height, width = figure.get_figheight(), layout.width
    if layout.phone:
        places = ((0.42, 0.1, 0.5, height / 2 + 0.5), (0.42, 0.1, height / 2 + 0.45, layout.foot))
    else:
        middle = width / 2
        places = ((0.42, middle + 0.16, 0.5, layout.foot), (middle + 0.46, 0.1, 0.5, layout.foot))
    n = len(residuals(data))
    panels = (
        ("level1", level1(data), voice.members(n), WITHIN, WITHIN_TINT),
        ("level2", level2(data), voice.groups(len(data.groups)), BETWEEN, BETWEEN_TINT),
    )
    for place, (name, values, counted, colour, tint) in zip(places, panels, strict=True):
        ax = axes.panel(figure, *place)
        _panel(ax, values, colour, tint, voice, layout)
        _head(ax, voice.plain(f"label.{name}", n=counted), colour, voice, layout)
    return figure


def _panel(
    ax: Panel, values: Quantiles, colour: str, tint: str, voice: Voice, layout: Layout
) -> None:
    chosen = thin(len(values.observed))
    expected, observed = values.expected[chosen], values.observed[chosen]
    reach = max(1.5, float(np.abs(expected).max(initial=0)) * 1.08)
    low = min(-reach, float(observed.min(initial=0)) * 1.05)
    high = max(reach, float(observed.max(initial=0)) * 1.05)
    ax.set_xlim(-reach, reach)
    ax.set_ylim(low, high)
    width, height = axes.inches(ax)
    axes.x_axis(
        ax,
        axes.ticks_between(-reach, reach, width, layout),
        voice.plain("label.expected"),
        layout,
        False,
    )
    axes.y_axis(ax, axes.ticks_up(low, high, height), "", layout)
    axes.baseline(ax)
    band_low, band_high = (np.clip(limit[chosen], low, high) for limit in (values.low, values.high))
    marks.area(ax, expected, band_low, band_high, tint)
    for limit in (band_low, band_high):
        marks.curve(ax, expected, limit, colour, 0.6)
    marks.curve(ax, [-reach, reach], [-reach, reach], INK, 1.1)
    marks.dots(ax, expected, observed, colour, 3.6 if len(expected) < 60 else 2.8)


def _head(ax: Panel, text: str, colour: str, voice: Voice, layout: Layout) -> None:
    """Name the level, and title the upright axis."""
    box = ax.box
    width = axes.inches(ax)[0] + 0.3
    lines = (
        (text, layout.text, BOLD, colour, 0.29),
        (voice.plain("label.observed"), layout.small, REGULAR, MUTED, 0.11),
    )
    for line, size, weight, line_colour, above in lines:
        ax.figure.text(
            box.x0 - 0.34 / layout.width,
            box.y1 + above / ax.figure.get_figheight(),
            fit(line, width, size, weight),
            fontsize=size,
            fontweight=weight,
            color=line_colour,
            va="baseline",
        )


def caption(data: FigureData, voice: Voice) -> FigureText:
    """Say what the report's checks saw at either level, as far as its size lets them see."""
    students, schools = level1(data).inside, level2(data).inside
    shapes = {}
    for level, check in (
        ("level1", data.checks.level1_normality),
        ("level2", data.checks.level2_normality),
    ):
        shape = shape_key(check.n, check.skewness, check.excess_kurtosis)
        shapes[level] = voice.plain(f"seen.{level}.{shape}", n=numbers.count(check.n))
    return voice.caption(
        "title",
        "read",
        "alt",
        **shapes,
        band=numbers.confidence_percent(BAND),
        inside1=numbers.percent(students),
        inside2=numbers.percent(schools),
        n=voice.members(len(residuals(data))),
        n_groups=voice.groups(len(data.groups)),
    )
