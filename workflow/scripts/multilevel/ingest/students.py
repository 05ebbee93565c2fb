"""The canonical table: one row a student, a group and a score, or several plausible values."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from multilevel.configuration import expressions
from multilevel.configuration.datasets import Replicates, Weights
from multilevel.errors import DataRefused
from multilevel.ingest.checks import missing_codes as suspects
from multilevel.ingest.checks import plausible_values as draws
from multilevel.ingest.checks import similar_ids as lookalikes
from multilevel.ingest.checks.thousands import Thousands
from multilevel.ingest.readers import Table
from multilevel.ingest.replicate_weights import replicate_weights
from multilevel.ingest.survey_design import RowWeights, Sample, jackknife, row_weights, sample_of
from multilevel.ingest.table import values
from multilevel.records.sections import Doubt, Role, Suspect, UnlikeValue
from multilevel.wording.numbers import count
from multilevel.wording.ordering import natural
from multilevel.wording.quoting import listed, shown

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
    suspects
        Values among those kept that look like undeclared codes for missing.
    thousands
        Columns of scores whose decimal points or commas are likely to separate thousands.
    unlike
        Plausible values that can't be draws of the same score as the others.
    doubts
        Plausible values that are copies.
    notes
        What was found and done, in sentences.

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
    suspects: tuple[Suspect, ...] = ()
    thousands: tuple[str, ...] = ()
    unlike: tuple[UnlikeValue, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    notes: tuple[str, ...] = ()

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
    scores, score_notes, thousands = _plausible_values(table, columns, missing)
    codes, ids, group_notes = _groups(table.frame[group], group, missing)
    scored = np.asarray(~np.isnan(scores).any(axis=1))
    grouped = codes >= 0
    rows = _row_weights(table, weights)
    weighted = np.ones_like(scored) if rows is None else rows.usable
    kept = scored & grouped & weighted
    if not kept.any():
        raise _nothing_left(table, columns, group, scores, grouped)
    used, places = np.unique(codes[kept], return_inverse=True)
    unscored = [unscored_note(group, len(ids) - len(used))] if len(used) < len(ids) else []
    group_ids = tuple(ids[code] for code in used)
    students = Students(
        group=places.astype(np.int32),
        group_ids=group_ids,
        score=np.ascontiguousarray(scores[kept, 0]),
        further=scores[kept, 1:] if len(columns) > 1 else None,
        n_rows=table.n_rows,
        **_dropped(scored, grouped, weighted),
        suspects=(
            *_suspects(table, columns, scores, weights, kept),
            *suspects.of_ids(group, group_ids, np.bincount(places)),
        ),
        thousands=thousands,
        unlike=draws.unlike(columns, scores[kept]),
        doubts=draws.copied(columns, scores[kept]),
        notes=(*score_notes, *group_notes, *unscored),
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


def _suspects(
    table: Table,
    outcomes: tuple[str, ...],
    scores: NDArray[np.float64],
    weights: Weights | None,
    kept: NDArray[np.bool_],
) -> tuple[Suspect, ...]:
    """Suspects among scores, and in the weights' columns: a product hides a factor's code."""
    roles: dict[str, Role] = {}
    if weights is not None and weights.member is not None:
        roles |= dict.fromkeys(expressions.columns(weights.member), "member_weight")
    if weights is not None and weights.group is not None:
        roles |= dict.fromkeys(expressions.columns(weights.group), "group_weight")
    return (
        *suspects.of_scores(outcomes, scores[kept]),
        *(
            one
            for column, role in roles.items()
            for one in suspects.of_weights(column, role, values.numeric(table, column)[kept])
        ),
    )


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
    table: Table, columns: tuple[str, ...], missing: MissingCodes
) -> tuple[NDArray[np.float64], tuple[str, ...], tuple[str, ...]]:
    """Scores with NaN where missing, shape (rows, M), notes, and columns likely of thousands.

    A row with some of its plausible values only is as one without: that no complete draw
    is there means that the file is damaged or the codes for missing differ.
    """
    found = [_scores(table, name, missing) for name in columns]
    for name, (score, _, _) in zip(columns, found, strict=True):
        large = np.flatnonzero(values.too_large(score))
        if len(large):
            first = int(large[0])
            raise values.not_bounded(table.name, name, len(large), first, float(score[first]))
    scores = np.column_stack([score for score, _, _ in found])
    thousands = [name for name, (_, _, likely) in zip(columns, found, strict=True) if likely]
    notes = [note for _, notes, _ in found for note in notes]
    absent = np.isnan(scores)
    partly = int(np.count_nonzero(absent.any(axis=1) & ~absent.all(axis=1)))
    if partly:
        notes.append(f"Rows with some plausible values and not others, left out: {count(partly)}.")
    return scores, tuple(notes), tuple(thousands)


def _nothing_left(
    table: Table,
    outcomes: tuple[str, ...],
    group: str,
    scores: NDArray[np.float64],
    grouped: NDArray[np.bool_],
) -> DataRefused:
    scored = ~np.isnan(scores).any(axis=1)
    if (scored & grouped).any():
        return DataRefused(
            "bad_weights",
            f"No row of {shown(table.name)} that has a score and a group has a weight above 0.",
            "Check the columns under weights and the codes under missing.",
        )
    return nothing_left(
        table.name,
        outcomes[0],
        group,
        table.n_rows,
        unscored=draws.none_complete(outcomes, scores),
        any_scored=bool(scored.any()),
        any_grouped=bool(grouped.any()),
    )


def _scores(
    table: Table, column: str, missing: MissingCodes
) -> tuple[NDArray[np.float64], tuple[str, ...], bool]:
    """Scores with NaN where missing, notes, and whether they are likely to be thousands."""
    stored = values.arrow(table.frame[column])
    if not values.is_text(stored) and not missing:
        numbers = values.numeric(table, column)
        if np.isinf(numbers).any():
            raise values.first_wrong(table, column, values.texts(table.frame[column]), values.POINT)
        return numbers, (), False
    codes = [code.strip() for code in missing if isinstance(code, str)]
    score, comma = values.numbers_of_texts(table, column, codes)
    others = [float(code) for code in missing if not isinstance(code, str)]
    score = np.where(np.isin(score, others), np.nan, score)
    seen = Thousands("," if comma else ".")
    if table.decimal_comma:
        seen.add(values.texts(table.frame[column]).filter(pa.array(~np.isnan(score))))
    notes = (*((values.comma_note(column),) if comma else ()), *seen.notes(column))
    return score, notes, seen.verdict == "likely"


def unscored_note(group: str, n: int) -> str:
    """Groups that lost all their members."""
    return f"Ids in {shown(group)} without any score: {count(n)}."


def coded_note(codes: str, group: str) -> str:
    """Ids that the configuration declares missing, listed in `codes`."""
    return f"As configured, {codes} in {shown(group)} means that the id is missing."


def joined_note(group: str, n: int) -> str:
    """Ids that differ only in how Unicode writes them."""
    return f"Ids in {shown(group)} written in two Unicode forms, joined: {count(n)}."


def _groups(
    column: Any, name: str, missing: MissingCodes
) -> tuple[NDArray[np.int32], tuple[str, ...], tuple[str, ...]]:
    """For each row the place of its group (-1 for none), the ids in natural order, notes."""
    encoded = pc.dictionary_encode(values.texts(column))
    spelled = [unicodedata.normalize("NFC", value) for value in encoded.dictionary.to_pylist()]
    coded = {value for value in spelled if is_coded(value, missing)}
    ids = tuple(sorted(set(spelled) - coded - set(values.MISSING_IDS), key=natural))
    place = {value: index for index, value in enumerate(ids)}
    places = np.array([place.get(value, -1) for value in spelled], dtype=np.int32)
    notes = []
    if coded - set(values.MISSING_IDS):
        codes = listed(sorted(coded - set(values.MISSING_IDS)))
        notes.append(coded_note(codes, name))
    joined = len(spelled) - len(set(spelled))
    if joined:
        notes.append(joined_note(name, joined))
    notes += lookalikes.notes(name, ids)
    return places[encoded.indices.to_numpy()], ids, tuple(notes)


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
    outcome: str,
    group: str,
    n_rows: int,
    *,
    any_scored: bool,
    any_grouped: bool,
    unscored: str = "",
) -> DataRefused:
    """The refusal of a file without a row that has both a score and a group.

    `unscored` says why no row has a score, when that isn't that the one column is empty.
    """
    if not any_scored:
        which = unscored or f"the column {shown(outcome)} is missing in all"
    elif not any_grouped:
        which = f"the column {shown(group)} is missing in all"
    else:
        which = f"no row has both {shown(outcome)} and {shown(group)} among all"
    return DataRefused(
        "empty",
        f"Nothing is left of {shown(file)}: {which} {count(n_rows)} rows.",
        "Check the columns' names and the codes under missing.",
    )
