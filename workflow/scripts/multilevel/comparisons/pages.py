"""The report of a comparison, from its numbers: what is told apart, figures, tables."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from markupsafe import Markup

import multilevel
from multilevel.comparisons.context import LONGEST_NAME, Pages
from multilevel.comparisons.notes import notes
from multilevel.records.comparison import MEAN, Difference, Statistic
from multilevel.report.blocks import Block, Figure, Paragraph, Report, Section, Table
from multilevel.report.tabulating import simple_table
from multilevel.wording import numbers
from multilevel.wording.dates import long_date
from multilevel.wording.quoting import one_line

STATISTICS: tuple[Statistic, ...] = ("mean", "icc", "sd_between")
# Datasets that paper has room for in tables, and in all figures.
MOST_IN_TABLES, MOST_IN_ALL = 15, 20
SECTIONS = ("variance_parts", "score_exhibit", "benchmark_exhibit", "trends")


def compose(p: Pages, *, paper: bool = False) -> Report:
    """The report; of a refused comparison its reason.

    Parameters
    ----------
    paper
        Whether it is for a PDF of at most four pages: of many datasets that has no tables.
    """
    comparison = p.comparison
    tables = not paper or len(comparison.datasets) <= MOST_IN_TABLES
    if not tables:
        # Names are nowhere else then.
        p = replace(p, most_named=len(comparison.datasets) + len(comparison.differences))
    refused = comparison.status == "refused"
    claim = _refusal(p) if refused else apart(p, "mean")
    others = (
        ()
        if not comparison.differences
        else tuple(Paragraph(apart(p, statistic)) for statistic in STATISTICS[1:])
    )
    noted = (Paragraph(sentence, "note") for sentence in notes(p))
    summary: tuple[Block, ...] = (Paragraph(claim, "claim"), *others, *noted)
    if not refused and not tables:
        summary += (Paragraph(p.say("comparison.beside"), "note"),)
    day = long_date(p.produced, p.words) if p.produced else ""
    key = "comparison.produced.dated" if day else "comparison.produced.undated"
    return Report(
        id=comparison.id,
        kicker=p.words.plain("comparison.kicker"),
        title=comparison.title,
        subtitle="" if refused else _subtitle(p),
        claim=claim,
        summary=summary,
        sections=() if refused else _sections(p, paper, tables),
        produced=p.words.plain(key, date=day, version=multilevel.__version__),
        keywords=p.words.plain("comparison.keywords"),
        source=p.words.plain("comparison.source", title=one_line(comparison.title, LONGEST_NAME)),
        foot=one_line(comparison.title, LONGEST_NAME),
        publisher=p.publisher,
        short=True,
    )


def beside_numbers(p: Pages) -> list[str]:
    """What must be known of the numbers, or why there are none, as plain sentences."""
    refused = [_refusal(p)] if p.comparison.reason else []
    return [sentence.striptags() for sentence in (*refused, *notes(p))]


def _sections(p: Pages, paper: bool, tables: bool) -> tuple[Section, ...]:
    figures = _figures(p, paper)
    if not tables:
        return (figures,)
    differences = (_differences(p),) if p.comparison.differences else ()
    return (figures, *differences, _datasets(p, paper))


def _subtitle(p: Pages) -> str:
    n = numbers.count(len(p.comparison.datasets))
    return p.say(f"comparison.subtitle.{p.comparison.by}", n=n).striptags()


def _refusal(p: Pages) -> Markup:
    reason = p.comparison.reason
    if reason is None:
        raise ValueError("only a refused comparison has a reason")
    values = [*reason.values, "", ""]
    datasets = [*reason.datasets, "", ""]
    unnamed = "_unnamed" * (reason.code == "shared_groups" and not reason.values)
    return p.say(
        f"comparison.refused.{reason.code}{unnamed}",
        n=numbers.count(reason.n),
        a=datasets[0],
        b=datasets[1],
        scale_a=values[0],
        scale_b=values[1],
        examples=", ".join(reason.values),
    )


def apart(p: Pages, statistic: Statistic) -> Markup:
    """Say how many differences are clearly not 0, and which."""
    for dataset in p.comparison.left_out:
        if dataset.id == p.comparison.reference:
            title = one_line(dataset.title, LONGEST_NAME)
            return p.say("comparison.reference_left_out", title=title)
    if not p.comparison.differences:
        return p.say("comparison.no_change")
    tested = [row for row in p.differences(statistic) if row.p_holm is not None]
    clear = [row for row in tested if (row.p_holm or 0.0) < p.alpha]
    sentence = p.say(
        f"comparison.apart.{_amount(len(tested), len(clear))}",
        n=numbers.count(len(clear)),
        total=numbers.count(len(tested)),
        statistic=p.say(f"comparison.statistics.{statistic}"),
    )
    for side, rows in (
        ("above", [row for row in clear if row.difference > 0]),
        ("below", [row for row in clear if row.difference < 0]),
    ):
        if rows:
            key = f"comparison.{side}_each" if _several(p, rows) else f"comparison.{side}"
            sentence += Markup(" ") + p.say(
                key, names=_listed(p, rows), reference=_reference(p, rows[0])
            )
    return sentence


def _reference(p: Pages, difference: Difference) -> str:
    return p.say("comparison.the_mean_of_all") if difference.b == MEAN else p.name(difference.b)


def _amount(tested: int, clear: int) -> str:
    if not tested:
        return "untested"
    if tested == 1:
        return "only" if clear else "not_only"
    return {0: "none", 1: "one"}.get(clear, "some")


def _several(p: Pages, rows: Sequence[Difference]) -> bool:
    return len({difference.b for difference in rows}) > 1 or p.comparison.by == "cycle"


def _listed(p: Pages, rows: Sequence[Difference]) -> str:
    """The names of the datasets, with what they are compared with where that differs."""
    several = _several(p, rows)
    return p.listed(
        [
            p.say("comparison.against", a=p.name(difference.a), b=p.name(difference.b))
            if several
            else p.name(difference.a)
            for difference in rows
        ]
    )


def _figures(p: Pages, paper: bool) -> Section:
    names = [name for name in SECTIONS if name in p.figure_texts]
    if paper and len(p.comparison.datasets) > MOST_IN_ALL:
        # The benchmarks are the first that paper can do without.
        names = [name for name in names if name != "benchmark_exhibit" or len(names) < 4]
    blocks = tuple(
        Figure(
            key=name,
            title=Markup(text.title),
            subtitle=Markup(text.subtitle),
            how_to_read=Markup(text.how_to_read),
            alt=text.alt,
        )
        for name in names
        for text in (p.figure_texts[name],)
    )
    return Section("figures", p.words.plain("comparison.figures"), blocks)


def _differences(p: Pages) -> Section:
    note = Paragraph(p.say("comparison.independent"), "note")
    title = p.words.plain("comparison.differences")
    return Section("differences", title, (note, _table_of_differences(p)))


def _table_of_differences(p: Pages) -> Table:
    heads = ("datasets", "statistic", "difference", "se", "interval", "p")
    headings = tuple(
        (p.say(f"comparison.column.{name}"), "text" if name in heads[:2] else "number")
        for name in heads
    )
    rows = tuple(_difference(p, difference) for difference in p.comparison.differences)
    level = numbers.confidence_percent(p.comparison.confidence)
    subtitle = p.say("comparison.difference_table.subtitle", level=level)
    return simple_table(
        "differences-data",
        p.say("comparison.difference_table.title"),
        headings,
        rows,
        subtitle=subtitle,
    )


def _difference(p: Pages, difference: Difference) -> tuple[object, ...]:
    def show(value: float) -> str:
        if difference.statistic == "icc":
            return numbers.fixed(value, p.icc.decimals)
        return p.score.difference(value)

    interval = (
        ""
        if difference.ci is None
        else p.say("comparison.span", low=show(difference.ci[0]), high=show(difference.ci[1]))
    )
    return (
        p.say("comparison.less", a=p.name(difference.a), b=p.name(difference.b)),
        p.say(f"comparison.statistic.{difference.statistic}"),
        show(difference.difference),
        "" if difference.se is None else _error(p, difference.statistic, difference.se),
        interval,
        "" if difference.p_holm is None else numbers.p_value(difference.p_holm),
    )


def _span(p: Pages, interval: tuple[float, float]) -> Markup:
    low, high = map(p.icc.show, interval)
    return p.say("comparison.span", low=low, high=high)


def _error(p: Pages, statistic: Statistic, se: float) -> str:
    return numbers.fixed(se, p.icc.decimals) if statistic == "icc" else p.score.headline(se)


def _datasets(p: Pages, paper: bool) -> Section:
    heads = ("dataset", "groups", "members", "mean", "se", "sd", "icc", "interval")
    headings = tuple(
        (p.say(f"comparison.column.{name}"), "text" if name == "dataset" else "number")
        for name in heads
    )
    listed = tuple(
        (
            numbers.count(dataset.n_groups),
            numbers.count(dataset.n_members),
            p.score.headline(dataset.mean),
            "" if dataset.se_mean is None else p.score.headline(dataset.se_mean),
            p.score.headline(dataset.sd_between),
            p.icc.show(dataset.icc),
            _span(p, dataset.ci_icc),
        )
        for dataset in p.comparison.datasets
    )
    ids = [dataset.id for dataset in p.comparison.datasets]

    # Paper has no reports beside it.
    first: Callable[[str], str] = p.name if paper else p.linked
    rows = tuple((first(name), *row) for name, row in zip(ids, listed, strict=True))
    table = simple_table("datasets-data", p.say("comparison.dataset_table.title"), headings, rows)
    return Section("datasets", p.words.plain("comparison.datasets"), (table,))
