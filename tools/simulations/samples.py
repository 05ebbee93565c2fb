"""Datasets of the coverage study, each with the truth that intervals are asked to hold."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from simulations.designs import Design

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Sizes 1 to 60, in cells called wide.
WIDEST = 60
# The standard deviation within a school of one student over that in a school of 60.
SPREAD_RATIO = 1.85
# Of the logarithm of the standard deviations within schools, where they are not one.
SPREAD_SD = 0.4
# The middles of as many equally likely parts of a standard normal distribution.
PARTS = ndtri((np.arange(1_000) + 0.5) / 1_000)
# The share of students of rarer and rarer features in the middle school.
SHARES = {"yes_no": 0.5, "rare": 0.1, "very rare": 0.02}
# Correlation of neighbours in the list of a school's students.
NEIGHBOURS = 0.5
# How much of their school's mean deviation competing students lose.
COMPETED = 0.7


@dataclass(frozen=True)
class Truth:
    """What was simulated; `school_means` of the schools drawn."""

    gamma00: float
    tau00: float
    sigma2: float
    school_means: Floats = field(default_factory=lambda: np.empty(0))

    @property
    def icc(self) -> float:
        """tau00/(tau00 + sigma2)."""
        return self.tau00 / (self.tau00 + self.sigma2)


@dataclass(frozen=True)
class Sample:
    """Students of one simulated dataset."""

    n: Integers
    group: Integers
    score: Floats
    truth: Truth


def standardised(random: np.random.Generator, kind: str, size: int) -> Floats:
    """Values of mean 0 and variance 1."""
    if kind == "exponential":
        return random.exponential(size=size) - 1.0
    if kind in ("lognormal", "long lognormal"):
        sd = 1.0 if kind == "lognormal" else 1.5
        middle, above = math.exp(sd**2 / 2.0), math.exp(sd**2) - 1.0
        return (np.exp(sd * random.normal(size=size)) / middle - 1.0) / math.sqrt(above)
    if kind in ("t3", "t2.1"):
        df = float(kind[1:])
        return random.standard_t(df, size=size) / math.sqrt(df / (df - 2.0))
    if kind == "pareto":
        a = 2.5
        return (random.pareto(a, size) - 1.0 / (a - 1.0)) * (a - 1.0) * math.sqrt((a - 2.0) / a)
    if kind in ("bimodal", "heap", "one in 50 far out"):
        share, apart = {"bimodal": (0.5, 0.95), "heap": (0.1, 0.9)}.get(kind, (0.02, 0.9))
        side = (random.random(size) < share).astype(np.float64) - share
        side *= apart / math.sqrt(share * (1.0 - share))
        return np.asarray(side + math.sqrt(1.0 - apart**2) * random.normal(size=size))
    return random.normal(size=size)


def sizes_of(random: np.random.Generator, design: Design) -> Integers:
    """School sizes, ascending."""
    j = design.n_schools
    fixed = {
        "equal": [20] * j,
        "five": [5] * j,
        "pairs": [2] * j,
        "giant": [8] * (j - 1) + [400],
        "two giants": [8] * (j - 2) + [400] * 2,
        "giant among singles": [1] * (j - 1) + [100],
        "singletons": [1] * (j // 2) + [12] * (j - j // 2),
        "geometric": np.geomspace(2, 500, j).astype(np.int64).tolist(),
    }
    if design.sizes in fixed:
        return np.array(fixed[design.sizes])
    return np.maximum(np.sort(random.integers(1, WIDEST + 1, j)), [1] * (j - 1) + [2])


def draw(random: np.random.Generator, design: Design) -> Sample:
    """One dataset of the design."""
    n = sizes_of(random, design)
    group = np.repeat(np.arange(len(n)), n)
    effect = _effects(random, design, n)
    if design.score in SHARES:
        return _yes_no(random, design, n, group, effect)
    scale = _scale(random, design, n, effect)
    beta = math.sqrt(design.icc) * effect
    sd = math.sqrt(1.0 - design.icc) * scale
    score = beta[group] + sd[group] * _residuals(random, design, n, group)
    if design.score in TRANSFORMS:
        truth = _transformed_truth(design)
        means = _moments(design, beta)[0]
        truth = Truth(truth.gamma00, truth.tau00, truth.sigma2, means)
        return Sample(n, group, TRANSFORMS[design.score](score), truth)
    # The model's sigma2 is that of students, not of schools.
    sigma2 = (1.0 - design.icc) * float(np.average(scale**2, weights=n - 1.0))
    return Sample(n, group, score, Truth(0.0, design.icc, sigma2, beta))


def _effects(random: np.random.Generator, design: Design, n: Integers) -> Floats:
    """Of the schools, with mean 0 and variance 1."""
    effect, r = standardised(random, design.effects, len(n)), design.correlation
    if not r:
        return effect
    # Standardised over the sizes that could be drawn, not over those that were.
    log_n, every = np.log(n), np.log(np.arange(1, WIDEST + 1))
    if design.curved:
        log_n, every = (log_n - every.mean()) ** 2, (every - every.mean()) ** 2
    return np.asarray(r * (log_n - every.mean()) / every.std() + math.sqrt(1 - r**2) * effect)


def _scale(random: np.random.Generator, design: Design, n: Integers, effect: Floats) -> Floats:
    """Standard deviations within schools over that of most."""
    if design.spread == "by size":
        return np.asarray(SPREAD_RATIO ** (1.0 - np.log(n) / math.log(WIDEST)))
    if design.spread == "by mean":
        return np.exp(SPREAD_SD * effect)
    if design.spread == "by school":
        return np.exp(SPREAD_SD * random.normal(size=len(n)))
    return np.ones(len(n))


def _residuals(random: np.random.Generator, design: Design, n: Integers, group: Integers) -> Floats:
    """Of the students, with mean 0 and variance 1."""
    residual = standardised(random, design.residuals, len(group))
    if design.members == "in a row":
        first = np.concatenate([[0], np.cumsum(n)[:-1]])
        fresh = math.sqrt(1.0 - NEIGHBOURS**2)
        for i in sorted(set(range(len(group))) - set(first.tolist())):
            residual[i] = NEIGHBOURS * residual[i - 1] + fresh * residual[i]
    elif design.members == "competing":
        residual = residual - COMPETED * (np.bincount(group, weights=residual) / n)[group]
    return residual


def _yes_no(
    random: np.random.Generator, design: Design, n: Integers, group: Integers, effect: Floats
) -> Sample:
    """Scores 0 and 1 whose logits vary between schools."""
    share = SHARES[design.score]
    middle = math.log(share / (1.0 - share))
    spread = math.sqrt(design.icc / (1.0 - design.icc)) * math.pi / math.sqrt(3.0)

    def chance(u: Floats) -> Floats:
        return np.asarray(1.0 / (1.0 + np.exp(-(middle + spread * u))))

    each = chance(PARTS)
    truth = Truth(
        float(each.mean()), float(each.var()), float((each * (1 - each)).mean()), chance(effect)
    )
    drawn = random.random(len(group)) < truth.school_means[group]
    return Sample(n, group, drawn.astype(np.float64), truth)


def _three_values(score: Floats) -> Floats:
    return np.digitize(score, [-0.5, 0.8]).astype(np.float64)


def _many_zeros(score: Floats) -> Floats:
    return np.maximum(score, 0.0) ** 2


def _up_to(highest: float) -> Callable[[Floats], Floats]:
    """Scores of a test whose best students all have its highest score."""
    return lambda score: np.minimum(score, highest)


# Highest scores are in total standard deviations; half have no more than 0 in many zeros.
TRANSFORMS: dict[str, Callable[[Floats], Floats]] = {
    "ceiling": _up_to(0.7),
    "two fifths at the top": _up_to(0.25),
    "half at the top": _up_to(0.0),
    "three values": _three_values,
    "many zeros": _many_zeros,
}


def _moments(design: Design, beta: Floats) -> tuple[Floats, Floats]:
    """Mean and variance of the scores of schools with these effects, residuals normal."""
    sd = math.sqrt(1.0 - design.icc)
    scores = TRANSFORMS[design.score](beta[:, None] + sd * PARTS)
    return scores.mean(axis=1), scores.var(axis=1)


@cache
def _transformed_truth(design: Design) -> Truth:
    means, variances = _moments(design, math.sqrt(design.icc) * PARTS)
    return Truth(float(means.mean()), float(means.var()), float(variances.mean()))
