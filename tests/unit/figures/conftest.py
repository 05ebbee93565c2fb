"""Simulated datasets, fitted with the package's own earlier stages."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.helpers.students import students_from

from multilevel.figures.data import FigureData
from multilevel.figures.registry import FIGURES
from multilevel.figures.style import Layout, register_fonts, settings
from multilevel.figures.svg import to_svg
from multilevel.figures.text import Voice
from multilevel.fit.model import fit_random_intercept
from multilevel.fit.sufficient import SufficientStatistics
from multilevel.records.results import (
    SCHEMA_VERSION,
    Checks,
    Data,
    InputFile,
    Labels,
    NormalityCheck,
    Provenance,
    Results,
)
from multilevel.summarise.distribution.section import Scores, distribution
from multilevel.summarise.distribution.students import ModelParameters
from multilevel.summarise.leading import leading
from multilevel.summarise.model_based import between_summary
from multilevel.summarise.naive import naive_summary
from multilevel.summarise.schools import compared, group_summary, school_means, unusual_spread
from multilevel.wording.catalogue import Catalogue

ROOT = Path(__file__).parents[3]
LABELS = Labels(
    title="Simulated",
    subtitle="",
    outcome="mathematics score",
    group="school",
    groups="schools",
    member="student",
    members="students",
)
HOSTILE = Labels(
    title="<script>alert(1)</script>",
    subtitle="",
    outcome="$\\frac{1}{0}$ <b>score</b> & " + "long " * 60,
    group="\u202eקבוצה‏ <i>",
    groups="🏫 schools $x$ \x00\x07 {0} {group}",
    member="<script>alert('x')</script>",
    members="élèves " * 40,
)


@dataclass(frozen=True)
class Case:
    """How to simulate a dataset. `n` students a school, or a range of them."""

    n_groups: int
    n: int | tuple[int, int] = 30
    tau: float = 72.3
    sigma: float = 70.7
    mean: float = 539.0
    flatten: float = 1.0
    names: str = "51{:02d}"
    labels: Labels = LABELS
    seed: int = 5


CASES = {
    "lecture": Case(20),
    "three": Case(3, 12),
    "two": Case(2, 2),
    "unequal": Case(160, (3, 70), 2.9, 6.3, 12.6),
    "singletons": Case(36, (1, 9), 2.9, 6.3, -12.6, names="École n° {}"),
    "forty": Case(40, (5, 40), 30.0, 70.0),
    "icc_tiny": Case(60, 25, 14.0, 99.0, 500.0),
    "icc_huge": Case(20, 30, 100.0, 3.0),
    "boundary": Case(20, 30, 0.0, flatten=0.2),
    "boundary_unequal": Case(90, (2, 60), 0.0, flatten=0.1),
    "small_scale": Case(20, tau=7e-10, sigma=7e-10, mean=5e-9),
    "large_scale": Case(50, tau=7e9, sigma=7e9, mean=-5e10),
    "hostile": Case(
        12, (2, 20), names="<script>$\\sqrt{{{0}}}$🏫 עברית " + "x" * 300, labels=HOSTILE
    ),
    "hostile_many": Case(130, (2, 20), labels=HOSTILE),
    "schools_2000": Case(2_000, (5, 40), 40.0, 90.0, 505.0),
    "schools_20000": Case(20_000, (1, 12), 40.0, 90.0, 505.0),
}


def simulate(case: Case) -> tuple[list[str], np.ndarray, np.ndarray]:
    rng = np.random.default_rng(case.seed)
    low, high = case.n if isinstance(case.n, tuple) else (case.n, case.n)
    n = rng.integers(low, high + 1, case.n_groups)
    n[0] = max(int(n[0]), 2)
    group = np.repeat(np.arange(case.n_groups), n)
    within = rng.normal(0, case.sigma, len(group))
    offset = np.bincount(group, within) / n
    within -= (1 - case.flatten) * offset[group]
    score = case.mean + rng.normal(0, case.tau, case.n_groups)[group] + within
    return [case.names.format(j) for j in range(case.n_groups)], group, score


def unchecked(n_unusual_spread: int) -> Checks:
    nothing = NormalityCheck(
        n=0,
        skewness=None,
        excess_kurtosis=None,
        shapiro_w=None,
        shapiro_p=None,
        n_outliers=0,
        n_outliers_of=0,
    )
    return Checks(
        level1_normality=nothing,
        level2_normality=nothing,
        levene=None,
        obrien=None,
        n_unusual_spread=n_unusual_spread,
        flags=(),
    )


def with_adjusted(table: Any, gamma00: float) -> None:
    """Adjusted means at will, one lacking: figures take them as they come."""
    table["adjusted_mean"] = 0.5 * (table["eb_mean"] + gamma00)
    if len(table) > 3:
        table.loc[1, "adjusted_mean"] = np.nan


def figure_data(case: Case) -> FigureData:
    names, group, score = simulate(case)
    statistics = SufficientStatistics.from_members(group, score)
    fit = fit_random_intercept(statistics)
    naive = naive_summary(statistics)
    table = compared(school_means(names, statistics, fit), [statistics], [fit])
    n = statistics.n
    results = Results(
        schema_version=SCHEMA_VERSION,
        id="simulated",
        status="ok",
        reason=None,
        labels=case.labels,
        data=Data(
            n_rows=len(score),
            n_members=len(score),
            n_groups=len(n),
            n_min=int(n.min()),
            n_max=int(n.max()),
            n_mean=float(n.mean()),
            balanced=bool((n == n[0]).all()),
            n_singletons=int((n == 1).sum()),
            n_dropped_outcome=0,
            n_dropped_group=0,
            n_dropped_weight=0,
            score_min=float(score.min()),
            score_max=float(score.max()),
        ),
        naive=naive,
        model=fit.model,
        between=(between := between_summary(statistics, naive, fit)),
        leading=leading(naive, fit.model, between, fit.intervals, None, (), None),
        intervals=fit.intervals,
        tests=fit.tests,
        groups=group_summary(table, fit.model.gamma00),
        comparisons=None,
        influence=None,
        bootstrap=None,
        checks=unchecked(unusual_spread(table, fit.model.sigma2, fit.model.confidence)),
        plausible_values=None,
        averaged=None,
        weighted=None,
        cross_check=None,
        distribution=distribution(
            Scores(score[:, None], group),
            {"Basic": case.mean},
            [ModelParameters(fit.model.gamma00, fit.model.tau00, fit.model.sigma2)],
        ),
        provenance=Provenance(
            input=InputFile(path="x.csv", sha256=None, bytes=None),
            produced="2026-01-01T00:00:00Z",
            rows_read=len(score),
            software={"multilevel-reports": "0"},
            config={},
            notes=(),
            self_test=None,
        ),
    )
    with_adjusted(table, fit.model.gamma00)
    return FigureData.build(results, table, students_from(group, score))


def draw_one(
    name: str, data: FigureData, words: Catalogue, fonts_folder: Path, layout: Layout
) -> str:
    """The SVG text of one figure at one width."""
    voice = Voice.of(words, name, data.results)
    with settings(register_fonts(fonts_folder), salt=name):
        return to_svg(FIGURES[name].draw(data, voice, layout))


@cache
def _data_of(name: str) -> FigureData:
    return figure_data(CASES[name])


@pytest.fixture(scope="session", params=list(CASES))
def case_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def data_of() -> Callable[[str], FigureData]:
    """The dataset of a case by its name, fitted once."""
    return _data_of


@pytest.fixture(scope="session")
def simulated() -> Callable[..., FigureData]:
    """A dataset of a case with some of its settings changed."""

    def make(name: str, **changes: Any) -> FigureData:
        return figure_data(replace(CASES[name], **changes))

    return make


@pytest.fixture(scope="session")
def words() -> Catalogue:
    return Catalogue.load(ROOT / "templates" / "text" / "en")


@pytest.fixture(scope="session")
def fonts_folder() -> Path:
    return ROOT / "templates" / "fonts"
