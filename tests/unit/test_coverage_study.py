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
from simulations.digest import digest, kinds  # noqa: E402
from simulations.samples import SHARES, draw, standardised  # noqa: E402

from multilevel.fit.model import estimate  # noqa: E402
from multilevel.fit.sufficient import SufficientStatistics  # noqa: E402
from multilevel.report import rules  # noqa: E402
from multilevel.wording.catalogue import Catalogue  # noqa: E402

TEXTS = ROOT / "templates" / "text" / "en"
# A cell takes one to three seconds.
FAST = (
    Design("normal", 4, "wide", 0.05),
    Design("normal", 20, "equal", 0.2),
    Design("effects", 20, "equal", effects="lognormal"),
    Design("weights", 20, "pps", score="replicates", correlation=0.3),
    Design("plausible", 20, icc=0.3, score="without schools"),
)


def table() -> list[dict[str, str]]:
    return list(coverage_study.kept().values())


def test_the_table_has_every_cell():
    assert list(coverage_study.kept()) == [one.key for one in coverage_study.all_designs()]


def test_pages_say_what_the_table_says():
    readme = (coverage_study.FOLDER / "README.md").read_text(encoding="utf-8")
    _, _, rest = readme.partition(f"{coverage_study.BEGIN}\n")
    assert rest.partition(f"\n{coverage_study.END}")[0] == digest(table())
    page = (coverage_study.FOLDER / "coverage.md").read_text(encoding="utf-8")
    assert page == coverage_study.markdown(table())


def test_where_an_interval_does_not_hold_the_report_says_so():
    """Each cell beyond .92 to .98 by more than chance is of a kind that a sentence goes with."""
    known = Catalogue.load(TEXTS, "findings")
    for name, kind, rows in kinds(table()):
        slack = [2.5 * math.sqrt(0.95 * 0.05 / int(row["samples"])) for row in rows]
        low, high = coverage_study.LOWEST, coverage_study.HIGHEST
        held = [float(row[name]) for row in rows]
        outside = [x for x, s in zip(held, slack, strict=True) if not low - s <= x <= high + s]
        assert kind.said or not outside, (name, kind.what, outside)
        if kind.flag:
            assert known.raw(f"finding.{kind.flag}.label")


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
    said = Catalogue.load(TEXTS, "report").raw("estimates.coverage_robust")
    numbers = (int(percent) / 100 for percent in re.findall(r"(\d+)%", said))
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


def test_page_one_says_where_a_check_of_sizes_misses_what_biases_the_mean():
    biased = [row for row in table() if row["part"] == "sizes" and float(row["mean"]) < 0.92]
    assert biased
    for row in biased:
        flagged = float((re.search(r"informative_sizes ([\d.]+)", row["flags"]) or [0, 0])[1])
        assert flagged >= 0.9 or int(row["J"]) < rules.GROUPS_FOR_SIZES, row


def test_units_within_schools_move_the_variance_as_the_report_says():
    """The ICC is .1 in truth; with more schools its interval holds less often."""
    moved = {}
    for members in ("in a row", "competing"):
        random, design = np.random.default_rng(1), Design("members", 60, icc=0.1, members=members)
        samples = [draw(random, design) for _ in range(20)]
        fits = [estimate(SufficientStatistics.from_members(s.group, s.score)) for s in samples]
        moved[members] = np.mean([fit.icc for fit in fits])
    assert moved["in a row"] > 0.13 and moved["competing"] < 0.09
    few, many = (
        coverage_study.kept()["members", j, "equal", "0.1", "members in a row"] for j in ("8", "60")
    )
    assert float(many["ICC"]) < float(few["ICC"]) and float(many["school means"]) < 0.85


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
