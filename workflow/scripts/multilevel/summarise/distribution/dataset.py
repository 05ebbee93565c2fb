"""The distribution of a fitted dataset's scores: which students, replicates and model count."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from multilevel.configuration.datasets import Replicates
from multilevel.fit.official import weighted_means
from multilevel.records.distribution import Distribution
from multilevel.records.fitted import Fitted
from multilevel.records.students import Members, Students
from multilevel.records.surveys import Weighted
from multilevel.summarise.distribution.replication import (
    BalancedReplicates,
    Jackknife,
    Replication,
)
from multilevel.summarise.distribution.section import Scores, distribution
from multilevel.summarise.distribution.students import ModelParameters


def distribution_of(
    students: Students,
    fitted: Fitted,
    replicates: Replicates | None,
    benchmarks: Mapping[str, float],
) -> Distribution:
    """The section `distribution`, by the replicates that the official mean uses.

    Parameters
    ----------
    fitted
        With status "ok".
    replicates
        As the dataset has them, columns resolved.
    benchmarks
        Name to cut.
    """
    members = students.members
    # A sample may lack some schools.
    _, group = np.unique(members.group, return_inverse=True)
    scores = Scores(
        scores=members.scores,
        group=group.astype(np.int64),
        weight=members.weight,
        replication=_replication(members, fitted.weighted, replicates),
    )
    spread = distribution(scores, benchmarks, _model(fitted), fitted.weighted is not None)
    if students.complete:
        return spread
    return replace(spread, mean=replace(spread.mean, value=_mean_of_all(students)))


def _mean_of_all(students: Students) -> float:
    """The mean of all members, which are too many to keep; over plausible values."""
    if students.total is not None:
        return float(weighted_means(students.total).mean())
    each = [
        one.centre + one.unit * float(one.n @ one.mean) / students.n_members
        for one in students.moments
    ]
    return float(np.mean(each))


def _replication(
    members: Members, weighted: Weighted | None, replicates: Replicates | None
) -> Replication | None:
    if weighted is None or weighted.official_method is None or replicates is None:
        return None
    if members.replicate is not None:
        return BalancedReplicates(members.replicate, replicates.fay)
    if members.zone is None or members.half is None:
        raise ValueError("the official mean has a jackknife, the members have no zones")
    _, zone = np.unique(members.zone, return_inverse=True)
    return Jackknife(
        zone=zone.astype(np.int64),
        half=members.half.astype(np.int64),
        both_halves=weighted.official_method == "jk2",
    )


def _model(fitted: Fitted) -> list[ModelParameters]:
    """Of each plausible value, by the weighted fit where there is one."""
    if fitted.weighted is not None:
        return [
            ModelParameters(each.gamma00, each.tau00, each.sigma2)
            for each in fitted.weighted.per_value
        ]
    if fitted.fit is None:
        raise ValueError("only a fitted dataset has a distribution of true means")
    fits = fitted.per_value or (fitted.fit,)
    return [
        ModelParameters(each.model.gamma00, each.model.tau00, each.model.sigma2) for each in fits
    ]
