"""Cells of the coverage study: what is simulated, inside and outside the model."""

from dataclasses import dataclass

SHAPES = ("exponential", "lognormal", "t3", "bimodal")
# Variances that are nearly infinite: of few schools nearly all samples miss what makes them.
HEAVY = ("t2.1", "long lognormal", "pareto", "one in 50 far out")
# Scores that are functions of continuous ones.
TRANSFORMED = (
    "ceiling",
    "half at the top",
    "two fifths at the top",
    "three values",
    "many zeros",
)


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
        equal (20 each), five (5 each), pairs, wide, geometric, giant (one of 400 among 8s), two
        giants, giant among singles or singletons (half).
    icc
        tau00 where the total variance is 1.
    effects, residuals
        normal, exponential, lognormal, t3, bimodal, heap, t2.1, long lognormal, pareto or
        one in 50 far out.
    score
        continuous; yes_no (with `icc` on the logit's scale), rare or very rare; ceiling, two
        fifths at the top, half at the top; three values or many zeros.
    correlation
        Of the effects with log n_j, or with its square where `curved`.
    curved
        Whether small and large schools have the same means, and those between them others.
    spread
        The standard deviation within schools: one, by size (falls), by mean (rises) or by school.
    members
        independent, in a row (neighbours are alike) or competing (the higher one, the lower
        another).
    """

    part: str
    n_schools: int
    sizes: str = "equal"
    icc: float = 0.2
    effects: str = "normal"
    residuals: str = "normal"
    score: str = "continuous"
    correlation: float = 0.0
    curved: bool = False
    spread: str = "one"
    members: str = "independent"

    @property
    def what(self) -> str:
        """What sets the design apart from the model."""
        parts = {
            f"{self.effects} effects": self.effects != "normal",
            f"{self.residuals} residuals": self.residuals != "normal",
            self.score.replace("_", "/"): self.score != "continuous",
            f"r = {self.correlation:g} with {'squared ' if self.curved else ''}log size": (
                self.part in ("sizes", "weights")
            ),
            f"spread {self.spread}": self.spread != "one",
            f"members {self.members}": self.members != "independent",
        }
        return ", ".join(name for name, so in parts.items() if so)

    @property
    def key(self) -> tuple[str, ...]:
        """The cells of its row that name it."""
        return self.part, str(self.n_schools), self.sizes, f"{self.icc:g}", self.what


def designs() -> list[Design]:
    """All cells with one score and no weights."""
    normal = [
        Design("normal", j, sizes, icc)
        for j in (3, 4, 8, 20, 60, 100, 200)
        for sizes in ("equal", "wide", "giant", "singletons")
        for icc in (0.0, 0.005, 0.05, 0.2, 0.5, 0.9)
    ]
    effects = [
        Design("effects", j, sizes, effects=shape)
        for shape in SHAPES
        for j in (8, 20, 60, 200)
        for sizes in ("equal", "wide")
    ]
    effects += [
        Design("effects", j, icc=0.6, effects=shape)
        for shape in SHAPES[:3]
        for j in (8, 20, 60, 200)
    ]
    heavy = [
        Design("heavy tails", j, icc=icc, effects=shape)
        for shape in HEAVY
        for j in (8, 20, 60, 200)
        for icc in (0.2, 0.6)
    ]
    residuals = [Design("residuals", j, residuals=shape) for shape in SHAPES for j in (8, 20, 100)]
    scores = [
        Design("scores", j, score=score)
        for score in ("yes_no", "rare", "very rare", *TRANSFORMED)
        for j in (8, 20, 100)
    ]
    sizes = [
        Design("sizes", j, "wide", correlation=r) for r in (0.0, 0.5, 0.9) for j in (20, 60, 100)
    ]
    sizes += [Design("sizes", j, "wide", correlation=0.9, curved=True) for j in (20, 60, 100)]
    giants = [
        Design("giants", j, kind, icc)
        for kind in ("two giants", "giant among singles", "geometric")
        for j in (6, 20, 60)
        for icc in (0.0, 0.02, 0.2)
    ]
    spread = [
        Design("spread", j, "wide", 0.1, spread=kind)
        for kind in ("by size", "by mean", "by school")
        for j in (20, 60, 100)
    ]
    members = [
        Design("members", j, icc=0.1, members=kind)
        for kind in ("in a row", "competing")
        for j in (8, 20, 60)
    ]
    return [*normal, *effects, *heavy, *residuals, *scores, *sizes, *giants, *spread, *members]
