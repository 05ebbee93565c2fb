"""The section on how scores are spread: it says what holds, and keeps still where nothing does."""

from dataclasses import replace

import pytest
from tests.helpers.page_one import CASES
from tests.unit.report.test_wording import context, said

from multilevel.report.sections.scores import scores_section

LEVELS = {"Low <b>": 400, "High": 550}


@pytest.fixture(scope="module")
def described(tmp_path_factory):
    file = CASES["twenty"].write(tmp_path_factory.mktemp("scores") / "s.csv")
    return context(file, benchmarks=LEVELS)


def test_shares_that_normal_curves_do_not_give_are_left_out(tmp_path):
    """Of scores of 0 and 1: neither the sentence nor the table's columns of groups."""
    c = context(CASES["pass-flag"].write(tmp_path / "s.csv"), benchmarks={"Passed": 1})
    words = text(c)
    assert "By the model" not in words and "1 SD below average" not in words
    assert "Passed (1)" in words


def text(c):
    return said(scores_section(c))


def changed(c, **fields):
    spread = replace(c.results.distribution, **fields)
    return replace(c, results=replace(c.results, distribution=spread))


def test_benchmarks_are_told_with_what_schools_mean_for_them(described):
    words = text(described)
    assert "The middle 90% of students score from" in words
    assert "Low <b> (400)" in words and "By the model" in words
    assert "400 draws of schools" in words
    assert "random sample" not in words and "weighted" not in words.lower()


def test_without_benchmarks_the_overall_mean_takes_their_place(described):
    words = text(changed(described, benchmarks=()))
    assert "lie above the overall mean" in words
    assert "of students reach Low" not in words


def test_schools_that_are_alike_are_not_told_apart(described):
    same = replace(
        described.results.distribution.above_overall_mean,
        share_in_school_minus_1sd=0.5,
        share_in_school_plus_1sd=0.5,
    )
    assert "By the model" not in text(changed(described, benchmarks=(), above_overall_mean=same))


def test_a_sample_and_missing_standard_errors_are_told(described):
    words = text(changed(described, n_members=100, errors_by=None, df=None))
    assert "random sample of 100 of 600" in words
    assert "fewer than three schools" in words


def test_results_of_a_version_without_it_have_no_section(described):
    assert (
        scores_section(replace(described, results=replace(described.results, distribution=None)))
        is None
    )
