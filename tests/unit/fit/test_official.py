"""The official figure against R's loops and package survey."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers.students import students_from
from tests.unit.fit import surveys

from multilevel.fit import official

SMALL, OSTRANA = surveys.small(), surveys.ostrana()


def sums(survey):
    zone, half = survey.zone.astype(float), survey.half.astype(float)
    group, total, ones = survey.group, survey.total, np.ones(len(survey.group))
    students = students_from(
        group, survey.scores, total=total, group_weight=ones, zone=zone, half=half
    )
    return students.total, students.zones


def brr_fay_mean(scores, total, replicate):
    group, ones = np.zeros(len(total), int), np.ones(len(total))
    students = students_from(group, scores, total=total, group_weight=ones, replicate=replicate)
    return official.brr_fay_mean(students.total, students.replicates)


def agrees(found, known):
    assert math.isclose(found.mean, known["mean"], rel_tol=1e-12)
    assert math.isclose(found.sampling, known["sampling"], rel_tol=1e-8)
    assert math.isclose(found.imputation, known["imputation"], rel_tol=1e-7)
    assert math.isclose(found.se, known["se"], rel_tol=1e-8)


@pytest.mark.parametrize("survey", [SMALL, OSTRANA], ids=["small", "ostrana"])
@pytest.mark.parametrize("method", ["jk2", "jk2-half"])
def test_jackknife_as_by_loops_in_r(survey, method):
    found = official.jackknife_mean(*sums(survey), method)
    agrees(found, survey.answers[method.replace("-", "_")])
    if method == "jk2-half":
        assert math.isclose(found.sampling, survey.answers["jk2_half_by_survey"], rel_tol=1e-8)


def test_brr_fay_as_package_survey():
    found = brr_fay_mean(SMALL.scores, SMALL.total, SMALL.replicate)
    agrees(found, SMALL.answers["brr_fay"])
    assert found.n_replicates == 8


def test_the_sample_covers_the_country_it_was_drawn_from():
    """Estimates within two standard errors of the truth: this is one sample, kept."""
    truth = surveys.json.loads((surveys.ROOT / "data/ostrana/population.json").read_text())
    found = official.jackknife_mean(*sums(OSTRANA), "jk2")
    assert abs(found.mean - truth["mean_of_students"]) < 2 * found.se
    # Without weights the mean of schools drawn by size is that of larger, better schools.
    assert found.mean > truth["mean_of_schools"]


@given(st.floats(1e-6, 1e6), st.permutations(range(64)))
def test_neither_the_unit_of_weights_nor_the_order_matters(factor, order):
    order = np.array(order)
    found = brr_fay_mean(
        SMALL.scores[order], factor * SMALL.total[order], factor * SMALL.replicate[order]
    )
    plain = brr_fay_mean(SMALL.scores, SMALL.total, SMALL.replicate)
    assert (found.mean, found.se) == pytest.approx((plain.mean, plain.se), rel=1e-9)


def test_one_score_has_no_imputation_variance():
    one = brr_fay_mean(SMALL.scores[:, :1], SMALL.total, SMALL.replicate)
    assert one.imputation == 0.0 and one.se == math.sqrt(one.sampling)
    assert one.mean == pytest.approx(float(official.weighted_means(sums(SMALL)[0])[0]))
