"""What a file holds: columns, and which of them may be scores, groups, weights, replicates."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

import numpy as np
import pyarrow.compute as pc

from multilevel.configuration import Dataset
from multilevel.configuration.expansion import slug, stem
from multilevel.configuration.forms import Form
from multilevel.errors import DataRefused
from multilevel.ingest import parts, presets
from multilevel.ingest.checks import column_sets
from multilevel.ingest.readers import Column, Source, Table, describe, parse
from multilevel.ingest.table import missing, values
from multilevel.records.findings import Finding, note
from multilevel.records.reading import ReadFacts
from multilevel.records.results import Labels
from multilevel.wording.families import families, gaps, siblings
from multilevel.wording.numbers import as_typed

# Values that are looked at, at most; of larger files only the first columns are.
MOST_VALUES = 50_000_000
_PLAUSIBLE = (5, 10)  # how many plausible values studies give
_REPLICATES = 20  # fewer columns aren't replicate weights
_FEWEST_SCORES = 15

_GROUP = re.compile(r"school|schule|sch|class|klasse|group|gruppe|clinic|teacher|unit|site", re.I)
_ID = re.compile(r"(^|_)id|id$|code$|nr$|no$", re.I)
_MEMBER = re.compile(r"stud|pupil|child|member|person|row", re.I)
_WEIGHT = re.compile(r"w(ei)?gh?t|(^|_)w($|_)|^w_|wgtfac|wgtadj", re.I)
_REPLICATE = re.compile(r"jk.*(zone|rep)|(zone|rep)$|strat|psu", re.I)
_COUNTRIES = ("IDCNTRY", "CNT", "CNTRYID")  # of studies, also in files of another layout
_SCORE = re.compile(r"score|math|read|scie|achiev|points|test|^y$|outcome|leistung|punkte", re.I)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A column, or a family of columns that differ only in a number.

    Attributes
    ----------
    name
        The name, or the pattern that stands for the family.
    names
        The columns.
    label
        The first one's description in the file.
    kind
        "number", "whole number" or "text"; "" where its values weren't looked at.
    n_distinct, n_missing
        Of the first one.
    low, high
        Of all of them; of numbers only.
    codes
        What its file declares missing, with labels.
    labelled
        Whether its file says what its values mean.
    """

    name: str
    names: tuple[str, ...]
    label: str = ""
    kind: str = ""
    n_distinct: int | None = None
    n_missing: int | None = None
    low: float | None = None
    high: float | None = None
    codes: tuple[str, ...] = ()
    labelled: bool = False


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What a file holds.

    Attributes
    ----------
    columns
        In the file's order.
    outcomes, groups, weights, replicates
        Names or patterns of candidates, the likeliest first.
    entry_id, entry
        A configuration entry that could be used.
    reading
        The form of the file.
    findings
        What a reader of the list should know.
    """

    file: str
    n_rows: int
    n_columns: int
    columns: tuple[Seen, ...]
    outcomes: tuple[str, ...]
    groups: tuple[str, ...]
    weights: tuple[str, ...]
    replicates: tuple[str, ...]
    entry_id: str
    entry: dict[str, Any]
    reading: ReadFacts
    findings: tuple[Finding, ...]


def survey(source: Source, file: str) -> Survey:
    """What a file holds; `file` is how it is named in a configuration.

    Raises
    ------
    DataRefused
        `unreadable_file` or `empty`.
    """
    found = describe(source)
    unique = [name for name in found.names if found.names.count(name) == 1 and name.strip()]
    if not unique:
        raise DataRefused("missing_column.nameless", file=source.name)
    odd = {column.name for column in found.columns if not column.readable}
    readable = [name for name in unique if name not in odd] or unique
    once = parse(source, (readable[0],))
    looked_at = readable[: max(1, MOST_VALUES // max(1, once.n_rows))]
    table = missing.without(parse(source, tuple(looked_at)), (), frozenset())
    seen = tuple(_all_seen(table, found.columns))
    likely, groups, weights, replicates = _candidates(seen, once.n_rows)
    first = {one.name: one.names[0] for one in seen}
    outcomes = tuple(
        name
        for name in likely
        if name not in groups[:1] and not (groups and _of_groups(table, first[name], groups[0]))
    )
    name = slug(stem(file)).lstrip("_") or "file"
    entry, country = _entry(file, found.names, outcomes, groups, source.form)
    apart = country in readable and country != entry.get("group")
    countries = _countries(source, table, country) if apart else ()
    return Survey(
        file=source.name,
        n_rows=once.n_rows,
        n_columns=len(found.columns),
        columns=seen,
        outcomes=outcomes,
        groups=groups,
        weights=weights,
        replicates=replicates,
        entry_id=name[:100],
        entry=entry | ({"split_by": country} if countries else {}),
        reading=table.facts,
        findings=(
            *table.findings,
            *_unread(unique, odd),
            *_unclear(found.names),
            *_lone_values(seen, found.names),
            *_several(countries, country),
        ),
    )


def _of_groups(table: Table, column: str, group: str) -> bool:
    """Whether a column says something of the groups: it is the same for all their members."""
    if not {column, group} <= set(table.frame.columns):
        return False
    return bool(table.frame[column].groupby(table.frame[group]).nunique().max() <= 1)


def _unread(names: Sequence[str], odd: Collection[str]) -> Iterator[Finding]:
    """Columns of lists and the like, which stand without their values."""
    unread = [name for name in names if name in odd]
    if unread:
        yield note("unreadable_columns", *unread)


def _unclear(names: Sequence[str]) -> Iterator[Finding]:
    """Columns of which the name doesn't tell which one is meant."""
    several = list(dict.fromkeys(name for name in names if name.strip() and names.count(name) > 1))
    if several:
        yield note("same_names", *several)


def _lone_values(seen: Sequence[Seen], names: Sequence[str]) -> Iterator[Finding]:
    """Plausible values that stand without the others of their kind, and sets with gaps."""
    told: set[str] = set()
    for one in seen:
        if len(one.names) > 1 or one.name in told:
            continue
        alone = tuple(column_sets.alone(one.name, one.label, names))
        own = (one.name, *siblings(one.name, names)) if alone or _WEIGHT.search(one.name) else ()
        if gaps(own) and (alone or len(own) >= _REPLICATES):
            told.update(own)
            yield note("belong_together", *own, n=len(own))
        else:
            yield from alone


def _countries(source: Source, table: Table, column: str) -> Sequence[str]:
    """The countries of a file that holds more than one; none of others."""
    if column not in table.frame:
        table = missing.without(parse(source, (column,)), (), frozenset((column,)))
    found = parts.different(table, column)
    return found if 1 < len(found) <= parts.MOST else ()


def _several(countries: Sequence[str], column: str) -> Iterator[Finding]:
    if countries:
        yield note("countries", column, n=len(countries), countries=list(countries))


def _all_seen(table: Table, columns: Sequence[Column]) -> Iterator[Seen]:
    of = {name: family for family in families([one.name for one in columns])
          for name in family.names}  # fmt: skip
    told: set[str] = set()
    for column in columns:
        family = of.get(column.name)
        name = family.pattern if family else column.name
        if name not in told:
            told.add(name)
            yield _seen(table, column, name, family.names if family else (column.name,))


def _seen(table: Table, column: Column, name: str, names: tuple[str, ...]) -> Seen:
    plain = Seen(name=name, names=names, label=column.label, codes=tuple(_codes(column)))
    if column.name not in table.frame:
        return plain
    array = values.arrow(table.frame[column.name])
    kind, numbers = _numbers(table, column.name, array)
    ranges = [one for one in (_range(numbers), *_ranges(table, names, column.name)) if one]
    return replace(
        plain,
        kind=kind,
        n_distinct=pc.count_distinct(array).as_py(),
        n_missing=array.null_count,
        low=min((low for low, _ in ranges), default=None),
        high=max((high for _, high in ranges), default=None),
        labelled=_labelled(column),
    )


def _ranges(table: Table, names: Sequence[str], seen: str) -> Iterator[tuple[float, float] | None]:
    """Of the further columns of a family, one of which may be out of line."""
    for name in names:
        if name != seen and name in table.frame:
            yield _range(_numbers(table, name, values.arrow(table.frame[name]))[1])


def _range(numbers: Any) -> tuple[float, float] | None:
    known = numbers[np.isfinite(numbers)]
    return (float(known.min()), float(known.max())) if len(known) else None


def _numbers(table: Table, name: str, array: Any) -> tuple[str, Any]:
    try:
        numbers = values.numeric(table, name)
    except DataRefused:
        if values.is_text(array):
            return "text", np.empty(0)
        # Such as ids of 18 digits.
        return "whole number", values.nearest(array)
    known = numbers[np.isfinite(numbers)]
    if not len(known):
        return ("text" if values.is_text(array) else "number"), numbers
    return ("whole number" if (known == np.floor(known)).all() else "number"), numbers


def _codes(column: Column) -> Iterator[str]:
    for code in column.missing:
        if code.text is not None:
            value = code.text
        elif code.low == code.high:
            value = as_typed(code.low or 0.0)
        else:
            value = f"{code.low:g} to {code.high:g}"
        meaning = column.value_labels.get(value)
        yield f"{value} {meaning}" if meaning else value


def _labelled(column: Column) -> bool:
    """Whether more than the codes for missing values have labels."""
    declared = {as_typed(code.low) for code in column.missing if code.low is not None}
    return bool(set(column.value_labels) - declared)


def _candidates(seen: Sequence[Seen], n_rows: int) -> tuple[tuple[str, ...], ...]:
    replicates = [one for one in seen if _may_be_replicates(one)]
    rest = [one for one in seen if one not in replicates]
    weights = [one for one in rest if one.kind != "text" and _WEIGHT.search(one.name)]
    rest = [one for one in rest if one not in weights]
    outcomes = sorted((one for one in rest if _may_be_scores(one, n_rows)), key=_unlikely_scores)
    groups = sorted((one for one in rest if _may_be_groups(one, n_rows)), key=_unlikely_groups)
    # Answers to questions repeat as ids of groups do; where names tell ids, they are no candidates.
    groups = [one for one in groups if _named_as_group(one)] or groups
    return tuple(
        tuple(one.name for one in found) for found in (outcomes, groups, weights, replicates)
    )


def _may_be_replicates(one: Seen) -> bool:
    if len(one.names) >= _REPLICATES:
        return bool(_WEIGHT.search(one.name) or _REPLICATE.search(one.name))
    return len(one.names) == 1 and bool(_REPLICATE.search(one.name)) and one.kind != "number"


def _plausible(one: Seen) -> bool:
    return len(one.names) in _PLAUSIBLE and (
        "plausible" in one.label.lower() or one.kind == "number"
    )


def _may_be_scores(one: Seen, n_rows: int) -> bool:
    if one.kind not in ("number", "whole number") or (one.n_distinct or 0) < _FEWEST_SCORES:
        return False
    if len(one.names) > 1:
        return _plausible(one)
    numbered = one.kind == "whole number" and one.n_distinct == n_rows - (one.n_missing or 0)
    return not _ID.search(one.name) and not (numbered and not _SCORE.search(one.name))


def _unlikely_scores(one: Seen) -> tuple[bool, ...]:
    return (
        not _plausible(one),
        not _SCORE.search(one.name + " " + one.label),
        one.kind != "number",
    )


def _may_be_groups(one: Seen, n_rows: int) -> bool:
    known = n_rows - (one.n_missing or 0)
    return (
        len(one.names) == 1
        and one.kind in ("text", "whole number")
        and 2 <= (one.n_distinct or 0) <= known / 2
        and not _SCORE.fullmatch(one.name)
    )


def _named_as_group(one: Seen) -> bool:
    named = _GROUP.search(one.name) or (_ID.search(one.name) and not _MEMBER.search(one.name))
    return bool(named) and not one.labelled


def _unlikely_groups(one: Seen) -> tuple[bool | int, ...]:
    return (
        one.labelled,
        not re.search(r"school|schule|sch", one.name, re.I),
        not _GROUP.search(one.name + " " + one.label),
        bool(_MEMBER.search(one.name)),
        not _ID.search(one.name),
        -(one.n_distinct or 0),
    )


def _entry(
    file: str,
    names: Sequence[str],
    outcomes: Sequence[str],
    groups: Sequence[str],
    form: Form,
) -> tuple[dict[str, Any], str]:
    """A configuration entry, and the column of countries, "" where there is none."""
    entry: dict[str, Any] = {"file": file} | form.entry
    for preset in presets.STUDIES:
        dataset = Dataset(
            id="x", file=PurePath(file).name, outcome="", group="", labels=_NO_WORDS, preset=preset
        )
        try:
            found = presets.filled(dataset, names)
        except DataRefused:
            continue
        if found.dataset.weights is not None:
            return entry | {"preset": preset}, found.country or ""
    group = next(iter(groups), "NAME_OF_THE_COLUMN_OF_SCHOOLS")
    outcome = next((one for one in outcomes if one != group), "NAME_OF_THE_COLUMN_OF_SCORES")
    country = next((name for name in names if name.strip().upper() in _COUNTRIES), "")
    return entry | {"outcome": outcome, "group": group}, country


_NO_WORDS = Labels(
    title="", subtitle="", outcome="score", group="", groups="", member="", members=""
)
