"""Level 1, school by school: every student, or for many schools tenths of them."""

import numpy as np
from matplotlib.figure import Figure

from multilevel.figures import axes, marks, rows
from multilevel.figures.captions import FigureText
from multilevel.figures.data import FigureData, Floats, Integers
from multilevel.figures.palette import BETWEEN, INK, MUTED, WITHIN, WITHIN_MID, WITHIN_TINT
from multilevel.figures.panel import Panel
from multilevel.figures.style import BOLD, Layout
from multilevel.figures.text import Voice, text_width
from multilevel.wording import numbers

DOT_LIMIT = 2_400
TENTHS = 10
TENTH_PITCH = {"desktop": 0.27, "phone": 0.27, "page": 0.15}
TOP = 0.34
BANDS = (0.05, 0.25, 0.5, 0.75, 0.95)


def draw(data: FigureData, voice: Voice, layout: Layout) -> Figure:
    """Strips of dots for up to 40 schools, above that bars of quantiles for tenths of schools."""
    if len(data.groups) <= rows.FEW and data.blurred is None:
        return _strips(data, voice, layout)
    return _tenths(data, voice, layout)


def _strips(data: FigureData, voice: Voice, layout: Layout) -> Figure:
    order = np.argsort(data.groups.mean, kind="stable")
    names = [str(data.groups.group[j]) for j in order]
    index, score = thinned(data)
    position = np.empty(len(order))
    position[order] = np.arange(len(order))
    left = rows.name_width(names, layout, "")
    limits = axes.padded(float(score.min()), float(score.max()), 0.02)
    ax = _panel(layout, len(order), rows.pitch(layout, len(order)), left, limits, voice)
    rows.write_names(ax, names, left, layout)
    jitter = 0.52 * (_van_der_corput(len(index)) - 0.5)
    marks.dots(ax, score, position[index] + jitter, WITHIN, 2.4, opacity=0.8)
    level = np.arange(len(order))
    mean = data.groups.mean[order]
    marks.segments(ax, mean, level - 0.4, mean, level + 0.4, BETWEEN, 2.6, above=4.0)
    rows.overall_mean(ax, data.model.gamma00, len(order), voice, layout)
    return ax.figure


def _panel(
    layout: Layout,
    count: int,
    pitch: float,
    left: float,
    limits: tuple[float, float],
    voice: Voice,
) -> Panel:
    figure = axes.new_figure(layout, TOP + layout.foot + pitch * (count + 0.2))
    ax = axes.panel(figure, left=left, right=0.15, top=TOP, bottom=layout.foot)
    ax.set_xlim(*limits)
    ax.set_ylim(-0.6, count - 0.4)
    ticks = axes.ticks_between(*limits, axes.inches(ax)[0], layout)
    axes.x_axis(ax, ticks, voice.plain("common.Outcome"), layout)
    return ax


def thinned(data: FigureData) -> tuple[Integers, Floats]:
    """At most DOT_LIMIT of the sample's students, evenly over its order."""
    n = len(data.score)
    if n <= DOT_LIMIT:
        return data.group_index, data.score
    chosen = np.linspace(0, n - 1, DOT_LIMIT).astype(np.int64)
    return data.group_index[chosen], data.score[chosen]


def _van_der_corput(n: int) -> Floats:
    """n numbers in (0, 1) that spread evenly whichever stretch of them is taken."""
    index = np.arange(1, n + 1)
    value, base = np.zeros(n), 0.5
    while index.any():
        value += base * (index & 1)
        index, base = index >> 1, base / 2
    return value


def _tenths(data: FigureData, voice: Voice, layout: Layout) -> Figure:
    quantiles = quantiles_of_tenths(data)
    names = [_tenth_name(voice, tenth) for tenth in range(TENTHS)]
    left = max(text_width(name, layout.small) for name in names) + 0.14
    limits = axes.padded(*_reach(data, quantiles), 0.03)
    ax = _panel(layout, TENTHS, TENTH_PITCH[layout.name], left, limits, voice)
    rows.write_names(ax, names, left, layout)
    _bars(ax, quantiles)
    gamma00 = data.model.gamma00
    marks.segments(ax, gamma00, -0.6, gamma00, TENTHS - 0.4, INK, 1.0, above=1.2)
    _head(ax, quantiles[-1], voice, layout)
    return ax.figure


def _bars(ax: Panel, quantiles: Floats) -> None:
    """Draw what is known of each tenth."""
    every = np.arange(TENTHS)
    wide, middle, half = (np.isfinite(quantiles[:, band]) for band in (0, 1, 2))
    p5, p25, p50, p75, p95 = quantiles.T
    level = every[wide]
    marks.boxes(ax, p5[wide], level - 0.3, p95[wide], level + 0.3, WITHIN_TINT)
    marks.segments(ax, p5[wide], level, p95[wide], level, WITHIN, 0.9, above=1.55)
    level = every[middle]
    marks.boxes(ax, p25[middle], level - 0.3, p75[middle], level + 0.3, WITHIN_MID, above=1.6)
    level = every[half]
    marks.segments(ax, p50[half], level - 0.3, p50[half], level + 0.3, INK, 2.0, above=3.0)


def _reach(data: FigureData, quantiles: Floats) -> tuple[float, float]:
    """The ends from the lowest to the highest quantile; without any, one SD around the mean."""
    if np.isfinite(quantiles).any():
        low, high = float(np.nanmin(quantiles)), float(np.nanmax(quantiles))
        if low < high:
            return low, high
    centre = data.model.gamma00
    return centre - data.sd_total, centre + data.sd_total


def quantiles_of_tenths(data: FigureData) -> Floats:
    """Quantiles (columns) of the students' scores in tenths of schools by mean (rows)."""
    if data.blurred is not None:
        return data.blurred.tenths
    rank = np.empty(len(data.groups), dtype=np.int64)
    rank[np.argsort(data.groups.mean, kind="stable")] = np.arange(len(data.groups))
    tenth = (rank * TENTHS // len(data.groups))[data.group_index]
    return np.array(
        [
            np.quantile(data.score[tenth == t], BANDS) if (tenth == t).any() else [np.nan] * 5
            for t in range(TENTHS)
        ]
    )


def _tenth_name(voice: Voice, tenth: int) -> str:
    ends = {0: "label.lowest", TENTHS - 1: "label.highest"}
    return voice.plain(ends.get(tenth, "label.tenth"), number=tenth + 1)


def _head(ax: Panel, top: Floats, voice: Voice, layout: Layout) -> None:
    """Names of the quantiles above the top row; the lesser ones only where there's room."""
    low, high = ax.get_xlim()
    per_inch = (high - low) / axes.inches(ax)[0]
    placed: list[tuple[float, float]] = []
    for i in (2, 0, 4, 1, 3):
        if not np.isfinite(top[i]):
            continue
        short = "_short" if layout.phone and i == 4 else ""
        name = voice.plain(f"label.quantile{round(100 * BANDS[i])}{short}")
        half = text_width(name, layout.small, BOLD) / 2 * per_inch
        x = min(float(top[i]), high + 0.12 * per_inch - half)
        gap = 0.1 * per_inch
        if all(x + half + gap < left or right + gap < x - half for left, right in placed):
            placed.append((x - half, x + half))
            colour, y = (INK if i == 2 else MUTED), TENTHS - 0.42
            marks.words(
                ax, x, y, name, layout, colour, bold=i == 2, small=True, ha="center", va="bottom"
            )


def caption(data: FigureData, voice: Voice) -> FigureText:
    """Say how large the spread inside schools is beside that between them."""
    model = data.model
    few = len(data.groups) <= rows.FEW
    drawn = min(len(data.score), DOT_LIMIT) if few else len(data.score)
    part = "sample" if drawn < data.counts.n_members else "all"
    key = "few" if few and data.blurred is None else "many"
    read = f"read.{key}_{part}" if data.blurred is None else "read.blurred"
    publication = data.results.publication
    return voice.caption(
        _title(data),
        read,
        f"alt.{key}",
        sd_within=voice.score.headline(model.sd_sigma),
        sd_between=voice.score.headline(model.sd_tau00),
        mean=voice.score.headline(model.gamma00),
        lowest=voice.score.headline(data.standing.lowest_mean),
        highest=voice.score.headline(data.standing.highest_mean),
        n_groups=voice.groups(len(data.groups)),
        drawn=numbers.count(drawn),
        beyond=voice.members(publication.min_members if publication else 0),
        n=voice.members(data.counts.n_members),
    )


def _title(data: FigureData) -> str:
    """The key of the title, by the ratio of the standard deviations."""
    within, between = data.model.sd_sigma, data.model.sd_tau00
    if between <= 0:
        return "title.only_within"
    ratio = within / between
    if ratio >= 1.1:
        return "title.within_larger"
    return "title.alike" if ratio > 1 / 1.1 else "title.between_larger"
