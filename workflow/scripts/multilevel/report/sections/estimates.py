"""The estimates table as flextable prints it, intervals and tests."""

from markupsafe import Markup

from multilevel.report import rules
from multilevel.report.blocks import Block, Cell, Column, Row, Section, Subsection, Table
from multilevel.report.context import Context
from multilevel.report.tabulating import simple_table
from multilevel.report.weighting import unweighted
from multilevel.wording import numbers

# A quantity's key, its estimate, its interval, and how the interval was made.
IntervalRow = tuple[str, str, str, Markup]

# Significant digits that disclosure control leaves to statistics, at most.
ROUNDED_TO = 3


def estimates_section(c: Context) -> Section:
    """What was estimated, how precisely, and whether schools differ at all."""
    f, model = c.score, c.model
    pooled = c.results.plausible_values is not None
    said = c.paragraph("estimates.lead" if c.as_programs_print else "estimates.lead_layout")
    lead: tuple[Block | Subsection, ...] = (*unweighted(c), said, _flextable(c))
    notes = (
        c.paragraph(
            "estimates.in_variances",
            gamma00=f.estimate(model.gamma00),
            sd_tau00=f.estimate(model.sd_tau00),
            tau00=f.variance(model.tau00),
            sd_sigma=f.estimate(model.sd_sigma),
            sigma2=f.variance(model.sigma2),
        ),
        c.paragraph(
            "estimates.df.pooled" if pooled else f"estimates.df.{model.inference}",
            role="note",
            complete=c.plain(f"estimates.df.complete.{model.inference}"),
            df=numbers.degrees_of_freedom(model.df),
            df_kenward_roger=numbers.degrees_of_freedom(model.df_kenward_roger),
            df_satterthwaite=numbers.degrees_of_freedom(model.df_satterthwaite),
            df_hlm=numbers.count(model.df_hlm),
            se=f.estimate(c.standard_error),
        ),
        *(() if c.safe else (c.paragraph(f"estimates.{model.method}", role="note"),)),
    )
    # Paper has the variances in the model, one method for each interval, and of the tests what
    # they say.
    printed = (*lead, *notes[1:], _intervals(c, every=False), *_tests_in_words(c))
    blocks = (*lead, *notes, _intervals(c), _tests(c))
    return Section("estimates", c.plain("estimates.title"), blocks, printed=printed)


def _flextable(c: Context) -> Table:
    f, model = c.score, c.model
    names = ("term", "estimate", "se", "df", "statistic", "p", "stars")
    kinds = ("text", "text", "number", "number", "number", "number", "number", "text")
    headings = (Markup(), *(c.say(f"estimates.heading.{name}") for name in names))
    fixed = (
        "",
        c.say("estimates.intercept"),
        f.estimate(model.gamma00),
        f.estimate(c.standard_error),
        numbers.degrees_of_freedom(model.df),
        _statistic(c, model.t, 3),
        numbers.p_value_flextable(model.p),
        numbers.significance_stars(model.p),
    )
    between = (
        c.group_id(c.results.provenance.config["group"]),
        c.say("estimates.sd_intercept"),
        f.estimate(model.sd_tau00),
    )
    within = (
        c.say("estimates.residual"),
        c.say("estimates.sd_observation"),
        f.estimate(model.sd_sigma),
    )
    return Table(
        key="estimates",
        title=c.say("estimates.table"),
        subtitle=c.say(
            "estimates.subtitle",
            n_members=numbers.count(c.data.n_members),
            n_groups=numbers.count(c.data.n_groups),
            method=c.plain(f"method.{model.method}"),
        ),
        columns=tuple(Column(h, kind) for h, kind in zip(headings, kinds, strict=True)),
        rows=(
            _row((c.say("estimates.fixed"),), len(kinds), "group"),
            _row(fixed, len(kinds)),
            _row((c.say("estimates.random"),), len(kinds), "group"),
            _row(between, len(kinds)),
            _row(within, len(kinds)),
        ),
        notes=_flextable_notes(c),
    )


def _statistic(c: Context, value: float | None, decimals: int) -> str:
    """A statistic of a test; a rounded one with no more digits than it has."""
    return numbers.significant(value, ROUNDED_TO) if c.safe else numbers.fixed(value, decimals)


def _row(texts: tuple[object, ...], width: int, role: str = "") -> Row:
    """A row as R prints it, with its hyphen for a minus sign."""
    padded = (*texts, *([""] * (width - len(texts))))
    cells = (Markup(numbers.for_programs(Markup.escape(text))) for text in padded)
    return Row(tuple(map(Cell, cells)), role)


def _flextable_notes(c: Context) -> tuple[Markup, ...]:
    model = c.model
    notes = (
        c.say("estimates.codes"),
        c.say("estimates.residual_sd", value=c.score.headline(model.sd_sigma)),
    )
    if c.safe:
        # Rounded, each by itself, the criteria do not follow from the log-likelihood.
        return notes
    fits = {"log_likelihood": model.log_likelihood, "aic": model.aic, "bic": model.bic}
    return (
        *notes,
        *(
            c.say(f"estimates.{name}", value=numbers.for_programs(numbers.fixed(value, 1)))
            for name, value in fits.items()
        ),
    )


def _intervals(c: Context, every: bool = True) -> Table:
    """All intervals, or of each quantity the first, which leads."""
    rows = (*_variance_intervals(c), *_share_intervals(c), *(_bootstrap_rows(c) if every else ()))
    if not every:
        rows = tuple(row for at, row in enumerate(rows) if row[0] not in {r[0] for r in rows[:at]})
    return simple_table(
        "intervals",
        c.say("estimates.table_intervals"),
        (
            (c.say("estimates.quantity"), "text"),
            (c.say("estimates.estimate"), "number"),
            (c.say("estimates.interval"), "number"),
            (c.say("estimates.method"), "text"),
        ),
        tuple((_quantity(c, name), *rest) for name, *rest in rows),
        subtitle=c.say("estimates.intervals_subtitle"),
        notes=(
            c.say(
                "estimates.coverage_robust"
                if c.robust("icc")
                else f"estimates.coverage_{_exact(c)}"
            ),
            *((c.say("estimates.pieces"),) if c.intervals.profile_pieces > 1 else ()),
            *(_bootstrap_note(c) if every else ()),
        ),
    )


def _exact(c: Context) -> str:
    """What intervals are that are exact for one score: pooled, for plausible values."""
    return "exact" if c.results.plausible_values is None else "pooled"


def _variance_intervals(c: Context) -> tuple[IntervalRow, ...]:
    f, model, intervals = c.score, c.model, c.intervals
    low, high = c.ci_tau00
    profile = c.say("estimates.m_profile", method=model.method)
    robust = c.say("estimates.m_robust")
    of_tau00 = robust if c.robust("tau00") else profile
    exact = c.say(f"estimates.m_{_exact(c)}_chi2")
    by_t = c.say("estimates.m_t", df=numbers.degrees_of_freedom(model.df))
    tau00, sigma2 = f.variance(model.tau00), f.variance(model.sigma2)

    def variance(ends: tuple[float, float]) -> str:
        return c.span(f.variance_interval(ends))

    return (
        ("gamma00", f.headline(model.gamma00), c.interval(model.ci_gamma00), by_t),
        ("tau00", tau00, variance(c.ci_tau00), of_tau00),
        *((("tau00", tau00, variance(c.profile_tau00), profile),) if c.robust("tau00") else ()),
        ("sd_tau00", f.headline(model.sd_tau00), c.interval((low**0.5, high**0.5)), of_tau00),
        (
            "sigma2",
            sigma2,
            variance(c.ci_sigma2),
            robust if c.robust("sigma2") else exact,
        ),
        *(
            (("sigma2", sigma2, variance(intervals.ci_sigma2_exact), exact),)
            if c.robust("sigma2")
            else ()
        ),
        ("sigma2", sigma2, variance(intervals.ci_sigma2_profile), profile),
    )


def _share_intervals(c: Context) -> tuple[IntervalRow, ...]:
    """The ICC, and what follows from it or from tau00."""
    model, between = c.model, c.between
    rho, share = c.icc.show(between.icc), c.reliability
    n_mean = c.data.n_mean
    low, high = (numbers.fixed(1.0 + rho * (n_mean - 1.0), 1) for rho in c.ci_icc)
    from_icc = c.say("estimates.m_from_icc")
    exact = c.say(f"estimates.m_{_exact(c)}_f")
    if rules.verdict(c) == "too_alike":
        return ()
    return (
        (
            "icc",
            rho,
            c.span(c.icc.interval(c.ci_icc)),
            c.say("estimates.m_robust") if c.robust("icc") else exact,
        ),
        *(
            (("icc", rho, c.span(c.icc.interval(between.ci_icc)), exact),)
            if c.robust("icc")
            else ()
        ),
        (
            "icc",
            rho,
            c.span(c.icc.interval(c.intervals.ci_icc_profile)),
            c.say("estimates.m_profile", method=model.method),
        ),
        (
            "reliability",
            share.show(between.reliability),
            c.span(share.interval(c.ci_reliability)),
            from_icc,
        ),
        ("design_effect", numbers.fixed(between.design_effect, 1), c.span((low, high)), from_icc),
        (
            "difference",
            c.score.headline(between.difference_2sd),
            c.interval(c.ci_difference_2sd),
            c.say("estimates.m_from_tau00"),
        ),
    )


def _bootstrap_rows(c: Context) -> tuple[IntervalRow, ...]:
    """The same quantities by the bootstrap, where it was asked for."""
    found, f = c.results.bootstrap, c.score
    if found is None:
        return ()
    method = c.say("estimates.m_bootstrap", n=numbers.count(found.n_draws))

    of_mean, of_icc = c.between.reliability, c.between.icc
    shares = c.reliability
    return (
        ("gamma00", f.headline(c.model.gamma00), c.interval(found.ci_gamma00), method),
        ("tau00", f.variance(c.model.tau00), c.span(f.variance_interval(found.ci_tau00)), method),
        (
            "sigma2",
            f.variance(c.model.sigma2),
            c.span(f.variance_interval(found.ci_sigma2)),
            method,
        ),
        ("icc", c.icc.show(of_icc), c.span(c.icc.interval(found.ci_icc)), method),
        (
            "reliability",
            shares.show(of_mean),
            c.span(shares.interval(found.ci_reliability)),
            method,
        ),
    )


def _bootstrap_note(c: Context) -> tuple[Markup, ...]:
    found = c.results.bootstrap
    if found is None:
        return ()
    return (
        c.say(
            "estimates.bootstrap_note",
            n=numbers.count(found.n_draws),
            boundary=numbers.percent(found.share_at_boundary),
        ),
    )


def _quantity(c: Context, name: str) -> Markup:
    """The name of a quantity, linked to its reading help."""
    term = {"sd_tau00": "tau00", "difference": "tau00"}.get(name, name)
    return c.term(term, c.say(f"estimates.q_{name}"))


def _tests(c: Context) -> Subsection:
    tests = c.tests
    rows = (
        ("f_test", tests.f.statistic, f"{tests.f.df1:,d}, {tests.f.df2:,d}", tests.f.p),
        ("lrt", tests.lrt.statistic, "0, 1", tests.lrt.p),
        ("chi2", tests.chi2_groups.statistic, f"{tests.chi2_groups.df:,d}", tests.chi2_groups.p),
    )
    table = simple_table(
        "tests",
        c.say("estimates.tests_table"),
        (
            (c.say("estimates.test"), "text"),
            (c.say("estimates.statistic"), "number"),
            (c.say("estimates.heading.df"), "number"),
            (c.say("estimates.p"), "number"),
        ),
        tuple(
            (c.say(f"estimates.{name}"), _statistic(c, value, 2), df, numbers.p_value(p))
            for name, value, df, p in rows
        ),
        notes=(c.say("estimates.lrt_note"),),
    )
    return Subsection(
        "tests",
        c.plain("estimates.tests_title"),
        (
            c.paragraph("estimates.tests_lead"),
            table,
            *_tests_in_words(c),
        ),
    )


def _tests_in_words(c: Context) -> tuple[Block, ...]:
    """What the three tests say together."""
    tests = c.tests
    p_values = (tests.f.p, tests.lrt.p, tests.chi2_groups.p)
    rejected = sum(p < 0.05 for p in p_values)
    verdict = {0: "keep", len(p_values): "reject"}.get(rejected)
    words = "estimates.tests_disagree" if verdict is None else f"estimates.tests_agree_{verdict}"
    if verdict == "keep" and "means_too_alike" in c.checks.flags:
        words = "estimates.tests_too_alike"
    one_sided = not c.model.boundary and rejected and c.intervals.ci_tau00_profile[0] == 0
    further = (c.paragraph("estimates.tests_one_sided"),) if one_sided else ()
    return (c.paragraph(words), *further)
