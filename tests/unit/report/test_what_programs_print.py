"""No number is said to be printed by a program that would print another."""

from dataclasses import replace

import pytest
from tests.unit.report.test_page_one import made
from tests.unit.report.test_programs import blocks
from tests.unit.report.test_wording import said

from multilevel.configuration.choices import Choices
from multilevel.records.publication import Publication
from multilevel.report.blocks import Points, Table
from multilevel.report.context import Context
from multilevel.report.sections.estimates import estimates_section
from multilevel.report.sections.programs import programs_section

SAFE = Publication(disclosure="safe", min_members=10, names="shown", n_small=0)


def rounded(c: Context) -> Context:
    return replace(c, results=replace(c.results, publication=SAFE))


def walkthrough(c: Context) -> str:
    (points,) = blocks(programs_section(c), Points)
    return said(points)


def tables(c: Context) -> list[str]:
    return [one.key for one in blocks(programs_section(c), Table)]


def test_what_r_prints_of_the_file_is_told_with_numbers() -> None:
    c = made("twenty")
    text = walkthrough(c)
    assert c.score.estimate(c.model.gamma00) in text and c.icc.show(c.between.icc) in text
    assert "the table of estimates of this report" in text
    assert "as R’s lme4 and flextable print it" in said(estimates_section(c))
    assert tables(c) == ["programs"]
    assert "a table of what each program prints" in said(programs_section(c).printed)


@pytest.mark.parametrize("c", [made("values"), rounded(made("twenty"))], ids=["pooled", "rounded"])
def test_pooled_and_rounded_numbers_are_none_that_r_prints(c: Context) -> None:
    text, section = walkthrough(c), programs_section(c)
    for number in (
        c.score.estimate(c.model.gamma00),
        c.score.variance(c.model.tau00, more=1),
        f"the ICC, {c.icc.show(c.between.icc)}",
    ):
        assert number not in text
    assert "the overall mean with its standard error." in text and "prints the ICC." in text
    assert "a table like that under “The estimates”" in text
    assert "is the one under" not in said(section)
    assert "as R’s lme4 and flextable print it" not in said(estimates_section(c))
    # No table stands on the page, so paper refers to none.
    assert tables(c) == [] and "what each program prints" not in said(section.printed)


def test_rounded_statistics_have_no_decimals_that_they_lost() -> None:
    c = made("twenty")
    model = replace(c.model, t=207.0)
    exact = replace(c, results=replace(c.results, model=model))
    assert "207.000" in said(estimates_section(exact))
    text = said(estimates_section(rounded(exact)))
    assert "207.000" not in text and " 207 " in text


def test_the_first_plausible_value_tells_whether_r_warns() -> None:
    c = made("values")
    values = c.results.plausible_values
    first, *others = values.per_value
    values = type(values)(
        **{
            **{name: getattr(values, name) for name in values.__struct_fields__},
            "per_value": (replace(first, boundary=True), *others),
        }
    )
    assert not c.model.boundary and "prints a warning instead" not in walkthrough(c)
    assert "prints a warning instead" in walkthrough(
        replace(c, results=replace(c.results, plausible_values=values))
    )


@pytest.mark.parametrize("name", ["twenty", "values"])
def test_no_likelihood_is_told_of_rounded_numbers(name: str) -> None:
    c = rounded(made(name))
    text = said(programs_section(c))
    assert "log-likelihood" not in text.lower() and "deviance" not in text
    assert "they print slightly different numbers" in text
    assert "report a log-likelihood of" in said(programs_section(made(name)))
    criteria = ("log-likelihood", "Akaike", "Bayesian")
    assert not any(word in said(estimates_section(c)) for word in criteria)
    assert all(word in said(estimates_section(made(name))) for word in criteria)


def test_r_prints_like_no_table_that_is_not_there() -> None:
    for c in (made("twenty"), made("values")):
        alone = replace(c, chosen=Choices(sections=("programs",)))
        assert "prints them as a table." in walkthrough(alone)
        assert "of this report" not in walkthrough(alone)


def test_pooled_degrees_of_freedom_are_none_that_r_prints() -> None:
    c, lmer = made("values"), "lmerTest’s degrees of freedom are those of independent"
    zero = replace(c.results, model=replace(c.model, boundary=True))
    assert lmer not in said(programs_section(replace(c, results=zero)))
    assert lmer in said(programs_section(made("too-alike")))
