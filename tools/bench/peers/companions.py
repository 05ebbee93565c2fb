"""How long the model with six covariates takes: ours and lme4's, on the same students."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import benchmarks_page as page
import numpy as np

SIZES = (10_000, 100_000, 1_000_000)
PER_SCHOOL = 100
MEMBER, GROUP = ("x1", "x2", "x3", "x4"), ("z1", "z2")
NAMES = {
    "statistics": "adding up the students' cross products",
    "fit": "three models with all inference, adjusted means, from these",
    "lme4": "lme4's lmer, the fullest model alone",
}
GOALS = {"fit": "at most 1 s", "lme4": "at least 30x"}
LIMIT = 240.0


@dataclass(frozen=True)
class Measured:
    """One engine on one size; `tau00` and `slope`, of x1, None for what fits nothing."""

    engine: str
    n: int
    seconds: tuple[float, ...] = ()
    tau00: float | None = None
    slope: float | None = None
    note: str = ""

    @property
    def median(self) -> float:
        """Seconds."""
        return page.median(self.seconds)


def simulate(n: int) -> dict[str, np.ndarray]:
    """Students in schools of unequal size, four columns of students and two of schools."""
    random = np.random.default_rng([20260214, n])
    n_schools = max(n // PER_SCHOOL, 20)
    group = np.sort(np.append(np.arange(n_schools), random.integers(0, n_schools, n - n_schools)))
    columns = {
        name: 0.5 * random.normal(size=n_schools)[group] + random.normal(size=n) for name in MEMBER
    }
    columns |= {name: random.normal(size=n_schools)[group] for name in GROUP}
    score = 500.0 + sum((k + 1) * 3.0 * column for k, column in enumerate(columns.values()))
    score = score + 30.0 * random.normal(size=n_schools)[group] + 70.0 * random.normal(size=n)
    return {"group": group, "score": score, **columns}


def compare(sizes: Sequence[int] = SIZES, limit: float = LIMIT) -> list[Measured]:
    """All on all sizes, each engine in a process of its own."""
    found: list[Measured] = []
    for n in sizes:
        with tempfile.TemporaryDirectory(prefix="bench-companion-") as temporary:
            folder = Path(temporary)
            for name, column in simulate(n).items():
                kind = np.int32 if name == "group" else np.float64
                column.astype(kind).tofile(folder / f"{name}.bin")
            found += _ours(n, folder, limit)
            found.append(_lme4(n, folder, limit))
            print(*found[-3:], sep="\n", flush=True)
    return found


def _ours(n: int, folder: Path, limit: float) -> list[Measured]:
    worker = [
        sys.executable,
        str(Path(__file__).with_name("companion_worker.py")),
        str(folder),
        str(limit),
    ]
    done = subprocess.run(worker, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    return [
        Measured("statistics", n, tuple(told["statistics"])),
        Measured("fit", n, tuple(told["fit"]), told["tau00"], told["slope"]),
    ]


def _lme4(n: int, folder: Path, limit: float) -> Measured:
    if not shutil.which("Rscript"):
        return Measured("lme4", n, note="R is not installed")
    script = Path(__file__).with_name("companion_worker.R")
    done = subprocess.run(
        ["Rscript", "--vanilla", str(script), str(folder), str(limit)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return Measured("lme4", n, note=f"failed: {done.stderr.strip().splitlines()[-1][:80]}")
    told = json.loads(done.stdout)
    return Measured("lme4", n, tuple(told["seconds"]), told["tau00"], told["slope"])


def section(found: Sequence[Measured]) -> str:
    """The tables for docs/benchmarks.md."""
    sizes = sorted({one.n for one in found})
    by = {(one.engine, one.n): one for one in found}
    head = ["", *(f"{n:.0e}".replace("e+0", "e") for n in sizes)]
    rows = [[NAMES[engine], *(_time(by[engine, n]) for n in sizes)] for engine in NAMES]
    largest = sizes[-1]
    fit, lme4, statistics = (by[name, largest] for name in ("fit", "lme4", "statistics"))
    ratios = [("the fit, once the students are added up", GOALS["fit"], page.duration(fit.median))]
    if lme4.seconds:
        whole = lme4.median / (fit.median + statistics.median)
        text = "lme4's one model against our three"
        ratios += [
            (text, GOALS["lme4"], page.ratio(lme4.median / fit.median)),
            (f"{text}, adding up included", "", page.ratio(whole)),
        ]
    return "\n\n".join(
        [
            "## The model with covariates",
            f"{page.conditions()} Simulated students in schools of unequal size, {PER_SCHOOL} on "
            "average, with four columns of students and two of schools; REML. Median of several "
            "fits after one to warm up; the two programs in processes of their own, from arrays.",
            page.table(head, rows),
            f"At {largest:,d} students in {max(largest // PER_SCHOOL, 20):,d} schools:",
            page.table(["", "goal", "measured"], ratios),
            *_agreement(fit, lme4),
        ]
    )


def _time(one: Measured) -> str:
    return page.duration(one.median) if one.seconds else f"– ({one.note})"


def _agreement(ours: Measured, theirs: Measured) -> list[str]:
    if None in (ours.tau00, theirs.tau00, ours.slope, theirs.slope):
        return []
    away = max(abs(ours.tau00 / theirs.tau00 - 1), abs(ours.slope / theirs.slope - 1))  # type: ignore[operator]
    return [f"tau00 and the slope of x1 differ from lme4's by at most {away:.1g} of themselves."]
