"""What fit hands on: fit.json."""

from dataclasses import dataclass
from typing import Literal

from multilevel.records.companion import Adjusted, Companion
from multilevel.records.findings import Finding
from multilevel.records.results import (
    Averaged,
    Bootstrap,
    CrossCheck,
    Intervals,
    Model,
    PlausibleValues,
    SelfTest,
    Tests,
    Weighted,
)
from multilevel.records.sections import Interval


@dataclass(frozen=True, kw_only=True)
class RandomInterceptFit:
    """A fitted model with all inference about its parameters.

    Attributes
    ----------
    model, intervals, tests
        As in results.json.
    ci_icc
        Exact interval of the ICC.
    covariance
        Inverse expected information of (tau00, sigma2): rows of a symmetric 2 x 2 matrix.
    """

    model: Model
    intervals: Intervals
    tests: Tests
    ci_icc: Interval
    covariance: tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """The model, or why there is none.

    Attributes
    ----------
    fit
        Of the score, or pooled over plausible values.
    per_value
        The fits of plausible values, in their order; none for a single score.
    companion, adjusted
        The model with covariates and the means that it adjusts; None without one.
    no_companion
        Why one that was asked for couldn't be fitted.
    """

    status: Literal["ok", "refused"]
    refusal: Finding | None
    fit: RandomInterceptFit | None
    per_value: tuple[RandomInterceptFit, ...]
    plausible_values: PlausibleValues | None
    averaged: Averaged | None
    weighted: Weighted | None
    bootstrap: Bootstrap | None
    cross_check: CrossCheck | None
    self_test: SelfTest | None
    companion: Companion | None = None
    adjusted: Adjusted | None = None
    no_companion: Finding | None = None
