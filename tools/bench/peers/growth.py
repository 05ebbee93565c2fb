"""How the cost of a fit grows with students and with schools: a straight line, or why not."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import benchmarks_page as page
import numpy as np
from simulate import simulate

REPEATS = 7
# The growth is judged where fixed costs no longer count.
LARGE = 100_000
STUDENTS = (10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000)
SCHOOLS = (10, 100, 1_000, 10_000, 100_000, 300_000)
SCHOOLS_FIXED = 1_000
STUDENTS_FIXED = 1_000_000


@dataclass(frozen=True)
class Cost:
    """Median seconds of the pass over the students, and of the fit from what it found."""

    n: int
    schools: int
    sizes: int
    condensing: float
    fitting: float

    @property
    def total(self) -> float:
        """Seconds."""
        return self.condensing + self.fitting


def cost(n: int, schools: int) -> Cost:
    """Of `n` students in `schools` schools."""
    from multilevel.fit.model import fit_random_intercept
    from multilevel.fit.sufficient import SufficientStatistics

    students = simulate(n, schools)
    group, score = students.group.astype(np.int64), students.score
    condensing, fitting = [], []
    for repeat in range(REPEATS + 1):
        begun = time.perf_counter()
        statistics = SufficientStatistics.from_members(group, score)
        between = time.perf_counter()
        fit_random_intercept(statistics)
        if repeat:  # the first warms up
            condensing.append(between - begun)
            fitting.append(time.perf_counter() - between)
    sizes = len(np.unique(statistics.n))
    found = Cost(n, schools, sizes, page.median(condensing), page.median(fitting))
    print(f"growth {n:,d} students, {schools:,d} schools: {page.duration(found.total)}", flush=True)
    return found


def measure(largest: int) -> tuple[list[Cost], list[Cost]]:
    """Growing numbers of students in a thousand schools; of schools with a million students."""
    students = [cost(n, SCHOOLS_FIXED) for n in STUDENTS if n <= largest]
    fixed = min(STUDENTS_FIXED, largest)
    return students, [cost(fixed, schools) for schools in SCHOOLS if 2 * schools <= fixed]


def slope(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Of the least-squares line through the logarithms: 1 is growth in proportion."""
    return float(np.polyfit(np.log10(xs), np.log10(ys), 1)[0])


def section(students: Sequence[Cost], schools: Sequence[Cost]) -> str:
    """The tables for docs/benchmarks.md."""
    large = [one for one in students if one.n >= LARGE]
    large = large if len(large) > 1 else students
    counts = [one.n for one in large]
    passes = slope(counts, [one.condensing for one in large])
    fits = slope(counts, [one.fitting for one in large])
    by_schools = slope([one.schools for one in schools], [one.fitting for one in schools])
    by_sizes = slope([one.sizes for one in schools], [one.fitting for one in schools])
    return "\n\n".join(
        [
            "## How the fit's cost grows",
            f"{page.conditions()} Medians of {REPEATS}. A fit is one pass over the students, which "
            "condenses them to each school's size, mean and sum of squares, and then an "
            "optimisation whose steps cost one operation per distinct school size.",
            f"Students, in {SCHOOLS_FIXED:,d} schools. From {large[0].n:,d} students on the pass "
            f"grows as their number to the power {passes:.2f}, the fit to the power {fits:.2f} "
            "(1 is a straight line, 0 no growth): more students bring the fit only further sizes.",
            page.table(
                ["students", "pass", "fit", "both, per million students"],
                (
                    [
                        f"{one.n:,d}",
                        page.duration(one.condensing),
                        page.duration(one.fitting),
                        page.duration(one.total / one.n * 1e6),
                    ]
                    for one in students
                ),
            ),
            f"Schools, with {schools[0].n:,d} students. The fit grows as the number of schools to "
            f"the power {by_schools:.2f}, and as that of their distinct sizes to the power "
            f"{by_sizes:.2f}. Neither is a straight line: schools of one size cost the "
            "optimisation no more than one school, while sorting them by size and the tests that "
            "look at each school cost all of them.",
            page.table(
                ["schools", "distinct sizes", "pass", "fit", "both"],
                (
                    [
                        f"{one.schools:,d}",
                        f"{one.sizes:,d}",
                        page.duration(one.condensing),
                        page.duration(one.fitting),
                        page.duration(one.total),
                    ]
                    for one in schools
                ),
            ),
        ]
    )
