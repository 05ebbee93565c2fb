"""Several columns that should be plausible values of one score: what is amiss among them."""

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from multilevel.ingest.checks.material import Members
from multilevel.records.findings import Finding, caution

# What no plausible values of one score reach: a test of reliability .5 gives draws that correlate
# .5, and the means of its draws agree within a small part of a standard deviation.
_LOWEST_CORRELATION, _LARGEST_SHIFT, _LARGEST_RATIO = 0.5, 0.5, 1.5
_FEWEST_STUDENTS = 10


def check(members: Members) -> Iterator[Finding]:
    """Copies among the plausible values, and values that aren't draws of the same score."""
    yield from copied(members.outcomes, members.scores)
    yield from unlike(members.outcomes, members.scores)


def copied(columns: Sequence[str], scores: NDArray[np.float64]) -> tuple[Finding, ...]:
    """Each set of columns that hold the same scores; none where all differ.

    Parameters
    ----------
    columns
        Names of the M columns.
    scores
        float64, shape (N, M).
    """
    alike: dict[bytes, list[str]] = {}
    for name, score in zip(columns, scores.T, strict=True):
        alike.setdefault(score.tobytes(), []).append(name)
    return tuple(
        caution("copied_values", *names, n=len(columns))
        for names in alike.values()
        if len(names) > 1
    )


def unlike(columns: Sequence[str], scores: NDArray[np.float64]) -> tuple[Finding, ...]:
    """The columns that can't be draws of the same score as the others; see `copied`.

    Draws from a student's posterior share its mean, so they correlate at least as highly as the
    test is reliable, and their means and standard deviations over students hardly differ. A
    column is out of line where it is so beyond what few students let happen by chance.
    """
    n, m = scores.shape
    if m < 2 or n < _FEWEST_STUDENTS:
        return ()
    mean, sd = scores.mean(axis=0), scores.std(axis=0)
    middle, spread = float(np.median(mean)), float(np.median(sd))
    r = _median_correlation(scores, mean, sd)
    chance = 3.0 / math.sqrt(n)
    with np.errstate(divide="ignore", invalid="ignore"):
        alike = (
            (np.arctanh(np.clip(r, -1.0, 1.0)) + chance >= math.atanh(_LOWEST_CORRELATION))
            & (np.abs(mean - middle) <= (_LARGEST_SHIFT + chance) * spread)
            & (np.abs(np.log(sd / spread)) <= math.log(_LARGEST_RATIO) + chance)
        )
    return tuple(
        caution(
            "unlike",
            columns[k],
            correlation=float(r[k]) if math.isfinite(r[k]) else None,
            mean=float(mean[k]),
            sd=float(sd[k]),
            others_mean=middle,
            others_sd=spread,
        )
        for k in np.flatnonzero(~alike).tolist()
    )


def _median_correlation(
    scores: NDArray[np.float64], mean: NDArray[np.float64], sd: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Of each column with the others, NaN for a constant one, shape (M,)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        standard = (scores - mean) / sd
    r = standard.T @ standard / len(scores)
    np.fill_diagonal(r, np.nan)
    known = [row[np.isfinite(row)] for row in r]
    return np.array([np.median(row) if len(row) else np.nan for row in known])
