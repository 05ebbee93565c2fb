"""`multilevel inspect`: what a file holds, and how to go on. Nothing is written."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from console.caller import Caller
from console.report import as_yaml, file_of
from console.settings import entry_of
from multilevel.configuration.forms import Form
from multilevel.errors import DataRefused
from multilevel.ingest.discovery import Seen, Survey, survey
from multilevel.ingest.readers import read_source
from multilevel.wording import findings
from multilevel.wording.numbers import count
from multilevel.wording.quoting import listed, one_line

MOST_ROWS = 400
_LABEL = 50


def main(given: Mapping[str, str], caller: Caller) -> int:
    """Print what the file holds.

    Parameters
    ----------
    given
        `file` and what is said of its form, such as `sheet` and `encoding`.

    Returns
    -------
    The exit status: 0 shown, 1 the file can't be read.

    Raises
    ------
    ConfigError
        When the file is an address on the network.
    """
    folder = Path.cwd()
    path = file_of(given, folder, "file", caller)
    form = Form.of(entry_of(given, caller))
    try:
        source = read_source(folder / path, form)
        found = survey(source, path)
    except DataRefused as refusal:
        print(f"{refusal.reason.message}\n{refusal.reason.remedy}", file=sys.stderr)
        return 1
    print("\n".join(lines(found, caller)))
    return 0


def lines(found: Survey, caller: Caller) -> Iterator[str]:
    """What to print."""
    yield (
        f"{one_line(found.file, 100)}: {count(found.n_rows)} rows, {count(found.n_columns)} columns"
    )
    yield from findings.notes(found.findings, found.reading, cautions=True)
    yield ""
    rows = [_HEAD, *(_row(one) for one in found.columns[:MOST_ROWS])]
    widths = [max(len(row[place]) for row in rows) for place in range(len(_HEAD) - 1)]
    for row in rows:
        padded = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        yield "  ".join([*padded, row[-1]]).rstrip()
    if len(found.columns) > MOST_ROWS:
        yield f"... and {count(len(found.columns) - MOST_ROWS)} more"
    yield ""
    for word, names in (
        ("outcomes", found.outcomes),
        ("groups", found.groups),
        ("weights", found.weights),
        ("replicates", found.replicates),
    ):
        yield f"may be {word}: {listed(names) if names else 'none found'}"
    yield ""
    yield from _offers(found, caller)


def _offers(found: Survey, caller: Caller) -> Iterator[str]:
    """How to go on: by a command, and by an entry in the configuration."""
    # What can't be shown can't be copied either; a file of several reports isn't for a command.
    values = found.entry.values()
    if "split_by" not in found.entry and all(str(value).isprintable() for value in values):
        yield "To report on it now, after a look at the names:"
        yield ""
        yield f"  {caller.command('report', found.entry)}"
        yield ""
    kept = "their reports" if "split_by" in found.entry else "its report"
    yield f"To keep {kept} up to date, put this under datasets: in config/config.yaml:"
    yield ""
    text = as_yaml({found.entry_id: found.entry})
    yield from (f"  {line}" for line in text.splitlines())


_HEAD = ("column", "kind", "different", "missing", "range", "codes for missing", "label")


def _row(one: Seen) -> tuple[str, ...]:
    known = [] if one.low is None or one.high is None else [f"{one.low:.6g}", f"{one.high:.6g}"]
    return (
        one_line(one.name, 40),
        one.kind,
        "" if one.n_distinct is None else count(one.n_distinct),
        "" if not one.n_missing else count(one.n_missing),
        " to ".join(known),
        one_line(", ".join(one.codes), 40),
        one_line(one.label, _LABEL),
    )
