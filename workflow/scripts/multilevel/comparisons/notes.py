"""The notes beside a comparison's results: weights, levels, links, datasets left out."""

from collections import Counter
from collections.abc import Iterator

from markupsafe import Markup

from multilevel.comparisons.context import LONGEST_NAME, Pages
from multilevel.records.comparison import (
    FAILED,
    MEAN,
    NO_COUNTRY,
    NO_CYCLE,
    Statistic,
    WhyUntested,
)
from multilevel.wording import numbers
from multilevel.wording.quoting import one_line


def notes(p: Pages) -> Iterator[Markup]:
    """The notes on weights, levels, untested estimates, link errors and datasets left out."""
    datasets = p.comparison.datasets
    weights = [dataset for dataset in datasets if dataset.weighted]
    within = [p.name(dataset.id) for dataset in weights if not dataset.variances_weighted]
    weighted = [p.name(dataset.id) for dataset in weights]
    plain = [p.name(dataset.id) for dataset in datasets if not dataset.weighted]
    if datasets:
        amount = "some" if weighted and plain else "all" if weighted else "none"
        if amount == "all" and within:
            amount = "all_means"
        yield p.say(
            f"comparison.weighted.{amount}",
            weighted=p.listed(weighted),
            unweighted=p.listed(plain),
        )
    if within:
        yield p.say("comparison.weighted.means", names=p.listed(within))
    other = [p.name(dataset.id) for dataset in datasets if dataset.level_differs]
    if other:
        level = numbers.confidence_percent(p.comparison.confidence)
        yield p.say("comparison.level_differs", names=p.listed(other), level=level)
    yield from _untested(p)
    yield from _unshared(p)
    if p.comparison.by == "cycle" and datasets:
        yield from _links(p)
        if p.comparison.reference is None:
            yield from _single(p)
    for dataset in p.comparison.left_out:
        code = dataset.code if dataset.code in (NO_CYCLE, NO_COUNTRY, FAILED) else "refused"
        title = one_line(dataset.title, LONGEST_NAME)
        yield p.say(f"comparison.left_out.{code}", title=title, id=dataset.id)


def _untested(p: Pages) -> Iterator[Markup]:
    """Name the datasets whose estimates have no standard error, a sentence for each reason."""
    by_id: dict[str, dict[WhyUntested, list[Statistic]]] = {}
    for estimate in p.comparison.untested:
        by_id.setdefault(estimate.id, {}).setdefault(estimate.code, []).append(estimate.statistic)
    alike: dict[tuple[WhyUntested, tuple[Statistic, ...]], list[str]] = {}
    for name, reasons in by_id.items():
        for code, statistics in reasons.items():
            alike.setdefault((code, tuple(statistics)), []).append(p.name(name))
    for (code, some), names in alike.items():
        yield p.say(
            f"comparison.untested.{code}",
            what=p.listed([p.say(f"comparison.of.{statistic}") for statistic in some]),
            names=p.listed(names),
        )
    if _mean_of_some(p):
        yield p.say("comparison.untested.reference")


def _unshared(p: Pages) -> Iterator[Markup]:
    """Say which benchmarks their figure leaves out, or why there is no such figure."""
    holders: dict[float, tuple[str, list[str]]] = {}
    for benchmark in p.comparison.unshared_benchmarks:
        holders.setdefault(benchmark.cut, (benchmark.name, []))[1].append(p.name(benchmark.id))
    if not holders:
        return
    levels = [
        p.say(
            "comparison.unshared.level",
            name=one_line(name, LONGEST_NAME),
            cut=numbers.as_typed(cut),
            names=p.listed(names),
        )
        for cut, (name, names) in sorted(holders.items())
    ]
    key = "some" if p.comparison.shared_cuts else "none"
    yield p.say(f"comparison.unshared.{key}", levels=Markup("; ").join(levels))


def _mean_of_some(p: Pages) -> bool:
    """Whether the mean that others are held against leaves one out."""
    lacking = Counter(estimate.statistic for estimate in p.comparison.untested)
    size = len(p.comparison.datasets)
    return p.comparison.reference == MEAN and any(size - n > 1 for n in lacking.values())


def _single(p: Pages) -> Iterator[Markup]:
    """Name the datasets that have no second cycle."""
    held = {name for pair in p.comparison.differences for name in (pair.a, pair.b)}
    alone = [p.name(dataset.id) for dataset in p.comparison.datasets if dataset.id not in held]
    if alone:
        yield p.say("comparison.single", names=p.listed(alone))


def _links(p: Pages) -> Iterator[Markup]:
    means = p.differences("mean")
    cycles = {dataset.id: dataset.cycle or dataset.id for dataset in p.comparison.datasets}
    pairs = {
        f"{cycles[difference.b]}-{cycles[difference.a]}": difference.link_error
        for difference in means
    }
    lacking = [pair for pair, error in pairs.items() if error is None]
    known = [pair for pair, error in pairs.items() if error is not None]
    if known:
        amount = "included_some" if lacking else "included"
        yield p.say(f"comparison.link_error.{amount}", pairs=", ".join(known))
    if lacking:
        yield p.say("comparison.link_error.missing", pairs=", ".join(lacking))
