"""Scores that look like codes for "missing" and aren't declared as such."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from multilevel.result_sections import Suspect

_MOST = 5  # different codes at one end, such as 9996 to 9999 and 99999
_REST = 10  # different scores that must be left to judge by


def suspects(columns: Sequence[str], scores: NDArray[np.float64]) -> tuple[Suspect, ...]:
    """Values of each of the columns that are no scores by the look of them; see `_of_column`.

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
        for one in _of_column(column, score)
    )


def _of_column(column: str, scores: NDArray[np.float64]) -> tuple[Suspect, ...]:
    """Values of a column at either end that are no scores by the look of them.

    A few values (at most five) at one end are suspected when the gap between them
    and all other scores is more than twice the range of those, or when each of them
    is there more than once and the gap is wider than the distance between the
    others' quartiles. Both hold for scores of any scale.

    Parameters
    ----------
    scores
        float64, shape (N,), NaN where missing.
    """
    values, counts = np.unique(scores[np.isfinite(scores)], return_counts=True)
    above = _at_end(column, values, counts)
    below = (
        replace(one, value=-one.value, low=-one.high, high=-one.low)
        for one in _at_end(column, -values[::-1], counts[::-1])
    )
    return (*above, *below)


def _at_end(
    column: str, values: NDArray[np.float64], counts: NDArray[np.int64]
) -> tuple[Suspect, ...]:
    """Suspects among the highest of the different `values`, which ascend."""
    for n in range(min(_MOST, len(values) - _REST), 0, -1):
        rest, rest_counts = values[:-n], counts[:-n]
        gap = values[-n] - rest[-1]
        spread = rest[-1] - rest[0]
        quartiles = np.repeat(rest, rest_counts)
        low, high = np.quantile(quartiles, [0.25, 0.75])
        repeated = (counts[-n:] > 1).all() and gap > high - low > 0
        if gap > 2 * spread or repeated:
            return tuple(
                Suspect(
                    column=column,
                    value=float(value),
                    n=int(times),
                    low=float(rest[0]),
                    high=float(rest[-1]),
                )
                for value, times in zip(values[-n:], counts[-n:], strict=True)
            )
    return ()
