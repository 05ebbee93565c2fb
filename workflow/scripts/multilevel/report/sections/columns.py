"""The columns that were read, and why values are missing in them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from multilevel.records.results import ColumnUse, MissingCount
from multilevel.records.sections import Role
from multilevel.report.blocks import Block
from multilevel.report.context import Context
from multilevel.report.tabulating import simple_table
from multilevel.wording import numbers
from multilevel.wording.families import gaps, in_a_row

MOST_ROWS = 25
_MOST_LISTED = 10
# What is suspected, by what its column is used as.
_KINDS: dict[Role, str] = {
    "outcome": "score",
    "member_weight": "weight",
    "group_weight": "weight",
    "group": "id",
}


@dataclass(frozen=True)
class _Run:
    """Columns of one use after one another, such as plausible values."""

    role: str
    names: tuple[str, ...]
    label: str


def columns_blocks(c: Context) -> Iterator[Block]:
    """What was read for what, the reasons of missing values, and suspected codes one by one."""
    provenance = c.results.provenance
    runs = _runs(provenance.columns)
    if len(provenance.columns) > 2 or any(use.label for use in provenance.columns):
        yield simple_table(
            "columns",
            c.say("data.columns.title"),
            (
                (c.say("data.columns.role"), "text"),
                (c.say("data.columns.name"), "code"),
                (c.say("data.columns.label"), "text"),
            ),
            tuple(
                (c.say(f"data.columns.roles.{run.role}"), span(run.names), run.label)
                for run in runs[:MOST_ROWS]
            ),
        )
    if provenance.missing:
        yield _missing(c, provenance.missing, runs)
    for one in provenance.suspects[:MOST_ROWS]:
        number = c.score.headline if one.role == "outcome" else numbers.as_typed
        kind = _KINDS[one.role]
        yield c.paragraph(
            f"data.suspect.{kind}" if one.n > 1 else f"data.suspect.{kind}_once",
            value=numbers.as_typed(one.value),
            n=numbers.count(one.n),
            column=one.column,
            low=number(one.low),
            high=number(one.high),
        )


def _listed(texts: Iterable[str]) -> str:
    """Each once, the first few of them."""
    different = list(dict.fromkeys(texts))
    more = ", …" if len(different) > _MOST_LISTED else ""
    return ", ".join(different[:_MOST_LISTED]) + more


def span(names: Sequence[str]) -> str:
    """The first and the last of a numbered set that has no gaps; of others the first few."""
    if in_a_row(names) and not gaps(names):
        return f"{names[0]} – {names[-1]}"
    return _listed(names)


def outcome_names(outcome: str | Sequence[str]) -> str:
    """The outcome of a dataset's settings: a column, or the first and the last of several."""
    return outcome if isinstance(outcome, str) else span(outcome)


def _runs(uses: Sequence[ColumnUse]) -> list[_Run]:
    runs: list[_Run] = []
    for use in uses:
        last = runs[-1] if runs else None
        if last and last.role == use.role and use.role in ("outcome", "replicate"):
            runs[-1] = _Run(use.role, (*last.names, use.name), last.label)
        else:
            runs.append(_Run(use.role, (use.name,), use.label))
    return runs


def _missing(c: Context, missing: Sequence[MissingCount], runs: Sequence[_Run]) -> Block:
    """A row for each reason; columns of one run that have the same counts share it."""
    place = {name: run.names for run in runs for name in run.names}
    together: dict[tuple[tuple[str, ...], str, int], list[str]] = {}
    for one in missing:
        key = (place.get(one.column, (one.column,)), one.reason, one.n)
        together.setdefault(key, []).append(one.column)
    rows = [
        (
            span(names),
            c.say("data.missing.empty") if reason == "empty" else reason,
            numbers.count(n),
        )
        for (_, reason, n), names in together.items()
    ]
    more = len(rows) - MOST_ROWS
    return simple_table(
        "missing",
        c.say("data.missing.title"),
        (
            (c.say("data.columns.name"), "code"),
            (c.say("data.missing.reason"), "text"),
            (c.say("data.missing.n"), "number"),
        ),
        tuple(rows[:MOST_ROWS]),
        notes=(c.say("data.missing.more", n=numbers.count(more)),) if more > 0 else (),
    )
