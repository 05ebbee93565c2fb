"""Percentiles with the mean's interval, and the shares of students at benchmarks beside them."""

from dataclasses import dataclass, replace

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from multilevel.figures import exhibit, percentile_bar
from multilevel.figures.captions import FigureText
from multilevel.figures.data import FigureData
from multilevel.figures.palette import BETWEEN, BETWEEN_MID, GRID, INK, MUTED
from multilevel.figures.style import Layout
from multilevel.figures.text import Voice, fit, text_width
from multilevel.fit import distributions
from multilevel.records.distribution import Benchmark, Distribution
from multilevel.records.sections import Interval
from multilevel.wording import numbers

# Heights in inches: the bar with its labels, a benchmark, and the head above benchmarks.
BAR_HEIGHT, PITCH, BENCHMARKS_HEAD = 0.96, 0.22, 0.34
# From the top of the bar's part to its middle, and half of the bar.
MIDDLE, HALF = 0.44, 0.15
MARKED = (5, 25, 50, 75, 95)
GAP = 0.3
# Of the bar's length: what is narrower looks like the line of the mean.
NARROWEST = 0.015


@dataclass(frozen=True)
class Described:
    """A distribution and the level of the intervals drawn on it."""

    distribution: Distribution
    confidence: float

    @classmethod
    def of(cls, data: FigureData) -> "Described":
        """The distribution of a dataset."""
        return cls(data.distribution, data.model.confidence)

    @property
    def interval(self) -> Interval | None:
        """The interval of the mean; None without a standard error."""
        mean, df = self.distribution.mean, self.distribution.df
        if mean.se is None or df is None:
            return None
        reach = distributions.t_quantile(0.5 + self.confidence / 2.0, df) * mean.se
        return mean.value - reach, mean.value + reach


def draw(data: FigureData, voice: Voice, layout: Layout) -> Figure:
    """The bar of percentiles; benchmarks at its right, on a phone beneath it."""
    return draw_described(Described.of(data), voice, layout)


def draw_described(described: Described, voice: Voice, layout: Layout) -> Figure:
    """Draw the figure from the distribution alone."""
    benchmarks = described.distribution.benchmarks
    shares_height = BENCHMARKS_HEAD + PITCH * len(benchmarks) + 0.08 if benchmarks else 0.0
    beneath = layout.phone and bool(benchmarks)
    height = BAR_HEIGHT + shares_height if beneath else max(BAR_HEIGHT, shares_height)
    figure = exhibit.new_figure(layout, height)
    width = (layout.width - GAP) / 2 if benchmarks and not layout.phone else layout.width
    _bar(figure, described, voice, layout, width)
    if benchmarks:
        left = 0.0 if beneath else width + GAP
        top = height - BAR_HEIGHT if beneath else height
        _shares(figure, described, voice, layout, (left, top))
    return figure


def _bar(figure: Figure, described: Described, voice: Voice, layout: Layout, width: float) -> None:
    top = float(figure.get_size_inches()[1])
    side = 0.3
    ax = exhibit.area(figure, side, layout.width - width + side, 0.0, top - BAR_HEIGHT)
    distribution = described.distribution
    values = percentile_bar.values(distribution.percentiles)
    ends = [*values.values(), *(described.interval or ())]
    ax.set_xlim(*exhibit.padded(ends, 0.02))
    ax.set_ylim(0.0, BAR_HEIGHT)
    middle = BAR_HEIGHT - MIDDLE
    mean = distribution.mean.value
    percentile_bar.bars(ax, [values], [middle], HALF, [mean], [described.interval])
    key = "label.mean_interval" if described.interval else "label.mean"
    low, high = described.interval or (mean, mean)
    text = voice.plain(
        key,
        mean=voice.score.headline(mean),
        low=voice.score.headline(low),
        high=voice.score.headline(high),
        confidence=numbers.confidence_percent(described.confidence),
    )
    text = fit(text, width - 0.1, layout.small)
    half = text_width(text, layout.small) / 2
    x = min(max(_inches(ax, mean, side, width - 2 * side), half + 0.04), width - half - 0.04)
    exhibit.write(figure, x, top - MIDDLE + HALF + 0.12, text, layout, bold=False, ha="center")
    _percentiles(figure, ax, distribution, voice, layout, width, side)


def _inches(ax: Axes, value: float, left: float, width: float) -> float:
    low, high = ax.get_xlim()
    return float(left + (value - low) / (high - low) * width)


def _percentiles(
    figure: Figure,
    ax: Axes,
    distribution: Distribution,
    voice: Voice,
    layout: Layout,
    width: float,
    side: float,
) -> None:
    """Name the percentiles and their scores under the bar, as far as there is room."""
    top = float(figure.get_size_inches()[1])
    taken: list[tuple[float, float]] = []
    values = percentile_bar.values(distribution.percentiles)
    # The ends and the middle first.
    for p in sorted(MARKED, key=lambda p: (p not in (5, 50, 95), p)):
        lines = (voice.plain("label.percentile", p=p), voice.score.whole(values[p]))
        half = max(text_width(line, layout.small) for line in lines) / 2 + 0.03
        x = _inches(ax, values[p], side, width - 2 * side)
        x = min(max(x, half), width - half)
        if any(x - half < high and low < x + half for low, high in taken):
            continue
        taken.append((x - half, x + half))
        for line, colour, down in zip(lines, (MUTED, INK), (0.14, 0.29), strict=True):
            y = top - MIDDLE - HALF - down
            exhibit.write(figure, x, y, line, layout, colour=colour, ha="center")


def _shares(
    figure: Figure,
    described: Described,
    voice: Voice,
    layout: Layout,
    corner: tuple[float, float],
) -> None:
    """A bar for each benchmark from the highest, with its interval and percentage."""
    left, top = corner
    benchmarks = described.distribution.benchmarks[::-1]
    edge = layout.width - exhibit.EDGE
    cells = [numbers.percent(benchmark.share_at_or_above) for benchmark in benchmarks]
    right = max(text_width(cell, layout.small, 600) for cell in cells) + 0.1
    limit = 0.45 * (edge - left)
    names = [fit(_name(benchmark, voice), limit, layout.small) for benchmark in benchmarks]
    start = left + max(text_width(name, layout.small) for name in names) + 0.1
    head = fit(voice.plain("label.benchmarks"), edge - left, layout.small)
    exhibit.write(figure, left, top - 0.16, head, layout, colour=MUTED)
    bottom = top - BENCHMARKS_HEAD - PITCH * len(benchmarks)
    height = float(figure.get_size_inches()[1])
    ax = exhibit.area(
        figure, start, layout.width - edge + right, height - top + BENCHMARKS_HEAD, bottom
    )
    ax.set_xlim(0.0, 1.0)
    ax.set_ylim(len(benchmarks) - 0.5, -0.5)
    z = distributions.normal_quantile(0.5 + described.confidence / 2.0)
    for row, (benchmark, name, cell) in enumerate(zip(benchmarks, names, cells, strict=True)):
        y = top - BENCHMARKS_HEAD - PITCH * (row + 0.5)
        exhibit.write(figure, left, y, name, layout)
        exhibit.write(figure, edge, y, cell, layout, bold=True, ha="right")
        ax.barh(row, 1.0, height=0.62, color=GRID, linewidth=0, zorder=0.5)
        ax.barh(
            row,
            benchmark.share_at_or_above,
            height=0.62,
            color=BETWEEN_MID,
            edgecolor=BETWEEN,
            linewidth=0.5,
            zorder=1.5,
        )
        if benchmark.se:
            low, high = (
                benchmark.share_at_or_above - z * benchmark.se,
                benchmark.share_at_or_above + z * benchmark.se,
            )
            ax.hlines(row, max(low, 0.0), min(high, 1.0), color=INK, linewidth=1.2, zorder=2.0)


def _name(benchmark: Benchmark, voice: Voice) -> str:
    cut = numbers.as_typed(benchmark.cut)
    return voice.plain("label.benchmark", name=benchmark.name, cut=cut)


def caption(data: FigureData, voice: Voice) -> FigureText:
    """Say where nine in ten students are, and how many reach the lowest benchmark."""
    return caption_described(Described.of(data), voice)


def caption_described(described: Described, voice: Voice) -> FigureText:
    """Make the texts from the distribution alone."""
    distribution = described.distribution
    values = percentile_bar.values(distribution.percentiles)
    benchmarks = distribution.benchmarks
    listed = "; ".join(
        voice.plain(
            "label.at_benchmark",
            name=benchmark.name,
            cut=numbers.as_typed(benchmark.cut),
            share=numbers.percent(benchmark.share_at_or_above),
        )
        for benchmark in benchmarks
    )
    confidence = numbers.confidence_percent(described.confidence)
    texts = voice.caption(
        "title.benchmarks" if benchmarks else "title.plain",
        f"read.{_mark(described)}",
        "alt.benchmarks" if benchmarks else "alt.plain",
        p5=voice.score.whole(values[5]),
        p25=voice.score.whole(values[25]),
        p50=voice.score.whole(values[50]),
        p75=voice.score.whole(values[75]),
        p95=voice.score.whole(values[95]),
        mean=voice.score.headline(distribution.mean.value),
        confidence=confidence,
        benchmark=benchmarks[0].name if benchmarks else "",
        share=numbers.percent(benchmarks[0].share_at_or_above) if benchmarks else "",
        benchmarks=listed,
    )
    if not any(benchmark.se for benchmark in benchmarks):
        return texts
    lines = voice.markup("read.shares", confidence=confidence)
    return replace(texts, how_to_read=f"{texts.how_to_read} {lines}")


def _mark(described: Described) -> str:
    """What stands for the mean on the bar: a box, or a line that hides it."""
    if described.interval is None:
        return "no_interval"
    low, high = described.interval
    ends = [percentile.value for percentile in described.distribution.percentiles]
    return "interval" if high - low >= NARROWEST * (max(ends) - min(ends)) else "narrow"
