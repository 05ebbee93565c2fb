"""What a file holds: columns, and which of them may be scores, groups, weights, replicates."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

import numpy as np
import pyarrow.compute as pc

from multilevel.configuration import Dataset
from multilevel.configuration.expansion import slug, stem
from multilevel.configuration.forms import Form
from multilevel.errors import DataRefused
from multilevel.ingest import parts, presets, records
from multilevel.ingest.candidates import Candidates, Seen, candidates, is_weight, together
from multilevel.ingest.checks import column_sets, restarting_ids
from multilevel.ingest.covariate_candidates import covariates
from multilevel.ingest.readers import Column, Source, Table, describe, parse
from multilevel.ingest.statistics.ids import Ids
from multilevel.ingest.table import missing, values
from multilevel.records.findings import Finding, note
from multilevel.records.reading import ReadFacts
from multilevel.records.results import Labels
from multilevel.wording.families import families, gaps, siblings
from multilevel.wording.numbers import as_typed

# Values that are looked at, at most; of larger files only the first columns are.
MOST_VALUES = 50_000_000
FIRST_ROWS = 3
_MOST_NESTED = 4
_MOST_MEANINGS = 3
_REPLICATES = 20  # fewer columns aren't replicate weights
_COUNTRIES = ("IDCNTRY", "CNT", "CNTRYID")  # of studies, also in files of another layout


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What a file holds.

    Attributes
    ----------
    columns
        In the file's order.
    candidates
        What columns may be; of the outcomes those that say something of the likeliest groups are
        left out.
    covariates
        Columns that may say more of members, and of the likeliest groups.
    nested
        Pairs of columns of which each value of the first stands under one of the second only.
    begins_anew
        The columns of the entry's groups where the ids of the last one recur in several values of
        the other, so that both together name a group; empty where they don't.
    first_rows
        The first values of each column that was looked at, as texts.
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
    candidates: Candidates
    covariates: tuple[tuple[str, ...], tuple[str, ...]]
    nested: tuple[tuple[str, str], ...]
    begins_anew: tuple[str, ...]
    first_rows: Mapping[str, tuple[str, ...]]
    entry_id: str
    entry: dict[str, Any]
    reading: ReadFacts
    findings: tuple[Finding, ...]

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Names or patterns of what may be scores, the likeliest first."""
        return self.candidates.outcomes

    @property
    def groups(self) -> tuple[str, ...]:
        """Columns that may be ids of groups, the likeliest first."""
        return self.candidates.groups

    @property
    def weights(self) -> tuple[str, ...]:
        """Columns that may be weights."""
        return self.candidates.weights

    @property
    def replicates(self) -> tuple[str, ...]:
        """Columns that may be zones or replicate weights."""
        return self.candidates.replicates


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
    table = _without_missing(parse(source, tuple(looked_at)))
    seen = tuple(_all_seen(table, found.columns))
    likely = _of_members(table, seen, candidates(seen, once.n_rows))
    name = slug(stem(file)).lstrip("_") or "file"
    entry, country = _entry(file, found.names, likely.outcomes, likely.groups, source.form)
    apart = country in readable and country != entry.get("group")
    countries = _countries(source, table, country) if apart else ()
    groups = () if "preset" in entry else likely.groups[:1]
    anew = _begins_anew(table, groups, apart=country if countries else None)
    return Survey(
        file=source.name,
        n_rows=table.n_rows,
        n_columns=len(found.columns),
        columns=seen,
        candidates=likely,
        covariates=covariates(
            seen,
            likely,
            once.n_rows,
            lambda name: _within(table, name, likely.groups[0]),
            lambda name: _are_ids(table, name, likely.groups[0]),
        ),
        nested=tuple(_nested(table, likely.groups)),
        begins_anew=anew,
        first_rows={one: _first_texts(table.frame[one]) for one in looked_at},
        entry_id=name[:100],
        entry=entry
        | ({"group": list(anew)} if anew else {})
        | ({"split_by": country} if countries else {}),
        reading=table.facts,
        findings=(
            *table.findings,
            *_unread(unique, odd),
            *_unclear(found.names),
            *_lone_values(seen, found.names),
            *_several(countries, country),
        ),
    )


def _without_missing(table: Table) -> Table:
    """The table without missing values, texts that aren't numbers by the rules for ids."""
    texts = {
        name
        for name in table.frame.columns
        if _numbers(table, name, values.arrow(table.frame[name]))[0] == "text"
    }
    return missing.without(table, (), texts)


def _of_members(table: Table, seen: Sequence[Seen], likely: Candidates) -> Candidates:
    """Without outcomes that are the likeliest group, or the same for all of its members."""
    first = {one.name: one.names[0] for one in seen}
    groups = likely.groups[:1]

    def own(name: str) -> bool:
        return name not in groups and not any(_within(table, first[name], one) for one in groups)

    outcomes = tuple(filter(own, likely.outcomes))
    alike = tuple(filter(own, likely.alike))
    return replace(likely, outcomes=outcomes, alike=alike or outcomes[:1])


def _nested(table: Table, groups: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Of the first few candidates, which stand within which."""
    few = groups[:_MOST_NESTED]
    for inner in few:
        for outer in few:
            if inner != outer and _within(table, outer, inner) and not _within(table, inner, outer):
                yield inner, outer


def _begins_anew(table: Table, groups: Sequence[str], apart: str | None) -> tuple[str, ...]:
    """The likeliest groups' column after one within which their ids begin anew, if there is one."""
    for group in groups:
        others = [name for name in table.frame.columns if name not in (group, apart)]
        found = next(restarting_ids.check(records.of_ids(table, group, others)), None)
        if found is not None:
            return str(found.values["by"]), group
    return ()


def _first_texts(column: Any) -> tuple[str, ...]:
    return tuple(values.texts(column[:FIRST_ROWS]).to_pylist())


def _within(table: Table, column: str, group: str) -> bool:
    """Whether a column is the same for all members of each group."""
    if not {column, group} <= set(table.frame.columns):
        return False
    return bool(table.frame[column].groupby(table.frame[group]).nunique().max() <= 1)


def _are_ids(table: Table, column: str, group: str) -> bool:
    """Whether the numbers of a column are ids of members, or of further groups."""
    numbers = _numbers(table, column, values.arrow(table.frame[column]))[1]
    known = np.isfinite(numbers)
    ids = Ids()
    ids.add(table.frame[group].factorize()[0][known], numbers[known])
    return ids.found()


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
    told: set[str] = {name for family in families(names) for name in family.names}
    for one in seen:
        if len(one.names) > 1 or one.name in told:
            continue
        alone = tuple(column_sets.alone(one.name, one.label, names))
        weighing = alone or is_weight(one.name)
        own = (one.name, *siblings(one.name, names)) if weighing else ()
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
    apart: set[str] = set()
    told: set[str] = set()
    for column in columns:
        family = of.get(column.name)
        if family is not None and family.pattern in told:
            continue
        if family is not None and family.pattern not in apart:
            seen = _seen(table, column, family.pattern, family.names)
            if together(seen):
                told.add(family.pattern)
                yield seen
                continue
            apart.add(family.pattern)
        if column.name not in told:
            told.add(column.name)
            yield _seen(table, column, column.name, (column.name,))


def _seen(table: Table, column: Column, name: str, names: tuple[str, ...]) -> Seen:
    plain = Seen(
        name=name,
        names=names,
        label=column.label,
        codes=tuple(_codes(column)),
        meanings=tuple(_meanings(column)),
        measure=column.measure,
        use=column.use,
    )
    if column.name not in table.frame:
        return plain
    array = values.arrow(table.frame[column.name])
    kind, numbers = _numbers(table, column.name, array)
    ranges = [one for one in (_range(numbers), *_ranges(table, names, column.name)) if one]
    different = parts.different(table, column.name) if kind == "text" else None
    return replace(
        plain,
        kind=kind,
        n_distinct=pc.count_distinct(array).as_py() if different is None else len(different),
        n_missing=array.null_count,
        low=min((low for low, _ in ranges), default=None),
        high=max((high for _, high in ranges), default=None),
        labelled=_labelled(column),
    )


def _meanings(column: Column) -> Iterator[str]:
    """What the first few values mean that aren't missing."""
    declared = {as_typed(code.low) for code in column.missing if code.low is not None}
    known = [(value, text) for value, text in column.value_labels.items() if value not in declared]
    yield from (f"{value} {text}" for value, text in known[:_MOST_MEANINGS])
    if len(known) > _MOST_MEANINGS:
        yield "…"


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
            return _yes_or_no(array) or ("text", np.empty(0))
        # Such as ids of 18 digits.
        return "whole number", values.nearest(array)
    known = numbers[np.isfinite(numbers)]
    if not len(known):
        return ("text" if values.is_text(array) else "number"), numbers
    return ("whole number" if (known == np.floor(known)).all() else "number"), numbers


def _yes_or_no(array: Any) -> tuple[str, Any] | None:
    """Texts such as TRUE and FALSE as the 1 and 0 that scores would be; None of others."""
    text, _ = values.without_missing(values.texts(array))
    digits = values.as_digits(text)
    return None if digits is text else ("whole number", values.nearest(digits))


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
