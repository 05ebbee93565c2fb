"""The tables of the models with covariates."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup

from multilevel.fit.second_opinion import SAME_OPTIMUM
from multilevel.records.companion import Companion, CompanionModel, Term, WeightedCompanion
from multilevel.report.blocks import Cell, Column, Row, Table
from multilevel.report.context import Context
from multilevel.report.sections.companion_claims import LONGEST_NAME, used
from multilevel.wording import numbers
from multilevel.wording.quoting import one_line

NOTHING = Markup()
# Coefficients on paper, as far as labels can be told together.
MOST_ROWS = 12
# Of the deviance: a difference within which two searches ended at one point.
SAME_POINT = 1e-6


def term_in_words(c: Context, term: Term) -> Markup:
    """(Intercept), ses, mean ses of the school, sector: Catholic"""
    return c.say(
        f"companion.term.{term.part}",
        column=one_line(term.column or "", LONGEST_NAME),
        label=one_line(term.label or "", LONGEST_NAME),
    )


def standard_error(term: Term) -> float:
    """The one that t, p and the interval rest on."""
    used = {
        "satterthwaite": term.se,
        "kenward_roger": term.se_kenward_roger,
        "sandwich": term.se_corrected,
    }[term.inference]
    return term.se if used is None else used


def fullest_table(c: Context, found: Companion) -> Table:
    """All coefficients in the lecture's layout."""
    fullest = found.models[-1]
    return Table(
        key="companion",
        title=c.say("companion.table"),
        subtitle=c.say(
            "companion.subtitle",
            n_members=numbers.count(fullest.n_members),
            n_groups=numbers.count(fullest.n_groups),
            method=c.plain(f"method.{found.method}"),
        ),
        columns=_columns(c),
        rows=tuple(_term_row(c, term) for term in fullest.terms),
        notes=(
            _inference_note(c, found),
            c.say("estimates.codes"),
            *_column_notes(c, found),
            *_check_notes(c, found),
        ),
    )


def weighted_table(c: Context, weighted: WeightedCompanion) -> Table:
    """The same of the fullest model with weights."""
    fullest = weighted.models[-1]
    return Table(
        key="companion-weighted",
        title=c.say("companion.weighted.table"),
        columns=_columns(c),
        rows=tuple(_term_row(c, term) for term in fullest.terms),
        notes=(
            c.say(
                "companion.weighted.note",
                tau00=c.score.variance(fullest.tau00, 1),
                sigma2=c.score.variance(fullest.sigma2, 1),
            ),
        ),
    )


def models_table(c: Context, found: Companion, *, on_paper: bool = False) -> Table:
    """The models side by side, a column each.

    On paper the fullest one has no table of its own, whose notes then stand here, and of columns
    with many labels there is one row.
    """
    rows: list[Row] = [_heading(c, found, "coefficients")]
    terms = found.models[-1].terms
    together = _told_together(terms) if on_paper else {}
    rows += [_coefficients(c, found, term) for term in terms if not _is_in(term, together)]
    rows += [_together(c, found, column, n) for column, n in together.items()]
    share = c.icc.finer.show
    parts: dict[str, dict[str, Callable[[CompanionModel], str]]] = {
        "variances": {
            "tau00": lambda model: c.score.variance(model.tau00, 1),
            "sigma2": lambda model: c.score.variance(model.sigma2, 1),
            "icc": lambda model: share(model.icc),
        },
        "shares": {
            "r2_between": lambda model: _percent(model, model.r2_between),
            "r2_within": lambda model: _percent(model, model.r2_within),
            "r2_marginal": lambda model: _percent(model, model.r2_marginal),
        },
        "fit": {
            "log_likelihood": lambda model: numbers.fixed(model.log_likelihood, 1),
            "aic": lambda model: numbers.fixed(model.aic, 1),
            "bic": lambda model: numbers.fixed(model.bic, 1),
        },
    }
    for part, lines in parts.items():
        rows.append(_heading(c, found, part))
        for name, value in lines.items():
            rows.append(_row((c.say(f"companion.models.{name}"), *map(value, found.models))))
    titles = (NOTHING, *(c.say(f"companion.model.{model.name}") for model in found.models))
    return Table(
        key="companion-models",
        title=c.say("companion.models.title"),
        subtitle=c.say("companion.models.subtitle"),
        columns=tuple(
            Column(title, "number" if place else "text") for place, title in enumerate(titles)
        ),
        rows=tuple(rows),
        notes=(
            *((_inference_note(c, found), *_column_notes(c, found)) if on_paper else ()),
            c.say("companion.note.shares"),
            *_test_notes(c, found),
            *(_check_notes(c, found) if on_paper else ()),
        ),
    )


def _told_together(terms: Sequence[Term]) -> dict[str, int]:
    """Columns, and of how many labels, whose indicators share a row so that a page has room."""
    sizes = Counter(term.column or "" for term in terms if term.part == "indicator")
    together: dict[str, int] = {}
    n_rows = len(terms)
    for column, n in sizes.most_common():
        if n_rows <= MOST_ROWS or n == 1:
            break
        together[column] = n
        n_rows -= n - 1
    return together


def _is_in(term: Term, together: Mapping[str, int]) -> bool:
    return term.part == "indicator" and term.column in together


def _together(c: Context, found: Companion, column: str, n: int) -> Row:
    name = one_line(column, LONGEST_NAME)
    said = c.say("companion.models.together", column=name, n=numbers.count(n))
    return _row((said, *([""] * len(found.models))))


def _columns(c: Context) -> tuple[Column, ...]:
    names = ("estimate", "se", "df", "statistic", "p", "stars")
    kinds = ("number", "number", "number", "number", "number", "text")
    titles = [c.say(f"estimates.heading.{name}") for name in names]
    return (
        Column(NOTHING),
        *(Column(title, kind) for title, kind in zip(titles, kinds, strict=True)),
        Column(c.say("companion.interval"), "number"),
    )


def _term_row(c: Context, term: Term) -> Row:
    se = standard_error(term)
    low, high = (numbers.by_error(end, se) for end in term.ci)
    return _row(
        (
            term_in_words(c, term),
            numbers.by_error(term.estimate, se),
            numbers.by_error(se, se),
            numbers.degrees_of_freedom(term.df),
            numbers.fixed(term.t, 3),
            numbers.p_value_flextable(term.p),
            numbers.significance_stars(term.p),
            c.span((low, high)),
        )
    )


def _coefficients(c: Context, found: Companion, term: Term) -> Row:
    """One term in all models, nothing where a model hasn't got it."""
    cells: list[object] = [term_in_words(c, term)]
    for model in found.models:
        own = next((one for one in model.terms if one.name == term.name), None)
        if own is None:
            cells.append("")
            continue
        se = standard_error(own)
        value, error = numbers.by_error(own.estimate, se), numbers.by_error(se, se)
        cells.append(c.plain("companion.models.value_se", value=value, se=error))
    return _row(tuple(cells))


def _percent(model: CompanionModel, share: float | None) -> str:
    """Nothing for the null model, which is what the others are compared with."""
    return "" if model.name == "null" else numbers.signed_percent(share)


def _heading(c: Context, found: Companion, name: str) -> Row:
    return _row((c.say(f"companion.models.{name}"), *([""] * len(found.models))), "group")


def _row(cells: tuple[object, ...], role: str = "") -> Row:
    return Row(tuple(Cell(Markup.escape(cell)) for cell in cells), role)


def _inference_note(c: Context, found: Companion) -> Markup:
    if found.n_plausible_values > 1:
        m = numbers.count(found.n_plausible_values)
        return c.say("companion.note.df.pooled", m=m)
    return c.say(f"companion.note.df.{found.models[-1].terms[0].inference}")


def _column_notes(c: Context, found: Companion) -> tuple[Markup, ...]:
    """What columns are about and what indicators are compared with."""
    notes = []
    for centre in ("group", "overall"):
        names = [
            one_line(one.column, LONGEST_NAME)
            for one in used(found)
            if one.centre == centre and one.level == "member"
        ]
        if names:
            notes.append(c.say(f"companion.note.centre.{centre}", columns=", ".join(names)))
    for one in used(found):
        if one.reference is not None:
            notes.append(
                c.say(
                    "companion.note.reference",
                    column=one_line(one.column, LONGEST_NAME),
                    reference=one_line(one.reference, LONGEST_NAME),
                )
            )
    return tuple(notes)


def _check_notes(c: Context, found: Companion) -> tuple[Markup, ...]:
    """What the second program says of the fullest model; nothing where it wasn't asked."""
    check = found.cross_check
    if check is None:
        return ()
    if check.note == "too_large":
        return (c.say("companion.note.check.too_large", n=numbers.count(c.data.n_members)),)
    excess = 0.0 if check.deviance_of_theirs is None else check.deviance_of_theirs
    if check.agrees is None:
        key = "unfinished" if check.note == "not_converged" else "none"
    elif check.agrees:
        key = "loose" if excess > SAME_POINT else "found"
    else:
        key = "worse" if excess > SAME_OPTIMUM else "differs"
    said = c.say(
        f"companion.note.check.{key}",
        engine=check.engine,
        version=check.version,
        ll=_digits(c, check.digits.log_likelihood),
        coefficients=_digits(c, check.digits.coefficients),
        excess=f"{excess:.2g}",
        note=check.note,
        value=f" {c.plain('companion.note.check.first')}" if found.n_plausible_values > 1 else "",
    )
    return (said,)


def _digits(c: Context, digits: float | None) -> str:
    """Digits that agree whole: 1 digit, 7 digits."""
    if digits is None:
        return ""
    n = int(digits)
    number = "one" if n == 1 else "several"
    return c.plain(f"companion.note.check.digits.{number}", n=numbers.count(n))


def _test_notes(c: Context, found: Companion) -> tuple[Markup, ...]:
    notes = [c.say("companion.note.restricted")] if found.method == "REML" else []
    notes += [
        c.say(
            "companion.note.test",
            smaller=c.plain(f"companion.tested.{one.smaller}"),
            larger=c.plain(f"companion.tested.{one.larger}"),
            statistic=numbers.fixed(one.test.statistic, 2),
            df=numbers.count(one.test.df),
            p=numbers.p_after_sign(one.test.p),
        )
        for one in found.tests
    ]
    if found.n_plausible_values > 1:
        notes.append(c.say("companion.note.median"))
    return tuple(notes)
