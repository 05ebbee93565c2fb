"""What the section on covariates says, and data for which each of its claims would be false."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.unit.report.test_wording import ROOT, context, said

from multilevel.report.sections.companion import companion_section

HSB82 = ROOT / "data" / "hsb82" / "hsb82.csv"
CAUSAL = ("because of", "due to", "explain", "caused by", "influence", "leads to", "effect of")
J, N = 40, 20


@pytest.fixture(scope="module")
def hsb82():
    companion = {"member": ["ses", "minority", "female"], "group": ["sector"]}
    return context(HSB82, outcome="mathach", group="school", companion=companion)


def section(c):
    found = companion_section(c)
    assert found is not None
    return said(found)


def simulated(tmp_path, companion, make, **settings):
    """Scores of 40 groups of 20; `make` gives columns from a generator and the groups."""
    random = np.random.default_rng(3)
    group = np.repeat(np.arange(J), N)
    frame = pd.DataFrame({"school": group, **make(random, group)})
    frame.to_csv(tmp_path / "a.csv", index=False)
    return section(context(tmp_path / "a.csv", outcome="y", companion=companion, **settings))


def noise(random, group, tau=1.0):
    return tau * random.normal(size=J)[group] + random.normal(size=J * N)


def test_what_goes_with_the_differences(hsb82):
    text = section(hsb82)
    assert (
        "Of the variance between schools, 79% goes with ses, minority, female and sector; "
        "of the variance within schools, 8% goes with ses, minority and female." in text
    )
    assert "their expected scores differ by 2.106 (standard error 0.356; 95% CI 1.404 to" in text
    assert "12.931 to 13.726" in text and "sector: Catholic" in text
    assert "the null model against the model with columns of schools" in text


def test_nothing_is_said_to_cause_anything(hsb82):
    text = section(hsb82).lower()
    assert not [word for word in CAUSAL if word in text]
    assert "adjusted means are not the schools’ effects" in text


def test_no_section_without_a_companion():
    assert companion_section(context(HSB82, outcome="mathach", group="school")) is None


def test_chance_is_no_finding(tmp_path):
    def make(random, group):
        return {"y": noise(random, group), "x": random.normal(size=J * N)}

    text = simulated(tmp_path, {"member": ["x"]}, make)
    assert "These data do not show that the differences go with x" in text
    assert "Of the variance between schools, " not in text.split("Table")[0]
    assert "is not shown: the contextual effect" in text


def test_a_contextual_effect_is_told_for_students_alike_in_all_else(tmp_path):
    def make(random, group):
        x, z = random.normal(size=(2, J * N))
        context = np.bincount(group, x)[group] / N
        return {"y": noise(random, group) * 0.1 + x + 5 * context + z, "x": x, "z": z}

    alone = simulated(tmp_path, {"member": ["x"]}, make)
    assert "Compare two students with the same x in schools" in alone
    both = simulated(tmp_path, {"member": ["x", "z"]}, make)
    assert "with the same x, alike in all other columns, in schools" in both


def test_no_variance_between_groups(tmp_path):
    def make(random, group):
        x = random.normal(size=J * N)
        y = x + random.normal(size=J * N)
        mean = np.bincount(group, y) / N
        return {"y": y - 0.99 * mean[group], "x": x}

    text = simulated(tmp_path, {"member": ["x"], "centre": "none"}, make)
    assert "The null model finds no variance between schools" in text


def test_what_is_within_groups_is_told_where_nothing_is_between(tmp_path):
    """The share within, with a test of its own: false of columns of groups."""

    def flat(random, group):
        x = random.normal(size=J * N)
        y = x + random.normal(size=J * N)
        mean = np.bincount(group, y) / N
        return {"y": y - 0.99 * mean[group], "x": x}

    text = simulated(tmp_path, {"member": ["x"]}, flat)
    assert re.search(r"none that could go with x\. Of the variance within schools, 50% goes", text)

    def balanced(random, group):
        x = np.tile(np.linspace(-2.0, 2.0, N), J)
        return {"y": 3.0 * x + noise(random, group), "x": x}

    text = simulated(tmp_path, {"member": ["x"], "centre": "none"}, balanced)
    assert re.search(r"by this measure .* Of the variance within schools, 9\d% goes with", text)
    # Means that are alike go with no difference between means.
    text = simulated(tmp_path, {"member": ["x"]}, balanced)
    assert re.search(r"Of the variance within schools, 9\d% goes with x\.", text)
    assert "Of the variance between schools," not in text


def test_a_level_whose_columns_show_nothing_is_not_claimed(tmp_path):
    """A share between schools of 10% is chance where only what is within goes with x."""

    def make(random, group):
        z, x = random.normal(size=J)[group], random.normal(size=J * N)
        return {"y": x + noise(random, group), "x": x, "z": z}

    text = simulated(tmp_path, {"member": ["x"], "group": ["z"]}, make)
    assert re.search(r"Of the variance within schools, \d+% goes with x\.", text)
    assert "go with the columns of schools is not shown" in text
    assert "Of the variance between schools," not in text


def test_more_variance_beside_the_columns(tmp_path):
    def make(random, group):
        x = np.tile(np.linspace(-2.0, 2.0, N), J)
        return {"y": 3.0 * x + noise(random, group), "x": x}

    text = simulated(tmp_path, {"member": ["x"], "centre": "none"}, make)
    assert "none of it goes with them by this measure" in text
    assert "A share can be negative" in text


def test_columns_of_groups_go_with_no_variance_within(tmp_path):
    def make(random, group):
        z = random.normal(size=J)
        return {"y": z[group] + noise(random, group), "z": z[group]}

    text = simulated(tmp_path, {"group": ["z"]}, make)
    assert "Of the variance between schools, " in text
    assert "of the variance within schools, " not in text


def test_who_and_what_was_left_out(tmp_path):
    def make(random, group):
        x = random.normal(size=J * N)
        y = x + noise(random, group)
        x[:30] = np.nan
        return {"y": y, "x": x, "twice": 2 * x}

    text = simulated(tmp_path, {"member": ["x", "twice"], "centre": "overall"}, make)
    assert "30 students with a score lack a covariate and are left out here" in text
    assert "1 school has no student with all covariates" in text
    assert 'Left out, because the constant and the other columns determine it: "twice".' in text
    # What was left out is no part of the claims.
    assert re.search(r"Of the variance between schools, \d+% goes with x;", text)
    assert "how much of that goes with x." in text


def test_one_and_several(tmp_path):
    def make(random, group):
        x = random.normal(size=J * N)
        y = x + noise(random, group)
        x[0] = np.nan
        copies = {"b": 2 * x, "c": -x}
        return {"y": y, "x": x, "z": x[group * N + 1], **copies}

    text = simulated(tmp_path, {"member": ["x", "b", "c", "z"], "centre": "overall"}, make)
    assert "1 student with a score lacks a covariate and is left out here" in text
    assert 'determine them: "b", "c".' in text
    assert '"z" is the same for all students of a school, and stands among the columns' in text
    about_means = simulated(tmp_path, {"member": ["x", "z"]}, make)
    assert (
        "Left out, because" not in about_means and "x: about the mean of the school" in about_means
    )


def test_paper_has_a_row_of_columns_with_many_labels(tmp_path):
    def make(random, group):
        labels = random.choice([f"R{k:02d}" for k in range(12)], J * N)
        few = random.choice(["a", "b", "c"], J * N)
        return {"y": noise(random, group), "region": labels, "few": few}

    random = np.random.default_rng(3)
    group = np.repeat(np.arange(J), N)
    pd.DataFrame({"school": group, **make(random, group)}).to_csv(tmp_path / "a.csv", index=False)
    c = context(tmp_path / "a.csv", outcome="y", companion={"member": ["region", "few"]})
    found = companion_section(c)
    screen, paper = said(found.blocks), said(found.printed)
    assert screen.count("region: R") == 2 * 11 and "in report.html" not in screen.split("code")[0]
    assert "region: R" not in paper and "region: 11 coefficients, in report.html" in paper
    assert "few: b  " in paper and "few: c  " in paper


def weighted(tmp_path, slope):
    """Two in three schools count for nothing without weights, and for nearly all with them."""

    def make(random, group):
        few = group % 3 == 0
        x = random.normal(size=J * N)
        y = np.where(few, slope[0], slope[1]) * x + noise(random, group)
        return {"y": y, "x": x, "w": np.where(few, 1000.0, 1.0), "u": np.ones(J * N)}

    weights = {"member": "w", "group": "w"}
    text = simulated(tmp_path, {"member": ["x"], "centre": "none"}, make, weights=weights)
    assert "of the model without weights" in text
    return text.split("With weights the model speaks")[1].split("Pseudo")[0]


def test_with_weights_a_level_without_a_share_is_left_out(tmp_path):
    """What is within schools goes with x; beside it the variance between them is larger."""

    def make(random, group):
        x = random.normal(size=J * N)
        x -= (np.bincount(group, x) / N)[group]
        y = 3.0 * x + noise(random, group)
        return {"y": y, "x": x, "w": 1.0 + random.random(J * N), "u": np.ones(J * N)}

    weights = {"member": "w", "group": "u"}
    text = simulated(tmp_path, {"member": ["x"], "centre": "none"}, make, weights=weights)
    assert re.search(r"population: of its variance within schools, 9\d% goes with x\.", text)


def test_what_goes_with_columns_in_the_population_is_shown_by_both_models(tmp_path, hsb82):
    claims = r"goes with x"
    assert "of the model without weights" not in section(hsb82)
    assert re.search(claims, weighted(tmp_path, (1.0, 1.0)))
    nothing = weighted(tmp_path, (0.0, 0.0))
    assert not re.search(claims, nothing) and "likelihood-ratio tests do not show it" in nothing
    of_the_light = weighted(tmp_path, (0.0, 1.0))
    assert not re.search(claims, of_the_light)
    assert "no coefficient with weights is clearly told from 0" in of_the_light


def test_labels_are_shown_not_run(tmp_path):
    def make(random, group):
        return {"y": noise(random, group), "x": random.choice(["<b>a</b>", "b"], J * N)}

    c = simulated(tmp_path, {"member": ["x"]}, make)
    assert "x: <b>a</b>" in c.replace("&lt;", "<").replace("&gt;", ">") or "x: b" in c


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "agrees: the log-likelihood in"),
        ({"deviance_of_theirs": 2e-3}, "finds the same optimum by a looser rule: its deviance is"),
        ({"agrees": False, "deviance_of_theirs": 3.0}, "it did not reach the optimum reported"),
        ({"agrees": False}, "disagrees: its log-likelihood at its own estimates"),
        ({"agrees": None, "note": "not_converged"}, "did not converge by its own account"),
        ({"agrees": None, "note": "failed: singular"}, "no usable answer (failed: singular)"),
        ({"agrees": None, "note": "too_large"}, "No second program was asked: 7,185 students"),
        (None, ""),
    ],
)
def test_what_the_second_program_says(hsb82, changes, words):
    """Each sentence for its own case, and none of the others."""
    found = hsb82.results.companion
    check = None if changes is None else replace(found.cross_check, **changes)
    results = replace(hsb82.results, companion=replace(found, cross_check=check))
    text = section(replace(hsb82, results=results))
    marks = (
        "agrees: the log",
        "looser rule",
        "did not reach",
        "did not converge",
        "disagrees",
        "no usable",
        "No second",
    )
    assert words in text
    assert [mark for mark in marks if mark in text] == [mark for mark in marks if mark in words]


def test_intervals_that_rest_on_more_than_the_estimate_are_told(tmp_path, hsb82):
    """Only where what is left between groups is hardly told from 0."""
    words = "is hardly told from 0. The intervals take a larger variance"
    assert words not in section(hsb82)

    def make(random, group):
        x = random.normal(size=J * N)
        return {"y": x + random.normal(size=J * N), "x": x}

    text = simulated(tmp_path, {"member": ["x"]}, make)
    assert words in text and "in the middle of" in text
