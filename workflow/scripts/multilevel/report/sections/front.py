"""Title, claim, key figures and main points: the results first."""

import math

from markupsafe import Markup

from multilevel.report.blocks import Block, KeyFigure, KeyFigures, Paragraph, Points, Subsection
from multilevel.report.context import Context
from multilevel.report.sections.since import since_last_release
from multilevel.wording import numbers
from multilevel.wording.phrases import share_key
from multilevel.wording.publication import for_internal_use, withheld

# Below this the two standard errors are called close, not "times as large".
ALIKE_RATIO = 1.1


def claim(c: Context) -> Markup:
    """The one sentence on top."""
    if c.contested:
        return c.say("front.claim.contested", p=numbers.p_value(c.tests.f.p))
    if c.model.boundary:
        return c.say("front.claim.boundary")
    if "not_supported" in c.checks.flags:
        low, high = c.icc.interval(c.ci_icc)
        return c.say("front.claim.unsupported", icc=c.icc.show(c.between.icc), low=low, high=high)
    share = c.plain(share_key(c.between.icc))
    weighted = c.results.weighted
    return c.say(
        "front.claim.share" if weighted is None else "front.claim.share_weighted",
        official=c.score.headline(weighted.official_mean if weighted else None),
        Share=share[:1].upper() + share[1:],
        icc=c.icc.percent(c.between.icc),
        gamma00=c.score.headline(c.model.gamma00),
        sd_tau00=c.score.headline(c.model.sd_tau00),
    )


def subtitle(c: Context) -> str:
    """The dataset's own subtitle, then size and method."""
    size = c.plain(
        "front.subtitle.method",
        n_members=numbers.count(c.data.n_members),
        n_groups=numbers.count(c.data.n_groups),
        method=c.plain(f"front.subtitle.{c.model.method}"),
    )
    return f"{c.labels.subtitle} · {size}" if c.labels.subtitle else size


def summary(c: Context) -> tuple[Block | Subsection, ...]:
    """Key figures, main points, and what must be read with care."""
    internal = for_internal_use(c.results, c.words)
    notice = [Paragraph(Markup.escape(internal), "notice")] if internal else []
    said = withheld(c.results, c.words)
    blocks: list[Block | Subsection] = [
        *notice,
        key_figures(c),
        *([Paragraph(Markup.escape(" ".join(said)), "note")] if said else []),
        Subsection("main-points", c.plain("points.title"), (Points(main_points(c)),)),
    ]
    since = since_last_release(c)
    if since is not None:
        blocks.append(since)
    warnings = cautions(c)
    if warnings:
        blocks.append(Subsection("care", c.plain("care.title"), (Points(warnings),)))
    return tuple(blocks)


def key_figures(c: Context) -> KeyFigures:
    """Mean, ICC, spread of true means, reliability."""
    between = c.between
    ends = c.icc.interval(c.ci_icc)
    return KeyFigures(
        (
            _mean_figure(c),
            KeyFigure(
                c.term("icc", c.say("front.key.icc")),
                c.icc.show(between.icc),
                c.plain("front.key.icc_note", interval=c.span(ends)),
            ),
            KeyFigure(
                c.term("tau00", c.say("front.key.sd")),
                c.score.headline(c.model.sd_tau00),
                c.plain("front.key.sd_note", sd_sigma=c.score.headline(c.model.sd_sigma)),
            ),
            KeyFigure(
                c.term("reliability", c.say("front.key.reliability")),
                c.reliability.show(between.reliability),
                _reliability_note(c),
            ),
        )
    )


def _mean_figure(c: Context) -> KeyFigure:
    """The weighted mean where there are weights; else the mean of the average school."""
    weighted = c.results.weighted
    gamma00 = c.score.headline(c.model.gamma00)
    if weighted is None:
        leader = c.leader("group_mean")
        by_groups = leader is not None and leader.quantity == "mean_of_group_means"
        ends = leader.interval if leader is not None and by_groups else None
        note = c.plain("front.key.mean_note", interval=c.interval(ends or c.model.ci_gamma00))
        name = c.say("front.key.mean_of_group_means" if by_groups else "front.key.mean")
        mean = c.score.headline(leader.value) if leader is not None and by_groups else gamma00
        return KeyFigure(c.term("gamma00", name), mean, note)
    known = "official_note" if weighted.official_se is not None else "official_note_alone"
    return KeyFigure(
        c.say("front.key.official"),
        c.score.headline(weighted.official_mean),
        c.plain(f"front.key.{known}", se=c.score.headline(weighted.official_se), gamma00=gamma00),
    )


def _reliability_note(c: Context) -> str:
    if c.data.balanced:
        size = c.plain("size.equal", n=numbers.count(c.data.n_max))
        return c.plain("front.key.reliability_note", size=size)
    return c.plain(
        "front.key.reliability_note_range",
        low=c.least_reliability,
        high=c.reliability.show(c.between.reliability_max),
    )


def main_points(c: Context) -> tuple[Markup, ...]:
    """The findings in four or five sentences."""
    mean = (*_official_point(c), _mean_point(c), *_weighted_point(c))
    if c.contested:
        return (*mean, _boundary_point(c))
    if c.model.boundary:
        return (*mean, _boundary_point(c), _design_point(c))
    points = [*mean, _spread_point(c), _reliability_point(c), _apart_point(c)]
    return (*points, _design_point(c))


def _mean_point(c: Context) -> Markup:
    leader, se = c.leader("group_mean"), c.standard_error
    if leader is not None and leader.quantity == "mean_of_group_means" and leader.interval:
        return c.say(
            "points.mean_of_group_means",
            mean=c.score.headline(leader.value),
            interval=c.interval(leader.interval),
            se=c.score.headline(leader.se),
            gamma00=c.score.headline(c.model.gamma00),
        )
    kind = "mean" if c.results.weighted is None else "mean_weighted"
    if c.model.boundary:
        # Nothing is estimated to make members of one group alike.
        kind = "mean_boundary"
    ratio = se / c.naive.se_grand_mean
    return c.say(
        f"points.{kind}" if ratio >= ALIKE_RATIO else f"points.{kind}_alike",
        gamma00=c.score.headline(c.model.gamma00),
        interval=c.interval(c.model.ci_gamma00),
        se=c.score.headline(se),
        se_naive=c.score.headline(c.naive.se_grand_mean),
        ratio=numbers.fixed(ratio, 1),
    )


def _official_point(c: Context) -> tuple[Markup, ...]:
    """The average member of the population, where there are weights."""
    weighted = c.results.weighted
    if weighted is None:
        return ()
    key = "survey.point" if weighted.official_se is None else "survey.point_with_se"
    mean, se = (c.score.headline(v) for v in (weighted.official_mean, weighted.official_se))
    total = numbers.count(round(weighted.sum_of_weights))
    return (c.say(key, mean=mean, se=se, sum=total),)


def _weighted_point(c: Context) -> tuple[Markup, ...]:
    """The average school of the population, where there are weights."""
    weighted = c.results.weighted
    if weighted is None:
        return ()
    mean, interval = c.score.headline(weighted.gamma00), c.interval(weighted.ci_gamma00)
    return (c.say("survey.point_schools", mean=mean, interval=interval),)


def _spread_point(c: Context) -> Markup:
    if "not_supported" in c.checks.flags:
        low, high = (math.sqrt(end) for end in c.ci_tau00)
        return c.say(
            "points.spread_unsupported",
            sd_tau00=c.score.headline(c.model.sd_tau00),
            interval=c.interval((low, high)),
            p=numbers.p_value(c.tests.f.p),
        )
    return c.say(
        "points.spread",
        sd_tau00=c.score.headline(c.model.sd_tau00),
        low=c.score.headline(c.between.school_minus_1sd),
        high=c.score.headline(c.between.school_plus_1sd),
    )


def _boundary_point(c: Context) -> Markup:
    low, high = c.icc.interval(c.ci_icc)
    if c.contested:
        p = numbers.p_value(c.tests.f.p)
        return c.say("points.contested", icc_low=low, icc_high=high, p=p)
    if c.ci_icc[1] == 0:
        return c.say("points.too_alike")
    return c.say("points.boundary", icc_high=high)


def _reliability_point(c: Context) -> Markup:
    key = "points.reliability" if c.data.balanced else "points.reliability_unequal"
    return c.say(key, reliability=numbers.percent(c.between.reliability))


def _apart_point(c: Context) -> Markup:
    n_apart = c.groups.n_above + c.groups.n_below
    if n_apart == 0:
        return c.say("points.apart_none")
    return c.say(
        "points.apart",
        n_apart=numbers.count(n_apart),
        n_groups=numbers.count(len(c.schools)),
        n_above=numbers.count(c.groups.n_above),
        n_below=numbers.count(c.groups.n_below),
    )


def _design_point(c: Context) -> Markup:
    key = "points.design" if c.between.design_effect > 1.0 else "points.design_none"
    return c.say(
        key,
        n_members=numbers.count(c.data.n_members),
        n_effective=numbers.count(round(c.between.n_effective)),
        deff=numbers.fixed(c.between.design_effect, 1),
    )


def cautions(c: Context) -> tuple[Markup, ...]:
    """What a reader must know before believing the numbers."""
    return c.sentences(one for one in c.results.findings if one.level == "caution")
