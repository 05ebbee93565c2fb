"""Words for shapes: by size, and no more than so many values can show."""

import numpy as np
import pytest
from scipy import stats

from multilevel.wording.phrases import shape_errors, shape_key


@pytest.mark.parametrize("n", [8, 20, 100, 3_000])
def test_standard_errors_are_those_of_normal_samples(n: int) -> None:
    samples = np.random.default_rng(n).normal(size=(20_000 if n < 1_000 else 2_000, n))
    skewness, kurtosis = shape_errors(n)
    # SAS and SPSS print them for the bias-corrected statistics.
    drawn = (stats.skew(samples, axis=1, bias=False), stats.kurtosis(samples, axis=1, bias=False))
    assert skewness == pytest.approx(drawn[0].std(), rel=0.06)
    assert kurtosis == pytest.approx(drawn[1].std(), rel=0.10)


def test_normal_samples_are_rarely_called_departures() -> None:
    for n in (20, 60, 400):
        samples = np.random.default_rng(n).normal(size=(2_000, n))
        shape = zip(stats.skew(samples, axis=1), stats.kurtosis(samples, axis=1), strict=True)
        said = [shape_key(n, skewness, kurtosis) for skewness, kurtosis in shape]
        assert (said.count("some") + said.count("clear")) / len(said) < 0.12


@pytest.mark.parametrize("n", [8, 20, 91])
def test_few_values_are_never_said_to_show_nothing(n: int) -> None:
    assert shape_key(n, 0.0, 0.0) == "little"


def test_exponential_samples_are_called_departures() -> None:
    samples = np.random.default_rng(1).exponential(size=(500, 400))
    for skewness, kurtosis in zip(
        stats.skew(samples, axis=1), stats.kurtosis(samples, axis=1), strict=True
    ):
        assert shape_key(400, skewness, kurtosis) == "clear"
