"""The report's numbers from statistics and a sample against those from all students."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from multilevel.configuration.datasets import dataset
from multilevel.fit.stage import run as fit
from multilevel.ingest import stage
from multilevel.ingest.readers import large
from multilevel.ingest.statistics import subsample
from multilevel.ingest.statistics.moments import ScoreMoments
from multilevel.records.results import Results, decode
from multilevel.summarise import checks
from multilevel.summarise.stage import run as summarise


def simulated(n: int = 3000) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(11)
    group = random.integers(0, 40, n)
    score = 500 + 30 * random.normal(size=40)[group] + random.gamma(2.0, 20.0 + group, n)
    return group, np.round(score, 3)


def results_of(file: Path, folder: Path) -> dict:
    one = dataset("t", str(file), {"outcome": "y", "group": "g", "bootstrap": 50}, {})
    ingested, students = stage.ingest(one, file)
    names = ("students.parquet", "ingest.json", "fit.json", "results.json", "g.csv", "s.parquet")
    folder = folder / "results" / ".stages" / "t"
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / name for name in names]
    stage.write(ingested, students, *paths[:2])
    fit(*paths[:3])
    summarise(*paths)
    return json.loads(paths[3].read_bytes())


def test_as_from_all_students(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    group, score = simulated()
    file = tmp_path / "a.csv"
    rows = "".join(f"{g},{y}\n" for g, y in zip(group, score, strict=True))
    file.write_text("g,y\n" + rows)
    whole = results_of(file, tmp_path)
    monkeypatch.setattr(large, "BYTES_IN_MEMORY", 0)
    # So few students are all in the sample.
    same(whole, results_of(file, tmp_path))
    monkeypatch.setattr(subsample.BottomK.__init__, "__defaults__", (500, subsample.SEED))
    sampled = results_of(file, tmp_path)
    assert sampled["checks"]["obrien"]["df1"] == whole["checks"]["levene"]["df1"]
    assert whole["checks"]["obrien"] is None
    assert "unequal_variances" in sampled["checks"]["flags"]
    assert whole["checks"].pop("flags") == sampled["checks"].pop("flags")
    assert sampled["cross_check"]["note"] == "too_large"
    assert "random sample of 500" in sampled["provenance"]["notes"].pop()
    assert sampled["findings"].pop(0)["code"] == "subsample"
    for one in (whole, sampled):
        for name in ("levene", "obrien", "brown_forsythe", "spread_verdict", "n_distinct"):
            one["checks"].pop(name)
        for name in ("shapiro_w", "shapiro_p", "n_outliers", "n_outliers_of"):
            one["checks"]["level1_normality"].pop(name)
        one.pop("cross_check")
        # Of the sample, which it says.
        assert one.pop("distribution")["n_members"] in (500, 3000)
    same(whole, sampled)


def test_a_damaged_score_is_refused_with_its_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.csv"
    file.write_text("g,y\n" + "".join(f"{i // 5},{i % 7}\n" for i in range(40)) + "0,-1e262\n")
    whole = results_of(file, tmp_path)
    monkeypatch.setattr(large, "BYTES_IN_MEMORY", 0)
    streamed = results_of(file, tmp_path)
    for results in (whole, streamed):
        decode(json.dumps(results).encode(), Results)
        assert (results["status"], results["reason"]["code"]) == ("refused", "not_numeric")
        assert "row 41 has -1e+262, too large" in results["reason"]["message"]


def same(one: object, other: object, where: str = "") -> None:
    if isinstance(one, dict):
        assert isinstance(other, dict)
        assert one.keys() == other.keys(), where
        for key in one:
            same(one[key], other[key], f"{where}.{key}")
    elif isinstance(one, list):
        assert isinstance(other, list)
        assert len(one) == len(other), where
        for place, pair in enumerate(zip(one, other, strict=True)):
            same(*pair, f"{where}[{place}]")
    elif isinstance(one, float):
        # What is searched for numerically is found to its own tolerance.
        exact = where.startswith((".naive", ".checks", ".data", ".model.gamma00", ".model.sigma2"))
        assert other == pytest.approx(one, rel=1e-12 if exact else 1e-9, abs=1e-11), where
    else:
        assert one == other, where


def test_outliers_come_from_the_sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large, "BYTES_IN_MEMORY", 0)
    monkeypatch.setattr(subsample.BottomK.__init__, "__defaults__", (500, subsample.SEED))
    group, score = simulated()
    file = tmp_path / "a.csv"
    rows = "".join(f"{g},{y}\n" for g, y in zip(group, score, strict=True))
    file.write_text("g,y\n" + rows)
    found = results_of(file, tmp_path)["checks"]["level1_normality"]
    assert found["n"] == 3000
    assert found["n_outliers_of"] == 500
    residual = score - np.array([score[group == j].mean() for j in range(40)])[group]
    n = np.bincount(group)[group]
    assert found["skewness"] == pytest.approx(
        float(stats.skew(residual / np.sqrt(1 - 1 / n))), rel=1e-10
    )


def test_obrien_against_scipy() -> None:
    group, score = simulated()
    moments = ScoreMoments()
    moments.add(group, score)
    found = checks.obrien(moments.result(np.arange(40)))
    assert found is not None
    transformed = stats.obrientransform(*(score[group == j] for j in range(40)))
    theirs = stats.f_oneway(*transformed)
    assert found.statistic == pytest.approx(float(theirs.statistic), rel=1e-9)
    assert found.p == pytest.approx(float(theirs.pvalue), rel=1e-6)
    assert (found.df1, found.df2) == (39, len(score) - 40)


@pytest.mark.parametrize(
    "scores",
    [[[1.0, 2.0], [3.0, 4.0]], [[1.0, 2.0, 4.0], [3.0]], [[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]]],
)
def test_obrien_without_enough(scores: list[list[float]]) -> None:
    moments = ScoreMoments()
    for place, own in enumerate(scores):
        moments.add(np.full(len(own), place), np.array(own))
    assert checks.obrien(moments.result(np.arange(len(scores)))) is None
