"""`multilevel inspect`: what a file holds, and how to go on; it writes nothing."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from console.caller import Caller
from console.report import as_yaml, ask_for_codes, file_of
from console.settings import NESTED, SCHEMAS, entry_of
from multilevel import configuration
from multilevel.configuration import conditions
from multilevel.configuration.forms import Form
from multilevel.configuration.schema import read_schema
from multilevel.errors import ConfigError, DataRefused
from multilevel.ingest.candidates import Seen
from multilevel.ingest.discovery import Survey, survey
from multilevel.ingest.readers import read_source
from multilevel.ingest.stage import ingest
from multilevel.records.findings import Finding, caution, cautions_among
from multilevel.records.ingested import Ingested
from multilevel.records.students import Students
from multilevel.summarise.thresholds import few_valued
from multilevel.wording import findings
from multilevel.wording.numbers import count
from multilevel.wording.quoting import listed, one_line, shown

MOST_ROWS = 400
_LABEL = 70
_MOST_CELLS, _CELL = 8, 16
_WORDS = {
    "group": "group", "groups": "groups", "member": "member", "members": "members",
    "Group": "Group", "Groups": "Groups", "Member": "Member", "Members": "Members",
}  # fmt: skip


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
        content = survey(source, path)
    except DataRefused as refusal:
        print(f"{refusal.reason.message}\n{refusal.reason.remedy}", file=sys.stderr)
        return 1
    print("\n".join(lines(content, caller, folder)))
    return 0


def lines(content: Survey, caller: Caller, folder: Path) -> Iterator[str]:
    """The lines to print; the file's path is relative to `folder`."""
    yield (
        f"{one_line(content.file, 100)}: {count(content.n_rows)} rows, "
        f"{count(content.n_columns)} columns"
    )
    yield from findings.notes(content.findings, content.reading, cautions=True)
    yield ""
    yield from _table([_HEAD, *(_row(column) for column in content.columns[:MOST_ROWS])])
    if len(content.columns) > MOST_ROWS:
        yield f"... and {count(len(content.columns) - MOST_ROWS)} more"
    yield ""
    yield from _first_rows(content)
    likely = content.candidates
    for word, names in (
        ("outcomes", likely.outcomes),
        ("plausible values", likely.values),
        ("groups", likely.groups),
        ("ids of members", likely.member_ids),
        ("weights", likely.weights),
        ("replicates", likely.replicates),
    ):
        if names or word not in ("plausible values", "ids of members"):
            yield f"may be {word}: {listed(names) if names else 'none found'}"
    for word, names in zip(("members", "groups"), content.covariates, strict=True):
        if names:
            yield f"may be covariates of {word}: {listed(names)}"
    for inner, outer in content.nested:
        yield f"{shown(inner)} stands within {shown(outer)}"
    yield ""
    yield from _questions(content)
    tried = _tried(content, folder)
    repeated = _repeated(tried[0]) if tried else None
    if repeated is not None:
        where = conditions.written({repeated.values["by"]: repeated.values["value"]})
        yield f"Read with care: {findings.plain(findings.sentence(repeated, _WORDS))}"
        yield f"The entry below takes the rows where {where}."
        content = replace(content, entry=content.entry | {"where": where})
        tried = _tried(content, folder)
    yield from _trial(tried, caller)
    yield from _offers(content, caller)


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]) - 1)]
    for row in rows:
        padded = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        yield "  ".join([*padded, row[-1]]).rstrip()


def _first_rows(content: Survey) -> Iterator[str]:
    """The first rows of the first columns."""
    names = list(content.first_rows)[:_MOST_CELLS]
    columns = [content.first_rows[name] for name in names]
    if not columns or not columns[0]:
        return
    yield "first rows:"
    rows = [names, *zip(*columns, strict=True)]
    yield from (f"  {line}" for line in _table([[one_line(c, _CELL) for c in r] for r in rows]))
    yield ""


def _questions(content: Survey) -> Iterator[str]:
    """Questions that the file alone can't answer."""
    alike, groups = content.candidates.alike, content.candidates.groups_alike
    if "preset" in content.entry:
        return
    if content.begins_anew:
        by, ids = map(shown, content.begins_anew)
        yield (
            f"Are equal ids in {ids} different groups in each {by}? "
            f"They recur; the entry below takes them for different. If not, name {ids} alone."
        )
    if len(alike) > 1:
        yield f"Which one holds the scores: {listed(alike)}? The entry below takes the first."
    if not content.outcomes:
        yield "Which column holds the scores? None looks like it."
    if len(groups) > 1:
        yield f"Which one names the groups: {listed(groups)}? The entry below takes the first."
    if not groups:
        yield "Which column says to which group a row belongs? None looks like it."
    if len(alike) > 1 or not content.outcomes or len(groups) != 1 or content.begins_anew:
        yield ""


def _tried(content: Survey, folder: Path) -> tuple[Ingested, Students] | None:
    """What the entry takes from the file; None where the entry isn't complete."""
    if "split_by" in content.entry or not (
        (content.outcomes and content.groups) or "preset" in content.entry
    ):
        return None
    config = {"datasets": {content.entry_id: content.entry}}
    try:
        (dataset,) = configuration.load(config, read_schema(SCHEMAS), folder).datasets
    except ConfigError:  # names that a configuration can't hold, such as control characters
        return None
    return ingest(dataset, folder / dataset.file)


def _repeated(taken: Ingested) -> Finding | None:
    """The caution on members of several rows that another column tells apart."""
    for finding in taken.findings:
        if finding.code == "repeated_members" and finding.values["by"] is not None:
            return finding
    return None


def _trial(tried: tuple[Ingested, Students] | None, caller: Caller) -> Iterator[str]:
    """What the entry takes from the file, with the cautions that a report would have."""
    if tried is None:
        return
    taken, students = tried
    if taken.refusal is not None:
        yield f"With this entry: no report. {findings.text(taken.refusal)}"
        yield findings.remedy(taken.refusal)
        yield ""
        return
    without = [taken.n_dropped_outcome, taken.n_dropped_group, taken.n_dropped_weight]
    left_out = [
        f"{count(n)} without {what}"
        for n, what in zip(without, ("a score", "a group", "a weight"), strict=True)
        if n
    ]
    yield (
        f"With this entry: {count(students.n_members)} members in "
        f"{count(len(students.group_ids))} groups; rows left out: {', '.join(left_out) or 'none'}."
    )
    cautions = cautions_among(taken.findings)
    n_distinct = len(np.unique(students.members.scores[:, 0]))
    if few_valued(n_distinct, students.n_members):
        case = "two" if n_distinct == 2 else "few"
        cautions.append(caution("few_valued", case=case, n_distinct=n_distinct))
    sentences = findings.sentences(cautions, _WORDS, {"score": "{:g}".format})
    yield from (f"Read with care: {findings.plain(sentence)}" for sentence in sentences)
    yield from ask_for_codes(cautions, caller)
    yield ""


def _offers(content: Survey, caller: Caller) -> Iterator[str]:
    """How to go on: by a command, and by an entry in the configuration."""
    # What can't be shown can't be copied either; a file of several reports isn't for a command.
    values = content.entry.values()
    if "split_by" not in content.entry and all(str(value).isprintable() for value in values):
        yield "To report on it now, after a look at the names:"
        yield ""
        yield f"  {caller.command('report', content.entry)}"
        yield ""
    yield from _covariates(content, caller)
    reports = "their reports" if "split_by" in content.entry else "its report"
    yield f"To keep {reports} up to date, put this under datasets: in config/config.yaml:"
    yield ""
    text = as_yaml({content.entry_id: content.entry})
    yield from (f"  {line}" for line in text.splitlines())


def _covariates(content: Survey, caller: Caller) -> Iterator[str]:
    """The settings that ask which covariates go with the differences."""
    keys = NESTED["companion"]
    settings = {
        keys[level]: names[0]
        for level, names in zip(("member", "group"), content.covariates, strict=True)
        if names and names[0].isprintable()
    }
    if settings:
        yield (
            "To see what of the differences between groups goes with covariates, add those that "
            f"you mean, such as {caller.words(settings)}"
        )
        yield ""


_HEAD = ("column", "kind", "different", "missing", "range", "codes for missing", "label")


def _row(column: Seen) -> tuple[str, ...]:
    digits = ".15g" if column.kind == "whole number" else ".6g"
    known = [f"{end:{digits}}" for end in (column.low, column.high) if end is not None]
    return (
        one_line(column.name, 40),
        column.kind,
        "" if column.n_distinct is None else count(column.n_distinct),
        "" if not column.n_missing else count(column.n_missing),
        " to ".join(known),
        one_line(", ".join(column.codes), 40),
        one_line(_meaning(column), _LABEL),
    )


def _meaning(column: Seen) -> str:
    """A column's label, and what its values mean."""
    values = ", ".join(column.meanings)
    return f"{column.label} ({values})" if column.label and values else column.label or values
