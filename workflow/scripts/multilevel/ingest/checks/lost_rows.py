"""Many rows without a group or a score, such as those below a merged cell."""

from collections.abc import Iterator, Mapping

import numpy as np

from multilevel.errors import DataRefused
from multilevel.ingest.checks.material import Records
from multilevel.records.findings import Finding, caution

MANY, MOST = 0.05, 0.5
# Of the rows with an id, by far the most differ from the last and are followed by rows without.
_HEADS = 0.8


def check(records: Records) -> Iterator[Finding]:
    """A caution where many rows are left out for want of a group or score.

    Raises
    ------
    DataRefused
        `empty.most_rows_lost` where more than half are, unless that is accepted.
    """
    n, n_rows = records.n_without_score + records.n_without_group, records.n_rows
    if n <= MANY * n_rows:
        return
    lacking = "group" if records.n_without_group >= records.n_without_score else "score"
    case = "blocks" if lacking == "group" and _only_first_rows(records) else lacking
    n_group, n_score = records.n_without_group, records.n_without_score
    if n > MOST * n_rows and not records.accept_missing:
        raise DataRefused(
            "empty.most_rows_lost",
            records.group,
            *records.outcomes,
            case=case,
            file=records.file,
            n=n,
            n_rows=n_rows,
            n_group=n_group,
            n_score=n_score,
        )
    yield caution(
        "rows_lost",
        records.group,
        *records.outcomes,
        case=case,
        n=n,
        n_rows=n_rows,
        share=n / n_rows,
        n_group=n_group,
        n_score=n_score,
    )


def nothing_left(
    file: str,
    n_rows: int,
    any_scored: Mapping[str, bool],
    group: str,
    counts: Mapping[str, int],
) -> DataRefused:
    """The refusal of a file without a row that has all that it needs.

    Parameters
    ----------
    any_scored
        Of each column of scores, whether it has any.
    counts
        Rows that are "scored", "grouped", and "both".
    """
    if counts["both"]:
        return DataRefused("bad_weights.none_above_zero", file=file)
    outcomes, empty = list(any_scored), [name for name, some in any_scored.items() if not some]
    columns = empty
    if counts["scored"] and not counts["grouped"]:
        case, columns = "column", [group]
    elif counts["scored"]:
        case, columns = "never_both", [outcomes[0], group]
    elif len(empty) == len(outcomes):
        case = "column" if len(outcomes) == 1 else "columns"
    else:
        case = ("incomplete", "one_value", "some_values")[min(len(empty), 2)]
    return DataRefused(
        "empty.no_rows_left",
        *columns,
        case=case,
        file=file,
        n_rows=n_rows,
        n_values=len(outcomes),
        outcome=outcomes[0],
        group=group,
    )


def _only_first_rows(records: Records) -> bool:
    """Whether ids stand in the first row of each block only, the rows below being blank."""
    present = records.group_codes >= 0
    if not len(present) or not present[0]:
        return False
    heads, followed = records.group_codes[present], ~present[1:][present[:-1]]
    if len(heads) < 2 or not len(followed):
        return False
    return bool(np.mean(np.diff(heads) != 0) >= _HEADS and np.mean(followed) >= _HEADS)
