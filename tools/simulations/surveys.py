"""Samples with weights and replicates, and plausible values of three makings."""

import math
from collections.abc import Callable

import numpy as np
from scipy.linalg import hadamard

from multilevel.configuration.datasets import Replicates, Weights
from multilevel.fit.model import fit_random_intercept
from multilevel.fit.official import FAY
from multilevel.fit.pooled import pool_fits
from multilevel.fit.sufficient import SufficientStatistics
from multilevel.fit.weighted import WeightedStatistics, fit_weighted
from multilevel.fit.weighted_inference import weighted_inference
from multilevel.fit.weighted_intervals import corrected_se, mean_interval
from simulations.designs import Design
from simulations.measures import Measured
from simulations.samples import Floats, Integers, Truth

# Schools of the population, and students taken in each sampled school.
POPULATION, TAKEN = 3_000, 25
JACKKNIFE_SETTINGS = Replicates(method="jk2", zone="z", code="c")
FAY_SETTINGS = Replicates(method="brr-fay", columns=("w1",), fay=FAY)
# Reliability of the test behind plausible values.
RELIABILITY = {"plausible": 0.85, "plausible, short test": 0.6}

Values = Callable[[np.random.Generator, Floats, Integers, Truth, float], Floats]


def measure_survey(random: np.random.Generator, design: Design) -> Measured:
    """A sample with probability proportional to size, schools' effects going with their size."""
    size = np.exp(random.normal(4.0, 0.6, POPULATION))
    log_size = (np.log(size) - 4.0) / 0.6
    r = design.correlation
    effect = r * log_size + math.sqrt(1.0 - r**2) * random.normal(size=POPULATION)
    beta, sigma2 = math.sqrt(design.icc) * effect, 1.0 - design.icc
    chosen = _systematic(random, size, design.n_schools)
    n = np.full(len(chosen), TAKEN)
    conditional = size[chosen] / TAKEN
    statistics = WeightedStatistics(
        centre=0.0,
        n=n,
        weight=conditional * n,
        weight2=conditional**2 * n,
        offset=beta[chosen] + math.sqrt(sigma2 / TAKEN) * random.normal(size=len(chosen)),
        ss=conditional * sigma2 * random.chisquare(TAKEN - 1, size=len(chosen)),
    )
    weight = size.sum() / (design.n_schools * size[chosen])
    fay = design.score == "Fay replicates"
    factors = _fay_factors(len(chosen)) if fay else _jackknife_factors(len(chosen))
    scale = 1.0 / (factors.shape[1] * (1.0 - FAY) ** 2) if fay else 0.5
    fit = fit_weighted(statistics, weight, "size")
    known = design.score != "no replicates"
    found = weighted_inference(
        [statistics],
        [fit],
        weight,
        Weights(member="w", group="g"),
        (FAY_SETTINGS if fay else JACKKNIFE_SETTINGS) if known else None,
        factors if known else None,
        0.95,
    )
    total = weight * statistics.weight
    mean = float(total @ statistics.offset / total.sum())
    means = (total * statistics.offset) @ factors / (total @ factors)
    se = math.sqrt(scale * float(np.sum((means - mean) ** 2)))
    se_gamma00 = corrected_se(fit.se_gamma00, len(chosen))
    pairs = {
        "ICC": (found["ci_icc"], design.icc),
        "tau00": (found["ci_tau00"], design.icc),
        "sigma2": (found["ci_sigma2"], sigma2),
        "weighted gamma00": (
            mean_interval(fit.gamma00, se_gamma00, len(chosen) - 1.0, 0.95),
            0.0,
        ),
        "mean": (
            mean_interval(mean, se, factors.shape[1] * (1.0 if fay else 0.5), 0.95)
            if known
            else None,
            float(size @ beta / size.sum()),
        ),
    }
    held = {
        f"holds {name}": float(ends[0] <= true <= ends[1])
        for name, (ends, true) in pairs.items()
        if ends is not None
    }
    return {**held, "flag weighted": 1.0}


def _jackknife_factors(n_schools: int) -> Floats:
    """JK2's replicates of schools paired in the order of sampling."""
    place = np.arange(n_schools)
    shift = np.where(place % 2 == 1, 1.0, -1.0)[:, None] * (
        place[:, None] // 2 == np.arange((n_schools + 1) // 2)
    )
    return np.concatenate([1.0 + shift, 1.0 - shift], axis=1)


def _fay_factors(n_schools: int) -> Floats:
    """Fay's replicates of schools paired in the order of sampling, as many as in PISA or more."""
    place = np.arange(n_schools)
    signs = hadamard(64 if n_schools < 128 else 128)[1 + place // 2]
    return np.asarray(1.0 + (1.0 - FAY) * np.where(place % 2 == 1, 1, -1)[:, None] * signs)


def _systematic(random: np.random.Generator, size: Floats, n: int) -> Integers:
    """Schools sampled with probability proportional to size, in order of size."""
    order = np.argsort(size)
    ends = np.cumsum(size[order])
    step = ends[-1] / n
    points = random.random() * step + step * np.arange(n)
    return order[np.minimum(np.searchsorted(ends, points), len(size) - 1)]


def measure_values(random: np.random.Generator, design: Design) -> Measured:
    """Five plausible values by a conditioning model with or without the schools."""
    n = np.full(design.n_schools, 20)
    group = np.repeat(np.arange(len(n)), n)
    truth = Truth(0.0, design.icc, 1.0 - design.icc)
    beta = math.sqrt(truth.tau00) * random.normal(size=len(n))
    ability = beta[group] + math.sqrt(truth.sigma2) * random.normal(size=len(group))
    reliability = RELIABILITY[design.part]
    error = (1.0 - reliability) / reliability
    test = ability + math.sqrt(error) * random.normal(size=len(group))
    values = [MAKINGS[design.score](random, test, group, truth, error) for _ in range(5)]
    statistics = [SufficientStatistics.from_members(group, value) for value in values]
    fit = pool_fits([fit_random_intercept(one) for one in statistics], n)
    pairs = {
        "mean": (fit.model.ci_gamma00, truth.gamma00),
        "ICC": (fit.intervals.ci_icc_robust or fit.ci_icc, truth.icc),
        "tau00": (fit.intervals.ci_tau00_robust or fit.intervals.ci_tau00_profile, truth.tau00),
        "sigma2": (fit.intervals.ci_sigma2_robust or fit.intervals.ci_sigma2_exact, truth.sigma2),
    }
    held = {f"holds {name}": float(a <= true <= b) for name, ((a, b), true) in pairs.items()}
    return {**held, "flag conditioning_unknown": 1.0}


def _drawn(
    random: np.random.Generator, test: Floats, mean: Floats, variance: float, error: float
) -> Floats:
    """Abilities given a test score, for a prior of this mean and variance."""
    weight = variance / (variance + error)
    spread = math.sqrt(weight * error)
    return np.asarray(mean + weight * (test - mean) + spread * random.normal(size=len(test)))


def _without_schools(
    random: np.random.Generator, test: Floats, group: Integers, truth: Truth, error: float
) -> Floats:
    return _drawn(random, test, np.zeros(len(test)), truth.tau00 + truth.sigma2, error)


def _with_dummies(
    random: np.random.Generator, test: Floats, group: Integers, truth: Truth, error: float
) -> Floats:
    n = np.bincount(group)
    mean = np.bincount(group, weights=test) / n
    mean = mean + np.sqrt((truth.sigma2 + error) / n) * random.normal(size=len(n))
    return _drawn(random, test, mean[group], truth.sigma2, error)


def _with_random_effect(
    random: np.random.Generator, test: Floats, group: Integers, truth: Truth, error: float
) -> Floats:
    n = np.bincount(group)
    variance = (truth.sigma2 + error) / n
    weight = truth.tau00 / (truth.tau00 + variance)
    mean = weight * np.bincount(group, weights=test) / n
    mean = mean + np.sqrt(weight * variance) * random.normal(size=len(n))
    return _drawn(random, test, mean[group], truth.sigma2, error)


MAKINGS: dict[str, Values] = {
    "without schools": _without_schools,
    "school dummies": _with_dummies,
    "school random effect": _with_random_effect,
}


def survey_designs() -> list[Design]:
    """Cells with weights, with and without replicates."""
    return [
        Design("weights", j, "pps", score=score, correlation=r)
        for score in ("replicates", "Fay replicates", "no replicates")
        for r in (0.3, 0.7)
        for j in (20, 50, 150)
    ]


def value_designs() -> list[Design]:
    """Cells with plausible values."""
    return [
        Design(part, j, icc=0.3, score=making)
        for part in RELIABILITY
        for making in MAKINGS
        for j in (20, 100)
    ]
