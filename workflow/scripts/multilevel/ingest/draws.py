"""Several columns that should be plausible values of one score: what is amiss among them."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from multilevel.hints import listed, shown
from multilevel.ingest import presets
from multilevel.numbers import count


def copied_notes(columns: Sequence[str], scores: NDArray[np.float64]) -> tuple[str, ...]:
    """A sentence on each set of columns that hold the same scores; none where all differ.

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
        f"The plausible values {listed(names)} are the same in every row. Each should be a draw "
        "of its own: copies make the variance between plausible values, and with it the standard "
        "errors, too small."
        for names in alike.values()
        if len(names) > 1
    )


def alone_note(name: str, label: str, pattern: str | None = None) -> str:
    """What to say of a plausible value, by name or label, that is analysed alone; "" of others.

    `pattern` stands for all of its kind, where the file has them.
    """
    known = (study.subjects.values() for study in presets.STUDIES.values())
    named = any(re.fullmatch(one, name, re.I) for subjects in known for one in subjects)
    if not named and "plausible value" not in label.lower():
        return ""
    others = (
        f"outcome: {pattern} takes all that the file has." if pattern else "The file has no others."
    )
    return (
        f"{shown(name)} is one of several plausible values. Alone it gives standard errors that "
        f"are too small, for it can't tell how uncertain the scores are. {others}"
    )


def none_complete(columns: Sequence[str], scores: NDArray[np.float64]) -> str:
    """Why no row has a score, up to the number of rows; see `copied_notes` for the parameters."""
    empty = [name for name, score in zip(columns, scores.T, strict=True) if np.isnan(score).all()]
    which = f"{listed(empty)} {'is' if len(empty) == 1 else 'are'} missing in all"
    if len(columns) == 1:
        return f"the column {which}"
    if len(empty) == len(columns):
        return f"the columns {which}"
    every = f"no row has all {count(len(columns))} plausible values"
    return f"{every}; {which}" if empty else f"{every} among all"
