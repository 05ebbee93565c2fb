"""Which columns of which file a dataset needs, by the file's own names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from multilevel.configuration import Dataset, conditions, expressions, patterns
from multilevel.configuration.datasets import (
    CompanionColumns,
    Join,
    Replicates,
    Weights,
    group_name,
)
from multilevel.configuration.labels import scores_of
from multilevel.errors import DataRefused
from multilevel.ingest import benchmarks, checks, presets
from multilevel.ingest.readers import Description
from multilevel.ingest.readers.table import find, resolve
from multilevel.ingest.table.companions import companion_columns
from multilevel.records.companion import no_companion
from multilevel.records.findings import Finding, note
from multilevel.records.reading import Renamed
from multilevel.records.sections import ColumnUse, Role
from multilevel.wording.ordering import natural

_LONGEST_WORDS = 60


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where a dataset's things stand in its files.

    Attributes
    ----------
    dataset
        With the files' own column names, patterns and preset filled in.
    columns, joined
        The needed columns of the data file and of the joined file.
    uses
        What each column is used as.
    alone
        A column of the data file that must have one value, such as the country.
    findings
        What a preset chose, and sets of columns that hint at a mistake.
    renamed
        How names in the configuration differ from the file's.
    """

    dataset: Dataset
    columns: tuple[str, ...]
    joined: tuple[str, ...]
    uses: tuple[ColumnUse, ...]
    alone: str | None
    findings: tuple[Finding, ...]
    renamed: tuple[Renamed, ...]

    @property
    def ids(self) -> frozenset[str]:
        """Columns that hold ids."""
        keys = [name for pair in self.dataset.join.by for name in pair] if self.dataset.join else []
        split = [self.dataset.split.column] if self.dataset.split else []
        groups = self.dataset.group_columns or (self.dataset.group,)
        return frozenset((*groups, *keys, *split))

    @property
    def covariates(self) -> frozenset[str]:
        """Columns of the companion."""
        companion = self.dataset.companion
        return frozenset((*companion.member, *companion.group) if companion else ())


def looked_for(dataset: Dataset) -> tuple[str, ...]:
    """Names that the configuration gives, to tell a text's delimiter by."""
    names = [*dataset.outcomes, *(dataset.group_columns or (dataset.group,))]
    return tuple(name for one in names if one for name in (patterns.expanded(one) if one else ()))


def layout(
    dataset: Dataset, found: Description, other: Description | None, file: str, other_file: str = ""
) -> Layout:
    """The layout of a dataset in its file (`found`) and its joined file (`other`).

    `file` and `other_file` are their names, for messages.

    Raises
    ------
    DataRefused
        `missing_column` with the nearest name, or a question back.
    """
    elsewhere = other.names if other else ()
    chosen = presets.filled(dataset, found.names, elsewhere)
    names = _Names(found, other, file, other_file)
    one = chosen.dataset
    outcomes = [name for pattern in one.outcomes for name in names.all_of(pattern, "outcome")]
    groups = [names.mine(name, "group") for name in one.group_columns or (one.group,)]
    _check_pattern(one.outcomes, outcomes, groups, names)
    resolve(found.names, [*outcomes, *groups], file)  # none may be the same as another
    resolved = replace(
        one,
        outcome=outcomes[0] if len(outcomes) == 1 else tuple(outcomes),
        group=group_name(groups),
        group_columns=tuple(groups) if one.group_columns else (),
        where=one.where and _where(one.where, names),
        weights=_weights(one.weights, names),
        replicates=_replicates(one.replicates, names),
        split=one.split and replace(one.split, column=names.mine(one.split.column, "split_by")),
        join=_join(one.join, names),
        benchmarks=_benchmarks(one, outcomes),
    )
    companion = _companion(resolved, chosen, names, found)
    usable = None if isinstance(companion, Finding) else companion
    resolved = replace(resolved, companion=usable)
    words = _words(dataset, chosen.subject, names, outcomes)
    resolved = replace(resolved, labels=replace(resolved.labels, outcome=words))
    uses = _uses(resolved, names)
    needed = dict.fromkeys(use.name for use in uses)
    if chosen.country:
        needed[chosen.country] = None
    mine = {name for name in needed if name in found.names}
    return Layout(
        dataset=resolved,
        columns=tuple(name for name in needed if name in mine),
        joined=tuple(name for name in needed if name not in mine),
        uses=uses,
        alone=chosen.country,
        findings=(
            *chosen.findings,
            *_pattern_of_one(one.outcomes, outcomes),
            *checks.of_columns(_columns_to_check(resolved, chosen, found)),
            *((companion,) if isinstance(companion, Finding) else ()),
        ),
        renamed=tuple(dict.fromkeys(names.renamed)),
    )


def _benchmarks(dataset: Dataset, outcomes: Sequence[str]) -> tuple[tuple[str, float], ...] | None:
    """The entry's, else those of its study for the subject of these columns."""
    if dataset.benchmarks is not None or dataset.preset is None:
        return dataset.benchmarks
    subject = presets.subject_of(dataset.preset, outcomes)
    return tuple(benchmarks.benchmarks_of(dataset.preset, subject).items()) if subject else None


def _columns_to_check(
    dataset: Dataset, chosen: presets.Filled, found: Description
) -> checks.Columns:
    return checks.Columns(
        names=found.names,
        labels={column.name: column.label for column in found.columns},
        outcomes=dataset.outcomes,
        replicates=dataset.replicates.columns if dataset.replicates else (),
        n_values=chosen.n_values,
        n_replicates=chosen.n_replicates,
    )


class _Names:
    """The columns that names in the configuration stand for, each under a key there."""

    def __init__(
        self, found: Description, other: Description | None, file: str, other_file: str
    ) -> None:
        self._found, self._other = found, other
        self._file, self._other_file = file, other_file
        self.renamed: list[Renamed] = []

    def mine(self, name: str, key: str) -> str:
        """A column of the data file."""
        return self._of(self._found, name, self._file, key)

    def one(self, name: str, key: str) -> str:
        """A column of the data file, or of the joined file where that has none."""
        if find(self._found.names, name)[0] or self._other is None:
            return self.mine(name, key)
        if not find(self._other.names, name)[0]:
            return self.mine(name, key)  # refused, with the nearest name of the data file
        return self.others(name, key)

    def others(self, name: str, key: str) -> str:
        """A column of the joined file."""
        other = self._other or Description(columns=())
        return self._of(other, name, self._other_file, key)

    def all_of(self, pattern: str, key: str) -> list[str]:
        """The columns of the data file that a name or pattern stands for."""
        if not patterns.is_pattern(pattern) or find(self._found.names, pattern)[0]:
            return [self.mine(pattern, key)]
        names: list[str] = []
        for name in patterns.expanded(pattern):
            if "*" not in name and "?" not in name:
                names.append(self.mine(name, key))
                continue
            fitting = patterns.matching(name, self._found.names)
            if not fitting:
                raise DataRefused(
                    "missing_column.no_fit",
                    file=self._file,
                    pattern=pattern,
                    names=list(self._found.names),
                )
            names += sorted(fitting, key=natural)
        return names

    def label(self, name: str) -> str:
        """The column's description in its file."""
        for description in (self._found, self._other):
            for column in description.columns if description else ():
                if column.name == name:
                    return column.label
        return ""

    def _of(self, description: Description, name: str, file: str, key: str) -> str:
        (place,), renamed = resolve(description.names, (name,), file, (key,))
        self.renamed += renamed
        return description.names[place]


def _check_pattern(
    given: Sequence[str], outcomes: Sequence[str], groups: Sequence[str], names: _Names
) -> None:
    """Refuse a pattern of scores that takes in a column of the groups."""
    for pattern in given:
        if not patterns.is_pattern(pattern) or pattern in outcomes:
            continue
        taken = [name for name in names.all_of(pattern, "outcome") if name in groups]
        if taken:
            raise DataRefused("missing_column.wide_pattern", taken[0], pattern=pattern)


def _pattern_of_one(given: Sequence[str], outcomes: Sequence[str]) -> Iterator[Finding]:
    """A pattern that fits one column, which is then no set of plausible values."""
    if len(outcomes) == 1 and patterns.is_pattern(given[0]) and given[0] != outcomes[0]:
        yield note("pattern_of_one", outcomes[0], pattern=given[0])


def _where(given: str, names: _Names) -> str:
    return conditions.renamed(given, lambda name: names.mine(name, "where"))


def _weights(given: Weights | None, names: _Names) -> Weights | None:
    if given is None:
        return None

    def own(expression: str | None, key: str) -> str | None:
        return expression and expressions.renamed(expression, lambda name: names.one(name, key))

    return replace(
        given,
        member=own(given.member, "weights: member"),
        group=own(given.group, "weights: group"),
    )


def _replicates(given: Replicates | None, names: _Names) -> Replicates | None:
    if given is None:
        return None
    columns = [
        name for pattern in given.columns for name in names.all_of(pattern, "replicates: columns")
    ]
    twice = next((name for place, name in enumerate(columns) if name in columns[:place]), None)
    if twice is not None:
        raise DataRefused("bad_weights.replicate_twice", twice, n=columns.count(twice))
    return replace(
        given,
        zone=given.zone and names.one(given.zone, "replicates: zone"),
        code=given.code and names.one(given.code, "replicates: code"),
        columns=tuple(columns),
    )


def _join(given: Join | None, names: _Names) -> Join | None:
    if given is None:
        return None
    return replace(
        given,
        by=tuple(
            (names.mine(mine, "join: by"), names.others(other, "join: by"))
            for mine, other in given.by
        ),
        name=given.name and names.one(given.name, "join: name"),
    )


def _companion(
    dataset: Dataset, chosen: presets.Filled, names: _Names, found: Description
) -> CompanionColumns | Finding | None:
    given = dataset.companion
    if given is None:
        return None
    # A column that has one value isn't kept.
    if chosen.country in (*given.member, *given.group):
        return no_companion("constant", chosen.country or "")
    groups = dataset.group_columns or (dataset.group,)
    ids = _member_ids(dataset, found)
    return companion_columns(given, names.one, dataset.outcomes, groups, ids, found.names)


def _member_ids(dataset: Dataset, found: Description) -> tuple[str, ...]:
    """The columns that the configuration, or the file itself, says to hold ids of members."""
    places = find(found.names, dataset.member_id)[0] if dataset.member_id else []
    said = tuple(column.name for column in found.columns if column.use == "member")
    return (*(found.names[place] for place in places), *said)


def _uses(dataset: Dataset, names: _Names) -> tuple[ColumnUse, ...]:
    weights, replicates, join = dataset.weights, dataset.replicates, dataset.join
    companion = dataset.companion or CompanionColumns()
    roles: list[tuple[Role, Sequence[str | None]]] = [
        ("outcome", dataset.outcomes),
        ("group", dataset.group_columns or (dataset.group,)),
        ("member_weight", _columns(weights.member if weights else None)),
        ("group_weight", _columns(weights.group if weights else None)),
        (
            "replicate",
            (replicates.zone, replicates.code, *replicates.columns) if replicates else (),
        ),
        ("split", (dataset.split.column,) if dataset.split else ()),
        ("join", [mine for mine, _ in join.by] if join else ()),
        ("group_name", (join.name,) if join else ()),
        ("where", conditions.columns(conditions.parsed(dataset.where)) if dataset.where else ()),
        ("member_covariate", companion.member),
        ("group_covariate", companion.group),
    ]
    return tuple(
        ColumnUse(role=role, name=name, label=names.label(name))
        for role, used in roles
        for name in used
        if name
    )


def _columns(expression: str | None) -> tuple[str, ...]:
    return expressions.columns(expression) if expression else ()


def _words(dataset: Dataset, subject: str | None, names: _Names, outcomes: Sequence[str]) -> str:
    """What is measured: as configured, else by the preset, else by the file's own label."""
    given = dataset.labels.outcome
    if given != scores_of(dataset.outcome):
        return given
    if subject:
        return scores_of(subject)
    words = spoken(names.label(outcomes[0]), several=len(outcomes) > 1)
    return words or given


def spoken(label: str, several: bool) -> str:
    """A variable's label as words of a sentence, "" where it doesn't make any.

    "1ST PLAUSIBLE VALUE MATHEMATICS" of several is "mathematics score".
    """
    text = label.rpartition("\\")[2].strip(" .:-*")
    if several:
        text = re.sub(r"(?i)\b(\d+(st|nd|rd|th)?\s+)?plausible\s+values?\b[\s:]*\d*", " ", text)
        text = re.sub(r"(?i)^\W*(in|of|for)\b|[#*]", " ", text)
    text = " ".join(text.split()).strip(" .:-")
    if text.isupper():
        text = text.lower()
    if not text or len(text) > _LONGEST_WORDS or "?" in text:
        return ""
    return scores_of(text) if several else text
