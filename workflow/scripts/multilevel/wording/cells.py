"""Cells of CSV files that a spreadsheet must not run."""

import csv
import io
import re
from collections.abc import Iterable

# The full-width forms count in East Asian settings.
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Where a spreadsheet may divide cells, depending on the country it is set to.
_DIVIDING = re.compile('[,;\t"\r\n]')


def neutralised(text: str) -> str:
    """`text` with an apostrophe before it when a spreadsheet would take it for a formula.

    Plain numbers such as -3 stay as they are (OWASP, CSV injection). A text that has such
    apostrophes already gets one more, so that different texts stay different.
    """
    if not text.lstrip("'").startswith(_STARTS):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text


def lines(rows: Iterable[Iterable[str]]) -> str:
    """Rows as CSV: cells in quotes where any spreadsheet might divide them."""
    return "".join(",".join(map(_quoted, row)) + "\n" for row in rows)


def requoted(text: str) -> str:
    """CSV from elsewhere as `lines` writes it."""
    return lines(csv.reader(io.StringIO(text, newline="")))


def _quoted(cell: str) -> str:
    if not _DIVIDING.search(cell):
        return cell
    doubled = cell.replace('"', '""')
    return f'"{doubled}"'
