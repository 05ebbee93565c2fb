"""The lecture's dataset: made again byte for byte, with the lecture's statistics.

The fit is the closed form for balanced data, written out here so that the data
stand or fall by themselves and not with the package's engine.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

FILE = "timss2019-usa-grade8.csv"

LECTURE_TABLE = """\
5007 593.42  5010 611.54  5022 593.80  5036 481.27  5059 556.81
5066 535.31  5067 555.26  5080 619.64  5101 395.52  5110 623.74
5112 370.68  5133 467.30  5139 587.14  5144 508.29  5151 515.44
5164 620.04  5205 524.77  5236 503.73  5237 498.66  5277 617.22
"""


@dataclass(frozen=True)
class Fit:
    mean_of_students: float
    mean_of_schools: float
    variance_of_schools: float
    ssw: float
    tau00: float
    sigma2: float
    se: float
    log_likelihood: float

    @property
    def deviance(self) -> float:
        return -2 * self.log_likelihood


@pytest.fixture(scope="module")
def table(data: Path) -> pd.DataFrame:
    return pd.read_csv(data / "lecture" / FILE)


@pytest.fixture(scope="module")
def fit(table: pd.DataFrame) -> Fit:
    schools = table.groupby("idschool")["bsmmatxx"]
    means = schools.mean().to_numpy()
    n_schools, n_each, n_all = 20, 30, 600
    ssw = float(((table["bsmmatxx"] - schools.transform("mean")) ** 2).sum())
    variance = float(means.var(ddof=1))
    sigma2 = ssw / (n_all - n_schools)
    tau00 = variance - sigma2 / n_each  # (MSB - MSW)/n
    q = tau00 / sigma2
    w = n_each / (1 + n_each * q)
    big_q = ssw + w * float(((means - means.mean()) ** 2).sum())
    df = n_all - 1
    deviance = (
        df * (1 + math.log(2 * math.pi * big_q / df))
        + n_schools * math.log(1 + n_each * q)
        + math.log(n_schools * w)
    )
    return Fit(
        mean_of_students=float(table["bsmmatxx"].mean()),
        mean_of_schools=float(means.mean()),
        variance_of_schools=variance,
        ssw=ssw,
        tau00=tau00,
        sigma2=sigma2,
        se=math.sqrt(variance / n_schools),
        log_likelihood=-deviance / 2,
    )


def test_script_makes_the_file_byte_for_byte(
    script: Callable[[str], ModuleType], data: Path, tmp_path: Path
) -> None:
    made = script("lecture").main(tmp_path)
    assert made.name == FILE
    assert made.read_bytes() == (data / "lecture" / FILE).read_bytes()


def test_shape(table: pd.DataFrame) -> None:
    assert list(table.columns) == ["idschool", "idstud", "bsmmatxx"]
    assert len(table) == 600
    assert (table.groupby("idschool").size() == 30).all()
    assert table["idstud"].is_unique
    assert (table["idstud"] // 10_000 == table["idschool"]).all()


def test_each_school_mean_is_the_printed_one(table: pd.DataFrame) -> None:
    means = table.groupby("idschool")["bsmmatxx"].mean()
    printed = [item for school, mean in means.items() for item in (str(school), f"{mean:.2f}")]
    assert printed == LECTURE_TABLE.split()


def test_every_printed_figure_comes_out(fit: Fit) -> None:
    error_variance = fit.sigma2 / 30
    bic = fit.deviance + 3 * math.log(600)
    printed = {
        "538.98": f"{fit.mean_of_students:.2f}",
        "538.98 (option 2)": f"{fit.mean_of_schools:.2f} (option 2)",
        "5,393.40": f"{fit.variance_of_schools:,.2f}",
        "gamma00 538.979": f"gamma00 {fit.mean_of_schools:.3f}",
        "se 16.422": f"se {fit.se:.3f}",
        "t 32.821": f"t {fit.mean_of_schools / fit.se:.3f}",
        "sd__(Intercept) 72.298": f"sd__(Intercept) {math.sqrt(fit.tau00):.3f}",
        "sd__Observation 70.666": f"sd__Observation {math.sqrt(fit.sigma2):.3f}",
        "tau00 5,227": f"tau00 {fit.tau00:,.0f}",
        "sigma2 4,994": f"sigma2 {fit.sigma2:,.0f}",
        "V_j 166.5": f"V_j {error_variance:.1f}",
        "logLik -3,436.7": f"logLik {fit.log_likelihood:,.1f}",
        "AIC 6,879.4": f"AIC {fit.deviance + 6:,.1f}",
        "BIC 6,892.6": f"BIC {bic:,.1f}",
        "reliability 0.97": f"reliability {fit.tau00 / (fit.tau00 + error_variance):.2f}",
        "ICC 0.51": f"ICC {fit.tau00 / (fit.tau00 + fit.sigma2):.2f}",
    }
    assert list(printed.values()) == list(printed)


def test_sum_of_squares_within_schools_is_exact(fit: Fit) -> None:
    assert fit.ssw == pytest.approx(580 * 70.666**2, abs=1e-6)


def test_scores_look_like_scores(table: pd.DataFrame) -> None:
    # TIMSS's scale: nearly all between 200 and 800.
    assert table["bsmmatxx"].between(200, 850).all()
    spreads = table.groupby("idschool")["bsmmatxx"].std()
    # The SD of 30 normal draws varies by 1/sqrt(58), 13%: about 9 points.
    assert 4 < spreads.std() < 15


def test_draws_are_standard_normal_and_repeat(
    script: Callable[[str], ModuleType],
) -> None:
    make = script("lecture")
    draws = make.normal_draws(4000, seed=1)
    assert abs(draws.mean()) < 4 / math.sqrt(4000)
    assert draws.std() == pytest.approx(1, abs=4 / math.sqrt(8000))
    assert make.normal_draws(10, seed=1).tolist() == draws[:10].tolist()
