"""Which columns of which file a dataset needs, by the file's own names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from multilevel.configuration import Dataset, expressions, patterns
from multilevel.configuration.datasets import Join, Replicates, Weights, scores_of
from multilevel.configuration.families import gaps, left_out, numbered_at, siblings
from multilevel.errors import DataRefused
from multilevel.ingest import presets
from multilevel.ingest.checks import plausible_values as draws
from multilevel.ingest.readers import Description
from multilevel.ingest.readers.columns import find, resolve
from multilevel.records.sections import ColumnUse, Doubt, Role
from multilevel.wording.ordering import natural
from multilevel.wording.quoting import listed, shown

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
    preset
        What a preset chose, and what else there is, in sentences.
    doubts
        Sets of columns that hint at a mistake.
    notes
        The same, and how names in the configuration differ from the file's.
    """

    dataset: Dataset
    columns: tuple[str, ...]
    joined: tuple[str, ...]
    uses: tuple[ColumnUse, ...]
    alone: str | None
    preset: tuple[str, ...]
    doubts: tuple[Doubt, ...]
    notes: tuple[str, ...]

    @property
    def ids(self) -> frozenset[str]:
        """Columns that hold ids."""
        keys = [name for pair in self.dataset.join.by for name in pair] if self.dataset.join else []
        split = [self.dataset.split.column] if self.dataset.split else []
        return frozenset((self.dataset.group, *keys, *split))


def looked_for(dataset: Dataset) -> tuple[str, ...]:
    """Names that the configuration gives, to tell a text's delimiter by."""
    names = [*dataset.outcomes, dataset.group]
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
    group = names.mine(one.group, "group")
    _check_pattern(one.outcomes, outcomes, group, names)
    resolve(found.names, [*outcomes, group], file)  # none may be the same as another
    resolved = replace(
        one,
        outcome=outcomes[0] if len(outcomes) == 1 else tuple(outcomes),
        group=group,
        weights=_weights(one.weights, names),
        replicates=_replicates(one.replicates, names),
        split=one.split and replace(one.split, column=names.mine(one.split.column, "split_by")),
        join=_join(one.join, names),
    )
    words = _words(dataset, chosen.subject, names, outcomes)
    resolved = replace(resolved, labels=replace(resolved.labels, outcome=words))
    if len(outcomes) == 1:
        names.notes += _single(one.outcomes[0], outcomes[0], names, found)
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
        preset=chosen.notes,
        doubts=tuple(_doubts(resolved, chosen, found)),
        notes=(*chosen.notes, *dict.fromkeys(names.notes)),
    )


def _doubts(dataset: Dataset, chosen: presets.Filled, found: Description) -> Iterator[Doubt]:
    outcomes, names = dataset.outcomes, found.names
    labels = {column.name: column.label for column in found.columns}
    if len(outcomes) == 1 and draws.alone_note(outcomes[0], labels[outcomes[0]], names):
        yield Doubt(kind="one_value", columns=outcomes, n=1)
    replicates = dataset.replicates.columns if dataset.replicates else ()
    further, absent = _beside(outcomes, chosen.n_values, names)
    if absent:
        yield Doubt(kind="values_gap", columns=absent, n=len(outcomes))
    if further:
        yield Doubt(kind="values_left_out", columns=further, n=len(outcomes))
    further, absent = _beside(replicates, chosen.n_replicates, names)
    if absent:
        yield Doubt(kind="replicates_gap", columns=absent, n=len(replicates))
    if further:
        yield Doubt(kind="replicates_left_out", columns=further, n=len(replicates))
    if numbered_at(outcomes) is not None:
        return
    own = {one: frozenset((one, *siblings(one, names))) for one in outcomes}
    # A column that has no like in the file tells nothing of what the others are.
    sets = {those: one for one, those in own.items() if len(those) > 1}
    if len(outcomes) > 1 and len(sets) > 1:
        yield Doubt(kind="several_sets", columns=tuple(sets.values()), n=len(outcomes))


def _beside(
    used: Sequence[str], last: int | None, names: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What else belongs to a numbered set: what the file has of it, and what it has not."""
    further = left_out(used, names)
    return further, gaps((*used, *further), last)


class _Names:
    """The columns that names in the configuration stand for, each under a key there."""

    def __init__(
        self, found: Description, other: Description | None, file: str, other_file: str
    ) -> None:
        self._found, self._other = found, other
        self._file, self._other_file = file, other_file
        self.notes: list[str] = []

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
                    "missing_column",
                    f"No column of {shown(self._file)} fits the pattern {shown(pattern)}. Its "
                    f"columns are {listed(self._found.names)}.",
                    "Correct the pattern. `make inspect FILE=...` lists all columns.",
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
        (place,), notes = resolve(description.names, (name,), file, (key,))
        self.notes += notes
        return description.names[place]


def _check_pattern(
    given: Sequence[str], outcomes: Sequence[str], group: str, names: _Names
) -> None:
    """Refuse a pattern of scores that takes in the group's column."""
    patterned = (one for one in given if patterns.is_pattern(one) and one not in outcomes)
    wide = next((one for one in patterned if group in names.all_of(one, "outcome")), None)
    if wide is not None:
        raise DataRefused(
            "missing_column",
            f"The pattern {shown(wide)} under outcome takes in {shown(group)}, which is the "
            "column of groups.",
            "Make the pattern narrower, so that it fits the columns of scores only. `make inspect "
            "FILE=...` lists all columns.",
        )


def _single(given: str, outcome: str, names: _Names, found: Description) -> list[str]:
    """What to say of one column of scores that may not be meant to stand alone."""
    if patterns.is_pattern(given) and given != outcome:
        return [
            f"The pattern {shown(given)} under outcome fits one column only, {shown(outcome)}, "
            "which is analysed as a single score, not as plausible values."
        ]
    note = draws.alone_note(outcome, names.label(outcome), found.names)
    return [note] if note else []


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
        raise DataRefused(
            "bad_weights",
            f"The replicate weight {shown(twice)} is named {columns.count(twice)} times.",
            "Name each column once under replicates: columns; a pattern may take in a column that "
            "stands beside it.",
        )
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


def _uses(dataset: Dataset, names: _Names) -> tuple[ColumnUse, ...]:
    weights, replicates, join = dataset.weights, dataset.replicates, dataset.join
    roles: list[tuple[Role, Sequence[str | None]]] = [
        ("outcome", dataset.outcomes),
        ("group", (dataset.group,)),
        ("member_weight", _columns(weights.member if weights else None)),
        ("group_weight", _columns(weights.group if weights else None)),
        (
            "replicate",
            (replicates.zone, replicates.code, *replicates.columns) if replicates else (),
        ),
        ("split", (dataset.split.column,) if dataset.split else ()),
        ("join", [mine for mine, _ in join.by] if join else ()),
        ("group_name", (join.name,) if join else ()),
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
