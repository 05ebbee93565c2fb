"""A score that averages plausible values, by whatever name."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.unit.ingest.datasets import configured

from multilevel.ingest import averages
from multilevel.ingest.stage import ingest
from multilevel.records.students import Aside

N = 80


def draws(n: int = 5) -> np.ndarray:
    random = np.random.default_rng(9)
    return (random.normal(500, 90, N)[:, None] + random.normal(0, 40, (N, n))).round(2)


def file_of(tmp_path: Path, values: np.ndarray, called: str = "v{}", **more: np.ndarray) -> Path:
    names = [called.format(k + 1) for k in range(values.shape[1])]
    frame = pd.DataFrame({"g": np.arange(N) // 8, "achieved": values.mean(axis=1)} | more)
    frame[names] = values
    frame.to_csv(tmp_path / "a.csv", index=False)
    return tmp_path / "a.csv"


def found(file: Path) -> Aside | None:
    (dataset,) = configured(file.parent, file=file.name, outcome="achieved", group="g").datasets
    ingested, students = ingest(dataset, file)
    assert ingested.status == "ok"
    return students.aside


@pytest.mark.parametrize("n", [5, 10])
def test_plausible_values_by_any_name_are_found(tmp_path: Path, n: int) -> None:
    values = draws(n)
    aside = found(file_of(tmp_path, values))
    assert aside is not None and aside.columns == tuple(f"v{k + 1}" for k in range(n))
    for moments, value in zip(aside.moments, values.T, strict=True):
        assert (moments.low, moments.high) == (value.min(), value.max())
        means = value.reshape(-1, 8).mean(axis=1)
        np.testing.assert_allclose(moments.centre + moments.unit * moments.mean, means, rtol=1e-14)


def test_those_called_plausible_values_are_looked_at_first(tmp_path: Path) -> None:
    more = {f"{letter}{k}": np.arange(N) % (k + 2) for letter in "abcdef" for k in range(1, 6)}
    aside = found(file_of(tmp_path, draws(), "pv{}", **more))
    assert aside is not None and aside.columns[0] == "pv1"


def test_means_of_questions_and_of_subtests_are_scores(tmp_path: Path) -> None:
    answers = np.random.default_rng(2).integers(1, 5, (N, 5)).astype(float)
    assert found(file_of(tmp_path, answers)) is None
    alike = (draws() / 120).round() + 0.5  # correlated, but of few values
    assert found(file_of(tmp_path, alike)) is None
    assert found(file_of(tmp_path, draws().round())) is None  # marks
    harder = draws() + np.array([0, 0, 0, 0, 60])
    assert found(file_of(tmp_path, harder)) is None
    others = draws()
    others[:, 3:] += np.random.default_rng(4).normal(0, 150, (N, 1))  # of another subject
    assert found(file_of(tmp_path, others)) is None


def test_what_is_no_mean_of_five_or_ten_is_no_average(tmp_path: Path) -> None:
    assert found(file_of(tmp_path, draws(6))) is None
    values = draws()
    assert found(file_of(tmp_path, values, achieved=values[::-1].mean(axis=1))) is None


def test_columns_of_text_are_passed_over(tmp_path: Path) -> None:
    texts = {f"a{k}": np.array(["no"] * N) for k in range(1, 6)}
    assert found(file_of(tmp_path, draws(), **texts)) is not None


def test_large_files_are_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(averages, "MOST_BYTES", 1000)
    assert found(file_of(tmp_path, draws())) is None
