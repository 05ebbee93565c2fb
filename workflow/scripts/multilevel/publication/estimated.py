"""A dataset's estimates once more, from the data as they count in what is published."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from multilevel.configuration import Dataset
from multilevel.fit.whole import fit
from multilevel.publication.ledger import Ledger, new_names, rosters
from multilevel.publication.moved import Places, means_used, moved, remembered
from multilevel.publication.shown import LEAST_GROUPS, Complete, hidden_in
from multilevel.publication.withholding import Booleans
from multilevel.records.checks import Checks
from multilevel.records.ingested import Ingested
from multilevel.records.results import Results
from multilevel.records.students import Moments, Students
from multilevel.summarise.schools import COLUMNS
from multilevel.summarise.summary import summarise

Floats = NDArray[np.float64]
# Of the scores themselves, which keep their distinct values, and of covariates.
FEW_VALUED = "few_valued"
NOT_MOVED = (FEW_VALUED, "no_companion")


def estimated(complete: Complete, ingested: Ingested, before: Ledger, min_members: int) -> Complete:
    """The complete dataset as it counts in what is published, with all that follows from it.

    Parameters
    ----------
    before
        What was published before.

    Raises
    ------
    ValueError
        When the dataset was refused.
    """
    results, students = complete.results, complete.students
    lists, n = rosters(students), complete.schools["n"].to_numpy()
    hidden = hidden_in(complete.schools, min_members)
    names = tuple(complete.schools["group"].astype(str))
    mean = np.mean([_means(one) for one in students.moments], axis=0)
    if (~hidden).sum() < LEAST_GROUPS:
        return complete
    present = dict(zip(names, lists, strict=True))
    before = before.with_names(new_names(before, present, min_members))
    places = Places.among(mean, n, hidden, _sd_within(students), before.moved_unit)
    used = means_used(names, lists, mean, hidden, before, places=places, min_members=min_members)
    entries = remembered(names, lists, used, hidden, before, min_members)
    if (used == mean).all():
        return replace(complete, withheld=entries)
    counting = moved(students, used - mean)
    fitted = fit(counting, Dataset.from_settings(ingested.config))
    summary = summarise(ingested, fitted, counting, results.provenance.software)
    return Complete(
        results=_within_reach(_of_scores(summary.results, results), students, hidden),
        schools=summary.schools.reindex(columns=[*COLUMNS]),
        students=students,
        withheld=entries,
        moved_unit=places.unit if hidden.any() else None,
    )


def _sd_within(students: Students) -> float:
    """The pooled standard deviation within groups, which says nothing of where groups are."""
    squares = np.mean([one.unit**2 * float(one.m2.sum()) for one in students.moments])
    return float(np.sqrt(squares / (students.n_members - len(students.group_ids))))


def _means(moments: Moments) -> Floats:
    return np.asarray(moments.centre + moments.unit * moments.mean)


def _within_reach(results: Results, students: Students, hidden: Booleans) -> Results:
    """With the lowest and the highest score of groups that are shown, where all are at hand."""
    if results.data is None or not students.complete:
        return results
    scores = students.members.scores[~hidden[students.members.group]]
    low, high = float(scores.min()), float(scores.max())
    return replace(results, data=replace(results.data, score_min=low, score_max=high))


def _of_scores(counting: Results, exact: Results) -> Results:
    """With what doesn't depend on where groups are, or is shown nowhere: the companion."""
    if counting.checks is None or exact.checks is None:
        raise ValueError("only a fitted dataset is shown")
    checks: Checks = replace(counting.checks, n_distinct=exact.checks.n_distinct)
    kept = tuple(one for one in exact.findings if one.code in NOT_MOVED)
    if FEW_VALUED in exact.checks.flags and FEW_VALUED not in checks.flags:
        checks = replace(checks, flags=(*checks.flags, FEW_VALUED))
    others = tuple(one for one in counting.findings if one.code not in NOT_MOVED)
    return replace(counting, checks=checks, companion=exact.companion, findings=(*others, *kept))
