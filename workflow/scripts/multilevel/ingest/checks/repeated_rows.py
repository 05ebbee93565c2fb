"""Rows that stand again, where no id of members tells: appended files, schools of several years."""

import math
import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from multilevel.ingest import vocabulary
from multilevel.ingest.checks.material import Codes, Records, n_different
from multilevel.records.findings import Finding, caution, note

_FEWEST_CELLS = 20  # group and score, each an even number of times: by chance in 1 of 2**20
_FEWEST_IN_ORDER = 10
# Rows that follow one another, by which a block is known again; of large files some are looked at.
_WINDOWS, _ALL_WINDOWS = (3, 24), 50_000
_OFTEN = 0.2  # of windows that are there again by chance, where scores take few values
_LAGS, _BY_CHANCE, _FEWEST_DIFFERENT = 3, 1e-6, 5
_MOST_OCCASIONS, _ALL_GROUPS = 12, 0.9
_YEAR = re.compile(r"(?:19|20)[0-9]{2}(?:\s?[-/]\s?(?:[0-9]{2}|(?:19|20)[0-9]{2}))?")
_GRADE = re.compile(r"\D*(?:1[0-3]|[1-9])\D*")

Hashes = NDArray[np.uint64]


def repeated(records: Records, *, ids_known: bool) -> Iterator[Finding]:
    """A caution where rows stand again, all of them or a block, or groups at several occasions."""
    used = records.analysed
    group, scores = records.group_codes[used], records.scores[used]
    times = _times_whole(group, scores)
    if times > 1:
        yield caution("repeated_rows", case="whole", n_rows=len(used), times=times, n=0)
        return
    if ids_known:
        return
    n = _repeated_block(records, group, scores)
    if n:
        yield caution("repeated_rows", case="block", n_rows=len(used), times=1, n=n)
    yield from _occasions(records)


def _times_whole(group: Codes, scores: NDArray[np.float64]) -> int:
    """How many times the rows repeat, each as often as the others; 1 where they don't."""
    half = len(group) // 2
    if 2 * half == len(group) and half >= _FEWEST_IN_ORDER:
        same = np.array_equal(group[:half], group[half:])
        if same and np.array_equal(scores[:half], scores[half:]) and np.ptp(scores) > 0:
            return 2
    if np.count_nonzero((group == group[0]) & (scores == scores[0]).all(axis=1)) == 1:
        return 1
    _, counts = np.unique(np.column_stack([group, scores]), axis=0, return_counts=True)
    return int(np.gcd.reduce(counts)) if len(counts) >= _FEWEST_CELLS else 1


def _repeated_block(records: Records, group: Codes, scores: NDArray[np.float64]) -> int:
    """Rows in the longest block that stands twice, in all its columns; 0 where chance explains it.

    Two rows of a group agree by chance in a share p; some block of L rows does so in about
    N^2 p^L of files.
    """
    rows = _hashes(group, scores)
    lags = _lags(rows)
    if not lags:
        return 0
    cells = np.sort(rows)
    sizes = np.diff(np.flatnonzero(np.diff(cells, prepend=~cells[:1], append=~cells[-1:])))
    of_groups = np.bincount(group).astype(np.float64)
    agree = float((sizes * (sizes - 1.0)).sum()) / max((of_groups * (of_groups - 1)).sum(), 1.0)
    fewest = _FEWEST_IN_ORDER
    if 0 < agree < 1:
        chance = math.log(_BY_CHANCE) - 2 * math.log(len(rows))
        fewest = max(fewest, math.ceil(chance / math.log(agree)))
    for lag in lags:
        start, length = _longest_run(rows[lag:] == rows[:-lag])
        block = slice(start, start + length)
        if length < fewest or n_different(_numbered(rows[block])) < _FEWEST_DIFFERENT:
            continue
        if _agree_elsewhere(records, start, length, lag):
            return length
    return 0


def _hashes(group: Codes, scores: NDArray[np.float64]) -> Hashes:
    """A number for each row by its group and scores: equal for equal rows."""
    mixed = group.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    for score in scores.T:
        bits = np.ascontiguousarray(score + 0.0).view(np.uint64)
        mixed = (mixed ^ bits ^ (bits >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(32)
    return mixed


def _lags(rows: Hashes) -> list[int]:
    """How far apart rows stand that follow one another twice: the most frequent distances."""
    for size in _WINDOWS:
        if len(rows) < 2 * size:
            return []
        places, windows = _windows(rows, size)
        ordered = np.sort(windows)
        n_again = np.count_nonzero(ordered[1:] == ordered[:-1])
        if n_again == 0:
            return []
        if n_again <= _OFTEN * len(windows) or size == _WINDOWS[-1]:
            break
    order = np.argsort(windows, kind="stable")
    again = windows[order][1:] == windows[order][:-1]
    lags, counts = np.unique(np.diff(places[order])[again], return_counts=True)
    most = np.argsort(-counts, kind="stable")[:_LAGS]
    return [int(lag) for lag in lags[most]]


def _windows(rows: Hashes, size: int) -> tuple[Codes, Hashes]:
    """Where so many rows begin that follow one another, and a number for them; not of all."""
    places = np.arange(len(rows) - size + 1)
    if len(places) > _ALL_WINDOWS:  # those that begin with the same rows, thus of both copies
        places = np.flatnonzero(rows[: len(places)] % np.uint64(16) == 0)
    windows = rows[places]
    for further in range(1, size):
        windows = windows * np.uint64(0x94D049BB133111EB) + rows[places + further]
    return places, windows


def _longest_run(same: NDArray[np.bool_]) -> tuple[int, int]:
    """Start and length of the longest run of true values."""
    edges = np.flatnonzero(np.diff(same.astype(np.int8), prepend=0, append=0))
    starts, lengths = edges[::2], edges[1::2] - edges[::2]
    if not len(starts):
        return 0, 0
    longest = int(np.argmax(lengths))
    return int(starts[longest]), int(lengths[longest])


def _agree_elsewhere(records: Records, start: int, length: int, lag: int) -> bool:
    """Whether both copies of a block agree in all other columns but those that number the rows."""
    used = records.analysed
    columns = [records.codes(name)[0][used] for name in records.others]
    columns += [_numbered(numbers[used]) for numbers in records.further().values()]
    for column in columns:
        first, second = column[start : start + length], column[start + lag : start + lag + length]
        if not np.array_equal(first, second) and n_different(column) < len(column):
            return False
    return True


def _numbered(values: NDArray[np.generic]) -> Codes:
    return np.asarray(np.unique(values, return_inverse=True)[1], dtype=np.int64)


def _occasions(records: Records) -> Iterator[Finding]:
    """A caution where nearly every group stands at each of several years, waves or subjects."""
    for column in records.others:
        case = _case(column, records.texts(column))
        if case is None:
            continue
        codes, used = records.codes(column)
        group = records.group_codes[used]
        n, n_groups = n_different(codes[used]), n_different(group)
        pairs = n_different(group, codes[used])
        everywhere = 1 < n <= _MOST_OCCASIONS and pairs >= _ALL_GROUPS * n_groups * n
        if not everywhere or len(group) < 2 * pairs or n_groups < 2:
            continue
        value = records.texts(column)[int(codes[used].max())]
        if case == "grade":
            yield note("several_grades", column, by=column, value=value, n=n, n_groups=n_groups)
            continue
        yield caution(
            "several_occasions", column, case=case, by=column, value=value, n=n, n_groups=n_groups
        )
        return


def _case(column: str, texts: list[str]) -> str | None:
    """Whether a column is of a "time", "subject" or "grade" by its name and values."""
    years = all(map(_YEAR.fullmatch, texts)) or not vocabulary.is_year(column)
    if vocabulary.is_time(column) and years:
        return "time"
    if vocabulary.is_subject(column):
        return "subject"
    if vocabulary.is_grade(column) and all(map(_GRADE.fullmatch, texts)):
        return "grade"
    return None
