"""Means with intervals on bars of percentiles, a row a dataset (IEA)."""

from dataclasses import replace

from matplotlib.figure import Figure

from multilevel.figures import exhibit, percentile_bar
from multilevel.figures.captions import FigureText
from multilevel.figures.comparison_data import confidence_of, name_and_cycle, row_name
from multilevel.figures.exhibit import Column
from multilevel.figures.style import Layout
from multilevel.figures.text import Voice
from multilevel.records.comparison import ComparedDataset, Comparison
from multilevel.wording import numbers

BAR = 0.34


def draw(comparison: Comparison, voice: Voice, layout: Layout) -> Figure:
    """Draw rows from the highest mean down, cycles in their order."""
    ordered = _ordered(comparison)
    datasets = exhibit.both_ends(ordered)
    texts = tuple(_mean(dataset, voice) for dataset in datasets)
    columns = [Column(voice.plain("label.mean"), texts, True)]
    rows = exhibit.rows(
        layout,
        [name_and_cycle(comparison, dataset) for dataset in datasets],
        voice.plain("label.name"),
        columns,
    )
    each = [percentile_bar.values(dataset.percentiles) for dataset in datasets]
    ends = [value for dataset in each for value in (dataset[5], dataset[95])]
    ends += [end for dataset in datasets for end in (dataset.ci_mean or ())]
    rows.ax.set_xlim(*exhibit.padded(ends))
    means, intervals = (
        [dataset.mean for dataset in datasets],
        [dataset.ci_mean for dataset in datasets],
    )
    percentile_bar.bars(rows.ax, each, range(len(datasets)), BAR, means, intervals)
    at = exhibit.ticks(*rows.ax.get_xlim(), 5 if layout.phone else 9)
    rows.scale(at, [voice.score.whole(value) for value in at], voice.plain("label.axis"))
    key = "label.key_short" if layout.phone else "label.key"
    rows.head(voice.plain(key))
    exhibit.rule_between_ends(rows, len(ordered))
    return rows.figure


def _ordered(comparison: Comparison) -> list[ComparedDataset]:
    if comparison.by == "cycle":
        return list(comparison.datasets)
    return sorted(comparison.datasets, key=lambda dataset: (-dataset.mean, dataset.id))


def _mean(dataset: ComparedDataset, voice: Voice) -> str:
    mean = voice.score.headline(dataset.mean)
    if dataset.se_mean is None:
        return mean
    return voice.plain("label.mean_and_se", mean=mean, se=voice.score.headline(dataset.se_mean))


def caption(comparison: Comparison, voice: Voice) -> FigureText:
    """Name the highest and the lowest mean, without the claim that they differ."""
    ordered = sorted(comparison.datasets, key=lambda dataset: (-dataset.mean, dataset.id))
    text = voice.caption(
        "title",
        "read" if len(ordered) <= exhibit.MOST_ROWS else "read_ends",
        lowest=voice.score.headline(ordered[-1].mean),
        highest=voice.score.headline(ordered[0].mean),
        lowest_name=row_name(comparison, ordered[-1]),
        highest_name=row_name(comparison, ordered[0]),
        confidence=confidence_of(comparison),
        n=numbers.count(len(ordered)),
        half=numbers.count(exhibit.MOST_ROWS // 2),
    )
    if all(dataset.ci_mean for dataset in exhibit.both_ends(ordered)):
        return text
    return replace(text, how_to_read=f"{text.how_to_read} {voice.markup('read_line')}")


def applies(comparison: Comparison) -> bool:
    """Whether all datasets have percentiles."""
    return comparison.status == "ok" and all(dataset.percentiles for dataset in comparison.datasets)
