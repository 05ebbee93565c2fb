"""What may be wrong with the data: a module for each check, findings out.

A check looks at columns by their names, at the members analysed, or at the file's rows.

A new check is a module with a function `check`, its line here, and its sentence in
templates/text/en/findings.yaml.
"""

from collections.abc import Callable, Iterable

from multilevel.ingest.checks import (
    aggregated_rows,
    column_sets,
    lost_rows,
    missing_codes,
    plausible_values,
    repeated_members,
    restarting_ids,
    similar_ids,
    thousands,
    total_rows,
)
from multilevel.ingest.checks.material import Columns as Columns
from multilevel.ingest.checks.material import Members as Members
from multilevel.ingest.checks.material import Records as Records
from multilevel.ingest.checks.material import Separator as Separator
from multilevel.records.findings import Finding

OF_COLUMNS: tuple[Callable[[Columns], Iterable[Finding]], ...] = (column_sets.check,)
OF_MEMBERS: tuple[Callable[[Members], Iterable[Finding]], ...] = (
    similar_ids.check,
    thousands.check,
    missing_codes.check,
    plausible_values.check,
)
OF_RECORDS: tuple[Callable[[Records], Iterable[Finding]], ...] = (
    lost_rows.check,
    repeated_members.check,
    total_rows.check,
    restarting_ids.check,
    aggregated_rows.check,
)


def of_columns(columns: Columns) -> tuple[Finding, ...]:
    """The findings of all checks of columns' names, before any value is read."""
    return tuple(finding for check in OF_COLUMNS for finding in check(columns))


def of_members(members: Members) -> tuple[Finding, ...]:
    """The findings of all checks of the members analysed."""
    return tuple(finding for check in OF_MEMBERS for finding in check(members))


def of_records(records: Records) -> tuple[Finding, ...]:
    """The findings of all checks of a file's rows; DataRefused where one refuses."""
    return tuple(finding for check in OF_RECORDS for finding in check(records))
