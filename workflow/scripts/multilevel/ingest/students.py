"""The canonical table: one row a student, a group and a score, or several plausible values."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from multilevel.configuration import expressions
from multilevel.configuration.datasets import Replicates, Weights
from multilevel.errors import DataRefused
from multilevel.ingest import checks
from multilevel.ingest.checks.thousands import Thousands
from multilevel.ingest.readers import Table
from multilevel.ingest.survey_design import (
    RowWeights,
    Sample,
    jackknife,
    replicate_weights,
    row_weights,
    sample_of,
)
from multilevel.ingest.table import values
from multilevel.records.findings import Finding, note
from multilevel.records.sections import Role
from multilevel.wording.ordering import natural

MissingCodes = Sequence[int | float | str]


@dataclass(frozen=True, kw_only=True, eq=False)
class Aside:
    """The plausible values that a score averages: their columns, and scores of shape (N, M)."""

    columns: tuple[str, ...]
    scores: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Students:
    """Students with a score and a group, in file order.

    Attributes
    ----------
    group
        For each student the place of the group in `group_ids`; int32, shape (N,).
    group_ids
        The groups' ids in natural order; each has at least one student.
    score
        float64, shape (N,), finite: of plausible values the first.
    further
        The other plausible values, float64, shape (N, M-1), finite; None for a single score.
    sample
        Weights and replicates; None without weights.
    aside
        What the score was averaged from, where that is found in the file.
    n_rows
        Rows read.
    n_dropped_outcome
        Rows without a score, or without one of the plausible values.
    n_dropped_group
        Rows with a score and without a group.
    n_dropped_weight
        Rows with both and without a weight, or with weight 0.
    findings
        Cautions and notes of all checks of members.
    decimal_commas
        Columns of scores with decimal commas.

    Examples
    --------
    >>> from pathlib import Path
    >>> from multilevel.ingest.readers import read_table
    >>> table = read_table(Path("data/hsb82/hsb82.csv"), ("mathach", "school"))
    >>> students = to_students(table, outcome="mathach", group="school")
    >>> len(students.score), len(students.group_ids)
    (7185, 160)
    """

    group: NDArray[np.int32]
    group_ids: tuple[str, ...]
    score: NDArray[np.float64]
    further: NDArray[np.float64] | None = None
    sample: Sample | None = None
    aside: Aside | None = None
    n_rows: int = 0
    n_dropped_outcome: int = 0
    n_dropped_group: int = 0
    n_dropped_weight: int = 0
    findings: tuple[Finding, ...] = ()
    decimal_commas: tuple[str, ...] = ()

    @property
    def scores(self) -> NDArray[np.float64]:
        """All plausible values, or the score: shape (N, M)."""
        if self.further is None:
            return self.score[:, None]
        return np.column_stack([self.score, self.further])

    @classmethod
    def none(cls) -> "Students":
        """No students: of a dataset that is refused."""
        return cls(group=np.empty(0, np.int32), group_ids=(), score=np.empty(0))


def to_students(
    table: Table,
    *,
    outcome: str | Sequence[str],
    group: str,
    missing: MissingCodes = (),
    weights: Weights | None = None,
    replicates: Replicates | None = None,
) -> Students:
    """The students of a table.

    Parameters
    ----------
    table
        What a reader gave.
    outcome, group
        Names of its columns; several outcomes are plausible values of one score.
    missing
        Further codes for "missing", in all columns: numbers compare as numbers,
        texts letter by letter.
    weights, replicates
        How the students were sampled; a row without a weight, or with weight 0, is dropped.

    Raises
    ------
    DataRefused
        `not_numeric` with the first row whose score is no finite number or beyond 1e100; `empty`
        when no row has both a score and a group; `bad_weights` as `sample` and
        `replicate_weights` say.
    """
    columns = (outcome,) if isinstance(outcome, str) else tuple(outcome)
    texts = [_scores(table, name, missing) for name in columns]
    scores = _plausible_values(table, columns, [score for score, _, _ in texts])
    codes, ids, of_ids = _groups(table.frame[group], group, missing)
    scored = np.asarray(~np.isnan(scores).any(axis=1))
    grouped = codes >= 0
    rows = _row_weights(table, weights)
    weighted = np.ones_like(scored) if rows is None else rows.usable
    kept = scored & grouped & weighted
    if not kept.any():
        raise _nothing_left(table, columns, group, scores, grouped)
    used, places = np.unique(codes[kept], return_inverse=True)
    group_ids = tuple(ids[code] for code in used)
    students = Students(
        group=places.astype(np.int32),
        group_ids=group_ids,
        score=np.ascontiguousarray(scores[kept, 0]),
        further=scores[kept, 1:] if len(columns) > 1 else None,
        n_rows=table.n_rows,
        **_dropped(scored, grouped, weighted),
        findings=(
            *_partly(columns, scores),
            *of_ids,
            *unscored(group, len(ids) - len(used)),
            *checks.of_members(
                checks.Members(
                    outcomes=columns,
                    scores=scores[kept],
                    group=group,
                    group_ids=group_ids,
                    sizes=np.bincount(places),
                    weights=_weight_columns(table, weights, kept),
                    separators={
                        name: seen
                        for name, (_, _, seen) in zip(columns, texts, strict=True)
                        if seen is not None
                    },
                )
            ),
        ),
        decimal_commas=tuple(
            name for name, (_, comma, _) in zip(columns, texts, strict=True) if comma
        ),
    )
    return _with_sample(students, table, rows, kept, weights, replicates)


def _dropped(
    scored: NDArray[np.bool_], grouped: NDArray[np.bool_], weighted: NDArray[np.bool_]
) -> dict[str, Any]:
    """How many rows were dropped for what; each counts where the first thing is missing."""
    return {
        "n_dropped_outcome": int(np.count_nonzero(~scored)),
        "n_dropped_group": int(np.count_nonzero(scored & ~grouped)),
        "n_dropped_weight": int(np.count_nonzero(scored & grouped & ~weighted)),
    }


def _row_weights(table: Table, weights: Weights | None) -> RowWeights | None:
    if weights is None:
        return None
    return row_weights(weights, lambda name: values.numeric(table, name), table.name)


def _weight_columns(
    table: Table, weights: Weights | None, kept: NDArray[np.bool_]
) -> dict[str, tuple[Role, NDArray[np.float64]]]:
    """The columns of which weights are made, one by one: a product hides a factor's code."""
    roles: dict[str, Role] = {}
    if weights is not None and weights.member is not None:
        roles |= dict.fromkeys(expressions.columns(weights.member), "member_weight")
    if weights is not None and weights.group is not None:
        roles |= dict.fromkeys(expressions.columns(weights.group), "group_weight")
    return {name: (role, values.numeric(table, name)[kept]) for name, role in roles.items()}


def _with_sample(
    students: Students,
    table: Table,
    rows: RowWeights | None,
    kept: NDArray[np.bool_],
    weights: Weights | None,
    replicates: Replicates | None,
) -> Students:
    """The students with their weights and replicates, where there are any."""
    if weights is None or rows is None:
        return students

    def column(name: str) -> NDArray[np.float64]:
        return values.numeric(table, name)

    sample = sample_of(rows, kept, students.group, students.group_ids, weights.group or "")
    if replicates is not None and replicates.method == "brr-fay":
        checked = replicate_weights(replicates.columns, column, kept, sample, table.name)
        sample = replace(sample, replicate=checked)
    elif replicates is not None:
        zone, half = jackknife(replicates, column, kept)
        sample = replace(sample, zone=zone, half=half)
    return replace(students, sample=sample)


def _plausible_values(
    table: Table, columns: tuple[str, ...], scores: Sequence[NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Scores with NaN where missing, shape (rows, M); DataRefused for what is too large."""
    for name, score in zip(columns, scores, strict=True):
        large = np.flatnonzero(values.too_large(score))
        if len(large):
            first = int(large[0])
            raise values.not_bounded(table.name, name, len(large), first, float(score[first]))
    return np.column_stack(scores)


def _partly(columns: tuple[str, ...], scores: NDArray[np.float64]) -> Iterator[Finding]:
    """A note on rows with some plausible values only, which are as rows without.

    That no complete draw is there means that the file is damaged or the codes for missing differ.
    """
    absent = np.isnan(scores)
    n = int(np.count_nonzero(absent.any(axis=1) & ~absent.all(axis=1)))
    if n:
        yield note("partial_values", *columns, n=n)


def _nothing_left(
    table: Table,
    outcomes: tuple[str, ...],
    group: str,
    scores: NDArray[np.float64],
    grouped: NDArray[np.bool_],
) -> DataRefused:
    scored = ~np.isnan(scores).any(axis=1)
    if (scored & grouped).any():
        return DataRefused("bad_weights.none_above_zero", file=table.name)
    empty = [name for name, score in zip(outcomes, scores.T, strict=True) if np.isnan(score).all()]
    return nothing_left(
        table.name,
        outcomes,
        group,
        table.n_rows,
        empty=empty,
        any_scored=bool(scored.any()),
        any_grouped=bool(grouped.any()),
    )


def _scores(
    table: Table, column: str, missing: MissingCodes
) -> tuple[NDArray[np.float64], bool, checks.Separator | None]:
    """Scores with NaN where missing, whether they have decimal commas, and what their texts say."""
    stored = values.arrow(table.frame[column])
    if not values.is_text(stored) and not missing:
        numbers = values.numeric(table, column)
        if np.isinf(numbers).any():
            raise values.first_wrong(table, column, values.texts(table.frame[column]), values.POINT)
        return numbers, False, None
    codes = [code.strip() for code in missing if isinstance(code, str)]
    score, comma = values.numbers_of_texts(table, column, codes)
    others = [float(code) for code in missing if not isinstance(code, str)]
    score = np.where(np.isin(score, others), np.nan, score)
    if not table.decimal_comma:
        return score, comma, None
    seen = Thousands("," if comma else ".")
    seen.add(values.texts(table.frame[column]).filter(pa.array(~np.isnan(score))))
    return score, comma, seen.separator


def unscored(group: str, n: int) -> Iterator[Finding]:
    """A note on groups that lost all their members, if any did."""
    if n:
        yield note("groups_without_scores", group, n=n)


def of_spelling(group: str, codes: Iterable[str], n_joined: int) -> Iterator[Finding]:
    """Notes on ids that the configuration declares missing, and on those in two Unicode forms."""
    named = sorted(set(codes) - set(values.MISSING_IDS))
    if named:
        yield note("id_codes", group, codes=named)
    if n_joined:
        yield note("unicode_ids", group, n=n_joined)


def _groups(
    column: Any, name: str, missing: MissingCodes
) -> tuple[NDArray[np.int32], tuple[str, ...], Iterator[Finding]]:
    """For each row the place of its group (-1 for none), the ids in natural order, findings."""
    encoded = pc.dictionary_encode(values.texts(column))
    spelled = [unicodedata.normalize("NFC", value) for value in encoded.dictionary.to_pylist()]
    coded = {value for value in spelled if is_coded(value, missing)}
    ids = tuple(sorted(set(spelled) - coded - set(values.MISSING_IDS), key=natural))
    place = {value: index for index, value in enumerate(ids)}
    places = np.array([place.get(value, -1) for value in spelled], dtype=np.int32)
    findings = of_spelling(name, coded, len(spelled) - len(set(spelled)))
    return places[encoded.indices.to_numpy()], ids, findings


def is_coded(group: str, missing: MissingCodes) -> bool:
    """Whether an id is among the codes for "missing"."""
    number = _number(group)
    return any(
        group == code.strip() if isinstance(code, str) else number == code for code in missing
    )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def nothing_left(
    file: str,
    outcomes: Sequence[str],
    group: str,
    n_rows: int,
    *,
    empty: Sequence[str],
    any_scored: bool,
    any_grouped: bool,
) -> DataRefused:
    """The refusal of a file without a row that has both a score and a group.

    `empty` are the columns of scores that have none.
    """
    columns: Sequence[str] = empty
    if any_scored and not any_grouped:
        case, columns = "column", [group]
    elif any_scored:
        case, columns = "never_both", [outcomes[0], group]
    elif len(empty) == len(outcomes):
        case = "column" if len(outcomes) == 1 else "columns"
    else:
        case = ("incomplete", "one_value", "some_values")[min(len(empty), 2)]
    return DataRefused(
        "empty.no_rows_left",
        *columns,
        case=case,
        file=file,
        n_rows=n_rows,
        n_values=len(outcomes),
        outcome=outcomes[0],
        group=group,
    )
