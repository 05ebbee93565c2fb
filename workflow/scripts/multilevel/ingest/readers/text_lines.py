"""Lines of text brought into the form in which a table is read."""

import csv
import io
import re
from collections.abc import Iterable, Iterator

from multilevel.configuration.forms import Form

_END = re.compile(r"\r\n|\n|\r")


def by_tabs(content: bytes, *, whole: bool = True) -> bytes:
    """A text with its values separated by tabs instead of blanks, line by line.

    Without the last line where it isn't `whole`.
    """
    lines = _END.split(content.decode("utf-8"))
    if not whole and len(lines) > 1:
        lines.pop()
    try:
        return "".join(tabbed(lines)).encode("utf-8")
    except csv.Error:
        return content  # it has lines too long for a table


def tabbed(lines: Iterable[str]) -> Iterator[str]:
    """Lines with their values separated by tabs instead of blanks; csv.Error for endless ones."""
    stripped = (line.replace("\t", " ").strip() for line in lines)
    for row in csv.reader(stripped, delimiter=" ", skipinitialspace=True):
        written = io.StringIO()
        csv.writer(written, delimiter="\t", lineterminator="\n").writerow(row)
        yield written.getvalue()


def without_rows(content: bytes, form: Form) -> bytes:
    """The text with blank lines for the rows that are passed over."""
    passed_over = form.passed_over
    if not passed_over:
        return content
    ending = b"\n" if b"\n" in content else b"\r"
    lines = content.split(ending, max(passed_over))
    for row in passed_over:
        if row <= len(lines):
            lines[row - 1] = b""
    return ending.join(lines)
