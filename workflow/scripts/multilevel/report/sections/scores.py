"""How the scores are spread over students: percentiles, benchmarks, and what schools add."""

from markupsafe import Markup

from multilevel.records.distribution import Benchmark, Distribution, ErroredValue
from multilevel.report import rules
from multilevel.report.blocks import Block, Paragraph, Section, Table
from multilevel.report.context import Context
from multilevel.report.tabulating import simple_table
from multilevel.wording import numbers


def scores_section(c: Context) -> Section | None:
    """Percentiles and benchmarks; what the SD of schools means for students.

    None for results of a version that had no distribution.
    """
    spread = c.results.distribution
    if spread is None:
        return None
    score = {f"p{one.p}": c.score.whole(one.value) for one in spread.percentiles}
    lead = c.paragraph(
        "scores.lead",
        **score,
        mean=c.score.headline(spread.mean.value),
        sd=c.score.headline(spread.sd.value),
    )
    figure = c.figure("score_distribution")
    shares = (_benchmarks(c, spread),) if spread.benchmarks else ()
    note = Paragraph(Markup(" ").join(_notes(c, spread)), "note")
    # Paper has who reaches the benchmarks; without any the section before says enough.
    told: tuple[Block, ...] = (*shares, *_in_schools(c, spread), note)
    printed = told if shares else ()
    return Section(
        "scores",
        c.plain("scores.title"),
        (lead, figure, *shares, *_in_schools(c, spread), _percentiles(c, spread), note),
        printed=printed,
    )


def _benchmarks(c: Context, spread: Distribution) -> Table:
    by_model = rules.shares_in_groups(c)
    rows = tuple(
        (
            c.say("scores.level", name=level.name, cut=numbers.as_typed(level.cut)),
            numbers.percent(level.share_at_or_above),
            _points(level.se),
            *(map(numbers.percent, _three(level)) if by_model else ()),
        )
        for level in spread.benchmarks
    )
    headings = c.headings(
        "scores.column",
        level="text",
        share="number",
        se="number",
        **(dict.fromkeys(("minus", "average", "plus"), "number") if by_model else {}),
    )
    return simple_table("benchmarks", c.say("scores.benchmarks"), headings, rows)


def _points(se: float | None) -> str:
    return "" if se is None else numbers.fixed(100.0 * se, 1)


def _percentiles(c: Context, spread: Distribution) -> Table:
    def row(name: Markup, value: ErroredValue) -> tuple[object, ...]:
        return name, c.score.table(value.value), "" if value.se is None else c.score.table(value.se)

    rows = (
        row(c.say("scores.mean"), spread.mean),
        row(c.say("scores.sd"), spread.sd),
        *(
            row(c.say("scores.percentile", p=one.p), ErroredValue(value=one.value, se=one.se))
            for one in spread.percentiles
        ),
    )
    headings = c.headings("scores.column", statistic="text", score="number", se_score="number")
    return simple_table("percentiles", c.say("scores.percentiles"), headings, rows)


def _in_schools(c: Context, spread: Distribution) -> tuple[Paragraph, ...]:
    """At the benchmark that most divides the average school.

    Nothing where schools are alike, or where scores of few values are far from a normal curve.
    """
    above = spread.above_overall_mean
    level = min(
        spread.benchmarks, key=lambda one: abs(one.share_in_average_school - 0.5), default=None
    )
    values = (
        (above.share_in_school_minus_1sd, above.share_in_average_school,
         above.share_in_school_plus_1sd) if level is None else _three(level)
    )  # fmt: skip
    minus, average, plus = map(numbers.percent, values)
    if minus == plus or not rules.shares_in_groups(c):
        return ()
    said = {"minus": minus, "average": average, "plus": plus}
    if level is None:
        sentence = c.say("scores.in_schools.mean", **said)
    else:
        cut = numbers.as_typed(level.cut)
        sentence = c.say("scores.in_schools.benchmark", name=level.name, cut=cut, **said)
    if spread.model_weighted:
        sentence += Markup(" ") + c.say("scores.in_schools.weighted")
    return (Paragraph(sentence),)


def _three(level: Benchmark) -> tuple[float, float, float]:
    return (
        level.share_in_school_minus_1sd,
        level.share_in_average_school,
        level.share_in_school_plus_1sd,
    )


def _notes(c: Context, spread: Distribution) -> tuple[Markup, ...]:
    """What the numbers rest on: weights, a sample, and how standard errors were found."""
    weighted = c.say("scores.weighted") if spread.weighted else None
    sample = None
    if spread.n_members < c.data.n_members:
        sample = c.say(
            "scores.sample",
            n=numbers.count(spread.n_members),
            n_members=numbers.count(c.data.n_members),
        )
    key = f"scores.errors.{(spread.errors_by or 'none').replace('-', '_')}"
    errors = c.say(key, n_draws=numbers.count(spread.n_draws))
    return tuple(said for said in (weighted, sample, errors) if said is not None)
