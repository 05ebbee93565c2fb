"""Made datasets that page one must speak truly of, each with what it may not say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

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
    more
        Adds columns, such as plausible values and weights, to the table of school and score.
    """

    about: str
    sizes: tuple[int, ...]
    icc: float
    seed: int = 1
    change: Callable[[Floats, Floats, Floats], Floats] | None = None
    settings: Mapping[str, object] = field(default_factory=dict)
    more: Callable[[pd.DataFrame], pd.DataFrame] | None = None

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
        table = pd.DataFrame({"school": [f"s{g}" for g in group.tolist()], "score": score})
        if self.more is not None:
            table = self.more(table)
        table.to_csv(file, index=False)
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


def _t3(u: Floats, r: Floats, n: Floats) -> Floats:
    """Effects of Student's t with 3 degrees of freedom: normal ones over a chi of the same."""
    chi = np.sqrt(np.random.default_rng(5).chisquare(3.0, len(u)) / 3.0)
    by_group = dict(zip(u.tolist(), chi.tolist(), strict=True))
    return 500.0 + 100.0 * (u / np.array([by_group[effect] for effect in u.tolist()]) + r)


def _values(table: pd.DataFrame) -> pd.DataFrame:
    """Five plausible values: the score with the error of a test added."""
    random = np.random.default_rng(7)
    error = {f"PV{m}MATH": 30.0 * random.normal(size=len(table)) for m in range(1, 6)}
    return table.assign(**{name: table["score"] + noise for name, noise in error.items()})


def _weights(table: pd.DataFrame) -> pd.DataFrame:
    """Schools below the average were sampled a third as often; zones of two schools."""
    place = table.groupby("school", sort=False).ngroup()
    low = table.groupby("school")["score"].transform("mean") < table["score"].mean()
    group = np.where(low, 30.0, 10.0)
    return table.assign(wschool=group, wtotal=4.0 * group, zone=place // 2, half=place % 2)


def _both(table: pd.DataFrame) -> pd.DataFrame:
    return _weights(_values(table))


VALUES = {"outcome": "PV[1-5]MATH", "labels": {"outcome": "math score"}}
JACKKNIFE = {"replicates": {"method": "jk2", "zone": "zone", "code": "half"}}
BOTH_LEVELS = {"weights": {"member": "wtotal", "group": "wschool"}}
CLINICS = {"labels": {"outcome": "length of stay in days", "group": "clinic", "member": "patient"}}
DAYS = {"labels": {"outcome": "mood score", "group": "person", "member": "day"}}
CLASSES = {"labels": {"outcome": "math score", "group": "family", "member": "class"}}
QUESTION = {"labels": {"outcome": "5. Sometimes the head talks to me"}}
WIDE = tuple(int(n) for n in np.random.default_rng(9).integers(1, 61, 60))

# fmt: off
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
    "giant": Case("one school with most students", (8,) * 39 + (600,), 0.3, 3),
    "giant-none": Case("the same, no variance between schools", (8,) * 19 + (400,), 0.0),
    "small-icc": Case("ICC .02", (25,) * 120, 0.02),
    "huge-icc": Case("ICC .97", (10,) * 30, 0.97),
    "pass-flag": Case("scores 0 and 1", (25,) * 40, 0.5, 1, _passed),
    "heavy-tails": Case("effects with heavy tails", (20,) * 60, 0.4, 1, _heavy),
    "bimodal": Case("effects with two peaks", (20,) * 60, 0.4, 1, _bimodal),
    "clinics": Case("patients in clinics", (12,) * 15, 0.3, 1, None, CLINICS),
    "days": Case("days in persons", (14,) * 40, 0.4, 1, None, DAYS),
    "families": Case("classes in families", (4,) * 40, 0.4, 1, None, CLASSES),
    "t-effects": Case("effects of Student's t, 3 df", (20,) * 60, 0.2, 1, _t3),
    "nearly-none": Case("a variance near 0", (25,) * 100, 0.004, 6),
    "values": Case("plausible values", (25,) * 40, 0.3, 1, None, VALUES, _values),
    "values-weights": Case(
        "plausible values, weights at both levels, replicates",
        (25,) * 40, 0.3, 1, None, VALUES | BOTH_LEVELS | JACKKNIFE, _both,
    ),
    "weights": Case(
        "weights at both levels, no replicates", (20,) * 40, 0.3, 1, None, BOTH_LEVELS, _weights
    ),
    "no-school-weights": Case(
        "weights of students only", (20,) * 40, 0.3, 1, None,
        {"weights": {"member": "wtotal"}} | JACKKNIFE, _weights,
    ),
    "school-weights": Case(
        "weights of schools only", (20,) * 40, 0.3, 1, None,
        {"weights": {"member": "wschool", "group": "wschool"}} | JACKKNIFE, _weights,
    ),
    "question": Case("a label that is a question", (20,) * 30, 0.1, 1, None, QUESTION),
}
# fmt: on
