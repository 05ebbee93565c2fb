"""Scores and groups batch by batch, by the same rules as `students.to_students`."""

import unicodedata
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from multilevel.errors import DataRefused
from multilevel.ingest import checks, students
from multilevel.ingest.checks.thousands import Thousands
from multilevel.ingest.condensed import Condensed
from multilevel.ingest.moments import Accumulator
from multilevel.ingest.sampling import BottomK
from multilevel.ingest.streams import Batches, Facts, Stream
from multilevel.ingest.students import MissingCodes
from multilevel.ingest.table import values as rules
from multilevel.records.findings import Finding
from multilevel.records.reading import ReadFacts
from multilevel.wording.ordering import natural


@dataclass(frozen=True, kw_only=True)
class Scanned:
    """What became of a file read in batches.

    Attributes
    ----------
    condensed, refusal
        One of them is None.
    n_rows
        Rows read; None when reading was refused.
    sha256, bytes, facts
        Of the file.
    """

    condensed: Condensed | None
    refusal: DataRefused | None
    n_rows: int | None
    sha256: str
    bytes: int
    facts: ReadFacts


def scan(stream: Stream, outcome: str, group: str, missing: MissingCodes = ()) -> Scanned:
    """The students of a file in one pass, condensed; never raises DataRefused."""
    for reading in stream.readings((outcome, group)):
        try:
            found = Scan(name=stream.name, outcome=outcome, group=group, missing=missing)
            facts = found.read(reading)
        except UnicodeDecodeError:
            continue
        except DataRefused as refusal:
            sha256, size = stream.digest()
            return Scanned(
                condensed=None,
                refusal=refusal,
                n_rows=None,
                sha256=sha256,
                bytes=size,
                facts=ReadFacts(),
            )
        return found.judged(facts)
    raise AssertionError("the last encoding fits any file")


# More ids than this are surely not schools; they would fill the memory.
MOST_GROUPS = 1_000_000


class Scan:
    """Condenses the students of one file.

    Parameters
    ----------
    name
        The file's, for messages.
    outcome, group, missing
        As for `to_students`.
    """

    def __init__(self, *, name: str, outcome: str, group: str, missing: MissingCodes) -> None:
        self._name = name
        self._scores = _Scores(outcome, missing)
        self._groups = _Groups(group, missing)
        self._moments, self._sample = Accumulator(), BottomK()
        self._reach = (np.inf, -np.inf)
        self.n_rows = self._n_scored = self._n_kept = self._n_grouped = 0

    def read(self, reading: Callable[[], Batches]) -> Facts:
        """Take in all batches; DataRefused as a reader raises it."""
        with closing(reading()) as batches:
            for score, group in batches:
                self.add(score, group, decimal_comma=batches.decimal_comma)
            return batches.facts()

    def judged(self, facts: Facts) -> Scanned:
        """What became of the file once all of it was read."""
        condensed = refusal = None
        try:
            condensed = self.condensed(facts.first_line)
        except DataRefused as found:
            refusal = found
        return Scanned(
            condensed=condensed,
            refusal=refusal,
            n_rows=self.n_rows,
            sha256=facts.sha256,
            bytes=facts.bytes,
            facts=facts.read,
        )

    def add(self, score: pa.Array, group: pa.Array, *, decimal_comma: bool = False) -> None:
        """Take in a batch, where "5,2" may be a number; DataRefused for too many groups."""
        values = self._scores.add(score, self.n_rows, decimal_comma)
        places = self._groups.add(group)
        scored = ~np.isnan(values)
        kept = scored & (places >= 0)
        self.n_rows += len(values)
        self._n_scored += int(np.count_nonzero(scored))
        self._n_grouped += int(np.count_nonzero(places >= 0))
        if not kept.any():
            return
        if not kept.all():
            values, places = values[kept], places[kept]
        self._moments.add(places, values)
        self._sample.add(self._n_kept, places, values)
        low, high = self._reach
        self._reach = min(low, float(values.min())), max(high, float(values.max()))
        self._n_kept += len(values)

    def condensed(self, first_line: int | None) -> Condensed:
        """All students; DataRefused as `to_students` raises it.

        `first_line` is the file's line of the first row where every row is one line.
        """
        comma = self._scores.judge(self._name, self.n_rows, first_line)
        if not self._n_kept:
            raise students.nothing_left(
                self._name,
                (self._scores.column,),
                self._groups.column,
                self.n_rows,
                empty=(self._scores.column,) if not self._n_scored else (),
                any_scored=self._n_scored > 0,
                any_grouped=self._n_grouped > 0,
            )
        ids = self._groups.ids
        moments = self._moments.moments(len(ids))
        used: list[int] = np.flatnonzero(moments.n > 0).tolist()
        used.sort(key=lambda place: natural(ids[place]))
        order = np.array(used, dtype=np.int64)
        where = np.zeros(len(ids), dtype=np.int64)
        where[order] = np.arange(len(order))
        sample_group, sample_score = self._sample.rows()
        group_ids = tuple(ids[place] for place in used)
        members = checks.Members(
            outcomes=(self._scores.column,),
            scores=sample_score[:, None],
            group=self._groups.column,
            group_ids=group_ids,
            sizes=moments.n[order],
            separators={self._scores.column: self._scores.separator()},
        )
        return Condensed(
            group_ids=group_ids,
            moments=moments.of(order),
            score_min=self._reach[0],
            score_max=self._reach[1],
            sample_group=where[sample_group],
            sample_score=sample_score,
            n_rows=self.n_rows,
            n_dropped_outcome=self.n_rows - self._n_scored,
            n_dropped_group=self._n_scored - self._n_kept,
            findings=(
                *self._groups.findings(),
                *students.unscored(self._groups.column, len(ids) - len(order)),
                *checks.of_members(members),
            ),
            decimal_commas=(self._scores.column,) if comma else (),
        )


@dataclass
class _Wrong:
    """Values that are no numbers: how many, and the first."""

    n: int = 0
    row: int = -1
    value: Any = ""

    def add(self, wrong: NDArray[np.bool_], text: Any, first_row: int) -> None:
        found = np.flatnonzero(wrong)
        if len(found) and not self.n:
            self.row, self.value = first_row + int(found[0]), text[int(found[0])].as_py()
        self.n += len(found)


class _Scores:
    def __init__(self, column: str, missing: MissingCodes) -> None:
        self.column = column
        self._texts = [code.strip() for code in missing if isinstance(code, str)]
        self._numbers = [float(code) for code in missing if not isinstance(code, str)]
        # Whether commas or points are decimal is known at the end only.
        self._n_commas = self._n_points = 0
        self._wrong_by_point, self._wrong_by_comma = _Wrong(), _Wrong()
        self._too_long, self._too_large = _Wrong(), _Wrong()
        self._by_point, self._by_comma = Thousands("."), Thousands(",")

    def add(self, column: pa.Array, first_row: int, decimal_comma: bool) -> NDArray[np.float64]:
        """Scores of a batch, NaN where missing or wrong."""
        values = _numeric(column)
        self._too_long.add(rules.too_long(column), column, first_row)
        if values is None or np.isinf(values).any():
            values = self._from_text(rules.texts(column), first_row, decimal_comma)
        if self._numbers:
            values = np.where(np.isin(values, self._numbers), np.nan, values)
        large = rules.too_large(values)
        if large.any():
            self._too_large.add(large, pa.array(values), first_row)
            values = np.where(large, np.nan, values)
        if decimal_comma and not (self._by_point.ruled_out and self._by_comma.ruled_out):
            scored = rules.texts(column).filter(pa.array(~np.isnan(values)))
            self._by_point.add(scored)
            self._by_comma.add(scored)
        return values

    def _from_text(self, text: Any, first_row: int, decimal_comma: bool) -> NDArray[np.float64]:
        if not self._texts:
            plain = rules.parsed(pc.if_else(pc.equal(text, ""), None, text))
            if plain is not None and np.isfinite(plain).sum() == len(text):
                self._n_points += _count(pc.match_substring(text, ".")) if decimal_comma else 0
                return plain
        text, absent = rules.without_missing(text, self._texts)
        by_point, by_comma = (
            pc.fill_null(pc.match_substring_regex(text, pattern), False)
            for pattern in (rules.POINT, rules.COMMA)
        )
        values = _cast(pc.if_else(by_point, text, None))
        if decimal_comma:
            only_comma = pc.and_not(by_comma, by_point)
            self._n_commas += _count(only_comma)
            self._n_points += _count(pc.and_not(by_point, by_comma))
            commas = _cast(pc.if_else(only_comma, rules.pointed(text), None))
            values = np.where(only_comma.to_numpy(zero_copy_only=False), commas, values)
        present = ~absent.to_numpy(zero_copy_only=False)
        infinite = np.isinf(values)
        for wrong, good in ((self._wrong_by_point, by_point), (self._wrong_by_comma, by_comma)):
            bad = present & (~good.to_numpy(zero_copy_only=False) | infinite)
            wrong.add(bad, text, first_row)
        return np.where(infinite, np.nan, values)

    def judge(self, name: str, n_rows: int, first_line: int | None) -> bool:
        """Whether commas are decimal; DataRefused when there were values that are no numbers."""
        if self._too_long.n:
            wrong = self._too_long
            raise rules.not_exact(name, self.column, wrong.n, wrong.row, str(wrong.value))
        comma = self._n_commas > self._n_points
        wrong = self._wrong_by_comma if comma else self._wrong_by_point
        if wrong.n:
            raise rules.not_numeric(
                name, self.column, n_rows, first_line, wrong.n, wrong.row, wrong.value
            )
        if self._too_large.n:
            wrong = self._too_large
            raise rules.not_bounded(name, self.column, wrong.n, wrong.row, float(wrong.value))
        return comma

    def separator(self) -> checks.Separator:
        """What the texts say of their decimal points or commas."""
        comma = self._n_commas > self._n_points
        return (self._by_comma if comma else self._by_point).separator


class _Groups:
    def __init__(self, column: str, missing: MissingCodes) -> None:
        self.column = column
        self.ids: list[str] = []
        self._missing = missing
        self._place: dict[str, int] = {}
        self._place_spelled: dict[str, int] = {}
        self._coded: set[str] = set()

    def add(self, column: pa.Array) -> NDArray[np.int64]:
        """For each row of a batch the place of its group in `ids`, -1 for none."""
        encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        texts = rules.texts(encoded.dictionary).to_pylist()
        places = np.array([self._place_of(text) for text in [*texts, ""]], dtype=np.int64)
        indices = pc.fill_null(encoded.indices.cast(pa.int64()), len(texts))
        return np.asarray(places[indices.to_numpy()])

    def findings(self) -> Iterator[Finding]:
        """Notes on ids."""
        joined = len(self._place) - len(self._place_spelled)
        yield from students.of_spelling(self.column, self._coded, joined)

    def _place_of(self, text: str) -> int:
        if text not in self._place:
            spelled = unicodedata.normalize("NFC", text)
            if spelled not in self._place_spelled:
                self._place_spelled[spelled] = self._new(spelled)
            self._place[text] = self._place_spelled[spelled]
        return self._place[text]

    def _new(self, spelled: str) -> int:
        if students.is_coded(spelled, self._missing):
            self._coded.add(spelled)
            return -1
        if spelled in rules.MISSING_IDS:
            return -1
        if len(self.ids) == MOST_GROUPS:
            raise DataRefused("no_replication.too_many_ids", self.column, most=MOST_GROUPS)
        self.ids.append(spelled)
        return len(self.ids) - 1


def _count(condition: Any) -> int:
    return int(pc.sum(condition).as_py() or 0)


def _numeric(column: pa.Array) -> NDArray[np.float64] | None:
    """A column of numbers as doubles, NaN for null; None for any other."""
    kind = column.type
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
        return None
    return np.asarray(_cast(column))


def _cast(column: pa.Array) -> NDArray[np.float64]:
    return np.asarray(pc.cast(column, pa.float64(), safe=False).to_numpy(zero_copy_only=False))
