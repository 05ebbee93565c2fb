"""Made datasets that page one must speak truly of, each with what it may not say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """A dataset, and the settings of its report.

    Attributes
    ----------
    about
        What is peculiar to it.
    sizes
        Members of each group.
    icc
        In expectation, for standard normal totals.
    change
        Takes effects, residuals and sizes, and gives scores without effects or residuals changed.
    settings
        Of the dataset, such as labels.
    """

    about: str
    sizes: tuple[int, ...]
    icc: float
    seed: int = 1
    change: Callable[[Floats, Floats, Floats], Floats] | None = None
    settings: Mapping[str, object] = field(default_factory=dict)

    def write(self, file: Path) -> Path:
        """The dataset as CSV with the columns school and score."""
        random = np.random.default_rng(self.seed)
        sizes = np.array(self.sizes)
        group = np.repeat(np.arange(len(sizes)), sizes)
        u = np.sqrt(self.icc) * random.normal(size=len(sizes))
        r = np.sqrt(1.0 - self.icc) * random.normal(size=len(group))
        n = sizes[group].astype(float)
        score = 500.0 + 100.0 * (u[group] + r)
        if self.change is not None:
            score = self.change(u[group], r, n)
        rows = (f"s{g},{y!r}" for g, y in zip(group.tolist(), score.tolist(), strict=True))
        file.write_text("\n".join(("school,score", *rows)) + "\n", encoding="utf-8")
        return file


def _alike(u: Floats, r: Floats, n: Floats) -> Floats:
    """Scores centred within groups of 25."""
    r = r.reshape(-1, 25)
    return np.asarray(500.0 + 100.0 * (r - 0.98 * r.mean(axis=1, keepdims=True)).ravel())


def _with_size(u: Floats, r: Floats, n: Floats) -> Floats:
    return 500.0 + 100.0 * (0.3 * u + 0.5 * (np.log(n) - 2.5) + r)


def _passed(u: Floats, r: Floats, n: Floats) -> Floats:
    return (u + r > 0.3).astype(float)


def _bimodal(u: Floats, r: Floats, n: Floats) -> Floats:
    return 500.0 + 100.0 * (0.8 * np.sign(u) + 0.1 * u + r)


def _heavy(u: Floats, r: Floats, n: Floats) -> Floats:
    return 500.0 + 30.0 * np.sign(u) * np.expm1(3.0 * np.abs(u)) + 60.0 * r


CLINICS = {"labels": {"outcome": "length of stay in days", "group": "clinic", "member": "patient"}}
DAYS = {"labels": {"outcome": "mood score", "group": "person", "member": "day"}}
CLASSES = {"labels": {"outcome": "math score", "group": "family", "member": "class"}}
QUESTION = {"labels": {"outcome": "5. Sometimes the head talks to me"}}
WIDE = tuple(int(n) for n in np.random.default_rng(9).integers(1, 61, 60))

CASES = {
    "three": Case("3 schools", (12, 12, 12), 0.4, 3),
    "four": Case("4 schools", (3, 9, 14, 20), 0.3, 2),
    "eight": Case("8 schools", (20,) * 8, 0.2),
    "twenty": Case("20 schools", (30,) * 20, 0.5),
    "many": Case("200 schools", (20,) * 200, 0.2),
    "no-variance": Case("no variance between schools", (10,) * 50, 0.0),
    "hardly-any": Case("hardly any variance", (10,) * 40, 0.005, 4),
    "too-alike": Case("means more alike than chance", (25,) * 12, 0.0, 1, _alike),
    "unequal": Case("very unequal sizes", WIDE, 0.2),
    "informative": Case("sizes that go with the mean", WIDE, 0.1, 1, _with_size),
    "small-icc": Case("ICC .02", (25,) * 120, 0.02),
    "huge-icc": Case("ICC .97", (10,) * 30, 0.97),
    "pass-flag": Case("scores 0 and 1", (25,) * 40, 0.5, 1, _passed),
    "heavy-tails": Case("effects with heavy tails", (20,) * 60, 0.4, 1, _heavy),
    "bimodal": Case("effects with two peaks", (20,) * 60, 0.4, 1, _bimodal),
    "clinics": Case("patients in clinics", (12,) * 15, 0.3, 1, None, CLINICS),
    "days": Case("days in persons", (14,) * 40, 0.4, 1, None, DAYS),
    "families": Case("classes in families", (4,) * 40, 0.4, 1, None, CLASSES),
    "question": Case("a label that is a question", (20,) * 30, 0.1, 1, None, QUESTION),
}
