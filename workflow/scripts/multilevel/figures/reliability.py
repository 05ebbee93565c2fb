"""Reliability of an observed school mean against the number of students behind it."""

import numpy as np
from matplotlib.figure import Figure

from multilevel.figures import axes, marks
from multilevel.figures.captions import FigureText
from multilevel.figures.data import FigureData, Floats
from multilevel.figures.palette import BETWEEN, INK, MUTED
from multilevel.figures.panel import Panel
from multilevel.figures.school_mean_distribution import rug
from multilevel.figures.style import BOLD, Layout
from multilevel.figures.text import Voice, fit, text_width
from multilevel.wording import numbers

HEIGHT = {"desktop": 2.75, "phone": 2.75, "page": 1.9}
GUIDELINE = 0.8
TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
FEW_DOTS = 40
# Above this reliability the label of the schools hangs below the curve.
LABEL_TURNS = 0.55


def reliability_at(data: FigureData, n: Floats) -> Floats:
    """lambda = tau00/(tau00 + sigma2/n), written so that n = 0 gives 0."""
    model = data.model
    return np.asarray(model.tau00 * n / (model.tau00 * n + model.sigma2))


def guideline_n(data: FigureData) -> float:
    """Students needed for a reliability of .8: 4 sigma2/tau00; infinite when tau00 is 0."""
    model = data.model
    if model.tau00 <= 0:
        return float("inf")
    return _n_at(data, GUIDELINE)


def draw(data: FigureData, voice: Voice, layout: Layout) -> Figure:
    """The curve, the guideline, and this dataset's schools on the curve."""
    figure = axes.new_figure(layout, HEIGHT[layout.name])
    labels = tuple(numbers.fixed(value, 1) for value in TICKS)
    ticks = axes.Ticks(TICKS, labels)
    ax = axes.panel(figure, axes.ticks_width(ticks, layout), 0.15, 0.36, layout.foot)
    end = _longest(data)
    ax.set_xlim(0, end)
    ax.set_ylim(0, 1)
    axes.y_axis(ax, ticks, voice.plain("label.axis"), layout)
    across = axes.ticks_between(0, end, axes.inches(ax)[0], layout, whole=True)
    axes.x_axis(ax, across, voice.plain("label.n"), layout, grid=False)
    axes.baseline(ax)
    _guideline(ax, data, voice, layout)
    n = end * np.linspace(0, 1, 200) ** 2
    marks.curve(ax, n, reliability_at(data, n), BETWEEN, 2.2)
    _schools(ax, data)
    _label(ax, data, voice, layout)
    return figure


def _longest(data: FigureData) -> float:
    """The axis ends beyond the largest school, and beyond the guideline where that is near."""
    largest = float(data.counts.n_max)
    needed = guideline_n(data)
    return max(1.12 * largest, 1.3 * needed if needed < 3 * largest else 0.0, 4.0)


def _guideline(ax: Panel, data: FigureData, voice: Voice, layout: Layout) -> None:
    """The dashed line, named where neither the curve nor the schools' label is in the way."""
    end, inches = ax.get_xlim()[1], axes.inches(ax)
    marks.curve(ax, [0, end], [GUIDELINE] * 2, MUTED, 1.0, dashes=True)
    text = fit(voice.plain("label.guideline"), inches[0] - 0.1, layout.small)
    width = (text_width(text, layout.small) + 0.1) / inches[0] * end
    left, below = _free_place(data, width, end)
    y = GUIDELINE + (-0.04 if below else 0.04) / inches[1]
    va = "top" if below else "bottom"
    x = left + width / 2
    marks.words(ax, x, y, text, layout, MUTED, False, True, None, "center", va)


def _free_place(data: FigureData, width: float, end: float) -> tuple[float, bool]:
    """The left end of the guideline's name, and whether the name hangs below the line."""
    n, value = _average_point(data)
    leader_down = value > LABEL_TURNS
    for left in (end - width, n - width, n, 0.0):
        if not 0 <= left <= end - width * 0.999:
            continue
        first, last = reliability_at(data, np.asarray([left, left + width]))
        crossed = left < n < left + width
        if first >= GUIDELINE + 0.02 and not (crossed and leader_down):
            return left, True
        if last <= GUIDELINE - 0.02 and not (crossed and not leader_down):
            return left, False
    return end - width, True


def _schools(ax: Panel, data: FigureData) -> None:
    """Dots on the curve for the sizes that occur; a rug on the axis when they are many."""
    sizes = np.unique(data.groups.n).astype(np.float64)
    if len(sizes) > FEW_DOTS:
        sizes = np.quantile(data.groups.n, np.linspace(0, 1, FEW_DOTS))
    if data.model.tau00 > 0:
        marks.dots(ax, sizes, reliability_at(data, sizes), BETWEEN, 5.4)
    n = rug(data.groups.n.astype(np.float64))
    tall = 0.09 / axes.inches(ax)[1]
    marks.segments(ax, n, 0, n, tall, MUTED, 0.8)


def _label(ax: Panel, data: FigureData, voice: Voice, layout: Layout) -> None:
    """Name the reliability that these schools reach, beside its point of the curve."""
    counts, end = data.counts, ax.get_xlim()[1]
    n, value = _average_point(data)
    key = "label.equal" if counts.balanced else "label.unequal"
    text = voice.plain(
        key, n=voice.members(counts.n_max), value=data.reliability.show(data.between.reliability)
    )
    inches, height = axes.inches(ax)
    text = fit(text, inches, layout.small, BOLD)
    width = text_width(text, layout.small, BOLD) / inches * end
    below = value > LABEL_TURNS
    # Clear of the guideline's name, which may hang below its line.
    y = min(value - 0.34, GUIDELINE - 0.3 / height) if below else value + 0.17
    x = min(max(n, width / 2 + 0.01 * end), end - width / 2)
    if below:
        x = min(max(x, _n_at(data, y + 0.1) + width / 2 + 0.02 * end), end - width / 2)
    elif data.model.tau00 > 0:
        x = max(min(x, _n_at(data, y - 0.08) - width / 2), width / 2 + 0.01 * end)
    marks.segments(ax, n, value, n, y + (0.06 if below else -0.06), INK, 0.9)
    marks.words(ax, x, y, text, layout, INK, bold=True, small=True, ha="center")


def _n_at(data: FigureData, reliability: float) -> float:
    """Students at which the curve reaches `reliability`; tau00 > 0."""
    return reliability / (1 - reliability) * data.model.sigma2 / data.model.tau00


def _average_point(data: FigureData) -> tuple[float, float]:
    """The point of the curve at the average reliability: with equal sizes, all schools'."""
    average, model = data.between.reliability, data.model
    if model.tau00 <= 0 or data.counts.balanced:
        return data.counts.n_mean, average
    return _n_at(data, average), average


def caption(data: FigureData, voice: Voice) -> FigureText:
    """Say how far the observed means can be trusted."""
    between, counts = data.between, data.counts
    needed = guideline_n(data)
    case = _case(between.reliability)
    title = _TITLES.get(data.verdict, case)
    reach = "never" if not np.isfinite(needed) else "needed"
    return voice.caption(
        f"title.{title if case != 'none' or title == 'untold' else case}",
        f"read.{reach}",
        "alt.none" if case == "none" else "alt.some",
        value=data.reliability.show(between.reliability),
        lowest=_least(data, voice),
        highest=data.reliability.show(between.reliability_max),
        n_min=numbers.count(counts.n_min) if counts.n_min is not None else _fewest(data, voice),
        n_max=voice.members(counts.n_max),
        guideline=numbers.fixed(GUIDELINE, 1),
        needed=voice.members(int(np.ceil(needed * (1 - 1e-9)))) if np.isfinite(needed) else "",
    )


# Titles where the reliability is hardly known, by what can be said of differences.
_TITLES = {
    "rough": "rough",
    "unsupported": "rough",
    "too_alike": "untold",
    "contested": "untold",
}


def _least(data: FigureData, voice: Voice) -> str:
    """The smallest school's reliability: 0.53, or where that is withheld, below 0.62."""
    least, publication = data.between.reliability_min, data.results.publication
    if least is not None or publication is None:
        return data.reliability.show(least)
    return voice.plain("common.below", value=data.reliability.show(publication.reliability_below))


def _fewest(data: FigureData, voice: Voice) -> str:
    publication = data.results.publication
    return voice.plain(
        "common.fewer", n=numbers.count(publication.min_members if publication else 0)
    )


def _case(reliability: float) -> str:
    if reliability <= 0:
        return "none"
    for end, name in ((0.5, "low"), (GUIDELINE, "moderate"), (0.9, "good")):
        if reliability < end:
            return name
    return "high"
