"""Beyond page one: each sentence with a claim, and a dataset for which it would be false."""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.helpers.page_one import CASES
from tests.unit.report.test_page_one import made
from tests.unit.report.test_wording import context, said

from multilevel.report import rules
from multilevel.report.compose import compose
from multilevel.report.context import Context
from multilevel.report.sections.between import between_section
from multilevel.report.sections.schools import schools_section

MARKS_WRONG = "at most about two of a hundred such marks are wrong"


@cache
def text(name: str) -> str:
    return said(compose(made(name)))


def with_results(c: Context, **changes: object) -> Context:
    return replace(c, results=replace(c.results, **changes))


@pytest.mark.parametrize("name", sorted(set(CASES) - {"clinics", "days", "families"}))
def test_few_marks_are_said_to_be_wrong_only_where_simulations_show_it(name: str) -> None:
    """Of hardly any variance half of the marks would be wrong; elsewhere assumptions fail."""
    never = {"three", "four", "eight", "no-variance", "hardly-any", "too-alike", "informative"}
    never |= {"heavy-tails", "pass-flag", "families"}
    assert not (name in never and MARKS_WRONG in text(name))
    assert (MARKS_WRONG in text(name)) <= rules.few_marks_wrong(made(name))


def test_the_lecture_like_dataset_says_it() -> None:
    assert MARKS_WRONG in text("twenty")


def test_of_three_schools_no_text_tells_one_apart() -> None:
    whole = text("three")
    for words in (
        "above the overall mean, by 95% intervals",
        "differ clearly from",
        "▲ above, ▼ below:",
    ):
        assert words not in whole
    assert "differ clearly from the overall mean" in text("twenty")


def test_means_too_alike_have_no_interval_of_length_zero() -> None:
    whole = text("too-alike")
    assert "0.00 to 0.00" not in whole and "1.0 to 1.0" not in whole
    assert "The reliability" not in whole or "cannot be told" in whole


@pytest.mark.parametrize("name", ["no-variance", "hardly-any", "too-alike"])
def test_members_are_not_called_alike_where_that_is_not_shown(name: str) -> None:
    assert "Students of one school are more alike than" not in text(name)
    assert "If students of one school were more alike" in text(name)
    assert "Students of one school are more alike than" in text("twenty")


@pytest.mark.parametrize("name", ["three", "hardly-any", "pass-flag", "heavy-tails"])
def test_no_share_of_members_where_curves_do_not_give_it(name: str) -> None:
    assert "By the model, " not in text(name).partition("How the scores are spread")[2][:1500]
    assert "of students of a school 1 SD below average lie above" in text("twenty")


@pytest.mark.parametrize("name", ["three", "eight", "hardly-any", "too-alike"])
def test_a_rough_reliability_is_not_called_high(name: str) -> None:
    for words in ("highly reliable", "fairly reliable", "moderately reliable", "Nine in ten"):
        assert words not in text(name)


def test_gamma00_is_the_average_schools_only_under_a_condition() -> None:
    """Where sizes go with means it is not, so no table may say so."""
    assert "if its size has nothing to do with its mean" in text("informative")
    assert "γ̂00 of the average school" not in text("informative")
    assert "is the mean of the average school" not in text("informative")


def test_estimates_of_schools_say_that_they_are_without_weights(tmp_path: Path) -> None:
    assert "do not use the weights" not in text("twenty")
    frame = pd.read_csv(CASES["twenty"].write(tmp_path / "s.csv"))
    high = frame["score"] > frame["score"].mean()
    frame.assign(w=np.where(high, 5.0, 1.0)).to_csv(tmp_path / "w.csv", index=False)
    c = context(tmp_path / "w.csv", weights={"member": "w"})
    words = said(schools_section(c))
    mean, official = (c.score.headline(x) for x in (c.model.gamma00, c.leading.mean.value))
    assert mean != official
    assert f"the model’s mean without weights, {mean}, and not around" in words
    assert f"the weighted mean on page one, {official}" in words


@pytest.mark.parametrize(("preset", "told"), [("timss", True), ("pirls", True), ("pisa", False)])
def test_one_class_of_a_school_is_named_where_whole_classes_are_sampled(
    preset: str, told: bool
) -> None:
    c = made("twenty")
    config = {**c.results.provenance.config, "preset": preset}
    c = with_results(c, provenance=replace(c.results.provenance, config=config))
    words = said(between_section(c))
    assert ("the class and the school cannot be told apart" in words) == told
    assert "samples whole classes" not in text("twenty")


def test_where_no_school_can_be_told_apart_none_is_counted() -> None:
    none = "No school can be told apart from the model’s overall mean"
    assert none in text("hardly-any") and "0 of 40 schools" not in text("hardly-any")
    assert none not in text("twenty")
    assert re.search(r"Of 20 schools, \d+ can be told to lie above", text("twenty"))


@pytest.mark.parametrize("name", ["t-effects", "bimodal", "heavy-tails"])
def test_means_that_do_not_look_normal_are_not_called_normal(name: str) -> None:
    unlike = "The observed means do not look normal"
    assert (unlike in text(name)) != ("among all schools: normally, around" in text(name))
    assert (unlike in text(name)) == (not rules.near_normal(made(name)))
    assert unlike in text("t-effects") and unlike not in text("twenty")


@pytest.mark.parametrize(
    ("flag", "reason"),
    [
        ("few_valued", "scores do not follow them"),
        ("spread_goes_with_size", "the spread goes with their size"),
        ("conditioning_unknown", "it depends on how the plausible values were drawn"),
    ],
)
def test_why_shares_of_members_are_not_worked_out_is_true(flag: str, reason: str) -> None:
    c = made("twenty")
    assert c.results.checks is not None and reason not in said(between_section(c))
    flagged = with_results(c, checks=replace(c.results.checks, flags=(flag,)))
    assert reason in said(between_section(flagged))


def test_normality_is_a_condition_of_exact_intervals() -> None:
    assert "when scores are normally distributed" not in text("twenty")
    assert "the deviations of students are normal and the spread is the same" in text("twenty")


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_whole_report_has_its_numbers(name: str) -> None:
    assert not re.search(r"\{\w*\}|\bNone\b(?! of)|\bnan\b|\binf\b", text(name))
