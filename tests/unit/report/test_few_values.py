"""Scores of two or a few values: nothing is said or drawn that only a normal curve would allow."""

import re

import numpy as np
import pandas as pd
import pytest
from tests.helpers.building import dataset_of
from tests.unit.report.test_wording import context, said

from multilevel.figures import school_mean_distribution as figure
from multilevel.figures.bell import Bell
from multilevel.figures.data import FigureData
from multilevel.ingest.stage import ingest
from multilevel.report.sections.between import between_section
from multilevel.report.sections.front import cautions, meaning
from multilevel.report.sections.scores import scores_section


def of_values(values: int, tmp_path, seed: int = 6):
    """Schools that differ much, with scores of 0 to `values` - 1; of 0 to 100 for none."""
    chance = np.random.default_rng(seed)
    ability = np.repeat(chance.normal(0, 1.2, 40), 25) + chance.normal(0, 1, 1000) + 0.7
    score = 50 + 10 * ability
    if values:
        score = np.clip(np.floor(values / 2 + ability * values / 3), 0, values - 1)
    frame = pd.DataFrame({"school": np.repeat(np.arange(40), 25), "score": score})
    frame.to_csv(tmp_path / "a.csv", index=False)
    return context(tmp_path / "a.csv")


@pytest.mark.parametrize("values", [2, 3, 7])
def test_no_member_lies_above_another_by_a_normal_curve(values: int, tmp_path) -> None:
    c = of_values(values, tmp_path)
    text = " ".join(said(part) for part in (between_section(c), scores_section(c), meaning(c)))
    assert "outscore" not in text
    assert "lie above the overall mean" not in text
    assert "of 100 students are above" not in text
    care = said(cautions(c))
    assert ("two values only" in care) == (values == 2)
    assert (f"take {values} different values only" in care) == (values > 2)


def test_the_same_is_said_of_scores_of_many_values(tmp_path) -> None:
    c = of_values(0, tmp_path)
    text = said(between_section(c)) + said(scores_section(c))
    assert re.search(r"of 100 students are above [\d.,]+, the mean of the average school", text)
    assert "About 95% lie between" in text
    assert "values only" not in said(cautions(c))


def test_no_mean_is_said_that_scores_cannot_reach(tmp_path) -> None:
    c = of_values(2, tmp_path)
    assert not 0 <= c.between.school_minus_196sd <= c.between.school_plus_196sd <= 1
    text = said(between_section(c))
    assert "about 95% between" not in text


def test_the_curve_of_true_means_ends_where_scores_do() -> None:
    bell = Bell(0.7, 0.3, "", "", "", (0.0, 1.0))
    assert (bell.within(3.4, 9).min(), bell.within(3.4, 9).max()) == (0.0, 1.0)
    free = Bell(0.7, 0.3, "", "", "")
    assert free.within(1.0, 3).tolist() == pytest.approx([0.4, 0.7, 1.0])


@pytest.mark.parametrize("values", [0, 2])
def test_the_axis_of_true_means(values: int, tmp_path) -> None:
    c = of_values(values, tmp_path)
    file = tmp_path / "a.csv"
    _, students = ingest(dataset_of(file), file)
    frame = pd.DataFrame({name: getattr(c.schools, name) for name in vars(c.schools)})
    data = FigureData.build(c.results, frame, students)
    low, high = figure._range(data)
    assert (low > -0.1 and high < 1.1) == (values == 2)
