"""Datasets of the coverage study, each with the truth that intervals are asked to hold."""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

# Sizes 1 to 60, in cells called wide.
WIDEST = 60
# Normal quadrature for truths without a closed form.
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(80)
# The standard deviation within a school of one student over that in a school of 60.
SPREAD_RATIO = 1.85
# Highest scores, in total standard deviations: a quarter and a half of the students reach them.
CEILINGS = {"ceiling": 0.7, "half at the top": 0.0}


@dataclass(frozen=True)
class Design:
    """A cell of the study.

    Attributes
    ----------
    part
        The table it stands in.
    n_schools
        J.
    sizes
        equal (20 each), five (5 each), wide, giant (one of 400 among 8s) or singletons (half).
    icc
        tau00 where the total variance is 1.
    effects, residuals
        normal, exponential, lognormal, t3 or bimodal.
    score
        continuous, yes_no (with `icc` on the logit's scale), rare, ceiling or half at the top.
    correlation
        Of the effects with log n_j.
    spread_by_size
        Whether the standard deviation within schools falls with their size.
    """

    part: str
    n_schools: int
    sizes: str = "equal"
    icc: float = 0.2
    effects: str = "normal"
    residuals: str = "normal"
    score: str = "continuous"
    correlation: float = 0.0
    spread_by_size: bool = False


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
    if kind == "lognormal":
        variance = (math.e - 1.0) * math.e
        return (np.exp(random.normal(size=size)) - math.exp(0.5)) / math.sqrt(variance)
    if kind == "t3":
        return random.standard_t(3, size=size) / math.sqrt(3.0)
    if kind == "bimodal":
        side = np.where(random.random(size) < 0.5, -0.95, 0.95)
        return side + math.sqrt(1.0 - 0.95**2) * random.normal(size=size)
    return random.normal(size=size)


def sizes_of(random: np.random.Generator, design: Design) -> Integers:
    """School sizes, ascending."""
    size = design.n_schools
    if design.sizes == "equal":
        return np.full(size, 20)
    if design.sizes == "five":
        return np.full(size, 5)
    if design.sizes == "giant":
        return np.array([8] * (size - 1) + [400])
    if design.sizes == "singletons":
        return np.array([1] * (size // 2) + [12] * (size - size // 2))
    return np.maximum(np.sort(random.integers(1, WIDEST + 1, size)), [1] * (size - 1) + [2])


def draw(random: np.random.Generator, design: Design) -> Sample:
    """One dataset of the design."""
    n = sizes_of(random, design)
    group = np.repeat(np.arange(len(n)), n)
    effect = standardised(random, design.effects, len(n))
    if design.correlation:
        log_n = np.log(n)
        # Standardised over the sizes that could be drawn, not over those that were.
        every = np.log(np.arange(1, WIDEST + 1))
        size = (log_n - every.mean()) / every.std()
        effect = design.correlation * size + math.sqrt(1 - design.correlation**2) * effect
    residual = standardised(random, design.residuals, len(group))
    if design.score in ("yes_no", "rare"):
        return _yes_no(random, design, n, group, effect)
    scale = np.ones(len(n))
    if design.spread_by_size:
        scale = SPREAD_RATIO ** (1.0 - np.log(n) / math.log(WIDEST))
    beta = math.sqrt(design.icc) * effect
    score = beta[group] + (math.sqrt(1.0 - design.icc) * scale)[group] * residual
    if design.score in CEILINGS:
        reached = np.minimum(score, CEILINGS[design.score])
        return Sample(n, group, reached, _ceiling_truth(design, beta))
    # The model's sigma2 is that of students, not of schools.
    sigma2 = (1.0 - design.icc) * float(np.average(scale**2, weights=n - 1.0))
    return Sample(n, group, score, Truth(0.0, design.icc, sigma2, beta))


def _yes_no(
    random: np.random.Generator, design: Design, n: Integers, group: Integers, effect: Floats
) -> Sample:
    """Scores 0 and 1 whose logits vary between schools, .5 or .1 in the middle."""
    middle = 0.0 if design.score == "yes_no" else math.log(0.1 / 0.9)
    spread = math.sqrt(design.icc / (1.0 - design.icc)) * math.pi / math.sqrt(3.0)

    def chance(u: Floats) -> Floats:
        return 1.0 / (1.0 + np.exp(-(middle + spread * u)))

    share = WEIGHTS / WEIGHTS.sum()
    each = chance(NODES)
    mean = float(share @ each)
    truth = Truth(
        mean, float(share @ (each - mean) ** 2), float(share @ (each * (1 - each))), chance(effect)
    )
    drawn = random.random(len(group)) < truth.school_means[group]
    return Sample(n, group, drawn.astype(np.float64), truth)


def _ceiling_truth(design: Design, beta: Floats) -> Truth:
    """Moments of min(y, ceiling), y normal within schools and between them."""
    sd = math.sqrt(1.0 - design.icc)

    def moments(mean: Floats) -> tuple[Floats, Floats]:
        scores = np.minimum(mean[:, None] + sd * NODES, CEILINGS[design.score])
        share = WEIGHTS / WEIGHTS.sum()
        first = scores @ share
        return first, ((scores - first[:, None]) ** 2) @ share

    share = WEIGHTS / WEIGHTS.sum()
    means, variances = moments(math.sqrt(design.icc) * NODES)
    gamma00 = float(share @ means)
    tau00 = float(share @ (means - gamma00) ** 2)
    return Truth(gamma00, tau00, float(share @ variances), moments(beta)[0])


def designs() -> list[Design]:
    """All cells with one score and no weights."""
    normal = [
        Design("normal", j, sizes, icc)
        for j in (3, 4, 8, 20, 60, 100, 200)
        for sizes in ("equal", "wide", "giant", "singletons")
        for icc in (0.0, 0.005, 0.05, 0.2, 0.5, 0.9)
    ]
    shapes = ("exponential", "lognormal", "t3", "bimodal")
    effects = [
        Design("effects", j, sizes, effects=shape)
        for shape in shapes
        for j in (8, 20, 60, 200)
        for sizes in ("equal", "wide")
    ]
    effects += [
        Design("effects", j, icc=0.6, effects=shape)
        for shape in shapes[:3]
        for j in (8, 20, 60, 200)
    ]
    residuals = [Design("residuals", j, residuals=shape) for shape in shapes for j in (8, 20, 100)]
    scores = [
        Design("scores", j, score=score)
        for score in ("yes_no", "rare", *CEILINGS)
        for j in (8, 20, 100)
    ]
    sizes = [
        Design("sizes", j, "wide", correlation=r) for r in (0.0, 0.5, 0.9) for j in (20, 60, 100)
    ]
    spread = [Design("spread", j, "wide", 0.1, spread_by_size=True) for j in (20, 60, 100)]
    return [*normal, *effects, *residuals, *scores, *sizes, *spread]
