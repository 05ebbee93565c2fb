"""How much schools differ: the ICC and the distribution of true school means."""

from markupsafe import Markup
from scipy.special import ndtr

from multilevel.report.blocks import Block, Paragraph, Section, Subsection
from multilevel.report.context import Context
from multilevel.wording import numbers

# Mean unconditional ICC of US national samples, mathematics and reading, Hedges & Hedberg 2007.
BENCHMARK_ICC = 0.22
# Cohen 1988, in standard deviations.
CONVENTIONS = ((0.8, "large"), (0.5, "medium"), (0.2, "small"))


def between_section(c: Context) -> Section:
    """The share of the variation between schools, then what it means in scores."""
    blocks: list[Block | Subsection] = [
        c.paragraph("between.lead"),
        c.equation(
            "icc_value",
            tau00=c.score.variance(c.model.tau00),
            sigma2=c.score.variance(c.model.sigma2),
            value=c.icc.show(c.between.icc),
        ),
        *_icc_words(c),
        *_benchmark(c),
        _distribution(c),
    ]
    return Section("between", c.plain("between.title"), tuple(blocks))


def _icc_words(c: Context) -> tuple[Paragraph, ...]:
    low, high = c.icc.interval(c.ci_icc)
    if c.model.boundary:
        key = "between.icc_boundary" if c.ci_icc[1] > 0 else "between.icc_equal_means"
        key = "between.icc_contested" if c.contested else key
        return (c.paragraph(key, low=low, high=high),)
    return (
        c.paragraph(
            "between.icc_words",
            role="claim",
            Percent=c.icc.percent(c.between.icc),
            rest=c.icc.percent(1.0 - c.between.icc),
            low=low,
            high=high,
        ),
        c.paragraph("between.icc_similar"),
    )


def _benchmark(c: Context) -> tuple[Paragraph, ...]:
    if c.labels.group.lower() != "school" or c.contested:
        return ()
    low, high = c.ci_icc
    position = "above" if low > BENCHMARK_ICC else "below" if high < BENCHMARK_ICC else "near"
    key = f"between.benchmark_{position}"
    return (c.paragraph(key, role="note", benchmark=numbers.share(BENCHMARK_ICC)),)


def _distribution(c: Context) -> Subsection:
    f, model, between = c.score, c.model, c.between
    title = c.plain("distribution.title")
    figure = c.figure("school_mean_distribution")
    if model.boundary:
        words = c.paragraph(
            "distribution.boundary",
            gamma00=f.headline(model.gamma00),
            sd_high=f.headline(c.ci_difference_2sd[1] / 2.0),
            difference_high=f.headline(c.ci_difference_2sd[1]),
        )
        return Subsection("distribution", title, (words, figure))
    lead = c.paragraph(
        "distribution.lead",
        gamma00=f.estimate(model.gamma00),
        tau00=f.variance(model.tau00),
        sd_tau00=f.estimate(model.sd_tau00),
    )
    ends: dict[str, str] = {
        "low1": f.headline(between.school_minus_1sd),
        "high1": f.headline(between.school_plus_1sd),
        "low2": f.headline(between.school_minus_196sd),
        "high2": f.headline(between.school_plus_196sd),
    }
    blocks: tuple[Block, ...] = (
        lead,
        figure,
        c.paragraph("distribution.ranges", **ends),
        c.paragraph(
            "distribution.difference",
            difference=f.headline(between.difference_2sd),
            interval=c.interval(c.ci_difference_2sd),
            **ends,
        ),
        *_substantial(c),
    )
    return Subsection("distribution", title, blocks)


def _substantial(c: Context) -> tuple[Paragraph, ...]:
    """The difference between -1 SD and +1 SD in units that mean something."""
    within = c.between.difference_2sd / c.model.sd_sigma
    total = c.between.difference_2sd / (c.model.tau00 + c.model.sigma2) ** 0.5
    low, high = (end / c.model.sd_sigma for end in c.ci_difference_2sd)
    size = next((name for limit, name in CONVENTIONS if within >= limit), "negligible")
    sentences = (
        c.say(
            "distribution.substantial.units",
            within_sds=numbers.fixed(within, 2),
            within_low=numbers.fixed(low, 2),
            within_high=numbers.fixed(high, 2),
            total_sds=numbers.fixed(total, 2),
        ),
        c.say(
            "distribution.substantial.overtakes", percentile=numbers.percent(float(ndtr(within)))
        ),
        c.say(f"distribution.substantial.{size}"),
        c.say("distribution.substantial.caveat"),
    )
    return (Paragraph(Markup(" ").join(sentences)),)
