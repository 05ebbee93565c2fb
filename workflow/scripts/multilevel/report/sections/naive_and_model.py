"""The lecture's argument: naive summaries, the model, and why they differ."""

import math
from dataclasses import replace

from markupsafe import Markup

from multilevel.fit.distributions import t_quantile
from multilevel.report import rules
from multilevel.report.blocks import (
    Beside,
    Block,
    MadeRows,
    Paragraph,
    Row,
    Section,
    Subsection,
    Table,
)
from multilevel.report.context import Context
from multilevel.report.rules import ALIKE_RATIO
from multilevel.report.tabulating import simple_table, text_row
from multilevel.report.withheld import fewest_members, least_reliability
from multilevel.wording import numbers
from multilevel.wording.quoting import one_line

# Rows of the table of means: on paper, and on screens, where more would push the text away.
FIRST_AND_LAST, MOST_ON_SCREEN = 8, 20
# Letters of an id where a table is narrow and numbers its rows.
SHORT_ID = 36


def naive_section(c: Context) -> Section:
    """Means, variance, reliability and design effect, step by step."""
    unweighted = () if c.results.weighted is None else (c.paragraph("naive.unweighted"),)
    parts = (_mean(c), _variance(c), _reliability(c), _design(c))
    return Section("naive", c.plain("naive.title"), (*unweighted, *parts))


def _mean(c: Context) -> Subsection:
    f = c.score
    weighted = "" if c.results.weighted is None else "_weighted"
    which = "equal" if c.data.balanced else f"unequal{weighted}"
    agree = c.paragraph(
        f"naive.mean.{which}",
        n=numbers.count(c.data.n_max),
        mean=f.table(c.naive.grand_mean),
    )
    options = (
        c.equation(
            "mean_over_members",
            value=f.table(c.naive.grand_mean),
            n=numbers.count(c.data.n_members),
        ),
        c.equation(
            "mean_over_groups",
            value=f.table(c.naive.mean_of_group_means),
            n=numbers.count(c.data.n_groups),
        ),
        agree,
    )
    beside = Beside((c.paragraph("naive.mean.lead"), *options), (_groups_table(c),))
    return Subsection("mean", c.plain("naive.mean.title"), (beside, _means_table(c)))


def _groups_table(c: Context) -> Table:
    """The means of which option 2 takes the mean, of many schools the first and the last."""
    s = c.schools
    kinds = {"j": "number", "group": "text", "n": "number", "mean": "number"}

    def row(j: int) -> Row:
        group = one_line(str(s.group[j]), SHORT_ID) + s.mark(j)
        n, mean = numbers.count(int(s.n[j])), c.score.table(float(s.mean[j]))
        return text_row((numbers.count(j + 1), group, n, mean))

    title, headings = c.say("naive.mean.groups_table"), c.headings("naive.mean.groups", **kinds)
    table = simple_table("group-means", title, headings, ())
    rows = MadeRows(len(s), row)
    return replace(table, rows=rows, print_rows=FIRST_AND_LAST, screen_rows=MOST_ON_SCREEN)


def _estimands(c: Context) -> tuple[Markup, Markup, Markup]:
    """Whom the means over members, over groups and of the model speak of.

    In the words that weights are told in. The model's speaks of the average group only if means
    don't go with sizes.
    """
    if c.results.weighted is None:
        model = "" if c.data.balanced else "_if"
        return (
            c.say("naive.mean.estimand_member"),
            c.say("naive.mean.estimand_group"),
            c.say(f"naive.mean.estimand_group{model}"),
        )
    sampled = c.say("survey.weights.model_of")
    return c.say("survey.weights.unweighted_of"), sampled, sampled


def _means_table(c: Context) -> Table:
    f, naive = c.score, c.naive
    se_option2 = (naive.sd_of_group_means or 0.0) / math.sqrt(c.data.n_groups)
    ratio = c.standard_error / naive.se_grand_mean
    member, group, model = _estimands(c)
    sqrt_deff = math.sqrt(c.between.design_effect)
    return simple_table(
        "means",
        c.say("naive.mean.table" if ratio >= ALIKE_RATIO else "naive.mean.table_alike"),
        c.headings(
            "naive.mean.heading",
            method="text",
            estimand="text",
            mean="number",
            se="number",
            interval="number",
        ),
        (
            (
                c.say("naive.mean.option1"),
                member,
                *_estimate(c, naive.grand_mean, naive.se_grand_mean, c.data.n_members - 1),
            ),
            (
                c.say("naive.mean.option2"),
                group,
                *_estimate(c, naive.mean_of_group_means, se_option2, c.data.n_groups - 1),
            ),
            (
                c.say("naive.mean.model"),
                model,
                f.headline(c.model.gamma00),
                f.headline(c.standard_error),
                c.interval(c.model.ci_gamma00),
            ),
        ),
        subtitle=c.say("naive.mean.subtitle"),
        notes=(
            c.say(
                "naive.mean.note_option1",
                n=c.members(c.data.n_members),
                sqrt_deff=numbers.fixed(sqrt_deff, 2),
                se_inflated=f.headline(naive.se_grand_mean * sqrt_deff),
            ),
            c.say("naive.mean.note_option2"),
        ),
    )


def _estimate(c: Context, mean: float, se: float, df: int) -> tuple[str, str, str]:
    """Mean, standard error and t interval as texts."""
    half = t_quantile(0.5 + c.model.confidence / 2.0, df) * se
    return c.score.headline(mean), c.score.headline(se), c.interval((mean - half, mean + half))


def _variance(c: Context) -> Subsection:
    f, parts = c.score, c.between.decomposition
    smaller = parts.tau00 < parts.variance_of_group_means
    figures = {
        "sd_tau00": f.estimate(c.model.sd_tau00),
        "tau00": f.variance(parts.tau00),
        "naive": f.variance(parts.variance_of_group_means),
    }
    comparison = "larger" if smaller else "not_larger"
    if figures["tau00"] == figures["naive"]:
        comparison = "alike"
    blocks: tuple[Block, ...] = (
        c.paragraph("naive.variance.lead", n_groups=numbers.count(c.data.n_groups)),
        c.equation("naive_variance", value=f.variance(parts.variance_of_group_means, more=2)),
        c.paragraph(
            "naive.variance.grand",
            role="note",
            n_groups=numbers.count(c.data.n_groups),
            grand=f.table(c.naive.mean_of_group_means),
        ),
        c.paragraph(f"naive.variance.{comparison}", **figures),
        c.paragraph("naive.variance.why"),
        c.equation("observed_variance"),
        c.paragraph("naive.variance.delta", role="note"),
        *_error_variance(c),
        *_difference(c),
    )
    # On paper the equations say what the figure does.
    figure, title = c.figure("naive_and_model"), c.plain("naive.variance.title")
    return Subsection("variance", title, (*blocks, figure), printed=blocks)


def _error_variance(c: Context) -> tuple[Block, ...]:
    f, n_min, n_max = c.score, c.data.n_min, c.data.n_max
    sigma2, sd = c.model.sigma2, c.model.sd_sigma
    if c.data.balanced:
        return (
            c.paragraph("naive.variance.error", n=numbers.count(n_max)),
            c.equation(
                "error_variance",
                sigma2=f.variance(sigma2),
                n=numbers.count(n_max),
                value=f.variance(sigma2 / n_max, more=1),
            ),
            c.equation("standard_error"),
            c.paragraph("naive.variance.se", se=f.headline(sd / math.sqrt(n_max))),
        )
    if n_min is None:
        return (
            c.paragraph(
                "naive.variance.error_withheld",
                v_min=f.variance(sigma2 / n_max, more=1),
                v_mean=f.variance(c.between.decomposition.mean_error_variance, more=1),
            ),
            c.paragraph("naive.variance.se_withheld", se_min=f.headline(sd / math.sqrt(n_max))),
        )
    return (
        c.paragraph(
            "naive.variance.error_unequal",
            v_min=f.variance(sigma2 / n_max, more=1),
            v_max=f.variance(sigma2 / n_min, more=1),
            v_mean=f.variance(c.between.decomposition.mean_error_variance, more=1),
        ),
        c.equation("standard_error"),
        c.paragraph(
            "naive.variance.se_unequal",
            se_min=f.headline(sd / math.sqrt(n_max)),
            se_max=f.headline(sd / math.sqrt(n_min)),
        ),
    )


def _difference(c: Context) -> tuple[Block, ...]:
    """tau00 as naive variance minus error variance, on paper and unrounded."""
    f, parts = c.score, c.between.decomposition
    texts = {
        "naive": f.variance(parts.variance_of_group_means, more=1),
        "error": f.variance(parts.mean_error_variance, more=1),
        "tau00": f.variance(parts.tau00, more=1),
    }
    exact = abs(parts.residual) < 1e-6 * parts.variance_of_group_means
    if not exact:
        chance = parts.variance_of_group_means <= parts.mean_error_variance
        key = "residual_ml" if c.model.method == "ML" else "residual"
        residual = f.variance(abs(parts.residual), more=1)
        if numbers.parse(residual) == 0:
            key = "residual_none"
        key = "residual_boundary" if c.model.boundary and chance else key
        signed = f"{'+' if parts.residual > 0 else '−'} {residual}"
        return (c.paragraph(f"naive.variance.{key}", residual=signed, **texts),)
    naive, error = f.variance(parts.variance_of_group_means), texts["error"]
    on_paper = numbers.parse(naive) - numbers.parse(error)
    return (
        c.paragraph("naive.variance.exact"),
        c.equation(
            "tau00_from_naive", variance=naive, error=error, value=f.variance(on_paper, more=1)
        ),
        c.paragraph("naive.variance.exact_note", role="note", **texts),
    )


def _reliability(c: Context) -> Subsection:
    between = c.between
    low, high = c.reliability.interval(c.ci_reliability)
    interval = c.plain("interval", low=low, high=high)
    title = c.plain("naive.reliability.title")
    lead = c.paragraph("naive.reliability.lead")
    if c.model.boundary:
        key = "boundary" if c.ci_reliability[1] > 0 else "no_interval"
        key = "contested" if c.contested else key
        words = c.paragraph(f"naive.reliability.{key}", interval=interval)
        return Subsection("reliability", title, (lead, c.equation("reliability"), words))
    figure = c.figure("reliability")
    if not c.data.balanced:
        equation = c.equation("reliability")
        unequal: tuple[Block, ...] = (lead, equation, *_unequal(c, interval))
        return Subsection("reliability", title, (*unequal, figure), printed=unequal)
    equation = c.equation(
        "reliability_value",
        tau00=c.score.variance(c.model.tau00),
        error=c.score.variance(between.decomposition.mean_error_variance, more=1),
        value=c.reliability.show(between.reliability),
    )
    sure = rules.verdict(c) == "differ"
    words = c.paragraph(
        "naive.reliability.words" if sure else "naive.reliability.words_rough",
        role="claim",
        percent=numbers.percent(between.reliability),
        low=c.reliability.percent(c.ci_reliability[0]),
        high=c.reliability.percent(c.ci_reliability[1]),
    )
    detail = c.paragraph("naive.reliability.equal", n=numbers.count(c.data.n_max))
    told = (lead, equation, words, detail)
    return Subsection("reliability", title, (*told, figure), printed=told)


def _unequal(c: Context, interval: str) -> tuple[Paragraph, ...]:
    """The share of the observed variance, and the mean of the schools' reliabilities."""
    f, between, parts = c.score, c.between, c.between.decomposition
    share = between.share_of_observed_variance
    detail = c.paragraph(
        "naive.reliability.unequal",
        low=least_reliability(c),
        high=c.reliability.show(between.reliability_max),
        n_low=fewest_members(c),
        n_high=c.members(c.data.n_max),
        mean=c.reliability.show(between.reliability),
        interval=interval,
    )
    if share is None:
        return (detail,)
    words = c.paragraph(
        "naive.reliability.share" if share < 1.0 else "naive.reliability.share_too_large",
        share=numbers.percent(share),
        tau00=f.variance(parts.tau00, more=1),
        naive=f.variance(parts.variance_of_group_means, more=1),
    )
    return words, detail


def _design(c: Context) -> Subsection:
    between = c.between
    deff = numbers.fixed(between.design_effect, 1)
    blocks: list[Paragraph | Block] = [
        c.paragraph(f"naive.design.lead{'' if rules.differences_shown(c) else '_if'}"),
        c.equation(
            "design_effect_value",
            icc=c.icc.finer.show(between.icc),
            n_mean=_mean_size(c),
            value=deff,
        ),
        c.paragraph(
            "naive.design.words" if c.data.balanced else "naive.design.words_unequal",
            sqrt_deff=numbers.fixed(math.sqrt(between.design_effect), 2),
            n_members=numbers.count(c.data.n_members),
            n_effective=numbers.count(round(between.n_effective)),
        ),
    ]
    if not c.data.balanced:
        blocks.append(_variants(c))
    return Subsection("design", c.plain("naive.design.title"), (*blocks, _standard_errors(c)))


def _variants(c: Context) -> Paragraph:
    """Each mean with the design effect that is its own."""
    between, n = c.between, c.data.n_members
    of_gamma00 = between.n_effective_gamma00 or n / between.design_effect_gamma00
    return c.paragraph(
        "naive.design.variants",
        kish=numbers.fixed(between.design_effect_kish, 1),
        n_kish=numbers.count(round(n / between.design_effect_kish)),
        gamma00=numbers.fixed(between.design_effect_gamma00, 1),
        n_gamma00=numbers.count(round(of_gamma00)),
    )


def _standard_errors(c: Context) -> Paragraph:
    ratio = c.standard_error / c.naive.se_grand_mean
    key = "ols" if ratio >= ALIKE_RATIO else "alike"
    # Hartung and Knapp's is larger for a reason of its own, which no likeness explains.
    key = "few" if c.model.inference == "hartung_knapp" else key
    return c.paragraph(
        f"naive.design.{key}",
        se_ols=c.score.headline(c.naive.se_grand_mean),
        se_model=c.score.headline(c.standard_error),
        ratio=numbers.fixed(ratio, 1),
    )


def _mean_size(c: Context) -> str:
    return numbers.count(c.data.n_max) if c.data.balanced else numbers.fixed(c.data.n_mean, 1)
