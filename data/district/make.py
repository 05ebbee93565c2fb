"""Make valdoria-reading.csv: simulated reading scores of an invented region.

What the other two datasets lack: missing scores, missing school names, schools
of one student, names with accents, spaces, apostrophes, quotes and commas,
several hundred schools of very unequal size, rows in no order, residuals with
a longer lower tail, and a few outlying schools (see README.md).

    python data/district/make.py [FOLDER]     default: the folder of this script
"""

import csv
import io
import itertools
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist
from typing import TypeVar

import numpy as np

FILE_NAME = "valdoria-reading.csv"
SEED = 340
SCHOOLS = 340

MEAN = 300.0
SD_BETWEEN = 19.5
SD_WITHIN = 45.5
SKEW = 0.05  # weight of the squared deviate that lengthens the lower tail
OUTLYING = {17: 76.0, 101: -82.0, 202: -74.0, 303: 80.0}  # position in the list: true effect
OUTLYING_SIZE = 24  # students of an outlying school at least, so that it shows

TYPICAL_SIZE = 21.0  # sizes are exponential: 1 + floor(-TYPICAL_SIZE ln u)
LARGEST_SIZE = 60  # no school tested more students

SCORE_EMPTY, SCORE_NA, SCHOOL_EMPTY = 0.016, 0.012, 0.006  # shares of the rows

# A name is a kind of school, a place and sometimes an addition: words of three
# languages, put together without regard to any real school.
KINDS = (
    "Escola Básica de {}",
    "École de {}",
    "Escuela {}",
    'Colégio "{}"',
    "Collège {}",
    "Lycée de l'Île, {}",
    "Escola d'Ensino {}",
    "Instituto {}",
)
FIRST = ("Alva", "Bel", "Cor", "Dor", "Fon", "Gal", "Lor", "Mar", "Sol", "Vil")
SECOND = ("çosa", "mões", "nuño", "quèze", "rães", "serçal", "thières", "vedrà", "moût", "zêne")
ADDITIONS = ("", "", "", "", " do Vale", "-sur-Brève", " e São Ruão", ", n.º 2")


T = TypeVar("T")


class Draws:
    """Random numbers that are the same under every version of NumPy.

    The raw stream of PCG64 is fixed for ever, the methods of Generator are not.
    """

    def __init__(self, seed: int) -> None:
        self._stream = np.random.PCG64(seed)
        self._normal = NormalDist()

    def uniform(self) -> float:
        """Uniform on the open interval (0, 1), 53 bits."""
        return ((int(self._stream.random_raw()) >> 11) + 0.5) / 2**53

    def normal(self) -> float:
        """Standard normal."""
        return self._normal.inv_cdf(self.uniform())

    def residual(self) -> float:
        """Mean 0, variance 1, skewness about -0.3."""
        z = self.normal()
        return (z - SKEW * (z * z - 1)) / math.sqrt(1 + 2 * SKEW**2)

    def shuffled(self, items: list[T]) -> list[T]:
        """The items in random order."""
        keys = [self.uniform() for _ in items]
        return [items[position] for position in sorted(range(len(items)), key=keys.__getitem__)]


@dataclass(frozen=True)
class Row:
    """A student as tested: where, and with what score."""

    school: str
    score: float


def school_names(draws: Draws) -> list[str]:
    """SCHOOLS different names."""
    places = [first + second for first, second in itertools.product(FIRST, SECOND)]
    names = [kind.format(place) for kind, place in itertools.product(KINDS, places)]
    chosen = draws.shuffled(names)[:SCHOOLS]
    return [name + ADDITIONS[int(draws.uniform() * len(ADDITIONS))] for name in chosen]


def students(draws: Draws) -> Iterator[Row]:
    """All students, school by school, with complete data."""
    for position, name in enumerate(school_names(draws)):
        size = min(1 + math.floor(-TYPICAL_SIZE * math.log(draws.uniform())), LARGEST_SIZE)
        effect = SD_BETWEEN * draws.normal()
        if position in OUTLYING:
            size, effect = max(size, OUTLYING_SIZE), OUTLYING[position]
        for _ in range(size):
            yield Row(name, MEAN + effect + SD_WITHIN * draws.residual())


def printed_score(score: float, chance: float) -> str:
    """One decimal, or one of the two ways in which this file says that there is none."""
    if chance < SCORE_EMPTY:
        return ""
    return "NA" if chance < SCORE_EMPTY + SCORE_NA else f"{score:.1f}"


def rows() -> Iterator[tuple[str, str, str]]:
    """Student number, school, score, as printed, in the order of the student numbers."""
    draws = Draws(SEED)
    for number, row in enumerate(draws.shuffled(list(students(draws))), start=1):
        school = "" if draws.uniform() < SCHOOL_EMPTY else row.school
        yield f"V{number:05d}", school, printed_score(row.score, draws.uniform())


def main(folder: Path) -> Path:
    """Write the file into `folder`; returns its path."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("student", "school", "reading"))
    writer.writerows(rows())
    path = folder / FILE_NAME
    path.write_bytes(text.getvalue().encode("utf-8"))
    return path


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
