"""What goes with the differences between groups: the models with covariates, adjusted means."""

from multilevel.records.companion import Companion, CompanionModel, Term
from multilevel.report.blocks import Block, Code, Paragraph, Section, Subsection
from multilevel.report.context import Context
from multilevel.report.programs.code import Task
from multilevel.report.programs.covariates import codes_of
from multilevel.report.sections.companion_tables import (
    fullest_table,
    models_table,
    weighted_table,
)
from multilevel.wording import numbers
from multilevel.wording.quoting import listed, one_line

# Above it the null model isn't given up for the covariates.
REJECTS = 0.05
# The table of the fullest model alone.
FULLEST = "companion"
# Columns named in a sentence, and letters of one.
MOST_NAMED, LONGEST_NAME = 8, 60


def companion_section(c: Context) -> Section | None:
    """The section of a dataset with a companion; None for others."""
    found = c.results.companion
    if found is None:
        return None
    fullest = found.models[-1]
    blocks: tuple[Block | Subsection, ...] = (
        c.paragraph(
            "companion.lead",
            columns=columns_in_words(c, found),
            n_members=numbers.count(fullest.n_members),
            n_groups=numbers.count(fullest.n_groups),
        ),
        _claim(c, found, fullest),
        *_notes(c, found, fullest),
        fullest_table(c, found),
        *(_contextual(c, term, found) for term in found.contextual_effects),
        models_table(c, found),
        *_weighted(c, found),
        _adjusted(c, found),
        _code(c, found),
    )
    # On paper the models side by side have the fullest one's estimates too.
    printed = tuple(one for one in blocks if getattr(one, "key", "") != FULLEST)
    return Section("companion", c.plain("companion.title"), blocks, printed=printed)


def _code(c: Context, found: Companion) -> Subsection:
    """The same models by other programs, to be asked for."""
    provenance = c.results.provenance
    task = Task.of(provenance.config, provenance.reading)
    codes = (
        Code(
            f"companion-in-{program}",
            program,
            c.plain(f"companion_code.label.{program}"),
            text,
            folded=True,
        )
        for program, text in codes_of(task, found, c.words).items()
    )
    return Subsection(
        "companion-code",
        c.plain("companion_code.title"),
        (c.paragraph("companion_code.lead"), *codes),
        printed=(c.paragraph("companion_code.on_screen"),),
    )


def columns_in_words(c: Context, found: Companion) -> str:
    """ses, female and sector; of many the first."""
    names = [one_line(one.column, LONGEST_NAME) for one in found.covariates]
    if len(names) > MOST_NAMED:
        return listed(names, MOST_NAMED)
    *first, last = names
    return c.plain("companion.and", first=", ".join(first), last=last) if first else last


def _claim(c: Context, found: Companion, fullest: CompanionModel) -> Paragraph:
    """What goes with the columns, where the null model is given up for them."""
    test = next(one.test for one in found.tests if one.larger == fullest.name)
    columns = columns_in_words(c, found)
    if test.p >= REJECTS:
        return c.paragraph("companion.unsupported", columns=columns, p=numbers.p_value(test.p))
    if fullest.r2_between is None:
        return c.paragraph("companion.no_variance", columns=columns)
    between = numbers.signed_percent(fullest.r2_between)
    if fullest.r2_between <= 0:
        return c.paragraph("companion.none", columns=columns, between=between)
    # Columns of groups alone can't go with what varies within them.
    several = any(one.level == "member" for one in found.covariates) and fullest.r2_within > 0
    return c.paragraph(
        "companion.claim" if several else "companion.claim_groups",
        role="claim",
        columns=columns,
        between=between,
        within=numbers.signed_percent(fullest.r2_within),
    )


def _notes(c: Context, found: Companion, fullest: CompanionModel) -> tuple[Paragraph, ...]:
    """What belongs to the claim, and who and what was left out."""
    f, null = c.score, found.models[0]
    notes = [c.paragraph("companion.not_cause", role="note")]
    shares = [share for m in found.models for share in (m.r2_between, m.r2_within)]
    if any(share is not None and share < -numbers.ROUNDED_SHARE for share in shares):
        notes.append(c.paragraph("companion.negative", role="note"))
    if fullest.boundary:
        notes.append(c.paragraph("companion.boundary", role="note"))
    if found.n_left_out:
        notes.append(
            c.paragraph(
                "companion.left_out",
                role="note",
                n=numbers.count(found.n_left_out),
                tau00=f.variance(null.tau00, 1),
                sigma2=f.variance(null.sigma2, 1),
                all_tau00=f.variance(c.model.tau00, 1),
                all_sigma2=f.variance(c.model.sigma2, 1),
            )
        )
    if found.n_groups_left_out:
        n = numbers.count(found.n_groups_left_out)
        notes.append(c.paragraph("companion.groups_left_out", role="note", n=n))
    if found.aliased:
        terms = listed(found.aliased, MOST_NAMED)
        notes.append(c.paragraph("companion.aliased", role="note", terms=terms))
    return tuple(notes)


def _contextual(c: Context, term: Term, found: Companion) -> Paragraph:
    low, high = term.ci
    alone = len(found.covariates) == 1
    column = one_line(term.column or "", LONGEST_NAME)
    se = numbers.by_error(term.se, term.se)
    return c.paragraph(
        "companion.contextual_unclear" if low <= 0 <= high else "companion.contextual",
        column=column,
        Column=column[:1].upper() + column[1:],
        estimate=numbers.by_error(term.estimate, term.se),
        se=se,
        interval=c.span((numbers.by_error(low, term.se), numbers.by_error(high, term.se))),
        beside="" if alone else c.say("companion.beside"),
    )


def _weighted(c: Context, found: Companion) -> tuple[Subsection, ...]:
    if found.weighted is None:
        return ()
    share = found.weighted.models[-1].r2_between
    lead = c.paragraph("companion.weighted.lead_plain")
    if share is not None and share > 0:
        lead = c.paragraph("companion.weighted.lead", between=numbers.percent(share))
    blocks = (lead, weighted_table(c, found.weighted))
    return (Subsection("companion-weighted", c.plain("companion.weighted.title"), blocks),)


def _adjusted(c: Context, found: Companion) -> Subsection:
    """What adjusted means are and are not, and the figure."""
    near_zero = (c.paragraph("companion.adjusted.near_zero", role="note"),)
    blocks: tuple[Block, ...] = (
        c.paragraph("companion.adjusted.lead"),
        c.paragraph("companion.adjusted.not_effects"),
        *(near_zero if found.adjusted_near_zero else ()),
        c.figure("adjusted_means"),
    )
    return Subsection("adjusted-means", c.plain("companion.adjusted.title"), blocks)
