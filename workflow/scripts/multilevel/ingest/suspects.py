"""Scores that look like codes for "missing" and aren't declared as such."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from multilevel.hints import shown
from multilevel.ingest.readers.typed import number_text
from multilevel.numbers import count

_MOST = 5  # different codes at one end, such as 9996 to 9999 and 99999
_REST = 10  # different scores that must be left to judge by


@dataclass(frozen=True)
class Suspect:
    """A score far from all others.

    Attributes
    ----------
    value
        The score.
    n
        How often it is there.
    low, high
        Range of the other scores.
    """

    value: float
    n: int
    low: float
    high: float


def suspects(scores: NDArray[np.float64]) -> tuple[Suspect, ...]:
    """Values at either end that are no scores by the look of them.

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
    above = _at_end(values, counts)
    below = _at_end(-values[::-1], counts[::-1])
    mirrored = (Suspect(-one.value, one.n, -one.high, -one.low) for one in below)
    return (*above, *mirrored)


def note(column: str, one: Suspect) -> str:
    """What to tell the reader about a suspect in a column."""
    times = "once" if one.n == 1 else f"{count(one.n)} times"
    value = number_text(one.value)
    return (
        f"The score {value} stands {times} in {shown(column)}, far from all others, which lie "
        f"between {one.low:.6g} and {one.high:.6g}. It was analysed as a score. If it means "
        f"“missing”, say so: missing: [{value}] in the configuration, or MISSING={value}."
    )


def _at_end(values: NDArray[np.float64], counts: NDArray[np.int64]) -> tuple[Suspect, ...]:
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
                Suspect(float(value), int(times), float(rest[0]), float(rest[-1]))
                for value, times in zip(values[-n:], counts[-n:], strict=True)
            )
    return ()
