"""What may be wrong with the data: a module for each check, columns or members in, findings out.

A new check is a module with a function `check`, its line here, and its sentence in
templates/text/en/findings.yaml.
"""

from collections.abc import Callable, Iterable

from multilevel.ingest.checks import (
    column_sets,
    missing_codes,
    plausible_values,
    similar_ids,
    thousands,
)
from multilevel.ingest.checks.material import Columns as Columns
from multilevel.ingest.checks.material import Members as Members
from multilevel.ingest.checks.material import Separator as Separator
from multilevel.records.findings import Finding

OF_COLUMNS: tuple[Callable[[Columns], Iterable[Finding]], ...] = (column_sets.check,)
OF_MEMBERS: tuple[Callable[[Members], Iterable[Finding]], ...] = (
    similar_ids.check,
    thousands.check,
    missing_codes.check,
    plausible_values.check,
)


def of_columns(columns: Columns) -> tuple[Finding, ...]:
    """The findings of all checks of columns' names, before any value is read."""
    return tuple(finding for check in OF_COLUMNS for finding in check(columns))


def of_members(members: Members) -> tuple[Finding, ...]:
    """The findings of all checks of the members analysed."""
    return tuple(finding for check in OF_MEMBERS for finding in check(members))
