"""The naive variance of school means as true variance plus sampling error."""

from dataclasses import dataclass

from matplotlib.figure import Figure

from multilevel.figures import axes, marks
from multilevel.figures.captions import FigureText
from multilevel.figures.data import FigureData
from multilevel.figures.palette import BETWEEN, GRID, INK, MUTED, RULE, WITHIN
from multilevel.figures.panel import Panel
from multilevel.figures.style import BOLD, Layout
from multilevel.figures.text import Voice, fit, text_width
from multilevel.records.results import Decomposition
from multilevel.wording import numbers

BAR = 0.24
NEGLIGIBLE = 1e-6
MOST_DECIMALS = 6
# Above this a ratio is said as "10 times", not as a percentage.
MANY_TIMES = 10


@dataclass(frozen=True)
class Part:
    """A bar from `start` to `end`, in variance units."""

    name: str
    start: float
    end: float
    colour: str

    @property
    def size(self) -> float:
        """The part's variance; below 0 for a negative remainder."""
        return self.end - self.start


def parts(split: Decomposition) -> tuple[Part, ...]:
    """The naive variance, then what it is made of, each bar beginning where the last ended."""
    explained = split.tau00 + split.mean_error_variance
    contributions = [
        Part("naive", 0.0, split.variance_of_group_means, MUTED),
        Part("true", 0.0, split.tau00, BETWEEN),
        Part("error", split.tau00, explained, WITHIN),
    ]
    if has_residual(split):
        contributions.append(Part("residual", explained, split.variance_of_group_means, INK))
    return tuple(contributions)


def has_residual(split: Decomposition) -> bool:
    """Whether naive = true + error leaves a remainder worth printing."""
    whole = max(split.variance_of_group_means, split.tau00 + split.mean_error_variance)
    return abs(split.residual) > NEGLIGIBLE * whole


def draw(data: FigureData, voice: Voice, layout: Layout) -> Figure:
    """A bar a part: names at the left (on a phone above), numbers in a column at the right."""
    split = data.between.decomposition
    bars = parts(split)
    pitch = 0.57 if layout.phone else 0.4
    height = pitch * len(bars) + (0.05 if layout.phone else 0.1)
    figure = axes.new_figure(layout, height)
    ax = axes.sheet(figure)
    values = [_value(voice, part, split) for part in bars]
    right = max(text_width(value, layout.text, BOLD) for value in values) + 0.16
    left = 0.02 if layout.phone else 2.62
    longest = max(part.end for part in bars)
    scale = (layout.width - left - right) / longest
    middles = [
        height - pitch * (row + 1) + (0.14 if layout.phone else 0.2) for row in range(len(bars))
    ]
    _guides(ax, bars, middles, left, scale)
    for part, value, y in zip(bars, values, middles, strict=True):
        _bar(ax, part, left, scale, y)
        _texts(ax, part, value, y, voice, layout)
    return figure


def _bar(ax: Panel, part: Part, left: float, scale: float, y: float) -> None:
    ends = sorted((left + part.start * scale, left + part.end * scale))
    if part.size == 0:
        marks.segments(ax, ends[0], y - BAR / 2, ends[0], y + BAR / 2, part.colour, 2.0)
        return
    if part.name == "residual":
        _outline(ax, ends[0], ends[1], y, part.colour)
        return
    marks.boxes(ax, ends[0], y - BAR / 2, max(ends[1], ends[0] + 0.015), y + BAR / 2, part.colour)


def _outline(ax: Panel, x0: float, x1: float, y: float, colour: str) -> None:
    """Draw the remainder empty, as it is no quantity of the model."""
    x1 = max(x1, x0 + 0.02)
    low, high = y - BAR / 2 + 0.01, y + BAR / 2 - 0.01
    marks.segments(
        ax, [x0, x1, x1, x0], [low, low, high, high], [x1, x1, x0, x0], [low, high, high, low],
        colour, 1.2, "projecting",
    )  # fmt: skip


def _guides(
    ax: Panel, bars: tuple[Part, ...], middles: list[float], left: float, scale: float
) -> None:
    """Thin lines from each bar's end to the bar that begins or ends there."""
    bottom = middles[-1] - BAR / 2
    marks.segments(ax, left, middles[0] + BAR / 2, left, bottom, RULE, 0.8, above=1.0)
    for part, y in zip(bars, middles, strict=True):
        x = left + part.end * scale
        marks.segments(ax, x, y, x, bottom, GRID, 0.8, above=0.5)


def _texts(ax: Panel, part: Part, value: str, y: float, voice: Voice, layout: Layout) -> None:
    colour = INK if part.name in ("naive", "residual") else part.colour
    name_y = y + BAR / 2 + 0.05 if layout.phone else y
    va = "bottom" if layout.phone else "center_baseline"
    room = layout.width - 0.1 if layout.phone else 2.5
    name = fit(voice.plain(f"label.{part.name}"), room, layout.text, BOLD)
    marks.words(ax, 0.02, name_y, name, layout, colour, True, ha="left", va=va)
    marks.words(ax, layout.width - 0.02, y, value, layout, colour, True, ha="right")


def _value(voice: Voice, part: Part, split: Decomposition) -> str:
    """The part's number; one that is added has its sign."""
    text = variance_text(voice, part.size, split)
    return f"+ {text}" if part.name in ("error", "residual") and part.size >= 0 else text


def variance_text(voice: Voice, value: float, split: Decomposition) -> str:
    """All parts with the same decimals: so many that the sampling error doesn't read 0."""
    more = 1
    while more < MOST_DECIMALS and not any(
        digit in voice.score.variance(split.mean_error_variance, more) for digit in "123456789"
    ):
        more += 1
    return voice.score.variance(value, more).replace("-", "−", 1)


def caption(data: FigureData, voice: Voice) -> FigureText:
    """Say by how much the naive variance exceeds the model's."""
    split = data.between.decomposition
    naive, tau00 = split.variance_of_group_means, split.tau00
    remainder = ".remainder" if has_residual(split) else ".exact"
    if tau00 <= 0:
        title = "title.none"
    elif naive > MANY_TIMES * tau00:
        title = "title.many_times"
    elif naive > tau00:
        title = "title.larger"
    else:
        title = "title.not_larger"
    return voice.caption(
        title,
        f"read{remainder}",
        f"alt{remainder}",
        naive=variance_text(voice, naive, split),
        tau00=variance_text(voice, tau00, split),
        error=variance_text(voice, split.mean_error_variance, split),
        residual=variance_text(voice, split.residual, split),
        excess=numbers.percent(naive / tau00 - 1) if tau00 > 0 else numbers.MISSING,
        times=numbers.fixed(naive / tau00, 0) if tau00 > 0 else numbers.MISSING,
        n_groups=voice.groups(data.counts.n_groups),
    )
