"""How much schools differ: the ICC and the distribution of true school means."""

import math

from multilevel.report import rules
from multilevel.report.blocks import Block, Paragraph, Section, Subsection
from multilevel.report.context import Context
from multilevel.wording import numbers, verdicts

# Mean unconditional ICC of US national samples, mathematics and reading, Hedges & Hedberg 2007.
BENCHMARK_ICC = 0.22


def between_section(c: Context) -> Section:
    """The share of the variation between schools, then what it means in scores."""
    lead, equation, words = c.paragraph("between.lead"), _equation(c), _icc_words(c)
    share = c.figure("variance_split")
    told: tuple[Block, ...] = (lead, *equation, *words)
    rest: tuple[Block | Subsection, ...] = (*_benchmark(c), _distribution(c))
    # Page one has the share's number, which is all that the bar shows.
    return Section(
        "between", c.plain("between.title"), (*told, share, *rest), printed=(*told, *rest)
    )


def _equation(c: Context) -> tuple[Block, ...]:
    if rules.verdict(c) == "too_alike":
        return ()
    leading = c.leading
    return (
        c.equation(
            "icc_value",
            tau00=c.score.variance(leading.tau00.value),
            sigma2=c.score.variance(leading.sigma2.value),
            value=c.leading_icc.show(leading.icc.value),
        ),
    )


def _icc_words(c: Context) -> tuple[Paragraph, ...]:
    verdict, leader = rules.verdict(c), c.leading.icc
    ends = rules.exact_interval(leader)
    low, high = ("", "") if ends is None else c.leading_icc.interval(ends)
    if verdict == "too_alike":
        return (c.paragraph("between.icc_equal_means"),)
    if verdict == "contested":
        return (c.paragraph("between.icc_contested", low=low, high=high),)
    alone, method = "_alone" if ends is None else "", _method(c)
    if verdict == "none":
        key = f"between.icc_boundary{alone}"
        return (c.paragraph(key, low=low, high=high, method=method),)
    words = c.paragraph(
        f"between.icc_words{alone}",
        role="claim",
        Percent=c.leading_icc.percent(leader.value),
        rest=c.leading_icc.percent(1.0 - leader.value),
        low=low,
        high=high,
        method=method,
    )
    similar = c.paragraph("between.icc_similar")
    if verdict == "unsupported":
        return words, c.paragraph("between.icc_unsupported"), similar
    return words, similar


def _method(c: Context) -> str:
    """What kind of interval the leading ICC has, in a word."""
    if c.leading.weighted:
        name = "weighted"
    elif c.results.plausible_values is not None:
        name = "pooled"
    else:
        name = "robust" if c.robust("icc") else "exact"
    return c.plain(f"between.method.{name}")


def _benchmark(c: Context) -> tuple[Paragraph, ...]:
    """US schools' usual ICC, where the settings say that it applies and the ICC is known."""
    ends = rules.exact_interval(c.leading.icc)
    known = rules.verdict(c) in ("differ", "rough")
    if c.results.labels.benchmark_icc != "us-schools" or ends is None or not known:
        return ()
    position = (
        "above" if ends[0] > BENCHMARK_ICC else "below" if ends[1] < BENCHMARK_ICC else "near"
    )
    key = f"between.benchmark_{position}"
    return (c.paragraph(key, role="note", benchmark=numbers.share(BENCHMARK_ICC)),)


def _distribution(c: Context) -> Subsection:
    title, figure = c.plain("distribution.title"), c.figure("school_mean_distribution")
    verdict = rules.verdict(c)
    if verdict in ("too_alike", "contested"):
        return Subsection("distribution", title, (figure,))
    if c.leading.tau00.value == 0:
        return Subsection("distribution", title, (_no_spread(c), figure))
    f, leading = c.score, c.leading
    lead = c.paragraph(
        "distribution.lead" if rules.near_normal(c) else "distribution.lead_unlike",
        gamma00=f.estimate(leading.group_mean.value),
        tau00=f.variance(leading.tau00.value),
        sd_tau00=f.estimate(math.sqrt(leading.tau00.value)),
    )
    cause = (c.paragraph("distribution.cause"),) if verdict != "unsupported" else ()
    told: tuple[Block, ...] = (lead, figure, *_ranges(c), *_substantial(c), *_classes(c))
    # Page one says of paper that a difference is no effect.
    return Subsection("distribution", title, (*told, *cause), printed=told)


def _classes(c: Context) -> tuple[Paragraph, ...]:
    """One class of a school, and nobody can say which of the two made the difference."""
    study = rules.whole_classes(c)
    return (c.paragraph("distribution.classes", study=study),) if study else ()


def _no_spread(c: Context) -> Paragraph:
    f, ends = c.score, rules.exact_interval(c.leading.tau00)
    gamma00 = f.headline(verdicts.centre(c.results))
    if ends is None:
        return c.paragraph("distribution.boundary_alone", gamma00=gamma00)
    return c.paragraph(
        "distribution.boundary",
        gamma00=gamma00,
        sd_high=f.headline(math.sqrt(ends[1])),
        difference_high=f.headline(2.0 * math.sqrt(ends[1])),
    )


def _ranges(c: Context) -> tuple[Paragraph, ...]:
    """Where groups lie if they are normal, and how far two of them are apart."""
    f, leading = c.score, c.leading
    ends = rules.exact_interval(leading.tau00)
    interval = None if ends is None else c.interval((2.0 * ends[0] ** 0.5, 2.0 * ends[1] ** 0.5))
    places: dict[str, str] = {
        "low1": f.headline(leading.group_minus_1sd),
        "high1": f.headline(leading.group_plus_1sd),
        "low2": f.headline(leading.group_minus_196sd),
        "high2": f.headline(leading.group_plus_196sd),
    }
    difference = c.paragraph(
        "distribution.difference_alone" if interval is None else "distribution.difference",
        difference=f.headline(2.0 * math.sqrt(leading.tau00.value)),
        interval=interval,
        **places,
    )
    return *_range_words(c, places), difference


def _range_words(c: Context, places: dict[str, str]) -> tuple[Paragraph, ...]:
    """Where true means lie; of scores of few values only as far as these reach."""
    if not rules.two_in_three(c):
        return ()
    # Withheld ends: nothing lies between NaN and NaN.
    low, high = (math.nan if end is None else end for end in (c.data.score_min, c.data.score_max))
    two = low <= c.leading.group_minus_196sd and c.leading.group_plus_196sd <= high
    far = two or not rules.few_valued(c)
    return (c.paragraph("distribution.ranges" if far else "distribution.range", **places),)


def _unlike(c: Context) -> str:
    """Why shares of members do not follow from normal distributions."""
    flags = c.checks.flags
    if "normality_level1" in flags or "few_valued" in flags:
        return "scores"
    return "spread" if "spread_goes_with_size" in flags else "values"


def _substantial(c: Context) -> tuple[Paragraph, ...]:
    """What the difference between -1 SD and +1 SD means for members."""
    if not rules.two_in_three(c):
        return ()
    if not rules.members_above(c):
        return (c.paragraph(f"distribution.unlike.{_unlike(c)}"),)
    share = c.leading.share_above_at_minus_1sd
    return (
        c.paragraph(
            "distribution.substantial",
            n_low=c.of_hundred(share),
            n_high=c.of_hundred(1.0 - share),
            mean=c.score.headline(c.leading.group_mean.value),
        ),
    )
