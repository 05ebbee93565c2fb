"""Sets of numbered columns that are taken in part, have gaps, or don't belong together."""

import re
from collections.abc import Iterator, Sequence

from multilevel.ingest import presets
from multilevel.ingest.checks.material import Columns
from multilevel.records.findings import Finding, caution
from multilevel.wording.families import families, gaps, left_out, numbered_at, siblings


def check(columns: Columns) -> Iterator[Finding]:
    """Cautions on plausible values and replicate weights, by their names alone."""
    outcomes, replicates = columns.outcomes, columns.replicates
    if len(outcomes) == 1:
        yield from alone(outcomes[0], columns.labels.get(outcomes[0], ""), columns.names)
    further, absent = _beside(outcomes, columns.n_values, columns.names)
    if absent:
        yield caution("values_gap", *absent, n=len(outcomes))
    if further:
        yield caution("values_left_out", *further, n=len(outcomes))
    further, absent = _beside(replicates, columns.n_replicates, columns.names)
    if absent:
        yield caution("replicates_gap", *absent, n=len(replicates))
    if further:
        yield caution("replicates_left_out", *further, n=len(replicates))
    yield from _several_sets(outcomes, columns.names)


def alone(name: str, label: str, names: Sequence[str]) -> Iterator[Finding]:
    """A plausible value, by name or label, that is analysed alone; `names` are the file's."""
    known = (study.subjects.values() for study in presets.STUDIES.values())
    named = any(re.fullmatch(one, name, re.I) for subjects in known for one in subjects)
    if not named and "plausible value" not in label.lower():
        return
    family = next((one for one in families(names) if name in one.names), None)
    further = siblings(name, names)
    absent = gaps([name, *further])
    if family is not None:
        yield caution("one_value", name, n=1, case="family", pattern=family.pattern)
    elif not further:
        yield caution("one_value", name, n=1, case="lone")
    elif absent:
        yield caution(
            "one_value", name, n=1, case="gaps", further=list(further), absent=list(absent)
        )
    else:
        yield caution("one_value", name, n=1, case="siblings", further=list(further))


def _several_sets(outcomes: Sequence[str], names: Sequence[str]) -> Iterator[Finding]:
    """Scores that each stand with others, of which each is taken as a plausible value."""
    if len(outcomes) < 2 or numbered_at(outcomes) is not None:
        return
    own = {one: frozenset((one, *siblings(one, names))) for one in outcomes}
    # A column that has no like in the file tells nothing of what the others are.
    sets = {those: one for one, those in own.items() if len(those) > 1}
    if len(sets) > 1:
        yield caution("several_sets", *sets.values(), n=len(outcomes))


def _beside(
    used: Sequence[str], last: int | None, names: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What else belongs to a numbered set: what the file has of it, and what it has not."""
    further = left_out(used, names)
    return further, gaps((*used, *further), last)
