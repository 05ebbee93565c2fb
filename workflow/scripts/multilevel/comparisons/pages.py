"""The report of a comparison, from its numbers: what is told apart, figures, tables."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

import multilevel
from multilevel.figures.captions import FigureText
from multilevel.figures.comparison_data import icc_format, name_of
from multilevel.records.comparison import (
    MEAN,
    NO_COUNTRY,
    NO_CYCLE,
    Comparison,
    Difference,
    Statistic,
)
from multilevel.records.results import Results
from multilevel.report.blocks import Block, Figure, Paragraph, Report, Section, Table
from multilevel.report.tabulating import simple_table
from multilevel.wording import numbers
from multilevel.wording.catalogue import Catalogue
from multilevel.wording.dates import long_date
from multilevel.wording.quoting import one_line

STATISTICS: tuple[Statistic, ...] = ("mean", "icc", "sd_between")
# Names that a sentence lists, and datasets that paper has room for in tables, and in all figures.
MOST_NAMED, MOST_IN_TABLES, MOST_IN_ALL = 12, 10, 20
LONGEST_NAME = 60
SECTIONS = ("variance_parts", "score_exhibit", "benchmark_exhibit", "trends")


@dataclass(frozen=True)
class Pages:
    """What a report of a comparison is written from.

    Attributes
    ----------
    results
        Of the datasets that were read, the first of which lends its words and decimals.
    figure_texts
        Captions by figure.
    """

    comparison: Comparison
    results: Sequence[Results]
    words: Catalogue
    figure_texts: Mapping[str, FigureText]

    @property
    def produced(self) -> str | None:
        """The latest date of its datasets."""
        days = [one.provenance.produced for one in self.results if one.provenance.produced]
        return max(days) if days else None

    @property
    def score(self) -> numbers.ScoreFormat:
        """Prints scores."""
        first = self.results[0]
        se = first.model.se_gamma00 if first.model else None
        return numbers.ScoreFormat.of(first.naive.sd_total if first.naive else 1.0, se)

    @property
    def icc(self) -> numbers.ShareFormat:
        """Prints ICCs."""
        return icc_format(self.comparison.datasets)

    def name(self, dataset_id: str) -> str:
        """A dataset's title, with its cycle where cycles are compared; the mean of all."""
        if dataset_id == MEAN:
            return self.say("comparison.mean_of_all")
        by_id = {dataset.id: dataset for dataset in self.comparison.datasets}
        dataset = by_id[dataset_id]
        parts = [name_of(dataset)]
        if self.comparison.by == "cycle" and dataset.cycle:
            parts.append(dataset.cycle)
        return one_line(" ".join(parts), LONGEST_NAME)

    def linked(self, dataset_id: str) -> Markup:
        """Its name, with a link to its own report."""
        return Markup('<a href="../{}/report.html">{}</a>').format(
            quote(dataset_id, safe=""), self.name(dataset_id)
        )

    def say(self, key: str, /, **values: object) -> Markup:
        """A sentence with the words of the first dataset's labels."""
        labels = self.results[0].labels if self.results else None
        own = {
            name: one_line(getattr(labels, name), LONGEST_NAME) if labels else name
            for name in ("outcome", "group", "groups", "member", "members")
        }
        capital = {name.capitalize(): text[:1].upper() + text[1:] for name, text in own.items()}
        return self.words.say(key, **(own | capital | values))


def compose(p: Pages, *, paper: bool = False) -> Report:
    """The report; of a refused comparison its reason.

    Parameters
    ----------
    paper
        Whether it is for a PDF of at most four pages: of many datasets that has no tables.
    """
    comparison = p.comparison
    refused = comparison.status == "refused"
    claim = _refusal(p) if refused else apart(p, "mean")
    others = (
        ()
        if not comparison.differences
        else tuple(Paragraph(apart(p, one)) for one in STATISTICS[1:])
    )
    noted = (Paragraph(said, "note") for said in notes(p))
    summary: tuple[Block, ...] = (Paragraph(claim, "claim"), *others, *noted)
    tables = not paper or len(comparison.datasets) <= MOST_IN_TABLES
    if not refused and not tables:
        summary += (Paragraph(p.say("comparison.beside"), "note"),)
    day = "" if p.produced is None else long_date(p.produced, p.words)
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
    )


def _sections(p: Pages, paper: bool, tables: bool) -> tuple[Section, ...]:
    figures = _figures(p, paper)
    return (figures, _differences(p), _datasets(p, paper)) if tables else (figures,)


def _subtitle(p: Pages) -> str:
    n = numbers.count(len(p.comparison.datasets))
    return p.say(f"comparison.subtitle.{p.comparison.by}", n=n).striptags()


def _refusal(p: Pages) -> Markup:
    reason = p.comparison.reason
    if reason is None:
        raise ValueError("only a refused comparison has a reason")
    values = [*reason.values, "", ""]
    datasets = [*reason.datasets, "", ""]
    return p.say(
        f"comparison.refused.{reason.code}",
        n=numbers.count(reason.n),
        a=datasets[0],
        b=datasets[1],
        scale_a=values[0],
        scale_b=values[1],
        examples=", ".join(reason.values),
    )


def apart(p: Pages, statistic: Statistic) -> Markup:
    """How many differences are told apart from 0, and which."""
    gone = next((one for one in p.comparison.left_out if one.id == p.comparison.reference), None)
    if gone is not None:
        return p.say("comparison.reference_left_out", title=one_line(gone.title, LONGEST_NAME))
    if not p.comparison.differences:
        return p.say("comparison.no_change")
    tested = [one for one in _of(p, statistic) if one.p_holm is not None]
    found = [one for one in tested if (one.p_holm or 0.0) < _alpha(p)]
    said = p.say(
        f"comparison.apart.{_amount(len(tested), len(found))}",
        n=numbers.count(len(found)),
        total=numbers.count(len(tested)),
        statistic=p.say(f"comparison.statistics.{statistic}"),
    )
    for side, rows in (
        ("above", [one for one in found if one.difference > 0]),
        ("below", [one for one in found if one.difference < 0]),
    ):
        if rows:
            key = f"comparison.{side}_each" if _several(p, rows) else f"comparison.{side}"
            said += Markup(" ") + p.say(key, names=_listed(p, rows), reference=p.name(rows[0].b))
    return said


def _amount(tested: int, found: int) -> str:
    if not tested:
        return "untested"
    if tested == 1:
        return "only" if found else "not_only"
    return {0: "none", 1: "one"}.get(found, "some")


def _several(p: Pages, rows: Sequence[Difference]) -> bool:
    return len({one.b for one in rows}) > 1 or p.comparison.by == "cycle"


def _listed(p: Pages, rows: Sequence[Difference]) -> str:
    """Names of the datasets, against what where that differs."""
    several = _several(p, rows)
    names = [
        p.say("comparison.against", a=p.name(one.a), b=p.name(one.b)) if several else p.name(one.a)
        for one in rows
    ]
    if len(names) > MOST_NAMED:
        more = p.words.plain("comparison.more", n=numbers.count(len(names) - MOST_NAMED))
        names = [*names[:MOST_NAMED], more]
    return ", ".join(names)


def _alpha(p: Pages) -> float:
    return round(1.0 - p.comparison.confidence, 10)


def _of(p: Pages, statistic: Statistic) -> list[Difference]:
    return [one for one in p.comparison.differences if one.statistic == statistic]


def notes(p: Pages) -> Iterator[Markup]:
    """Weights, link errors, and who is left out."""
    datasets = p.comparison.datasets
    weighted = [p.name(one.id) for one in datasets if one.weighted]
    plain = [p.name(one.id) for one in datasets if not one.weighted]
    if datasets:
        amount = "some" if weighted and plain else "all" if weighted else "none"
        yield p.say(
            f"comparison.weighted.{amount}",
            weighted=", ".join(weighted),
            unweighted=", ".join(plain),
        )
    other = [p.name(one.id) for one in datasets if one.level_differs]
    if other:
        level = numbers.confidence_percent(p.comparison.confidence)
        yield p.say("comparison.level_differs", names=", ".join(other), level=level)
    if p.comparison.by == "cycle" and datasets:
        yield from _links(p)
        if p.comparison.reference is None:
            yield from _single(p)
    for one in p.comparison.left_out:
        code = one.code if one.code in (NO_CYCLE, NO_COUNTRY) else "no_estimates"
        title = one_line(one.title, LONGEST_NAME)
        yield p.say(f"comparison.left_out.{code}", title=title, id=one.id)


def _single(p: Pages) -> Iterator[Markup]:
    """Who has no second cycle."""
    held = {name for one in p.comparison.differences for name in (one.a, one.b)}
    alone = [p.name(one.id) for one in p.comparison.datasets if one.id not in held]
    if alone:
        yield p.say("comparison.single", names=", ".join(alone))


def _links(p: Pages) -> Iterator[Markup]:
    means = _of(p, "mean")
    cycles = {one.id: one.cycle or one.id for one in p.comparison.datasets}
    lacking = dict.fromkeys(
        f"{cycles[one.b]}-{cycles[one.a]}" for one in means if one.link_error is None
    )
    if any(one.link_error is not None for one in means):
        yield p.say("comparison.link_error.included")
    if lacking:
        yield p.say("comparison.link_error.missing", pairs=", ".join(lacking))


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
    return Section("differences", title, (_table_of_differences(p), note))


def _table_of_differences(p: Pages) -> Table:
    heads = ("datasets", "statistic", "difference", "se", "interval", "p")
    headings = tuple(
        (p.say(f"comparison.column.{name}"), "text" if name in heads[:2] else "number")
        for name in heads
    )
    rows = tuple(_difference(p, one) for one in p.comparison.differences)
    level = numbers.confidence_percent(p.comparison.confidence)
    subtitle = p.say("comparison.difference_table.subtitle", level=level)
    return simple_table(
        "differences-data",
        p.say("comparison.difference_table.title"),
        headings,
        rows,
        subtitle=subtitle,
    )


def _difference(p: Pages, one: Difference) -> tuple[object, ...]:
    def show(value: float) -> str:
        if one.statistic == "icc":
            return numbers.fixed(value, p.icc.decimals)
        return p.score.headline(value)

    interval = (
        ""
        if one.ci is None
        else p.say("comparison.span", low=show(one.ci[0]), high=show(one.ci[1]))
    )
    return (
        p.say("comparison.less", a=p.name(one.a), b=p.name(one.b)),
        p.say(f"comparison.statistic.{one.statistic}"),
        show(one.difference),
        "" if one.se is None else show(one.se),
        interval,
        "" if one.p_holm is None else numbers.p_value(one.p_holm),
    )


def _datasets(p: Pages, paper: bool) -> Section:
    heads = ("dataset", "groups", "members", "mean", "se", "sd", "icc", "interval")
    headings = tuple(
        (p.say(f"comparison.column.{name}"), "text" if name == "dataset" else "number")
        for name in heads
    )
    listed = tuple(
        (
            numbers.count(one.n_groups),
            numbers.count(one.n_members),
            p.score.headline(one.mean),
            "" if one.se_mean is None else p.score.headline(one.se_mean),
            p.score.headline(one.sd_between),
            p.icc.show(one.icc),
            p.say("comparison.span", low=p.icc.show(one.ci_icc[0]), high=p.icc.show(one.ci_icc[1])),
        )
        for one in p.comparison.datasets
    )
    ids = [one.id for one in p.comparison.datasets]

    # Paper has no reports beside it.
    first: Callable[[str], str] = p.name if paper else p.linked
    rows = tuple((first(name), *row) for name, row in zip(ids, listed, strict=True))
    table = simple_table("datasets-data", p.say("comparison.dataset_table.title"), headings, rows)
    return Section("datasets", p.words.plain("comparison.datasets"), (table,))
