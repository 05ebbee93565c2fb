"""The total variance of scores, split in a part between and a part within schools."""

import math

from matplotlib.figure import Figure

from multilevel.figures import axes, marks
from multilevel.figures.captions import FigureText
from multilevel.figures.data import FigureData
from multilevel.figures.palette import BETWEEN, INK, MUTED, PAPER, WITHIN
from multilevel.figures.panel import Panel
from multilevel.figures.style import BOLD, Layout
from multilevel.figures.text import Voice, fit, text_width
from multilevel.records.results import Interval
from multilevel.wording import numbers

HEIGHT = 1.33
LABELS, DETAILS, TOP, BOTTOM, INTERVAL, LIMITS = 1.17, 0.98, 0.87, 0.46, 0.32, 0.1
MARGIN = 0.02
PERCENT_SIZE = 13.0


def draw(data: FigureData, voice: Voice, layout: Layout) -> Figure:
    """A bar of length 1 with the ICC's interval beneath."""
    figure = axes.new_figure(layout, HEIGHT)
    ax = axes.sheet(figure)
    icc = data.leading.icc.value
    width = layout.width - 2 * MARGIN
    cut = MARGIN + icc * width
    marks.boxes(ax, MARGIN, BOTTOM, cut, TOP, BETWEEN)
    marks.boxes(ax, cut + (0.02 if 0 < icc < 1 else 0), BOTTOM, MARGIN + width, TOP, WITHIN)
    parts = (
        ("between", icc, data.leading.tau00.value, True),
        ("within", 1 - icc, data.leading.sigma2.value, False),
    )
    for name, share, variance, left in parts:
        _part(ax, voice, layout, name, share, data.icc.percent(share), left)
        _details(ax, voice, layout, variance, math.sqrt(variance), left)
    if data.leading.icc.interval is not None:
        _interval(ax, data, data.leading.icc.interval, voice, layout)
    return figure


def _part(
    ax: Panel, voice: Voice, layout: Layout, name: str, share: float, percent: str, left: bool
) -> None:
    """The name of a part above its end of the bar, its percentage inside where it fits."""
    colour = BETWEEN if left else WITHIN
    x, ha = (MARGIN, "left") if left else (layout.width - MARGIN, "right")
    inside = share * layout.width > text_width(percent, PERCENT_SIZE, BOLD) + 0.24
    half = layout.width / 2 - 0.1
    text = voice.plain(f"label.{name}")
    if not inside:
        percent_width = text_width(f" {percent}", layout.text, BOLD)
        text = f"{fit(text, half - percent_width, layout.text, BOLD)} {percent}"
    marks.words(
        ax,
        x,
        LABELS,
        fit(text, half, layout.text, BOLD),
        layout,
        colour,
        bold=True,
        ha=ha,
        va="baseline",
    )
    if inside:
        inner = x + (0.1 if left else -0.1)
        middle = (TOP + BOTTOM) / 2
        marks.words(ax, inner, middle, percent, layout, PAPER, True, size=PERCENT_SIZE, ha=ha)


def _details(
    ax: Panel, voice: Voice, layout: Layout, variance: float, sd: float, left: bool
) -> None:
    half = layout.width / 2 - 0.1
    sd_text = voice.score.headline(sd)
    text = voice.plain("label.details", sd=sd_text, variance=voice.score.variance(variance))
    if text_width(text, layout.small) > half:
        text = voice.plain("label.details_short", sd=sd_text)
    x, ha = (MARGIN, "left") if left else (layout.width - MARGIN, "right")
    marks.words(ax, x, DETAILS, text, layout, MUTED, small=True, ha=ha, va="baseline")


def _interval(ax: Panel, data: FigureData, ends: Interval, voice: Voice, layout: Layout) -> None:
    """The interval of the ICC as a line under the bar."""
    width = layout.width - 2 * MARGIN
    low, high = (MARGIN + width * limit for limit in ends)
    marks.segments(ax, low, INTERVAL, high, INTERVAL, INK, 1.2)
    tall = 0.045
    marks.segments(ax, [low, high], INTERVAL - tall, [low, high], INTERVAL + tall, INK, 1.2)
    text = _interval_text(data, voice)
    half = text_width(text, layout.small) / 2 + MARGIN
    centre = min(max((low + high) / 2, half), layout.width - half)
    marks.words(ax, centre, LIMITS, text, layout, INK, small=True, ha="center", va="baseline")


def _interval_text(data: FigureData, voice: Voice) -> str:
    ends = data.leading.icc.interval
    if ends is None:
        return voice.plain("label.no_interval")
    low, high = ends
    return voice.plain(
        "label.interval",
        confidence=numbers.confidence_percent(data.model.confidence),
        low=data.icc.percent(low),
        high=data.icc.percent(high),
    )


def caption(data: FigureData, voice: Voice) -> FigureText:
    """Say which share of the variance lies between schools."""
    leading = data.leading
    icc = leading.icc.value
    low, high = leading.icc.interval or (icc, icc)
    return voice.caption(
        f"title.{data.verdict}",
        "read",
        "alt.none" if icc <= 0 else "alt.some",
        phrase=voice.share(icc),
        percent=data.icc.percent(icc),
        low=data.icc.percent(low),
        high=data.icc.percent(high),
        percent_within=data.icc.percent(1 - icc),
        sd_between=voice.score.headline(math.sqrt(leading.tau00.value)),
        sd_within=voice.score.headline(math.sqrt(leading.sigma2.value)),
        interval=_interval_text(data, voice),
    )
