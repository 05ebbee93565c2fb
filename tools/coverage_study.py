"""Coverage of every interval that a report prints: `python tools/coverage_study.py [REPLICATES]`.

Datasets are simulated under the model (normal school effects and residuals) as sufficient
statistics, fitted by REML, and each interval is asked whether it holds the truth. Writes
docs/validation/coverage.csv and coverage.md. With 2,000 replicates a true coverage of .95
shows as .940 to .960. Takes some minutes on one core; it is not part of the tests.
"""

import csv
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from multilevel.fit.model import fit_random_intercept  # noqa: E402
from multilevel.fit.sufficient import SufficientStatistics  # noqa: E402
from multilevel.records.fitted import RandomInterceptFit  # noqa: E402
from multilevel.summarise.schools import school_means  # noqa: E402

FOLDER = ROOT / "docs" / "validation"
SEED = 20190314
SCHOOLS = (6, 20, 60)
ICCS = (0.0, 0.02, 0.1, 0.5)
# Balanced, and unequal with the same mean.
SIZES = {"balanced": (20,), "unequal": (5, 8, 12, 20, 30, 45)}
GAMMA00 = 0.0


@dataclass(frozen=True)
class Truth:
    """What was simulated; total variance 1."""

    tau00: float
    sigma2: float
    school_means: np.ndarray

    @property
    def icc(self) -> float:
        """The ICC, which is tau00 where the total is 1."""
        return self.tau00


def simulate(
    random: np.random.Generator, n: np.ndarray, icc: float
) -> tuple[SufficientStatistics, Truth]:
    """Sufficient statistics of schools of sizes `n`."""
    sigma2 = 1.0 - icc
    beta = GAMMA00 + math.sqrt(icc) * random.normal(size=len(n))
    mean = beta + np.sqrt(sigma2 / n) * random.normal(size=len(n))
    ss = sigma2 * random.chisquare(n - 1)
    return SufficientStatistics(0.0, n, mean, ss), Truth(icc, sigma2, beta)


def holds(fit: RandomInterceptFit, truth: Truth) -> dict[str, bool]:
    """Whether each interval of the parameters holds the truth."""
    pairs = {
        "gamma00": (fit.model.ci_gamma00, GAMMA00),
        "ICC, exact": (fit.ci_icc, truth.icc),
        "ICC, profile": (fit.intervals.ci_icc_profile, truth.icc),
        "tau00, profile": (fit.intervals.ci_tau00_profile, truth.tau00),
        "sigma2, exact": (fit.intervals.ci_sigma2_exact, truth.sigma2),
        "sigma2, profile": (fit.intervals.ci_sigma2_profile, truth.sigma2),
    }
    return {name: ends[0] <= true <= ends[1] for name, (ends, true) in pairs.items()}


def school_holds(
    statistics: SufficientStatistics, fit: RandomInterceptFit, truth: Truth
) -> dict[str, float]:
    """The share of schools whose intervals hold their true mean."""
    table = school_means([str(j) for j in range(len(statistics.n))], statistics, fit)
    true = truth.school_means
    inside = {
        "school mean, model": (table["ci_low"] <= true) & (true <= table["ci_high"]),
        "school mean, observed": (table["mean_ci_low"] <= true) & (true <= table["mean_ci_high"]),
    }
    return {name: float(held.mean()) for name, held in inside.items()}


def cell(n_schools: int, sizes: tuple[int, ...], icc: float, replicates: int) -> dict[str, float]:
    """Coverage of each interval in one design."""
    random = np.random.default_rng([SEED, n_schools, len(sizes), round(1000 * icc)])
    n = np.resize(np.array(sizes, dtype=np.int64), n_schools)
    counts: dict[str, float] = {}
    for _ in range(replicates):
        statistics, truth = simulate(random, n, icc)
        fit = fit_random_intercept(statistics)
        for name, held in {**holds(fit, truth), **school_holds(statistics, fit, truth)}.items():
            counts[name] = counts.get(name, 0.0) + held
    return {name: count / replicates for name, count in counts.items()}


def study(replicates: int) -> Iterator[dict[str, str]]:
    """A row per design."""
    for n_schools in SCHOOLS:
        for design, sizes in SIZES.items():
            for icc in ICCS:
                found = cell(n_schools, sizes, icc, replicates)
                coverage = {name: f"{value:.3f}" for name, value in found.items()}
                yield {"J": str(n_schools), "sizes": design, "ICC": f"{icc:g}", **coverage}


def markdown(rows: list[dict[str, str]], replicates: int) -> str:
    """The table as it stands in docs/validation/coverage.md; what leaves .94 to .96 in bold."""
    names = list(rows[0])
    lines = [
        "# Coverage of the 95% intervals",
        "",
        f"{replicates:,d} datasets per row, simulated under the model and fitted by REML, by "
        "`tools/coverage_study.py`. Bold: outside .94 to .96.",
        "",
        "| " + " | ".join(names) + " |",
        "|" + "---|" * len(names),
    ]
    for row in rows:
        cells = [
            f"**{value}**" if i > 2 and not 0.94 <= float(value) <= 0.96 else value
            for i, value in enumerate(row.values())
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def main(replicates: int) -> None:
    """Run the study and write its table twice."""
    rows = list(study(replicates))
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "coverage.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    (FOLDER / "coverage.md").write_text(markdown(rows, replicates), encoding="utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
