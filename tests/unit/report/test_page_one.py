"""Page one speaks truly, and plainly, of datasets made so that its sentences would be false."""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pyphen
import pytest
from tests.helpers.page_one import CASES
from tests.unit.report.test_wording import context, said

from multilevel.report import rules
from multilevel.report.context import Context
from multilevel.report.sections.front import answers, key_figures, meaning, summary
from multilevel.report.sections.schools import schools_section

HIGHEST_GRADE = 9.0
DIFFER = "make up"
RANGE = "Two schools in three average"


@cache
def made(name: str) -> Context:
    with TemporaryDirectory() as folder:
        case = CASES[name]
        return context(case.write(Path(folder) / "s.csv"), **dict(case.settings))


def words(name: str) -> str:
    c = made(name)
    return " ".join((said(answers(c)), said(key_figures(c)), said(meaning(c))))


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("three", "rough"),
        ("eight", "rough"),
        ("twenty", "differ"),
        ("many", "differ"),
        ("no-variance", "none"),
        ("hardly-any", "unsupported"),
        ("too-alike", "too_alike"),
        ("huge-icc", "differ"),
        ("informative", "rough"),
        ("clinics", "rough"),
        ("families", "rough"),
        ("t-effects", "rough"),
    ],
)
def test_each_dataset_has_its_verdict(name: str, verdict: str) -> None:
    assert rules.verdict(made(name)) == verdict


@pytest.mark.parametrize("name", ["three", "four", "eight"])
def test_few_groups_have_no_headline_without_an_interval(name: str) -> None:
    c, text = made(name), words(name)
    assert RANGE not in text and "are above " not in text
    low, high = c.leading.icc.interval or (0.0, 0.0)
    assert c.leading_icc.percent(low) in text and c.leading_icc.percent(high) in text
    assert not re.search(r"make up (about|most|nearly)", text)


@pytest.mark.parametrize("name", ["three", "four", "eight"])
def test_the_care_for_few_groups_has_the_interval_of_the_key_figures(name: str) -> None:
    c = made(name)
    (finding,) = (finding for finding in c.results.findings if finding.code == "few_groups")
    low, high = c.leading.tau00.interval or (0.0, 0.0)
    assert finding.values["interval"] == [low**0.5, high**0.5]
    if name == "eight":
        assert high > 2 * c.intervals.ci_tau00_profile[1]


def test_where_schools_are_not_shown_to_differ_none_is_told_apart() -> None:
    """Of many intervals some leave the mean out by chance."""
    c = made("hardly-any")
    assert "No school can be told apart" in words("hardly-any")
    groups = replace(c.groups, n_above=1, n_below=1)
    marked = replace(c, results=replace(c.results, groups=groups))
    assert rules.verdict(marked) == "unsupported"
    assert "told apart" not in said(meaning(marked))
    assert "To overall mean" not in said(schools_section(marked))


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "hardly any"),
        (0.0049, "hardly any"),
        (0.005, "about 1 of 100"),
        (0.153, "about 15 of 100"),
        (0.996, "nearly all"),
    ],
)
def test_shares_of_a_hundred(share: float, text: str) -> None:
    assert made("twenty").of_hundred(share).striptags() == text


def test_of_three_schools_none_is_told_apart() -> None:
    assert "told apart" not in words("three")


@pytest.mark.parametrize("name", ["no-variance", "hardly-any", "too-alike"])
def test_differences_that_are_not_shown_are_not_claimed(name: str) -> None:
    text = words(name)
    assert DIFFER not in text and RANGE not in text
    assert "cause the difference" not in text and "resemble each other, these" not in text


def test_means_that_are_too_alike_have_one_verdict() -> None:
    text = words("too-alike")
    assert "more alike than chance allows" in text
    assert text.count("cannot be told") == 3
    assert "0.00 to 0.00" not in text and "0% to 0%" not in text


@pytest.mark.parametrize(("name", "flagged"), [("heavy-tails", True), ("bimodal", False)])
def test_no_range_of_a_normal_distribution_where_effects_are_not_normal(
    name: str, flagged: bool
) -> None:
    """Of two kinds of schools nearly all lie within one standard deviation, not two in three."""
    c = made(name)
    assert ("normality_level2" in c.checks.flags) == flagged
    assert RANGE not in words(name)


def test_no_range_that_scores_cannot_reach() -> None:
    c, text = made("pass-flag"), words("pass-flag")
    assert "few_valued" in c.checks.flags
    assert "are above " not in text
    if RANGE in text:
        assert c.leading.group_minus_1sd >= 0.0 and c.leading.group_plus_1sd <= 1.0


def test_a_range_with_ends_below_zero_has_a_word_between_them_and_no_dash() -> None:
    c = made("twenty")
    low, high = c.score.whole(c.leading.group_minus_1sd), c.score.whole(c.leading.group_plus_1sd)
    assert f"{low}–{high}" in said(key_figures(c))
    moved = replace(c.leading, group_minus_1sd=-54.0, group_plus_1sd=-46.0)
    data = replace(c.results.data, score_min=-99.0)
    below = replace(c, results=replace(c.results, data=data, leading=moved))
    assert "-54 to -46" in said(key_figures(below)).replace("−", "-")
    assert "-54–" not in said(key_figures(below)).replace("−", "-")


def test_sizes_that_go_with_the_mean_are_not_called_unrelated() -> None:
    c, text = made("informative"), words("informative")
    assert c.leading.mean.quantity == "mean_of_group_means"
    assert "nothing to do with" not in text
    assert "because large and small schools have different means" in text
    assert "A check shows no sign that it has." in words("unequal")


def test_a_check_of_sizes_by_few_groups_is_said_to_miss_some() -> None:
    c = made("unequal")
    assert c.data.n_groups == rules.GROUPS_FOR_SIZES
    fewer = replace(c.data, n_groups=rules.GROUPS_FOR_SIZES - 1)
    text = said(answers(replace(c, results=replace(c.results, data=fewer))))
    assert "no sign that it has, but with so few schools it can miss one." in text


def test_where_few_schools_have_most_students_all_count_alike() -> None:
    c, text = made("giant"), words("giant")
    assert c.leading.mean.quantity == "mean_of_group_means"
    assert "because very few schools have a large part of all students" in text
    assert "nothing to do with" not in text
    assert "dominant_group" not in made("unequal").checks.flags


@pytest.mark.parametrize("name", ["giant", "giant-none"])
def test_figures_say_around_which_mean_they_stand(name: str) -> None:
    c = made(name)
    ends, mean = c.leading, c.score.headline(c.naive.mean_of_group_means)
    band, curve = (said(c.figure(key)) for key in ("overview", "school_mean_distribution"))
    if name == "giant":
        low, high = c.score.whole(ends.group_minus_1sd), c.score.whole(ends.group_plus_1sd)
        centre = c.score.whole(c.naive.mean_of_group_means)
        assert f"lie, from {low} to {high}, around {centre}, the mean of the school means" in band
        assert f"moved to the mean of the school means, {mean}, SD" in curve
    else:
        model = c.score.headline(c.model.gamma00)
        assert model != mean
        assert f"one true mean for all schools: {model}" in curve and mean not in curve
        assert "Shaded" not in band


@pytest.mark.parametrize("name", ["clinics", "days", "families"])
def test_words_are_the_datasets_own(name: str) -> None:
    text = said(summary(made(name)))
    assert not re.search(r"\b(schools?|students?)\b", text, re.IGNORECASE)
    assert not re.search(r"\b(familys|classs|persons)\b", text)


def test_a_question_is_quoted() -> None:
    text = words("question")
    assert "What is the average score on “5. Sometimes the head talks to me”?" in text


@pytest.mark.parametrize("name", sorted(CASES))
def test_every_sentence_has_its_numbers(name: str) -> None:
    text = said(summary(made(name)))
    assert not re.search(r"\{\w*\}|\bNone\b|\bnan\b|\binf\b", text)


@pytest.mark.parametrize("name", sorted(set(CASES) - {"question"}))
def test_it_reads_without_a_course(name: str) -> None:
    c = made(name)
    prose = [str(part.striptags()) for one in answers(c).items for part in (one.answer, one.detail)]
    prose += [str(point.striptags()) for point in meaning(c)]
    assert grade(" ".join(prose)) <= HIGHEST_GRADE


def grade(text: str) -> float:
    """Flesch and Kincaid's grade; terms in brackets are for those who look for them."""
    text = re.sub(r"\([^()]*\)", "", text)
    text = re.sub(r"(?<=\d)[.,](?=\d)", "", text)
    sentences = [one for one in re.split(r"[.:?!]+(?:\s|$)", text) if one.strip()]
    found = re.findall(r"[A-Za-z’]+", text)
    hyphens = pyphen.Pyphen(lang="en_US")
    syllables = sum(len(hyphens.positions(word)) + 1 for word in found)
    return 0.39 * len(found) / len(sentences) + 11.8 * syllables / len(found) - 15.59


def test_the_picture_names_each_of_its_centres() -> None:
    """Marks stand against the model's mean; the band is that of the weighted fit."""
    c = made("school-weights")
    how = said(c.figure_texts["overview"].how_to_read)
    model, centre = c.model.gamma00, c.leading.group_mean.value
    assert c.leading.weighted and abs(model - centre) > 1
    mean = c.score.whole(model)
    assert (
        f"▲ the line lies above the model’s mean, {mean}, ▼ below it" in how
        and "the average" not in how
    )
    assert "of the population lie" in how and "by the weights, which the lines" in how
    how = said(made("twenty").figure_texts["overview"].how_to_read)
    assert "▲ the line lies above the average, ▼ below it" in how and "weights" not in how
