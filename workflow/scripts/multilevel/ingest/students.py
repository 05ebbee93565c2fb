"""The canonical table: one row a student, a group and a score."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from multilevel.errors import DataRefused
from multilevel.hints import listed, shown
from multilevel.ingest.ordering import natural
from multilevel.ingest.readers import Table
from multilevel.numbers import count

MissingCodes = Sequence[int | float | str]

# Without regard to case.
MISSING_SCORES = ("", "na", "n/a", "nan", ".", "null", "none")
# As they stand: "na" or "." may well be a group's id.
MISSING_GROUPS = ("", "NA", "NaN", "nan")

POINT = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
COMMA = POINT.replace(r"\.", ",")


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
        float64, shape (N,), finite.
    n_rows
        Rows read.
    n_dropped_outcome
        Rows without a score.
    n_dropped_group
        Rows with a score and without a group.
    notes
        What was found and done, in sentences.
    """

    group: NDArray[np.int32]
    group_ids: tuple[str, ...]
    score: NDArray[np.float64]
    n_rows: int = 0
    n_dropped_outcome: int = 0
    n_dropped_group: int = 0
    notes: tuple[str, ...] = ()

    @classmethod
    def none(cls) -> "Students":
        """No students: of a dataset that is refused."""
        return cls(group=np.empty(0, np.int32), group_ids=(), score=np.empty(0))


def to_students(table: Table, *, outcome: str, group: str, missing: MissingCodes = ()) -> Students:
    """The students of a table.

    Parameters
    ----------
    table
        What a reader gave.
    outcome, group
        Names of its columns.
    missing
        Further codes for "missing", in both columns: numbers compare as numbers,
        texts letter by letter.

    Raises
    ------
    DataRefused
        `not_numeric` with the first row whose score is no finite number; `empty`
        when no row has both a score and a group.
    """
    score, score_notes = _scores(table, outcome, missing)
    codes, ids, group_notes = _groups(table.frame[group], group, missing)
    scored = ~np.isnan(score)
    kept = scored & (codes >= 0)
    if not kept.any():
        raise nothing_left(
            table.name,
            outcome,
            group,
            table.n_rows,
            any_scored=bool(scored.any()),
            any_grouped=bool((codes >= 0).any()),
        )
    used, places = np.unique(codes[kept], return_inverse=True)
    unscored = len(ids) - len(used)
    notes = [*score_notes, *group_notes]
    if unscored:
        notes.append(unscored_note(group, unscored))
    return Students(
        group=places.astype(np.int32),
        group_ids=tuple(ids[code] for code in used),
        score=score[kept],
        n_rows=table.n_rows,
        n_dropped_outcome=int(np.count_nonzero(~scored)),
        n_dropped_group=int(np.count_nonzero(scored & (codes < 0))),
        notes=tuple(notes),
    )


def _scores(
    table: Table, column: str, missing: MissingCodes
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Scores with NaN where missing, and notes."""
    text = text_of(table.frame[column])
    texts = [code.strip() for code in missing if isinstance(code, str)]
    text, absent = without_missing(text, texts)
    comma = table.decimal_comma and _mostly_commas(text)
    score = parsed(pointed(text) if comma else text)
    present = ~absent.to_numpy(zero_copy_only=False)
    if score is None or not np.isfinite(score[present]).all():
        raise _first_wrong(table, column, text, COMMA if comma else POINT)
    numeric = [float(code) for code in missing if not isinstance(code, str)]
    score = np.where(np.isin(score, numeric), np.nan, score)
    return score, (comma_note(column),) if comma else ()


def text_of(column: Any) -> Any:
    """A column as pyarrow text without surrounding blanks, "" where it has nothing."""
    values = pa.array(column, from_pandas=True)
    if isinstance(values, pa.ChunkedArray):
        values = values.cast(pa.large_string()).combine_chunks()
    # Large: more than 2 GiB of text in one column.
    return pc.utf8_trim_whitespace(pc.fill_null(values.cast(pa.large_string()), ""))


def _mostly_commas(text: Any) -> bool:
    """Whether more values are numbers with a decimal comma than with a point."""
    commas = pc.and_(pc.match_substring(text, ","), pc.match_substring_regex(text, COMMA))
    points = pc.and_(pc.match_substring(text, "."), pc.match_substring_regex(text, POINT))
    return bool((pc.sum(commas).as_py() or 0) > (pc.sum(points).as_py() or 0))


def pointed(text: Any) -> Any:
    """Decimal commas as points; what has a point already becomes unreadable."""
    return pc.replace_substring(pc.replace_substring(text, ".", "?"), ",", ".")


def parsed(text: Any) -> NDArray[np.float64] | None:
    """The nearest double to each number, NaN for null; None when one is no number."""
    try:
        numbers: NDArray[np.float64] = pc.cast(text, pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        return None
    return numbers


def unscored_note(group: str, n: int) -> str:
    """Groups that lost all their members."""
    return f"Ids in {shown(group)} without any score: {count(n)}."


def coded_note(codes: str, group: str) -> str:
    """Ids that the configuration declares missing, listed in `codes`."""
    return f"As configured, {codes} in {shown(group)} means that the id is missing."


def joined_note(group: str, n: int) -> str:
    """Ids that differ only in how Unicode writes them."""
    return f"Ids in {shown(group)} written in two Unicode forms, joined: {count(n)}."


def comma_note(outcome: str) -> str:
    """Scores such as 5,2."""
    return f"Decimal commas in {shown(outcome)}."


def without_missing(text: Any, codes: Sequence[str]) -> tuple[Any, Any]:
    """The text with null where it, or one of `codes`, means "missing", and where that is."""
    absent = pc.or_(
        pc.is_in(pc.utf8_lower(text), value_set=pa.array(MISSING_SCORES, pa.large_string())),
        pc.is_in(text, value_set=pa.array(codes, pa.large_string())),
    )
    return pc.if_else(absent, pa.scalar(None, pa.large_string()), text), absent


def _first_wrong(table: Table, column: str, text: Any, pattern: str) -> DataRefused:
    good = pc.fill_null(pc.match_substring_regex(text, pattern), True)
    numbers = parsed(pc.if_else(good, pc.replace_substring(text, ",", "."), None))
    too_large = np.zeros(len(good), bool) if numbers is None else np.isinf(numbers)
    wrong = np.flatnonzero(~good.to_numpy(zero_copy_only=False) | too_large)
    first = int(wrong[0])
    return not_numeric(
        table.name, column, table.n_rows, table.first_line, len(wrong), first, text[first].as_py()
    )


def not_numeric(
    file: str, column: str, n_rows: int, first_line: int | None, n: int, first: int, text: str
) -> DataRefused:
    """The refusal of `n` values that are no numbers, of which row `first` (from 0) has `text`."""
    value = shown(text)
    line = "" if first_line is None else f" (line {count(first_line + first)})"
    others = f" ({count(n)} rows are like that)" if n > 1 else ""
    if n == n_rows:
        return DataRefused(
            "not_numeric",
            f"The column {shown(column)} of {shown(file)} should hold numbers, but holds "
            f"none; row {count(first + 1)}{line} has {value}.",
            "Check the name of the column: are the outcome and the group swapped?",
        )
    return DataRefused(
        "not_numeric",
        f"The column {shown(column)} of {shown(file)} should hold numbers, but row "
        f"{count(first + 1)}{line} has {value}{others}.",
        f"Correct it, or if it means that the score is missing, add {value} to the missing codes "
        "(MISSING= of make report; missing in the configuration).",
    )


def _groups(
    column: Any, name: str, missing: MissingCodes
) -> tuple[NDArray[np.int32], tuple[str, ...], tuple[str, ...]]:
    """For each row the place of its group (-1 for none), the ids in natural order, notes."""
    encoded = pc.dictionary_encode(text_of(column))
    spelled = [unicodedata.normalize("NFC", value) for value in encoded.dictionary.to_pylist()]
    coded = {value for value in spelled if is_coded(value, missing)}
    ids = tuple(sorted(set(spelled) - coded - set(MISSING_GROUPS), key=natural))
    place = {value: index for index, value in enumerate(ids)}
    places = np.array([place.get(value, -1) for value in spelled], dtype=np.int32)
    notes = []
    if coded - set(MISSING_GROUPS):
        codes = listed(sorted(coded - set(MISSING_GROUPS)))
        notes.append(coded_note(codes, name))
    joined = len(spelled) - len(set(spelled))
    if joined:
        notes.append(joined_note(name, joined))
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
    file: str, outcome: str, group: str, n_rows: int, *, any_scored: bool, any_grouped: bool
) -> DataRefused:
    """The refusal of a file without a row that has both a score and a group."""
    if not any_scored:
        which = f"the column {shown(outcome)} is missing in all"
    elif not any_grouped:
        which = f"the column {shown(group)} is missing in all"
    else:
        which = f"no row has both {shown(outcome)} and {shown(group)} among all"
    return DataRefused(
        "empty",
        f"Nothing is left of {shown(file)}: {which} {count(n_rows)} rows.",
        "Check the columns' names and the codes under missing.",
    )
