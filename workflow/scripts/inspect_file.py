"""`make inspect`: what a file holds, and a configuration entry to start from.

The settings come from the environment as REPORT_FILE and REPORT_SHEET. Nothing is
written. Exit status: 0 shown, 1 the file can't be read, 2 settings wrong.
"""

import os
import shlex
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import one_file
from multilevel.errors import ConfigError, DataRefused
from multilevel.ingest.discovery import Seen, Survey, survey
from multilevel.ingest.readers import read_source
from multilevel.wording import findings
from multilevel.wording.numbers import count
from multilevel.wording.quoting import listed, one_line

USAGE = """\
    make inspect FILE=scores.sav

FILE is the student file; SHEET= a sheet of a workbook, by name or number."""
MOST_ROWS = 400
_LABEL = 50


def main(environment: Mapping[str, str]) -> int:
    """Print what the file holds; the exit status."""
    try:
        settings = one_file.read_settings(environment, required=("FILE",))
    except ConfigError as error:
        print(f"{error}\n\n{USAGE}", file=sys.stderr)
        return 2
    path = one_file.file_of(settings, Path.cwd(), one_file.ROOT)
    sheet = one_file.sheet_of(settings)
    try:
        found = survey(read_source(one_file.ROOT / path, sheet), path)
    except DataRefused as refusal:
        print(f"{refusal.reason.message}\n{refusal.reason.remedy}", file=sys.stderr)
        return 1
    print("\n".join(lines(found)))
    return 0


def lines(found: Survey) -> Iterator[str]:
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
    yield from _offers(found)


def _offers(found: Survey) -> Iterator[str]:
    """How to go on: by a command, and by an entry in the configuration."""
    settings = [(key.upper(), str(value)) for key, value in found.entry.items()]
    # What can't be shown can't be copied either; a file of several reports isn't for a command.
    if "split_by" not in found.entry and all(value.isprintable() for _, value in settings):
        yield "To report on it now, after a look at the names:"
        yield ""
        yield "  make report " + " ".join(f"{key}={shlex.quote(value)}" for key, value in settings)
        yield ""
    kept = "their reports" if "split_by" in found.entry else "its report"
    yield f"To keep {kept} up to date, put this under datasets: in config/config.yaml:"
    yield ""
    text = one_file.as_yaml({found.entry_id: found.entry})
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


if __name__ == "__main__":
    sys.exit(main(os.environ))
