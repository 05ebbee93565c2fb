"""What tau00 means for students, against the error function and draws of students."""

import math

import numpy as np
import pytest

from multilevel.summarise.distribution.section import Scores, distribution
from multilevel.summarise.distribution.students import (
    ModelParameters,
    shares_above_mean,
    shares_at_or_above,
)

VALUES = (ModelParameters(485.2, 2800.0, 6200.0), ModelParameters(487.1, 2925.0, 6328.0))


def upper(c, value, k):
    mean = value.gamma00 + k * math.sqrt(value.tau00)
    return math.erfc((c - mean) / math.sqrt(2.0 * value.sigma2)) / 2.0


@pytest.mark.parametrize("cut", [400.0, 625.0, 1200.0])
def test_shares_to_all_digits(cut):
    found = shares_at_or_above(VALUES, np.array([cut]))[0]
    for k, share in zip((-1, 0, 1), found, strict=True):
        known = (upper(cut, VALUES[0], k) + upper(cut, VALUES[1], k)) / 2
        assert share == pytest.approx(known, rel=1e-12)


def test_shares_are_those_of_students_drawn():
    value, random = VALUES[0], np.random.default_rng(7)
    for k, share in zip((-1, 0, 1), shares_at_or_above([value], np.array([475.0]))[0], strict=True):
        mean = value.gamma00 + k * np.sqrt(value.tau00)
        scores = random.normal(mean, np.sqrt(value.sigma2), 200_000)
        assert np.mean(scores >= 475.0) == pytest.approx(share, abs=0.005)


def test_without_differences_between_schools_all_schools_are_alike():
    low, middle, high = shares_above_mean([ModelParameters(500.0, 0.0, 5000.0)])
    assert low == middle == high == 0.5


def test_the_section_has_low_before_high():
    group = np.repeat(np.arange(4), 5)
    scores = np.random.default_rng(1).normal(480, 90, (20, 2))
    found = distribution(Scores(scores, group), {"Mark": 475.0}, VALUES, model_weighted=True)
    (mark,), above = found.benchmarks, found.above_overall_mean
    assert (
        mark.share_in_school_minus_1sd
        < mark.share_in_average_school
        < mark.share_in_school_plus_1sd
    )
    assert above.share_in_school_minus_1sd == pytest.approx(1 - above.share_in_school_plus_1sd)
    assert found.model_weighted and not found.weighted
