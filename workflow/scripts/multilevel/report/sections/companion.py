"""What goes with the differences between groups: the models with covariates, adjusted means."""

from multilevel.records.companion import Companion, CompanionModel, Term
from multilevel.report.blocks import Block, Code, Paragraph, Section, Subsection, Table
from multilevel.report.context import Context
from multilevel.report.programs.code import Task
from multilevel.report.programs.covariates import codes_of
from multilevel.report.sections.companion_claims import (
    LONGEST_NAME,
    MOST_NAMED,
    claim,
    columns_in_words,
    used,
    weighted_lead,
)
from multilevel.report.sections.companion_tables import (
    fullest_table,
    models_table,
    weighted_table,
)
from multilevel.report.withheld import withheld_part
from multilevel.wording import numbers
from multilevel.wording.quoting import listed, one_line

KEY = "companion"
# The tables of the fullest model alone, and of all side by side.
FULLEST, MODELS = "companion", "companion-models"
CODE = "companion-code"


def companion_section(c: Context) -> Section | None:
    """The section of a dataset with a companion; None for others."""
    found = c.results.companion
    if found is None:
        withheld = withheld_part(c, "companion")
        return Section(KEY, c.plain("companion.title"), withheld) if withheld else None
    fullest = found.models[-1]
    blocks: tuple[Block | Subsection, ...] = (
        c.paragraph(
            "companion.lead",
            columns=columns_in_words(c, found),
            n_members=numbers.count(fullest.n_members),
            n_groups=numbers.count(fullest.n_groups),
        ),
        claim(c, found),
        *_notes(c, found, fullest),
        fullest_table(c, found),
        *(_contextual(c, term, found) for term in found.contextual_effects),
        models_table(c, found),
        *_weighted(c, found),
        _adjusted(c, found),
        _code(c, found),
    )
    # On paper the models side by side have the fullest one's estimates, too; that all code is on
    # the page is said with that of the null model.
    printed = tuple(
        models_table(c, found, on_paper=True) if _is_table(one, MODELS) else one
        for one in blocks
        if not _is_table(one, FULLEST) and getattr(one, "key", "") != CODE
    )
    return Section(KEY, c.plain("companion.title"), blocks, printed=printed)


def _is_table(block: Block | Subsection, key: str) -> bool:
    return isinstance(block, Table) and block.key == key


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
        CODE,
        c.plain("companion_code.title"),
        (c.paragraph("companion_code.lead"), *codes),
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
                _number("companion.left_out", found.n_left_out),
                role="note",
                n=numbers.count(found.n_left_out),
                tau00=f.variance(null.tau00, 1),
                sigma2=f.variance(null.sigma2, 1),
                all_tau00=f.variance(c.model.tau00, 1),
                all_sigma2=f.variance(c.model.sigma2, 1),
            )
        )
    if found.n_groups_left_out:
        n = found.n_groups_left_out
        key = _number("companion.groups_left_out", n)
        notes.append(c.paragraph(key, role="note", n=numbers.count(n)))
    moved = _moved(c, found)
    if moved:
        key = _number("companion.as_groups", len(moved))
        notes.append(c.paragraph(key, role="note", columns=listed(moved, MOST_NAMED)))
    # About its group's mean a constant is nothing, of which the sentence above has told.
    aliased = [name for name in found.aliased if name not in moved]
    if aliased:
        key = _number("companion.aliased", len(aliased))
        notes.append(c.paragraph(key, role="note", terms=listed(aliased, MOST_NAMED)))
    return tuple(notes)


def _moved(c: Context, found: Companion) -> list[str]:
    """Columns configured as members' that are constant within every group."""
    of_members = {o.name for o in c.results.provenance.columns if o.role == "member_covariate"}
    return [o.column for o in used(found) if o.level == "group" and o.column in of_members]


def _number(key: str, n: int) -> str:
    """The sentence of this key for one or for several."""
    return f"{key}.{'one' if n == 1 else 'several'}"


def _contextual(c: Context, term: Term, found: Companion) -> Paragraph:
    low, high = term.ci
    alone = len(used(found)) == 1
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
    blocks = (weighted_lead(c, found), weighted_table(c, found.weighted))
    return (Subsection("companion-weighted", c.plain("companion.weighted.title"), blocks),)


def _adjusted(c: Context, found: Companion) -> Subsection:
    """What adjusted means are and are not, and the figure."""
    boundary = found.models[-1].boundary
    near_zero = (
        c.paragraph(f"companion.adjusted.{'at' if boundary else 'near'}_zero", role="note"),
    )
    blocks: tuple[Block, ...] = (
        c.paragraph("companion.adjusted.lead"),
        c.paragraph("companion.adjusted.not_effects"),
        *((c.paragraph("companion.adjusted.unweighted", role="note"),) if found.weighted else ()),
        *(near_zero if found.adjusted_near_zero else ()),
        c.figure("adjusted_means"),
    )
    return Subsection("adjusted-means", c.plain("companion.adjusted.title"), blocks)
