"""Several columns that should be plausible values of one score: what is amiss among them."""

import math
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from multilevel.configuration.families import families, gaps, siblings
from multilevel.ingest import presets
from multilevel.records.sections import Doubt, UnlikeValue
from multilevel.wording.numbers import count
from multilevel.wording.quoting import listed, shown

# What no plausible values of one score reach: a test of reliability .5 gives draws that correlate
# .5, and the means of its draws agree within a small part of a standard deviation.
_LOWEST_CORRELATION, _LARGEST_SHIFT, _LARGEST_RATIO = 0.5, 0.5, 1.5
_FEWEST_STUDENTS = 10


def copied(columns: Sequence[str], scores: NDArray[np.float64]) -> tuple[Doubt, ...]:
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
        Doubt(kind="copied_values", columns=tuple(names), n=len(columns))
        for names in alike.values()
        if len(names) > 1
    )


def unlike(columns: Sequence[str], scores: NDArray[np.float64]) -> tuple[UnlikeValue, ...]:
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
        UnlikeValue(
            column=columns[k],
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


def alone_note(name: str, label: str, names: Sequence[str]) -> str:
    """What to say of a plausible value, by name or label, that is analysed alone; "" of others.

    `names` are the file's columns.
    """
    known = (study.subjects.values() for study in presets.STUDIES.values())
    named = any(re.fullmatch(one, name, re.I) for subjects in known for one in subjects)
    if not named and "plausible value" not in label.lower():
        return ""
    family = next((one for one in families(names) if name in one.names), None)
    further = siblings(name, names)
    others = f"The file also has {listed(further)}." if further else "The file has no others."
    if family is not None:
        others = f"outcome: {family.pattern} takes all that the file has."
    elif absent := gaps([name, *further]):
        others = f"The file also has {listed(further)}, but not {listed(absent)}."
    return (
        f"{shown(name)} is one of several plausible values. Alone it gives standard errors that "
        f"are too small, for it can't tell how uncertain the scores are. {others}"
    )


def none_complete(columns: Sequence[str], any_scored: Sequence[bool]) -> str:
    """Why no row has a score, up to the number of rows.

    `any_scored` says of each of the M columns whether any row has a number there.
    """
    empty = [name for name, known in zip(columns, any_scored, strict=True) if not known]
    which = f"{listed(empty)} {'is' if len(empty) == 1 else 'are'} missing in all"
    if len(columns) == 1:
        return f"the column {which}"
    if len(empty) == len(columns):
        return f"the columns {which}"
    every = f"no row has all {count(len(columns))} plausible values"
    return f"{every}; {which}" if empty else f"{every} among all"
