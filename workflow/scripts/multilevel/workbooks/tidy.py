"""Records as tidy CSV: a row a record, a column a field, numbers in full."""

import csv
import io
from collections.abc import Sequence

from multilevel.wording.cells import neutralised
from multilevel.workbooks.tables import described_fields, field_names
from multilevel.workbooks.workbook import Value


def tidy_csv(kind: type, records: Sequence[object], ids: Sequence[str] | None = None) -> bytes:
    """Records as CSV in UTF-8; undefined values are empty, texts that would run neutralised.

    Parameters
    ----------
    kind
        Of the records: its fields are the columns, whatever the records are and however many.
    ids
        Of the dataset of each record, the first column; None for records with an id of their own.
    """
    rows = [{name: value for name, value, _ in described_fields(record)} for record in records]
    if ids is not None:
        rows = [{"dataset": name, **row} for name, row in zip(ids, rows, strict=True)]
    columns = [*(() if ids is None else ("dataset",)), *field_names(kind)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)
    return text.getvalue().encode("utf-8")


def _cell(value: Value) -> str:
    if value is None:
        return ""
    return neutralised(value) if isinstance(value, str) else repr(value)
