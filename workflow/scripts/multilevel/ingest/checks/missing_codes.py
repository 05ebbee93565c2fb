"""Scores, weights and ids that look like codes for "missing" and aren't declared as such."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from multilevel.ingest.checks.material import Members
from multilevel.records.findings import Finding, caution
from multilevel.records.sections import Role

Floats = NDArray[np.float64]

# What is suspected, by what its column is used as.
_KINDS: dict[Role, str] = {
    "outcome": "score",
    "member_weight": "weight",
    "group_weight": "weight",
    "group": "id",
}
_MOST = 5  # different codes at one end, such as 9996 to 9999 and 99999
_REST = 10  # different values that must be left to judge by
_OTHER_IDS = 3  # the same of ids
_TIMES = 10.0  # a weight of nines, compared with weights of few different sizes
_BELOW = 2  # ids below 0 that aren't just numbers
_NINES = np.array([10.0**digits - 1 for digits in range(2, 16)])
# A school's own number may well be 9.
_CODES = np.concatenate([_NINES, -_NINES, -np.arange(1.0, 10.0)])
_GAPS = 5.0  # from the last id to one of nines, in the widest gap between other ids


def check(members: Members) -> Iterator[Finding]:
    """Scores, weights and ids that are none by the look of them."""
    yield from of_scores(members.outcomes, members.scores)
    for column, (role, weights) in members.weights.items():
        yield from of_weights(column, role, weights)
    yield from of_ids(members.group, members.group_ids, members.sizes)


def of_scores(columns: Sequence[str], scores: Floats) -> tuple[Finding, ...]:
    """Values of each of the columns that are no scores by the look of them.

    A few values (at most five) at one end are suspected when the gap between them
    and all other scores is more than twice the range of those, or when each of them
    is there more than once and the gap is wider than the distance between the
    others' quartiles. Both hold for scores of any scale.

    Parameters
    ----------
    columns
        Names of the M columns: one score, or several plausible values.
    scores
        float64, shape (N, M), NaN where missing.
    """
    return tuple(
        one
        for column, score in zip(columns, scores.T, strict=True)
        for one in _of_score(column, score)
    )


def _of_score(column: str, scores: Floats) -> Iterator[Finding]:
    values, counts = np.unique(scores[np.isfinite(scores)], return_counts=True)
    n_high = _n_at_end(values, counts)
    n_low = _n_at_end(-values[::-1], counts[::-1])
    yield from _highest(column, "outcome", values, counts, n_high)
    for place in range(n_low - 1, -1, -1):
        ends = values[n_low], values[-1]
        yield _suspect(column, "outcome", values[place], counts[place], ends)


def _n_at_end(values: Floats, counts: NDArray[np.int64]) -> int:
    """How many of the highest of the different `values`, which ascend, are suspected."""
    for n in range(min(_MOST, len(values) - _REST), 0, -1):
        repeated = bool((counts[-n:] > 1).all())
        if _far(values, n) or (repeated and _beyond_quartiles(values, counts, n)):
            return n
    return 0


def of_weights(column: str, role: Role, weights: Floats) -> tuple[Finding, ...]:
    """Values of a weight's column that are no weights by the look of them.

    Large weights are rarer than large scores and no less right, so only the highest values
    are suspected, at most five: those that stand in several rows each or are all nines, when
    the gap to all others is more than twice the range of those; and those of nines, also when
    the gap is wider than the distance between the others' quartiles and each is there more than
    once, or when the least of them is ten times as large as all others. The last is for weights
    of few sizes, which tell little of how they spread.

    Parameters
    ----------
    weights
        float64, shape (N,), NaN where missing.
    """
    values, counts = np.unique(weights[np.isfinite(weights)], return_counts=True)
    for n in range(min(_MOST, len(values) - 1), 0, -1):
        nines = all(map(_all_nines, values[-n:]))
        repeated = bool((counts[-n:] > 1).all())
        judged = len(values) - n >= _REST
        far = judged and _far(values, n) and (nines or repeated)
        apart = judged and repeated and _beyond_quartiles(values, counts, n)
        larger = values[-n] >= _TIMES * values[-n - 1]
        if far or (nines and (apart or larger)):
            return tuple(_highest(column, role, values, counts, n))
    return ()


def of_ids(column: str, ids: Sequence[str], sizes: NDArray[Any]) -> tuple[Finding, ...]:
    """Ids of groups that are none by the look of them.

    They are 99, 999 and so on beyond all other numbers, when they stand apart (by more than the
    others' range, or five times the widest gap between two of those) or are the id of more
    than twice as many students as any other, or fewer than half as many; and -9, -99 and so on,
    or any from -1 to -9, where at most two ids are below 0.

    Parameters
    ----------
    ids
        Of the J groups; those that are no numbers are left aside.
    sizes
        Their students, shape (J,).
    """
    numbers = np.array([_number(one) for one in ids], dtype=np.float64)
    known = np.isfinite(numbers)
    numbers, counts = numbers[known], np.asarray(sizes)[known]
    few_below = np.count_nonzero(numbers < 0) <= _BELOW
    coded = np.isin(numbers, _CODES) & ((numbers > 0) | few_below)
    if not coded.any() or np.count_nonzero(~coded) < _OTHER_IDS:
        return ()
    others, other_sizes = np.sort(numbers[~coded]), counts[~coded]
    return tuple(
        _suspect(column, "group", value, n, (others[0], others[-1]))
        for value, n in sorted(zip(numbers[coded], counts[coded], strict=True))
        if _odd_id(value, int(n), others, other_sizes)
    )


def _odd_id(value: float, n: int, others: Floats, sizes: NDArray[Any]) -> bool:
    if value < 0:
        return True
    gap, reach = value - others[-1], others[-1] - others[0]
    if gap <= 0:
        return False
    odd_place = gap > reach or gap > _GAPS * np.diff(others).max()
    return bool(odd_place or n > 2 * sizes.max() or 2 * n < sizes.min())


def _all_nines(value: float) -> bool:
    return float(value).is_integer() and set(str(abs(int(value)))) == {"9"}


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return np.nan


def _far(values: Floats, n: int) -> bool:
    """Whether the n highest are further from the rest than twice the rest's range."""
    rest = values[:-n]
    return bool(values[-n] - rest[-1] > 2 * (rest[-1] - rest[0]))


def _beyond_quartiles(values: Floats, counts: NDArray[np.int64], n: int) -> bool:
    """Whether they are further from it than its quartiles are from each other."""
    low, high = np.quantile(np.repeat(values[:-n], counts[:-n]), [0.25, 0.75])
    return bool(values[-n] - values[-n - 1] > high - low > 0)


def _highest(
    column: str, role: Role, values: Floats, counts: NDArray[np.int64], n: int
) -> Iterator[Finding]:
    for value, times in zip(values[-n:], counts[-n:], strict=True) if n else ():
        yield _suspect(column, role, value, times, (values[0], values[-n - 1]))


def _suspect(column: str, role: Role, value: Any, n: Any, ends: tuple[Any, Any]) -> Finding:
    """A value that `n` members have, beside others of the column that reach from end to end."""
    low, high = (float(end) for end in ends)
    return caution(
        "suspects",
        column,
        case=_KINDS[role],
        role=role,
        value=float(value),
        n=int(n),
        low=low,
        high=high,
    )
