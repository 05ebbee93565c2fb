"""Lines of text: brought into the form in which a table is read, or refused."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO

from multilevel.configuration.forms import Form
from multilevel.errors import DataRefused
from multilevel.ingest.readers.encodings import Encoding
from multilevel.records.findings import Finding, note

_END = re.compile(r"\r\n|\n|\r")
TAIL, _MOST_BELOW = 2**13, 10
_NUMBER = re.compile(r"[+-]?[0-9][0-9.,]*%?")
# With what lines begin that say more of a table.
_SOURCES = (
    r"(?:data\s)?(?:source|note|remark|comment|footnote|copyright|created|generated|exported|"
    r"downloaded|last update|quelle|anmerkung|hinweis|stand|fuente|nota|fonte|obs|bron|kilde|källa|"
    r"merknad|lähde|źródło|uwaga|zdroj|kaynak|sumber|источник|примечание|出典|注|来源|资料来源|출처)s?"
)
SAYS_MORE = re.compile(rf"""["']?\s*(?:[*†‡§©¹²³]|\(?[0-9a-z]\)\s|{_SOURCES}(?:\b|[:：.]))""", re.I)
# What no row begins with, whatever its values.
NAMES_A_SOURCE = re.compile(rf"""["']?\s*{_SOURCES}\s?[:：]""", re.I)


@dataclass(frozen=True)
class Header:
    """The names of the columns, and where the values begin; `sep=;` isn't a header.

    Attributes
    ----------
    delimiter
        The character between values.
    names
        A name for each value of a row, "" where it has none.
    length, lines
        Bytes and lines before the first values.
    row_names
        Whether rows begin with a value of which the header says nothing.
    by_blanks
        Whether blanks separate values in the file, which then are tabs here.
    even
        Whether all rows that were looked at have a value for each name.
    findings
        What stands beside names and values.
    """

    delimiter: str
    names: tuple[str, ...]
    length: int
    lines: int
    row_names: bool = False
    by_blanks: bool = False
    even: bool = True
    findings: tuple[Finding, ...] = ()

    @property
    def dressed(self) -> bool:
        """Whether the file holds more than names in its first line and values below."""
        return bool(self.findings) or self.row_names or self.by_blanks


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


def below(content: bytes, start: int, delimiter: str, width: int) -> tuple[int, list[str]]:
    """Where the rows of a table end that begin at `start`, and the lines below that say more of it.

    Such lines have another number of values than the `width` of the table or name a source, don't
    begin with a number, and begin as notes and sources do, or are one text each after a blank
    line; what a row that was cut off leaves doesn't. Rows of nothing end no table.
    """
    start = max(len(content) - TAIL, start)
    lines = content[start:].splitlines(keepends=True)
    texts = [line.decode("utf-8", "replace").rstrip("\r\n") for line in lines]
    # Spreadsheets write rows of nothing, old programs a sign for the end of a file.
    nothing = re.compile(rf"[\s\x1a{re.escape(delimiter)}]*")
    texts = ["" if nothing.fullmatch(text) else text for text in texts]
    widths = [_width(text, delimiter) if text else 0 for text in texts]
    first = len(lines)
    while first and (widths[first - 1] != width or NAMES_A_SOURCE.match(texts[first - 1])):
        first -= 1
    said = [text.strip() for text in texts[first:] if text]
    if first and not said and width > 1:
        return start + sum(map(len, lines[:first])), []
    if not first or len(said) > _MOST_BELOW or any(text.count('"') % 2 for text in said):
        return len(content), []
    alone = not texts[first] and max(widths[first:]) == 1
    begins = (re.split(rf"[{re.escape(delimiter)}\s]", text)[0] for text in said)
    if not (alone or all(map(SAYS_MORE.match, said))) or any(map(_NUMBER.fullmatch, begins)):
        return len(content), []
    return start + sum(map(len, lines[:first])), said


def said_of(below: Sequence[str], encoding: Encoding) -> Iterator[Finding]:
    """A note on lines below the rows, and a caution on an encoding that is guessed."""
    if below:
        yield note("lines_below", n=len(below), text=below[0][:60])
    if encoding.guess:
        yield encoding.guess


def _width(text: str, delimiter: str) -> int:
    """How many values a line has, as far as it can be told from it alone."""
    try:
        return max((len(row) for row in csv.reader([text], delimiter=delimiter)), default=0)
    except csv.Error:
        return 0


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


def ragged(body: TextIO, header: Header, name: str, error: Exception) -> DataRefused:
    """The refusal that names the first line after the header without the right number of values."""
    expected = len(header.names)
    reader = csv.reader(body, delimiter=header.delimiter)
    begins = 1
    try:
        for row in reader:
            if row and len(row) != expected:
                if reader.line_num > begins and next(reader, None) is None:
                    line = header.lines + begins
                    return DataRefused("unreadable_file.open_quote", file=name, line=line)
                return DataRefused(
                    "unreadable_file.ragged",
                    case="one_column" if expected == 1 else "columns",
                    file=name,
                    line=header.lines + reader.line_num,
                    n=len(row),
                    expected=expected,
                )
            begins = reader.line_num + 1
    except csv.Error as fault:
        line = header.lines + reader.line_num
        return DataRefused("unreadable_file.line", file=name, line=line, error=str(fault))
    return DataRefused("unreadable_file.no_table", file=name, error=str(error))


def count(content: bytes, start: int) -> int:
    """Number of lines from `start` on."""
    ending = b"\n" if content.find(b"\n", start) >= 0 else b"\r"
    return content.count(ending, start) + (not content.endswith(ending))


def check_quotes(body: TextIO, header: Header, name: str) -> None:
    """Refuse a quotation mark after the header that never closes: it swallows the rows after it."""
    reader = csv.reader(body, delimiter=header.delimiter, strict=True)
    begins = 1
    try:
        for _ in reader:
            begins = reader.line_num + 1
    except csv.Error:
        raise DataRefused(
            "unreadable_file.open_quote", file=name, line=header.lines + begins
        ) from None
