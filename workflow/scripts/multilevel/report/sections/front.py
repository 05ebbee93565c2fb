"""Page one: two questions with their answers, four numbers, what they mean, what needs care."""

import math

from markupsafe import Markup

from multilevel.records.results import Leader
from multilevel.report import rules
from multilevel.report.blocks import (
    Answer,
    Answers,
    Block,
    KeyFigure,
    KeyFigures,
    Paragraph,
    Points,
    Subsection,
)
from multilevel.report.context import Context
from multilevel.report.sections.since import since_last_release
from multilevel.report.withheld import fewest
from multilevel.wording import numbers
from multilevel.wording.phrases import share_key
from multilevel.wording.publication import for_internal_use, withheld


def subtitle(c: Context) -> str:
    """The dataset's own subtitle, then how many members in how many groups."""
    size = c.plain(
        "front.subtitle.equal" if c.data.balanced else "front.subtitle.unequal",
        n_members=c.members(c.data.n_members),
        n_groups=c.counted_groups(c.data.n_groups),
        n=numbers.count(c.data.n_max),
        n_min=fewest(c),
        n_max=numbers.count(c.data.n_max),
    )
    return f"{c.labels.subtitle} · {size}" if c.labels.subtitle else size


def claim(c: Context) -> Markup:
    """Both answers in one line, for those who see no page: search engines, lists of files."""
    return Markup(" ").join(one.answer for one in answers(c).items)


def summary(c: Context) -> tuple[Block | Subsection, ...]:
    """All of page one below the title."""
    internal = for_internal_use(c.results, c.words)
    notice = [Paragraph(Markup.escape(internal), "notice")] if internal else []
    said = " ".join(withheld(c.results, c.words))
    blocks: list[Block | Subsection] = [*notice, answers(c), key_figures(c), _levels(c)]
    if said:
        blocks.append(Paragraph(Markup.escape(said), "note"))
    blocks.append(c.figure("overview"))
    points = meaning(c)
    if points:
        blocks.append(Subsection("meaning", c.plain("meaning.title"), (Points(points),)))
    since = since_last_release(c)
    # Where the release was made on purpose, the last page has it.
    if since is not None and not c.revision.line:
        blocks.append(since)
    warnings = cautions(c)
    if warnings:
        blocks.append(Subsection("care", c.plain("care.title"), (Points(warnings),)))
    return tuple(blocks)


def answers(c: Context) -> Answers:
    """What is the average, and how much do groups differ?"""
    return Answers(
        (
            Answer(c.plain("front.question.average"), _average(c), _precision(c)),
            Answer(c.plain("front.question.differ"), *_difference(c)),
        )
    )


def _average(c: Context) -> Markup:
    leader = c.leading.mean
    whose = "member" if leader.quantity == "official_mean" else "group"
    return c.say(f"front.average.{whose}.{_form(c)}", mean=c.score.whole(leader.value))


def _form(c: Context) -> str:
    return "score" if "score" in c.labels.outcome.lower() else "other"


def _precision(c: Context) -> Markup:
    """How well the average is known, and whose it is."""
    leader = c.leading.mean
    weighted = leader.quantity == "official_mean"
    key = "precision_weighted" if weighted else "precision"
    if leader.interval is None:
        said = c.say("front.average.precision_unknown")
    else:
        low, high = leader.interval
        said = c.say(
            f"front.average.{key}",
            n_groups=c.counted_groups(c.data.n_groups),
            half=c.score.whole((high - low) / 2.0),
            interval=c.whole_interval(leader.interval),
        )
    return Markup(" ").join((said, *_whose(c)))


def _whose(c: Context) -> tuple[Markup, ...]:
    """Beside the mean of members that of the average group, and what an average group is."""
    leader, group = c.leading.mean, c.leading.group_mean
    if leader.quantity == "official_mean":
        key = "weighted" if c.leading.weighted else "unweighted"
        interval = "" if group.interval is None else c.whole_interval(group.interval)
        mean = c.score.whole(group.value)
        return (c.say(f"front.average.beside.{key}", mean=mean, interval=interval),)
    if leader.quantity == "mean_of_group_means":
        return (c.say(f"front.average.sizes.{leader.reasons[0]}"),)
    if c.data.balanced:
        return ()
    return (c.say(f"front.average.sizes.{rules.size_check(c)}"),)


def _difference(c: Context) -> tuple[Markup, Markup]:
    """How much groups differ: the answer, and the numbers behind it."""
    verdict, icc = rules.verdict(c), c.leading.icc
    interval = rules.exact_interval(icc) or (0.0, 0.0)
    low, high = (c.leading_icc.percent(end) for end in interval)
    answer = c.say(
        f"front.differ.{verdict}", share=c.plain(share_key(icc.value)), low=low, high=high
    )
    alone = "_alone" if verdict == "none" and rules.exact_interval(icc) is None else ""
    why = c.say(
        f"front.why.{verdict}{alone}",
        icc=c.leading_icc.percent(icc.value),
        rest=c.leading_icc.percent(1.0 - icc.value),
        rho=c.leading_icc.show(icc.value),
        low=low,
        high=high,
    )
    return answer, why


def key_figures(c: Context) -> KeyFigures:
    """Mean, share between groups, spread of true means, reliability: each with its interval."""
    return KeyFigures((_mean_figure(c), _share_figure(c), _spread_figure(c), _reliability(c)))


def _levels(c: Context) -> Paragraph:
    key = "levels_range" if rules.two_in_three(c) else "levels"
    return c.paragraph(f"front.key.{key}", role="note")


def _mean_figure(c: Context) -> KeyFigure:
    leader = c.leading.mean
    official = leader.quantity == "official_mean"
    name = c.say("front.key.official") if official else c.say("front.key.group_mean")
    if leader.interval is None:
        note = c.plain("front.key.official_alone")
    else:
        note = c.whole_interval(leader.interval)
    label = name if official else c.term("gamma00", name)
    return KeyFigure(label, c.score.whole(leader.value), note)


def _share_figure(c: Context) -> KeyFigure:
    label = c.term("icc", c.say("front.key.share"))
    share, icc = c.leading_icc, c.leading.icc
    if rules.verdict(c) in ("too_alike", "contested"):
        return KeyFigure(label, numbers.MISSING, c.plain("front.key.cannot_be_told"))
    ends = rules.exact_interval(icc)
    if ends is None:
        return KeyFigure(label, share.percent(icc.value), c.plain("front.key.share_alone"))
    low, high = (share.percent(end) for end in ends)
    note = c.plain("front.key.share_note", low=low, high=high)
    return KeyFigure(label, share.percent(icc.value), note)


def _spread_figure(c: Context) -> KeyFigure:
    """The range of two groups in three where it holds, else the standard deviation."""
    leading, f = c.leading, c.score
    sd = math.sqrt(leading.tau00.value)
    ends = rules.exact_interval(leading.tau00)
    interval = None if ends is None else c.whole_interval((ends[0] ** 0.5, ends[1] ** 0.5))
    if rules.two_in_three(c):
        # A dash is short, which a key figure must be; beside a minus it would be misread.
        form = "range_below_zero" if leading.group_minus_1sd < 0 else "range_value"
        low, high = f.whole(leading.group_minus_1sd), f.whole(leading.group_plus_1sd)
        value = c.plain(f"front.key.{form}", low=low, high=high)
        key = "range_note_alone" if interval is None else "range_note"
        note = c.plain(f"front.key.{key}", sd=f.whole(sd), interval=interval)
        return KeyFigure(c.term("tau00", c.say("front.key.range")), value, note)
    label = c.term("tau00", c.say("front.key.sd"))
    if rules.verdict(c) in ("too_alike", "contested"):
        return KeyFigure(label, numbers.MISSING, c.plain("front.key.cannot_be_told"))
    return KeyFigure(label, f.whole(sd), interval or c.plain("front.key.no_interval"))


def _reliability(c: Context) -> KeyFigure:
    label = c.term("reliability", c.say("front.key.reliability"))
    leader: Leader = c.leading.reliability
    if rules.verdict(c) in ("too_alike", "contested"):
        return KeyFigure(label, numbers.MISSING, c.plain("front.key.cannot_be_told"))
    ends = rules.exact_interval(leader)
    share = numbers.ShareFormat.of(leader.value, *(ends or (None, None)))
    if ends is None:
        return KeyFigure(label, share.show(leader.value), c.plain("front.key.reliability_alone"))
    low, high = share.interval(ends)
    note = c.plain("front.key.reliability_note", low=low, high=high)
    return KeyFigure(label, share.show(leader.value), note)


def meaning(c: Context) -> tuple[Markup, ...]:
    """What the numbers mean for members, as far as the data support it."""
    points: list[Markup] = []
    if rules.members_above(c):
        points.append(_members_point(c))
    if rules.told_apart(c):
        points.append(_apart_point(c))
    if rules.fewer_than_they_are(c):
        points.append(_design_point(c))
    if rules.verdict(c) in ("differ", "rough", "supported"):
        points.append(c.say("meaning.cause"))
    return tuple(points)


def _members_point(c: Context) -> Markup:
    f, leading = c.score, c.leading
    share = leading.share_above_at_minus_1sd
    return c.say(
        "meaning.members",
        low=f.whole(leading.group_minus_1sd),
        high=f.whole(leading.group_plus_1sd),
        mean=f.whole(leading.group_mean.value),
        n_low=c.of_hundred(share),
        n_high=c.of_hundred(1.0 - share),
    )


def _apart_point(c: Context) -> Markup:
    n_above, n_below = c.groups.n_above, c.groups.n_below
    what = {"gamma00": "average", "official_mean": "model"}.get(c.leading.mean.quantity, "sizes")
    from_what = c.plain(f"meaning.from_what.{what}", gamma00=c.score.whole(c.model.gamma00))
    return c.say(
        "meaning.apart" if n_above + n_below else "meaning.apart_none",
        n_apart=numbers.count(n_above + n_below),
        n_groups=numbers.count(len(c.schools)),
        n_above=numbers.count(n_above),
        n_below=numbers.count(n_below),
        from_what=from_what,
        see=Markup(" ") + c.say("meaning.see_schools") if c.chosen.has("schools") else "",
    )


def _design_point(c: Context) -> Markup:
    ratio = c.standard_error / c.naive.se_grand_mean
    return c.say(
        "meaning.design",
        n_members=numbers.count(c.data.n_members),
        n_effective=numbers.count(round(c.between.n_effective_gamma00 or 0.0)),
        ratio=numbers.fixed(ratio, 1),
    )


def cautions(c: Context) -> tuple[Markup, ...]:
    """What a reader must know before believing the numbers."""
    return c.sentences(one for one in c.results.findings if one.level == "caution")
