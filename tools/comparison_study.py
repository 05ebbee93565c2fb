"""Coverage of differences between datasets: `python tools/comparison_study.py [RELEASES]`.

Releases of 40 countries and three cycles are simulated with known truth, fitted as reports do,
and compared: each country with the mean of all, each cycle with the one before. Countries of odd
number have weights, every other of them jackknife zones too: their schools are drawn with
probability proportional to size, and larger schools are better. Link errors are drawn for each
country and cycle anew, so that coverage rests on many draws. Writes
docs/validation/comparisons.md. Takes some minutes on one core; it is not part of the tests,
which run one small release.
"""

import math
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from multilevel.configuration.datasets import Replicates, Weights  # noqa: E402
from multilevel.fit.model import fit_random_intercept  # noqa: E402
from multilevel.fit.sufficient import SufficientStatistics  # noqa: E402
from multilevel.fit.surveys import weighted_section  # noqa: E402
from multilevel.ingest.statistics import Rows, students_of  # noqa: E402
from multilevel.records.comparison import Comparison, Difference  # noqa: E402
from multilevel.records.distribution import (  # noqa: E402
    AboveOverallMean,
    Distribution,
    ErroredValue,
)
from multilevel.records.fitted import RandomInterceptFit  # noqa: E402
from multilevel.records.students import Students  # noqa: E402
from multilevel.summarise.comparison.compare import compare  # noqa: E402
from multilevel.summarise.comparison.members import (  # noqa: E402
    Estimate,
    Member,
    Variances,
    group_keys,
    of_weighted_section,
    variances_of,
)
from multilevel.summarise.distribution.schools import SchoolSums, jackknife_variance  # noqa: E402
from multilevel.summarise.pooling import between_of, naive_of  # noqa: E402
from multilevel.summarise.summary import leading_of  # noqa: E402

PAGE = ROOT / "docs" / "validation" / "comparisons.md"
SEED = 20231204
COUNTRIES, CYCLES = 40, ("2015", "2019", "2023")
SIZES = np.array([8, 12, 16, 20, 24, 30])
CONFIDENCE = 0.95
# Of log school size, and how much better a school e times as large is.
SD_LOG_SIZE, SLOPE = 0.5, 20.0
ZONES = "weighted, with zones"
KINDS = ("unweighted", ZONES, "unweighted", "weighted, without zones")
WEIGHTS = Weights(member="total", group="school")
JACKKNIFE = Replicates(method="jk2", zone="zone", code="half")
LINK_ERRORS = {"2015-2019": 3.0, "2019-2023": 4.0, "2015-2023": 5.0}


@dataclass(frozen=True)
class Truth:
    """A country in a cycle: mean of its students, variances of schools and within them."""

    mean: float
    tau00: float
    sigma2: float

    def of(self, statistic: str) -> float:
        """The true value of a statistic."""
        icc = self.tau00 / (self.tau00 + self.sigma2)
        return {"mean": self.mean, "icc": icc, "sd_between": math.sqrt(self.tau00)}[statistic]


@dataclass(frozen=True)
class Schools:
    """A sample of schools by their sufficient statistics; sizes where drawn by size."""

    n: np.ndarray
    mean: np.ndarray
    ss: np.ndarray
    size: np.ndarray | None


def draw_truth(random: np.random.Generator) -> Truth:
    """A country; variances are of a scale with an SD near 100."""
    total, icc = random.uniform(6_000, 11_000), random.uniform(0.08, 0.5)
    return Truth(random.normal(500, 40), icc * total, (1 - icc) * total)


def draw_schools(
    random: np.random.Generator, truth: Truth, n_schools: int, by_size: bool
) -> Schools:
    """Schools of a country, drawn with equal chances or with chances by size."""
    n = random.choice(SIZES, n_schools)
    centre, size, spread = truth.mean, None, truth.tau00
    if by_size:
        # Of schools drawn by size, log size has its mean moved by its variance.
        log_size = random.normal(SD_LOG_SIZE**2, SD_LOG_SIZE, n_schools)
        size = np.exp(log_size)
        explained = SLOPE * SD_LOG_SIZE
        spread -= explained**2
        # The mean of students is that of schools drawn by size.
        centre = truth.mean + SLOPE * (log_size - SD_LOG_SIZE**2)
    beta = centre + math.sqrt(spread) * random.normal(size=n_schools)
    mean = beta + np.sqrt(truth.sigma2 / n) * random.normal(size=n_schools)
    return Schools(n, mean, truth.sigma2 * random.chisquare(n - 1), size)


def estimates(schools: Schools, zones: bool = False) -> tuple[Estimate, Variances]:
    """Mean and variances as reports have them."""
    n, mean, ss, size = schools.n, schools.mean, schools.ss, schools.size
    each = np.arange(len(n))
    if size is None:
        statistics = SufficientStatistics(0.0, n, mean, ss)
        fit = fit_random_intercept(statistics)
        sums = SchoolSums.of(mean, each, n.astype(float), np.empty(0))
        se = math.sqrt(jackknife_variance(sums)[0])
        value = float(n @ mean) / float(n.sum())
        return Estimate(value, se, len(n) - 1.0), variances_by_intervals(statistics, fit)
    # A school's weight is 1/size, a student's within it size/n: all schools count alike.
    students = _students(schools, size, zones)
    weighted = weighted_section(students, WEIGHTS, JACKKNIFE if zones else None, ["y"], CONFIDENCE)
    assert weighted is not None
    variances = of_weighted_section(weighted, len(n), CONFIDENCE)
    value, se, df = weighted.official_mean, weighted.official_se, float(len(n) // 2)
    if se is None:
        sums = SchoolSums.of(mean, each, np.ones(len(n)), np.empty(0))
        se, df = math.sqrt(jackknife_variance(sums)[0]), len(n) - 1.0
    return Estimate(value, se, df), variances


def variances_by_intervals(statistics: SufficientStatistics, fit: RandomInterceptFit) -> Variances:
    """Of the unweighted model, by the intervals that its report leads with."""
    naive = naive_of([statistics])
    between = between_of(statistics, naive, fit, [fit])
    # Flags change the reasons and the mean of schools, no interval of a variance.
    leading = leading_of(statistics, naive, fit, between, None, ())
    usual = between.ci_icc, fit.intervals.ci_tau00_profile
    return variances_of(fit.model, *usual, leading, None, statistics.n_groups)


def _students(schools: Schools, size: np.ndarray, zones: bool) -> Students:
    """Students on either side of their school's mean, as far as its sum of squares asks."""
    n, each = schools.n, np.arange(len(schools.n))
    group = np.repeat(each, n)
    side = np.where(np.arange(len(group)) % 2, 1.0, -1.0)  # all sizes are even
    score = schools.mean[group] + side * np.sqrt(schools.ss / n)[group]
    pairs = {"zone": (group // 2).astype(float), "half": (group % 2).astype(float)}
    rows = Rows(
        group=group,
        scores=score[:, None],
        total=(1.0 / n)[group],
        group_weight=(1.0 / size)[group],
        **(pairs if zones else {}),
    )
    return students_of(rows, tuple(map(str, each)))


def member(random: np.random.Generator, truth: Truth, country: int, cycle: str) -> Member:
    """A dataset drawn from a country in a cycle; 60 to 200 schools."""
    kind = KINDS[country % len(KINDS)]
    by_size = kind != "unweighted"
    schools = draw_schools(random, truth, 2 * int(random.integers(30, 101)), by_size)
    zones = kind == ZONES
    mean, variances = estimates(schools, zones)
    nothing = ErroredValue(value=0.0, se=None)
    name = f"country{country:02d}-{cycle}"
    return Member(
        id=name,
        title=name,
        scale="simulated",
        country=str(country),
        cycle=cycle,
        n_groups=len(schools.n),
        n_members=int(schools.n.sum()),
        weighted=by_size,
        variances_weighted=by_size,
        mean=mean,
        variances=variances,
        distribution=Distribution(
            n_members=int(schools.n.sum()),
            weighted=by_size,
            model_weighted=by_size,
            errors_by="jk2" if zones else "schools",
            df=mean.df,
            n_draws=0,
            mean=ErroredValue(value=mean.value, se=mean.se),
            sd=nothing,
            percentiles=(),
            benchmarks=(),
            above_overall_mean=AboveOverallMean(
                share_in_school_minus_1sd=0.0,
                share_in_average_school=0.5,
                share_in_school_plus_1sd=1.0,
            ),
        ),
        groups=group_keys(name, "", map(str, range(len(schools.n)))),
    )


def linked(
    random: np.random.Generator, differences: tuple[Difference, ...]
) -> dict[tuple[str, str], float]:
    """An error of each link of two scales, drawn for each pair of datasets."""
    pairs = {(one.a, one.b): one.link_error for one in differences if one.statistic == "mean"}
    return {pair: random.normal(0.0, error) for pair, error in pairs.items() if error is not None}


def _kind(name: str) -> str:
    return KINDS[int(name.removeprefix("country")[:2]) % len(KINDS)]


def holds(
    comparison: Comparison, truths: dict[str, Truth], shifts: dict[tuple[str, str], float]
) -> list[tuple[str, str, bool]]:
    """For each difference its statistic, the kind of sample and whether its interval holds."""
    kinds = {one.id: _kind(one.id) for one in comparison.datasets}
    found = []
    for one in comparison.differences:
        if one.ci is None:
            continue
        if one.b == "mean":
            base = np.mean([truth.of(one.statistic) for truth in truths.values()])
        else:
            base = truths[one.b].of(one.statistic)
        true = truths[one.a].of(one.statistic) - base
        if one.statistic == "mean":
            true -= shifts.get((one.a, one.b), 0.0)
        found.append((one.statistic, kinds[one.a], bool(one.ci[0] <= true <= one.ci[1])))
    return found


def release(random: np.random.Generator, countries: int) -> dict[tuple[str, str, str], Counter]:
    """One release compared: (kind of comparison, statistic, sample) to how many hold."""
    truths = {
        (country, cycle): draw_truth(random) for country in range(countries) for cycle in CYCLES
    }
    members = {place: member(random, truth, *place) for place, truth in truths.items()}
    named = {members[place].id: truth for place, truth in truths.items()}
    counts: dict[tuple[str, str, str], Counter] = {}

    def add(kind: str, found: list[tuple[str, str, bool]]) -> None:
        for statistic, sample, held in found:
            counts.setdefault((kind, statistic, sample), Counter())[held] += 1

    for cycle in CYCLES:
        some = [one for place, one in members.items() if place[1] == cycle]
        compared = compare(some, id=cycle, title=cycle, confidence=CONFIDENCE)
        add("from the mean", holds(compared, {one.id: named[one.id] for one in some}, {}))
    compared = compare(
        list(members.values()),
        id="trend",
        title="trend",
        by="cycle",
        link_errors=LINK_ERRORS,
        confidence=CONFIDENCE,
    )
    add("over cycles", holds(compared, named, linked(random, compared.differences)))
    return counts


def study(releases: int, countries: int = COUNTRIES) -> dict[tuple[str, str, str], Counter]:
    """The counts of all releases together."""
    random = np.random.default_rng(SEED)
    counts: dict[tuple[str, str, str], Counter] = {}
    for _ in range(releases):
        for key, held in release(random, countries).items():
            counts.setdefault(key, Counter()).update(held)
    return counts


def coverage(held: Counter) -> float:
    """The share of intervals that hold."""
    return held[True] / held.total()


def markdown(counts: dict[tuple[str, str, str], Counter], releases: int) -> str:
    """The table as it stands in docs/validation/comparisons.md; bold outside .93 to .97."""
    lines = [
        "# Coverage of differences between datasets",
        "",
        f"95% intervals of differences in {releases} simulated releases of {COUNTRIES} countries "
        f"and {len(CYCLES)} cycles, 60 to 200 schools each, ICC .08 to .50, by",
        "`tools/comparison_study.py`. Weighted samples have schools drawn by size, which goes with "
        "their mean; half of them have jackknife zones. Bold: outside .93 to .97.",
        "",
        "| difference | statistic | sample | coverage | intervals |",
        "|---|---|---|---|---|",
    ]
    for (kind, statistic, sample), held in sorted(counts.items()):
        value = f"{coverage(held):.3f}"
        if not 0.93 <= coverage(held) <= 0.97:
            value = f"**{value}**"
        lines.append(f"| {kind} | {statistic} | {sample} | {value} | {held.total():,d} |")
    return "\n".join(lines) + "\n"


def main(releases: int) -> None:
    """Run the study and write its page."""
    PAGE.write_text(markdown(study(releases), releases), encoding="utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
