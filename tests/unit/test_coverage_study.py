"""The coverage study: its table is what its code gives, in cells that take no time."""

import math
import re
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import coverage_study  # noqa: E402
from simulations.designs import SHAPES, TRANSFORMED, Design  # noqa: E402
from simulations.samples import SHARES, draw, standardised  # noqa: E402

from multilevel.wording.catalogue import Catalogue  # noqa: E402

FAST = (
    Design("normal", 4, "wide", 0.05),
    Design("normal", 20, "equal", 0.2),
    Design("effects", 20, "equal", effects="lognormal"),
    Design("residuals", 20, residuals="t3"),
    Design("weights", 20, "pps", score="replicates"),
    Design("plausible", 20, icc=0.3, score="without schools"),
)


def table() -> list[dict[str, str]]:
    return list(coverage_study.kept().values())


def test_the_table_has_every_cell():
    assert list(coverage_study.kept()) == [one.key for one in coverage_study.all_designs()]


@pytest.mark.parametrize("design", FAST, ids=lambda design: f"{design.part} {design.n_schools}")
def test_the_table_is_what_the_code_gives(design):
    kept = coverage_study.kept()[design.key]
    (again,) = coverage_study.rows([coverage_study.cell(design, int(kept["samples"]))])
    for name in (*coverage_study.PRINTED, *coverage_study.BESIDE):
        assert bool(again[name]) == bool(kept[name]), name
        if kept[name]:
            # Another machine's last digits may move one sample over an end.
            assert abs(float(again[name]) - float(kept[name])) <= 0.02, name


def test_what_the_report_says_of_its_intervals_is_what_the_table_says():
    """Within two standard errors of each cell, whatever its number of samples."""
    text = ROOT / "templates" / "text" / "en"
    said = Catalogue.load(text, "report").raw("estimates.coverage_robust")
    numbers = map(float, re.findall(r" (\.\d\d)", said))
    normal, tails, far, exact, mean, farthest, its_mean = numbers
    cells = [row for row in table() if int(row["J"]) >= 8]
    effects = [row for row in cells if row["part"] == "effects"]

    def least(rows: list[dict[str, str]], name: str, level: float) -> None:
        for row in rows:
            slack = 2 * math.sqrt(level * (1 - level) / int(row["samples"]))
            assert float(row[name]) >= level - slack, (row, name)

    lognormal = [row for row in effects if "lognormal" in row["what"]]
    others = [row for row in effects if "lognormal" not in row["what"]]
    for name in ("ICC", "tau00"):
        least([row for row in cells if row["part"] == "normal"], name, normal)
        least(others, name, tails)
        least(lognormal, name, far)
    least(lognormal, "mean", mean)
    heavy = [row for row in cells if row["part"] == "heavy tails"]
    for rows, name, lowest in (
        (effects, "ICC, exact", exact),
        (heavy, "ICC", farthest),
        (heavy, "mean", its_mean),
    ):
        assert abs(min(float(row[name]) for row in rows) - lowest) < 0.02


@pytest.mark.parametrize("kind", [*SHAPES, "normal", "heap", "one in 50 far out"])
def test_effects_have_mean_0_and_variance_1(kind):
    x = standardised(np.random.default_rng(1), kind, 400_000)
    assert abs(x.mean()) < 0.01
    # The fourth moments of t3 are infinite.
    assert abs(x.var() - 1.0) < (0.15 if kind == "t3" else 0.05)


@pytest.mark.parametrize("score", [*SHARES, *TRANSFORMED])
def test_truths_are_those_of_many_schools(score):
    truth = draw(np.random.default_rng(2), Design("scores", 8, score=score)).truth
    sample = draw(np.random.default_rng(3), Design("scores", 4000, score=score))
    means = sample.truth.school_means
    assert abs(means.mean() - truth.gamma00) < 0.03
    assert abs(means.var() / truth.tau00 - 1.0) < 0.1
    within = (sample.score - means[sample.group]) ** 2
    assert abs(within.mean() / truth.sigma2 - 1.0) < 0.03
