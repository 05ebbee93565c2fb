"""Plausible values and weights: what each contributes, and which mean is which."""

from collections.abc import Callable

from markupsafe import Markup

from multilevel.records.results import PlausibleValues, Weighted
from multilevel.records.sections import Interval
from multilevel.report.blocks import Block, Section, Subsection, Table
from multilevel.report.context import Context
from multilevel.report.tabulating import simple_table
from multilevel.wording import numbers

# A survey's references; a report without plausible values and weights doesn't cite them.
VALUES_CITED = ("barnard1999", "eekhout2017", "mislevy1991", "rubin1987", "zou2008")
WEIGHTS_CITED = ("pfeffermann1998", "rabe2006", "rust1996")


def not_cited(c: Context) -> frozenset[str]:
    """References that this dataset's report has no use for."""
    values = () if c.results.plausible_values else VALUES_CITED
    weights = () if c.results.weighted else WEIGHTS_CITED
    return frozenset((*values, *weights))


def survey_section(c: Context) -> Section | None:
    """The section of a dataset with plausible values, weights or both; None for others."""
    values, weighted = c.results.plausible_values, c.results.weighted
    if values is None and weighted is None:
        return None
    parts = {
        "both": values is not None and weighted is not None,
        "values": weighted is None,
        "weights": values is None,
    }
    title = next(name for name, holds in parts.items() if holds)
    blocks: list[Subsection] = []
    if weighted is not None:
        blocks.append(_weights(c, weighted))
    if values is not None:
        blocks.append(_values(c, values))
    return Section("survey", c.plain(f"survey.title.{title}"), tuple(blocks))


def _values(c: Context, values: PlausibleValues) -> Subsection:
    f = c.score
    lead = c.paragraph("survey.values.lead", m=numbers.count(values.m))
    table = _per_value(c, values)
    first = c.paragraph("survey.values.first", role="note", column=values.per_value[0].column)
    pooling = c.paragraph(
        "survey.values.words",
        m=numbers.count(values.m),
        within=f.estimate(values.within),
        between=f.estimate(values.between),
        se=f.estimate(values.se),
        missing=numbers.percent(values.lambda_),
        df=numbers.degrees_of_freedom(values.df_barnard_rubin),
        df_rubin=numbers.degrees_of_freedom(values.df) if values.df is not None else "∞",
    )
    averaged = c.paragraph(
        "survey.values.averaged",
        m=numbers.count(values.m),
        averaged_sigma2=f.variance(values.averaged_sigma2),
        sigma2=f.variance(c.model.sigma2),
        averaged_icc=c.icc.finer.show(values.averaged_icc),
        icc=c.icc.finer.show(c.between.icc),
    )
    blocks: list[Block] = [lead, table, pooling, averaged, first]
    if 0 < values.n_boundary < values.m:
        n, m = numbers.count(values.n_boundary), numbers.count(values.m)
        blocks.insert(2, c.paragraph("survey.values.boundary_some", n=n, m=m))
    title = c.plain("survey.values.title", m=numbers.count(values.m))
    return Subsection("plausible-values", title, tuple(blocks), printed=(pooling, averaged, first))


def _per_value(c: Context, values: PlausibleValues) -> Table:
    f = c.score

    def row(name: object, *found: float | None, icc: float | None) -> tuple[object, ...]:
        mean, gamma00, se, tau00, sigma2 = found
        return (
            name,
            *(f.estimate(one) if one is not None else "" for one in (mean, gamma00, se)),
            *(f.variance(one) for one in (tau00, sigma2)),
            c.icc.finer.show(icc),
        )

    each = [
        row(one.column, one.mean, one.gamma00, one.se_gamma00, one.tau00, one.sigma2, icc=one.icc)
        for one in values.per_value
    ]
    model = c.model
    pooled = row(
        c.say("survey.values.pooled"),
        c.naive.grand_mean,
        model.gamma00,
        c.standard_error,
        model.tau00,
        model.sigma2,
        icc=c.between.icc,
    )
    spread = row(
        c.say("survey.values.spread"),
        None,
        values.between**0.5,
        None,
        values.sd_between_tau00,
        values.sd_between_sigma2,
        icc=values.sd_between_icc,
    )
    kinds = dict.fromkeys(("mean", "gamma00", "se", "tau00", "sigma2", "icc"), "number")
    return simple_table(
        "per-value",
        c.say("survey.values.table"),
        c.headings("survey.values.heading", value="text", **kinds),
        (*each, pooled, spread),
        notes=(c.say("survey.values.note"),),
    )


def _weights(c: Context, weighted: Weighted) -> Subsection:
    lead = c.paragraph(
        "survey.weights.lead",
        n_members=numbers.count(c.data.n_members),
        sum=numbers.count(round(weighted.sum_of_weights)),
    )
    means, beside = _means(c, weighted), _beside(c, weighted)
    ranking = c.paragraph("survey.weights.ranking", role="note")
    return Subsection("weights", c.plain("survey.weights.title"), (lead, means, beside, ranking))


def _means(c: Context, weighted: Weighted) -> Table:
    f = c.score
    rows = (
        ("unweighted", c.naive.grand_mean, c.naive.se_grand_mean),
        ("official", weighted.official_mean, weighted.official_se),
        ("model", c.model.gamma00, c.standard_error),
        ("weighted", weighted.gamma00, weighted.se_gamma00_corrected),
    )
    method: str = weighted.official_method or "none"
    if "incomplete_replicates" in weighted.flags:
        method = "incomplete"
    elif "one_half_zones" in weighted.flags and method == "jk2":
        method = "jk2-uneven"
    return simple_table(
        "three-means",
        c.say("survey.weights.table"),
        c.headings(
            "survey.weights.heading", mean="text", estimand="text", estimate="number", se="number"
        ),
        tuple(
            (
                c.say(f"survey.weights.{name}"),
                c.say(f"survey.weights.{name}_of"),
                f.headline(mean),
                f.headline(se),
            )
            for name, mean, se in rows
        ),
        notes=(
            c.say("survey.weights.unweighted_note"),
            c.say(
                f"survey.weights.method.{method}",
                n=numbers.count(weighted.n_replicates),
                n_both=numbers.count(weighted.n_zones - weighted.n_zones_one_half),
                n_zones=numbers.count(weighted.n_zones),
            ),
        ),
    )


def _beside(c: Context, weighted: Weighted) -> Table:
    spread = c.say("survey.weights.interval")
    return simple_table(
        "weighted",
        c.say("survey.weights.beside"),
        (
            (c.say("survey.weights.quantity"), "text"),
            (c.say("survey.weights.without"), "number"),
            (spread, "number"),
            (c.say("survey.weights.with"), "number"),
            (spread, "number"),
        ),
        _beside_rows(c, weighted),
        notes=(
            c.say(f"survey.weights.scaling.{weighted.scaling}"),
            c.say(f"survey.weights.method_note.{weighted.ci_method}"),
        ),
    )


def _beside_rows(c: Context, weighted: Weighted) -> tuple[tuple[object, ...], ...]:
    f, model, share = c.score, c.model, c.icc.finer

    def variance(
        name: str, found: float, ends: Interval, by_weights: float, weighted_ends: Interval | None
    ) -> tuple[object, ...]:
        without = f.variance(found), c.span(f.variance_interval(ends))
        shown = _span(c, weighted_ends, f.variance_interval)
        return _named(c, name), *without, f.variance(by_weights), shown

    return (
        (
            _named(c, "gamma00"),
            f.headline(model.gamma00),
            c.interval(model.ci_gamma00),
            f.headline(weighted.gamma00),
            c.interval(weighted.ci_gamma00),
        ),
        variance(
            "tau00",
            model.tau00,
            c.ci_tau00,
            weighted.tau00,
            weighted.ci_tau00,
        ),
        variance(
            "sigma2",
            model.sigma2,
            c.ci_sigma2,
            weighted.sigma2,
            weighted.ci_sigma2,
        ),
        (
            _named(c, "icc"),
            share.show(c.between.icc),
            c.span(share.interval(c.ci_icc)),
            share.show(weighted.icc),
            _span(c, weighted.ci_icc, share.interval),
        ),
    )


def _named(c: Context, name: str) -> Markup:
    return c.term(name, c.say(f"estimates.q_{name}"))


def _span(c: Context, ends: Interval | None, show: Callable[[Interval], tuple[str, str]]) -> str:
    return c.plain("survey.weights.no_se") if ends is None else c.span(show(ends))
