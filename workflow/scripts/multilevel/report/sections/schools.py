"""School by school: caterpillar, shrinkage and the school table."""

import math
from collections.abc import Iterable
from dataclasses import replace

from markupsafe import Markup

from multilevel.report import rules
from multilevel.report.blocks import (
    Block,
    Cell,
    Column,
    MadeRows,
    Paragraph,
    Row,
    Section,
    Subsection,
    Table,
)
from multilevel.report.context import Context
from multilevel.report.withheld import least_reliability, row_score
from multilevel.wording import numbers
from multilevel.wording.publication import not_updated, withheld, withheld_row

# Up to so many schools the PDF names each in a figure.
PRINT_NAMES = 20
# Up to so many schools the PDF prints every row, beyond that half of PRINT_ENDS from each end.
# A companion model's tables take the room of some.
PRINT_ALL, PRINT_BESIDE_COMPANION, PRINT_ENDS = 40, 30, 12
# Intervals that hold less often than their level by more than this are said to.
COVERAGE_SLACK = 0.02
# Rank intervals this wide, in the median, say nothing.
NEARLY_ALL_PLACES = 0.8
# Letters that a printed row has room for, and those of a name that stand on a line of it.
ROW_LETTERS, LINE_LETTERS = 84, 24
COLUMNS = ("group", "n", "mean", "sd", "interval_mean", "eb", "interval_eb", "side", "reliability")
WORDS = frozenset({"group", "side"})


def schools_section(c: Context) -> Section:
    """Estimated school means with intervals, and what they are not for."""
    f, groups = c.score, c.groups
    lead: tuple[Block, ...] = (
        c.paragraph("schools.lead"),
        c.equation("eb_mean"),
        c.paragraph(
            "schools.how",
            lowest=c.named_group(groups.lowest),
            lowest_mean=f.headline(groups.lowest_mean),
            highest=c.named_group(groups.highest),
            highest_mean=f.headline(groups.highest_mean),
        ),
    )
    if c.model.boundary:
        claims: tuple[Block, ...] = (c.paragraph("schools.apart_boundary"), *_unweighted(c))
        figures: tuple[Block, ...] = (c.figure("caterpillar"),)
        moves: tuple[Block, ...] = (c.figure("shrinkage"),)
    else:
        claims = (*_apart(c), *_unweighted(c), *_coverage(c))
        figures = (c.figure("caterpillar"), c.paragraph("schools.not_ranking", role="note"))
        moves = (_shrinkage_words(c), c.figure("shrinkage"))
    compare, funnel = _compare(c), (c.figure("funnel"),) if "funnel" in c.figure_texts else ()
    table = _table(c)
    # Page one has the order of many schools, so that paper shows their means by size instead, if
    # these differ; of few the caterpillar's ticks say what the figure of shrinkage does.
    shown = figures if len(c.schools) <= PRINT_NAMES else funnel
    return Section(
        "schools",
        c.plain("schools.title"),
        (*lead, *claims, *figures, *funnel, *moves, compare, table),
        printed=(*lead, *claims, compare, *shown, _on_paper(table, c)),
    )


def _apart(c: Context) -> tuple[Block, ...]:
    """How many can be told apart from the model's mean, and how far to trust such marks."""
    if not rules.told_apart(c):
        return ()
    groups = c.groups
    if groups.n_above + groups.n_below == 0:
        return (c.paragraph("schools.apart_none"),)
    said = c.say(
        "schools.apart",
        n_above=numbers.count(groups.n_above),
        n_below=numbers.count(groups.n_below),
        n_rest=numbers.count(groups.n_not_distinguishable),
        n_groups=numbers.count(len(c.schools)),
    )
    if rules.few_marks_wrong(c):
        said += " " + c.say("schools.marks_wrong")
    return (Paragraph(said, "claim"),)


def _unweighted(c: Context) -> tuple[Block, ...]:
    """Estimates of groups stand around the model's mean, where page one leads with another."""
    leader = c.leading.mean
    if c.results.weighted is None:
        return ()
    f = c.score
    mean, model = f.headline(leader.value), f.headline(c.model.gamma00)
    return (c.paragraph("schools.unweighted", mean=mean, gamma00=model),)


def _coverage(c: Context) -> tuple[Block, ...]:
    """How often intervals hold the true mean in simulated data, where that isn't their level."""
    groups, level = c.groups, c.model.confidence
    held = groups.eb_coverage, groups.eb_coverage_smallest, groups.eb_coverage_top
    every, smallest, top = (level if share is None else share for share in held)
    if min(every, smallest, top) >= level - COVERAGE_SLACK:
        return ()
    return (
        c.paragraph(
            "schools.coverage",
            n=numbers.count(groups.eb_coverage_draws),
            every=numbers.percent(every),
            smallest=numbers.percent(smallest),
            top=numbers.percent(top),
        ),
    )


def _compare(c: Context) -> Subsection:
    """Overlap intervals, and how little a ranking would say."""
    found, n_groups = c.comparisons, c.data.n_groups
    blurred = found.rank_median_width >= NEARLY_ALL_PLACES * (n_groups - 1)
    overlap = c.paragraph(
        "schools.compare.overlap", factor=numbers.fixed(found.overlap_factor, 2), alpha=c.alpha
    )
    ranks = c.paragraph(
        "schools.compare.ranks_all" if blurred else "schools.compare.ranks",
        width=numbers.fixed(found.rank_median_width, 0),
        n_groups=numbers.count(n_groups),
        n_first=numbers.count(found.n_could_be_first),
        n_last=numbers.count(found.n_could_be_last),
    )
    title = c.plain("schools.compare.title")
    return Subsection("compare", title, (overlap, ranks), printed=(ranks,))


def _shrinkage_words(c: Context) -> Block:
    largest = c.score.headline(c.groups.largest_shrinkage)
    if c.data.balanced:
        return c.paragraph(
            "schools.shrinkage_equal",
            reliability=c.reliability.show(c.between.reliability),
            largest=largest,
        )
    return c.paragraph(
        "schools.shrinkage_small",
        low=least_reliability(c),
        high=c.reliability.show(c.between.reliability_max),
        largest=largest,
    )


def _sided(c: Context) -> bool:
    """Whether a column says on which side of the overall mean each school is."""
    return not c.model.boundary and rules.told_apart(c)


def _columns(c: Context, columns: tuple[str, ...]) -> tuple[Column, ...]:
    return tuple(
        Column(c.say(f"schools.heading.{name}"), "text" if name in WORDS else "number")
        for name in columns
    )


def _table(c: Context) -> Table:
    """All schools by id."""
    sided = _sided(c)
    most = PRINT_ALL if c.results.companion is None else PRINT_BESIDE_COMPANION
    columns = tuple(name for name in COLUMNS if sided or name != "side")
    last = _withheld(c, columns)

    def row(j: int) -> Row:
        return _row(c, j, columns) if j < len(c.schools) else last[j - len(c.schools)]

    return Table(
        key="schools",
        title=c.say("schools.table"),
        subtitle=c.say("schools.table_subtitle_by_id"),
        columns=_columns(c, columns),
        rows=MadeRows(len(c.schools) + len(last), row),
        notes=_notes(c, sided),
        sortable=True,
        print_rows=most if len(c.schools) <= most else PRINT_ENDS,
    )


def _on_paper(table: Table, c: Context) -> Table:
    """As paper has room for it: where rows are long, no intervals of observed means.

    Names that break over lines leave room for fewer rows.
    """
    first, last = table.ends(table.print_rows)
    shown = (row.cells for row in (*first, *last))
    widest = [_letters(column) for column in zip(*shown, strict=True)]
    narrow = table
    if sum((min(widest[0], LINE_LETTERS), *widest[1:])) > ROW_LETTERS:
        at = COLUMNS.index("interval_mean")
        columns = table.columns[:at] + table.columns[at + 1 :]
        notes = tuple(note for note in table.notes if note != c.say("schools.interval_mean_note"))
        rows = MadeRows(len(table.rows), lambda j: _without(table.rows[j], at))
        narrow = replace(table, rows=rows, columns=columns, notes=notes)
    fewer = widest[0] > LINE_LETTERS and len(table.rows) > PRINT_NAMES
    return replace(narrow, print_rows=PRINT_ENDS) if fewer else narrow


def _without(row: Row, at: int) -> Row:
    return replace(row, cells=row.cells[:at] + row.cells[at + 1 :])


def _letters(cells: Iterable[Cell]) -> int:
    return max(len(cell.text) for cell in cells)


def _notes(c: Context, sided: bool) -> tuple[Markup, ...]:
    """How the intervals were made, and what the coverage study found of them."""
    said = (*withheld(c.results, c.words), not_updated(c.results, c.words))
    own = (c.say("schools.interval_mean_note"), c.say("schools.interval_eb_note"))
    notes = (*own, *(Markup.escape(one) for one in said if one))
    if c.model.boundary:
        return (*notes, c.say("schools.boundary_note"))
    if sided:
        mean = c.score.headline(c.model.gamma00)
        notes = (c.say("schools.side_note", mean=mean), *notes)
    return notes


def _withheld(c: Context, columns: tuple[str, ...]) -> tuple[Row, ...]:
    """A row of all schools that aren't shown singly."""
    found = withheld_row(c.results, c.words)
    if found is None:
        return ()
    mean = found["mean"]
    cells: dict[str, tuple[str, float | str | None]] = {
        "group": (found["group"], found["group"]),
        "n": (numbers.count(found["n"]), float(found["n"])),
        "mean": ("" if mean is None else row_score(c).headline(mean), mean),
    }
    shown = (cells.get(name, ("", None)) for name in columns)
    return (Row(tuple(Cell(Markup.escape(text), sort) for text, sort in shown)),)


def _row(c: Context, j: int, columns: tuple[str, ...]) -> Row:
    f, s = row_score(c), c.schools
    group, sd = c.group_id(str(s.group[j])) + s.mark(j), float(s.sd[j])
    mean_ends = float(s.mean_ci_low[j]), float(s.mean_ci_high[j])
    eb_ends = float(s.ci_low[j]), float(s.ci_high[j])
    cells: dict[str, tuple[str, float | str | None]] = {
        "group": (group, group),
        "n": (numbers.count(int(s.n[j])), float(s.n[j])),
        "mean": (f.headline(float(s.mean[j])), float(s.mean[j])),
        "sd": (f.headline(sd), None if math.isnan(sd) else sd),
        "interval_mean": (c.span(f.interval(mean_ends)), mean_ends[0]),
        "eb": (f.headline(float(s.eb_mean[j])), float(s.eb_mean[j])),
        "interval_eb": (c.span(f.interval(eb_ends)), eb_ends[0]),
        "side": _side(c, eb_ends),
        "reliability": (c.reliability.show(float(s.reliability[j])), float(s.reliability[j])),
    }
    shown = (cells[name] for name in columns)
    return Row(tuple(Cell(Markup.escape(text), sort) for text, sort in shown))


def _side(c: Context, ends: tuple[float, float]) -> tuple[str, float]:
    """On which side of the overall mean the interval of an estimate lies, if on one."""
    low, high = ends
    if low > c.model.gamma00:
        return c.plain("schools.side.above"), 1.0
    key, sort = ("below", -1.0) if high < c.model.gamma00 else ("neither", 0.0)
    return c.plain(f"schools.side.{key}"), sort
