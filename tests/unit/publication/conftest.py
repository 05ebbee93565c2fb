"""Simulated schools, complete, as summarise hands them on."""

from dataclasses import dataclass

import numpy as np
from tests.helpers.building import TEMPLATES
from tests.helpers.students import students_from

from multilevel.wording.catalogue import Catalogue

WORDS = Catalogue.load(TEMPLATES / "text" / "en", "publication")


@dataclass(frozen=True)
class Schools:
    """Scores of schools of these sizes, N(500 + u_j, 80^2) with sd(u) = 50."""

    n: np.ndarray
    group: np.ndarray
    score: np.ndarray

    @classmethod
    def drawn(cls, sizes: list[int], seed: int) -> "Schools":
        random = np.random.default_rng(seed)
        n = np.array(sizes)
        group = np.repeat(np.arange(len(n)), n)
        effect = 50 * random.normal(size=len(n))
        return cls(n, group, 500 + effect[group] + 80 * random.normal(size=len(group)))

    @property
    def students(self):
        return students_from(self.group, self.score)

    @property
    def mean(self) -> np.ndarray:
        return np.bincount(self.group, self.score) / self.n
