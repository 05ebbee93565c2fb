"""Assumption checks: what was found, whether it matters, and what it would change."""

from operator import itemgetter

from markupsafe import Markup

from multilevel.fit.second_opinion import SAME_OPTIMUM
from multilevel.records.results import CrossCheck, Influence, Model, NormalityCheck, PlausibleValue
from multilevel.report.blocks import Block, Paragraph, Section, Subsection, Table
from multilevel.report.context import Context
from multilevel.report.tabulating import simple_table
from multilevel.report.withheld import withheld_part
from multilevel.summarise.checks import beyond_chance, departs, more_than_chance, spread_p
from multilevel.summarise.thresholds import CLEAR_P, FEW_GROUPS
from multilevel.wording import numbers
from multilevel.wording.phrases import (
    CLEAR_KURTOSIS,
    CLEAR_SKEWNESS,
    SOME_KURTOSIS,
    SOME_SKEWNESS,
    by_chance,
    shape_key,
)

# Of so few groups even strongly skewed effects look normal in half of the samples.
FEW_FOR_SHAPE = 30
# Up to so many groups the standard errors of variances are biased (Maas & Hox 2005).
MANY_GROUPS = 50


def checks_section(c: Context) -> Section:
    """The table of checks, what departures would change, and the figures."""
    departures = c.checks.flags
    consequences = {
        "normality_level1": "checks.if_level1",
        "normality_level2": "checks.if_level2",
        "unequal_variances": "checks.if_spread",
    }
    blocks: list[Block] = [_lead(c), _table(c)]
    blocks += [c.paragraph(key) for name, key in consequences.items() if name in departures]
    blocks += [c.figure("normality"), c.figure("spread")]
    found = c.results.influence
    influence: tuple[Block | Subsection, ...] = withheld_part(c, "influence")
    if found is not None:
        influence = (_influence(c, found),)
    # Paper has both levels' histograms, and the figure of spreads where there is something to see.
    chance = 1.0 - c.model.confidence
    more = more_than_chance(c.checks.n_unusual_spread, _with_spread(c), chance)
    left_out = {"normality"} if more else {"normality", "spread"}
    printed = tuple(one for one in blocks if getattr(one, "key", "") not in left_out)
    return Section(
        "checks", c.plain("checks.title"), (*blocks, *influence), printed=(*printed, *influence)
    )


def _lead(c: Context) -> Paragraph:
    """What is looked at, and from where on it is called a departure."""
    return c.paragraph(
        "checks.lead",
        role="note",
        some_skewness=numbers.as_typed(SOME_SKEWNESS),
        some_kurtosis=numbers.as_typed(SOME_KURTOSIS),
        clear_skewness=numbers.as_typed(CLEAR_SKEWNESS),
        clear_kurtosis=numbers.as_typed(CLEAR_KURTOSIS),
    )


def _influence(c: Context, found: Influence) -> Subsection:
    """Each school left out in turn."""
    every = found.n_refits + found.n_without_fit >= c.data.n_groups
    lead = c.paragraph(
        "checks.influence_lead" if every else "checks.influence_lead_some",
        n=numbers.count(found.n_refits),
        gamma00=numbers.fixed(found.max_change_gamma00_in_se, 2),
        icc=c.icc.show(found.max_change_icc),
    )
    blocks: list[Block] = [lead, _influence_verdict(c, found)]
    if found.n_without_fit:
        n = numbers.count(found.n_without_fit)
        blocks.append(c.paragraph("checks.influence_without", n=n))
    if found.n_changing_boundary:
        n = numbers.count(found.n_changing_boundary)
        blocks.append(c.paragraph("checks.influence_boundary", n=n))
    if found.most:
        blocks.append(_influence_table(c, found))
    title = c.plain("checks.influence_title")
    words = tuple(one for one in blocks if not isinstance(one, Table))
    return Subsection("influence", title, tuple(blocks), printed=words)


def _influence_verdict(c: Context, found: Influence) -> Paragraph:
    """Which estimate one school moves most, in units of its standard error."""
    changes = [
        (abs(change), estimate, one.group)
        for one in found.most
        for estimate, change in (
            ("gamma00", one.change_gamma00_in_se),
            ("icc", one.change_icc_in_se),
        )
    ]
    largest, estimate, group = max(changes, key=itemgetter(0), default=(0.0, "icc", ""))
    chance = numbers.fixed(found.chance_change_in_se, 2)
    if not beyond_chance(found):
        return c.paragraph("checks.influence_calm", chance=chance)
    return c.paragraph(
        "checks.influence_strong",
        strongest=c.group_id(group),
        what=c.plain(f"checks.influence_of.{estimate}"),
        change=numbers.fixed(largest, 2),
        chance=chance,
    )


def _influence_table(c: Context, found: Influence) -> Table:
    """The first plausible value's estimates stand beside its own, not beside the pooled ones."""
    f, values = c.score, c.results.plausible_values
    first = values.per_value[0] if values else None
    every: Model | PlausibleValue = first or c.model
    names = ("group", "n", "mean", "gamma00", "sd_tau00", "icc", "change", "change_icc")
    return simple_table(
        "influence",
        c.say("checks.influence_table"),
        tuple(
            (c.say(f"checks.influence_heading.{name}"), "text" if name == "group" else "number")
            for name in names
        ),
        tuple(
            (
                c.group_id(one.group),
                numbers.count(one.n),
                f.headline(one.mean),
                f.table(one.gamma00),
                f.headline(one.tau00**0.5),
                c.icc.show(one.icc),
                numbers.fixed(one.change_gamma00_in_se, 2),
                numbers.fixed(one.change_icc_in_se, 2),
            )
            for one in found.most
        ),
        subtitle=c.say(
            "checks.influence_subtitle",
            gamma00=f.table(every.gamma00),
            sd_tau00=f.headline(every.tau00**0.5),
            icc=c.icc.show(first.icc if first else c.between.icc),
        ),
        notes=(c.say("survey.values.first_short", column=first.column),) if first else (),
    )


def _table(c: Context) -> Table:
    checks = c.checks
    rows = (
        (
            "level1",
            _normality(c, checks.level1_normality),
            _shape(c, checks.level1_normality),
        ),
        (
            "level2",
            _normality(c, checks.level2_normality),
            _shape(c, checks.level2_normality),
        ),
        ("spread", _spread(c), _spread_verdict(c)),
        (
            "enough",
            c.plain(
                "checks.enough_found",
                n=numbers.count(c.data.n_groups),
                few=numbers.count(FEW_GROUPS),
                many=numbers.count(MANY_GROUPS),
            ),
            _enough_verdict(c),
        ),
        ("engine", _engine(c), _engine_verdict(c)),
    )
    return simple_table(
        "checks",
        c.say("checks.table"),
        c.headings("checks.heading", check="text", found="text", result="text"),
        tuple((c.say(f"checks.{name}"), found, result) for name, found, result in rows),
        notes=_notes(c),
    )


def _normality(c: Context, check: NormalityCheck) -> str:
    if check.shapiro_w is None:
        return c.plain("checks.normality_short", n=numbers.count(check.n))
    sampled = check.n_outliers_of < check.n
    return c.plain(
        "checks.normality_found_sample" if sampled else "checks.normality_found",
        skewness=numbers.fixed(check.skewness, 2),
        kurtosis=numbers.fixed(check.excess_kurtosis, 2),
        **_by_chance(check),
        w=numbers.fixed(check.shapiro_w, 3),
        outliers=numbers.count(check.n_outliers),
        n=numbers.count(check.n_outliers_of),
    )


def _notes(c: Context) -> tuple[Markup, ...]:
    verdict, level1 = c.checks.spread_verdict, c.checks.level1_normality
    if verdict not in (None, "bartlett") and not departs(level1):
        said: tuple[Markup, ...] = (c.say(f"checks.spread_why_alone.{verdict}"),)
    else:
        said = () if verdict is None else (c.say(f"checks.spread_why.{verdict}"),)
    few = c.checks.level2_normality.n < FEW_FOR_SHAPE
    of_shape = (c.say("checks.few_for_shape"),) if few else ()
    return (*said, *of_shape, c.say("checks.within_groups"))


def _by_chance(check: NormalityCheck) -> dict[str, str]:
    """How far chance alone moves both of normal values."""
    names = ("chance_skewness", "chance_kurtosis")
    if check.n <= 3:
        return dict.fromkeys(names, numbers.MISSING)
    reach = (numbers.fixed(value, 2) for value in by_chance(check.n))
    return dict(zip(names, reach, strict=True))


def _shape(c: Context, check: NormalityCheck) -> str:
    shape = shape_key(check.n, check.skewness, check.excess_kurtosis)
    return c.plain(f"checks.result.{shape}")


def _spread(c: Context) -> str:
    slope = c.checks.spread_by_size
    if slope is None or not _goes_with_size(c):
        return _spread_test(c)
    p = numbers.p_after_sign(slope.p)
    return c.plain("checks.spread_sloped", found=_spread_test(c), slope_p=p)


def _goes_with_size(c: Context) -> bool:
    return "spread_goes_with_size" in c.checks.flags


def _spread_test(c: Context) -> str:
    verdict, p = c.checks.spread_verdict, spread_p(c.checks)
    if verdict is None or p is None:
        return c.plain("checks.spread_short")
    return c.plain(
        "checks.spread_found",
        test=c.plain(f"checks.spread_test.{verdict}"),
        p=numbers.p_after_sign(p),
        unusual=numbers.count(c.checks.n_unusual_spread),
        n=numbers.count(_with_spread(c)),
    )


def _with_spread(c: Context) -> int:
    """Schools of two students or more, of which a spread is known."""
    alone = c.data.n_singletons
    return len(c.schools) if alone is None else c.data.n_groups - alone


def _spread_verdict(c: Context) -> str:
    p = spread_p(c.checks)
    if p is not None and p < CLEAR_P:
        found = "clear_p"
    elif _goes_with_size(c) or (p is not None and p < 0.05):
        found = "some_p"
    else:
        found = "few" if p is None else "none_p"
    return c.plain(f"checks.result.{found}")


def _enough_verdict(c: Context) -> str:
    n = c.data.n_groups
    found = "review" if n < FEW_GROUPS else "few_groups" if n <= MANY_GROUPS else "enough"
    return c.plain(f"checks.result.{found}")


def _engine(c: Context) -> str:
    """Of plausible values the first is compared, with its own fit."""
    check, values = c.results.cross_check, c.results.plausible_values
    if check is None:
        raise ValueError("a fitted dataset carries its cross-check")
    if values is None:
        return _comparison(c, check, c.model)
    said = _comparison(c, check, values.per_value[0])
    if check.note == "too_large":
        return said
    return c.plain("checks.engine_first", column=check.column, said=said)


def _comparison(c: Context, check: CrossCheck, ours: Model | PlausibleValue) -> str:
    who = {"engine": check.engine, "version": check.version}
    if check.note == "too_large":
        return c.plain("checks.engine_too_large", n=numbers.count(c.data.n_members))
    if check.agrees is None and check.note == "not_converged":
        return c.plain("checks.engine_unfinished", **who)
    if check.agrees is None:
        return c.plain("checks.engine_none", note=check.note, **who)
    digits = {
        "ll": numbers.fixed(check.digits.log_likelihood, 0),
        "tau00": numbers.fixed(check.digits.tau00, 0),
    }
    excess = 0.0 if check.deviance_of_theirs is None else check.deviance_of_theirs
    if check.agrees and excess > 1e-6 and not ours.boundary:
        return c.plain("checks.engine_loose", excess=f"{excess:.2g}", **digits, **who)
    if check.agrees:
        key = "checks.engine_found_boundary" if ours.boundary else "checks.engine_found"
        return c.plain(key, **digits, **who)
    if excess > SAME_OPTIMUM:
        return c.plain("checks.engine_differs_worse", excess=f"{excess:.2g}", **who)
    return c.plain(
        "checks.engine_differs",
        theirs=c.score.variance(check.tau00, more=2),
        ours=c.score.variance(ours.tau00, more=2),
        **who,
    )


def _engine_verdict(c: Context) -> str:
    agrees = None if c.results.cross_check is None else c.results.cross_check.agrees
    found = {True: "agrees", False: "review", None: "not_compared"}[agrees]
    return c.plain(f"checks.result.{found}")
