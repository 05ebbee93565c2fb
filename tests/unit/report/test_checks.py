"""The table of checks says what page one says, and nothing that isn't so."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from tests.helpers.contexts import context, said
from tests.unit.report.test_page_one import made

from multilevel.records.findings import caution
from multilevel.report.blocks import Table
from multilevel.report.context import Context
from multilevel.report.sections.checks import checks_section
from multilevel.summarise.checks import spread_p
from multilevel.wording.phrases import shape_key


def table(c: Context) -> Table:
    return next(one for one in checks_section(c).blocks if isinstance(one, Table))


def spread(c: Context) -> tuple[str, str]:
    """What was found of the spread within schools, and the result."""
    row = next(one for one in table(c).rows if "equal" in said(one.cells[0].text))
    return said(row.cells[1].text), said(row.cells[2].text)


def sloped(folder: Path) -> Context:
    """Spreads that rise with size by less than a test of any difference sees."""
    random, sizes = np.random.default_rng(2), np.repeat([10, 20, 40, 80], 20)
    school = np.repeat(np.arange(80), sizes)
    sd = 70 * (1 + 0.09 * np.log(sizes / 28))[school]
    score = 500 + 40 * random.normal(size=80)[school] + sd * random.normal(size=len(school))
    pd.DataFrame({"school": school, "score": score}).to_csv(folder / "s.csv", index=False)
    return context(folder / "s.csv")


def test_a_spread_that_goes_with_size_is_a_difference(tmp_path: Path) -> None:
    c = sloped(tmp_path)
    p = spread_p(c.checks)
    assert "spread_goes_with_size" in c.checks.flags and p is not None and p > 0.05
    words, result = spread(c)
    assert result == "Some difference"
    slope_p = c.checks.spread_by_size.p
    text = "p < .001" if slope_p < 0.001 else f"p = {slope_p:.3f}"
    assert words.endswith(f"; the spread goes with size, {text}")
    words, result = spread(made("twenty"))
    assert result == "No difference seen" and "goes with size" not in words


def test_what_is_withheld_is_not_referred_to() -> None:
    c = made("twenty")
    assert c.results.influence is not None
    found = [caution("influential_group")]
    moved = "A single school moves an estimate by more than chance does in datasets like this one"
    assert f"{moved}; see the checks." in said(c.sentences(found))
    withheld = replace(c, results=replace(c.results, influence=None))
    assert f"{moved}." in said(withheld.sentences(found))


def test_a_small_departure_is_not_called_normal(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    score = 500 + 70 * (random.gamma(60.0, size=3000) - 60) / math.sqrt(60)
    frame = pd.DataFrame({"school": np.repeat(np.arange(100), 30), "score": score})
    frame.to_csv(tmp_path / "s.csv", index=False)
    c = context(tmp_path / "s.csv")
    level1 = c.checks.level1_normality
    assert shape_key(level1.n, level1.skewness, level1.excess_kurtosis) == "small"
    assert c.checks.spread_verdict == "bartlett"
    notes = said(table(c).notes)
    assert "look normal" not in notes
    assert "the deviations of students do not depart clearly from normal" in notes


def test_why_bartletts_test_does_not_decide(tmp_path: Path) -> None:
    """It leaves out schools without spread, and normal residuals of one school are no reason."""
    random = np.random.default_rng(1)
    constant = np.repeat([480.0, 530.0], 4)
    frame = pd.DataFrame(
        {
            "school": np.repeat(np.arange(3), [4, 4, 60]),
            "score": np.concatenate([constant, 500 + 70 * random.normal(size=60)]),
        }
    )
    frame.to_csv(tmp_path / "s.csv", index=False)
    c = context(tmp_path / "s.csv")
    assert c.checks.bartlett is None and c.checks.spread_verdict == "brown_forsythe"
    level1 = c.checks.level1_normality
    assert shape_key(level1.n, level1.skewness, level1.excess_kurtosis) != "clear"
    notes = said(table(c).notes)
    assert "depart clearly" not in notes
    assert "Bartlett’s needs two schools within which scores differ" in notes


def test_arms_of_weighted_intervals_are_told_on_the_scale_they_are_made_on() -> None:
    """sigma2's are made on its logarithm: twice as far above there, and farther on its own."""
    c = made("weights")
    weighted = c.results.weighted
    low, high = weighted.ci_sigma2
    arms = math.log(high / weighted.sigma2) / math.log(weighted.sigma2 / low)
    assert abs(arms - 2.0) < 1e-6
    assert (high - weighted.sigma2) / (weighted.sigma2 - low) > 2.05
    for method in ("replication", "jackknife"):
        note = said(c.say(f"survey.weights.method_note.{method}"))
        assert "on a logarithmic scale they reach about twice as far above" in note
        assert "with at most J − 1 degrees of freedom" in note
