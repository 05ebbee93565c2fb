"""Sentences to quote claim no more than page one, and citations hold whatever the title."""

import re
from dataclasses import replace

import pytest
from tests.helpers.page_one import CASES
from tests.unit.report.test_page_one import made
from tests.unit.report.test_wording import WORDS

from multilevel.publication.publisher import Publisher
from multilevel.report import rules
from multilevel.report.citing import bibtex, quotes
from multilevel.report.context import Context


def quoted(c: Context) -> tuple[str, str]:
    plain, apa = (str(one.text.striptags()) for one in quotes(c))
    return plain, apa


@pytest.mark.parametrize("name", sorted(CASES))
def test_each_dataset_has_its_two_sentences(name: str) -> None:
    c = made(name)
    plain, apa = quoted(c)
    for text in (plain, apa):
        assert not re.search(r"\{\w*\}|\bNone\b|\bnan\b|\binf\b", text)
        assert text.endswith(".") and c.labels.outcome in text
    assert "(Raudenbush & Bryk, 2002)" in apa
    assert f"N = {c.data.n_members:,} {c.labels.members} in J = {c.data.n_groups}" in apa
    claimed = "lie between" in plain
    assert claimed == (rules.verdict(c) in ("differ", "rough"))


def test_the_lectures_numbers_stand_in_the_apas_form() -> None:
    """Interval of the mean and no 0 before the point of what cannot exceed 1."""
    c = made("twenty")
    _, apa = quoted(c)
    number = r"[\d,.]+"
    assert re.search(rf"γ00 = {number}, SE = {number}, 95% CI \[{number}, {number}\]", apa)
    assert re.search(r"ICC = \.\d\d, 95% CI \[\.\d\d, \.\d\d\] \(Raudenbush", apa)
    assert "restricted maximum likelihood" in apa


def test_means_too_alike_have_no_icc_to_quote() -> None:
    plain, apa = quoted(made("too-alike"))
    assert "cannot say how much schools differ" in plain
    assert "no usable ICC" in apa and "ICC =" not in apa


def test_the_mean_of_group_means_is_not_called_gamma00() -> None:
    c = made("informative")
    _, apa = quoted(c)
    assert f"γ00 = {c.score.headline(c.model.gamma00)}," in apa
    mean = c.score.headline(c.naive.mean_of_group_means)
    assert f"The mean of the school means was M = {mean}, SE" in apa


def test_with_weights_the_official_mean_is_quoted() -> None:
    c = made("twenty")
    mean = replace(c.leading.mean, quantity="official_mean", value=512.0, se=None, interval=None)
    leading = replace(c.leading, weighted=True, mean=mean)
    plain, apa = quoted(replace(c, results=replace(c.results, leading=leading)))
    assert "the mean score of all students of the population is estimated as 512.0, and" in plain
    assert "pseudo maximum likelihood with sampling weights" in apa
    assert "The weighted mean of students was M = 512.0." in apa


def test_a_title_full_of_commands_stays_text_in_bibtex() -> None:
    c = made("twenty")
    labels = replace(c.results.labels, title="50% of {A} & B_1 \\input{x} $x$ ~^#\n2")
    text = bibtex(replace(c.results, labels=labels, id="../a b"), WORDS, Publisher(publisher="P&Q"))
    assert text.startswith("@misc{a-b,\n") and text.endswith("\n}")
    title = re.search(r"title = \{\{(.*)\}\},\n", text)
    assert title is not None
    bare = re.sub(r"\\text(backslash|asciitilde|asciicircum)\{\}|\\[{}$&%#_]", "", title[1])
    assert not re.search(r"[\\{}$&%#_~^]", bare)
    assert "author = {{P\\&Q}}" in text
    assert text.count("{") - text.count("\\{") == text.count("}") - text.count("\\}")
