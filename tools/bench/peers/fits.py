"""How long a fit takes, how much memory, how many digits of tau00: ours and the peers'."""

import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import benchmarks_page as page
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from simulate import Simulated, exact_tau00, simulate

HERE = Path(__file__).resolve().parent
# A fit that takes longer isn't waited for; a size that would, by the last one, isn't tried.
LIMIT = 120.0
PER_SCHOOL = 100
SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
GOAL_SIZE = 1_000_000
MIXEDLM_RS = "mixedlm-rs==0.2.0"
NAMES = {
    "ours": "this engine, from arrays",
    "ours-csv": "this engine, from a CSV file",
    "ours-parquet": "this engine, from a Parquet file",
    "mixedlm-rs": "mixedlm-rs",
    "statsmodels": "statsmodels MixedLM",
    "lme4": "lme4 (R)",
    "nlme": "nlme (R)",
    "glmmTMB": "glmmTMB (R)",
    "read-csv": "only reading the CSV file (pyarrow)",
    "read-csv-pandas": "only reading the CSV file (pandas)",
    "read-parquet": "only reading the Parquet file (pyarrow)",
}
GOALS = {
    "lme4": "at least 50x",
    "mixedlm-rs": "at least 3x",
    "ours-csv": "at most 2x",
    "ours-parquet": "at most 2x",
}
R_PACKAGES = ("lme4", "nlme", "glmmTMB")


@dataclass(frozen=True)
class Measured:
    """One engine on one size; without seconds, `note` says why."""

    engine: str
    n: int
    seconds: tuple[float, ...] = ()
    peak: float | None = None
    digits: float | None = None
    version: str = ""
    note: str = ""

    @property
    def median(self) -> float:
        """Seconds."""
        return page.median(self.seconds)


def compare(sizes: Sequence[int] = SIZES, limit: float = LIMIT) -> list[Measured]:
    """All engines on all sizes, a fresh process each."""
    found: list[Measured] = []
    with tempfile.TemporaryDirectory(prefix="bench-fit-") as temporary:
        extra = Path(temporary) / "packages"
        absent = missing_engines(extra)
        for n in sizes:
            students = simulate(n, max(n // PER_SCHOOL, 10))
            folder = Path(temporary) / str(n)
            write(students, folder)
            exact = exact_tau00(students)
            for engine in NAMES:
                note = absent.get(engine) or _too_long(found, engine, n, limit)
                one = Measured(engine, n, note=note)
                found.append(one if note else run(engine, n, folder, extra, exact, limit))
                _tell(found[-1])
            shutil.rmtree(folder)
    return found


def write(students: Simulated, folder: Path) -> None:
    """The students in every form that an engine reads."""
    folder.mkdir(parents=True)
    students.group.tofile(folder / "group.int32")
    students.score.tofile(folder / "score.float64")
    names = pa.array([f"S{school:06d}" for school in range(int(students.group[-1]) + 1)])
    table = pa.table({"school": names.take(pa.array(students.group)), "score": students.score})
    pyarrow.csv.write_csv(
        table, folder / "students.csv", pyarrow.csv.WriteOptions(quoting_style="none")
    )
    pq.write_table(table, folder / "students.parquet")


def missing_engines(extra: Path) -> dict[str, str]:
    """The peers that aren't here, each with the reason; mixedlm-rs is put into `extra`."""
    absent = {}
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(extra)]
    if subprocess.run([*pip, MIXEDLM_RS], capture_output=True, check=False).returncode:
        absent["mixedlm-rs"] = "could not be installed"
    for package in R_PACKAGES:
        test = f"quit(status = !requireNamespace('{package}', quietly = TRUE))"
        if not shutil.which("Rscript"):
            absent[package] = "R is not installed"
        elif subprocess.run(["Rscript", "-e", test], capture_output=True, check=False).returncode:
            absent[package] = f"not installed (r-cran-{package.lower()})"
    return absent


def _too_long(found: Sequence[Measured], engine: str, n: int, limit: float) -> str:
    """Why this size isn't tried: the last one already took too long."""
    mine = [one for one in found if one.engine == engine]
    if not mine:
        return ""
    last = mine[-1]
    if not last.seconds:
        return last.note
    expected = last.median * n / last.n
    return f"would take over {limit:.0f} s" if expected > limit else ""


def run(engine: str, n: int, folder: Path, extra: Path, exact: Decimal, limit: float) -> Measured:
    """One engine on one size, in a process of its own."""
    worker = [sys.executable, str(HERE / "fit_worker.py")]
    if engine in R_PACKAGES:
        worker = ["Rscript", "--vanilla", str(HERE / "fit_worker.R")]
    try:
        done = subprocess.run(
            [*worker, engine, str(folder), str(limit)],
            env={**os.environ, "PYTHONPATH": str(extra)},
            capture_output=True,
            text=True,
            timeout=4 * limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Measured(engine, n, note=f"took over {4 * limit:.0f} s")
    if done.returncode:
        last = (done.stderr.strip() or "killed").splitlines()[-1]
        return Measured(engine, n, note=f"failed: {last[:80]}")
    told = json.loads(done.stdout)
    return Measured(
        engine,
        n,
        seconds=tuple(told["seconds"]),
        peak=told["peak"],
        digits=None if told["tau00"] is None else digits(told["tau00"], exact),
        version=told["version"],
    )


def digits(found: float, exact: Decimal) -> float:
    """How many significant digits are right: -log10 of the relative difference, 16 at most."""
    if not math.isfinite(found):
        return 0.0
    difference = abs(Decimal(found) - exact) / exact
    return 16.0 if difference == 0 else max(0.0, min(16.0, -math.log10(difference)))


def _tell(one: Measured) -> None:
    result = one.note or (
        f"{page.duration(one.median)} ({len(one.seconds)} runs)"
        + (f", {one.digits:.1f} digits" if one.digits is not None else "")
    )
    print(f"fit {one.n:>10,d} students  {one.engine:<14s} {result}", flush=True)


def section(found: Sequence[Measured]) -> str:
    """The tables for docs/benchmarks.md."""
    sizes = sorted({one.n for one in found})
    head = ["engine", *(f"{n:.0e}".replace("e+0", "e") for n in sizes)]
    engines = [engine for engine in NAMES if any(one.engine == engine for one in found)]
    by = {(one.engine, one.n): one for one in found}
    peers = [engine for engine in engines if not engine.startswith("read-")]
    return "\n\n".join(
        [
            "## The fit",
            f"{page.conditions()} {_how(found)}",
            "Time of one fit:",
            page.table(head, ([NAMES[e], *(_time(by[e, n]) for n in sizes)] for e in engines)),
            "Peak memory of the process, with its libraries and the data:",
            page.table(head, ([NAMES[e], *(_peak(by[e, n]) for n in sizes)] for e in engines)),
            "Correct digits of tau00:",
            page.table(head, ([NAMES[e], *(_digits(by[e, n]) for n in sizes)] for e in peers)),
            *_goals(by, sizes),
            *_notes(found),
        ]
    )


def _how(found: Sequence[Measured]) -> str:
    repeats = [len(one.seconds) for one in found if len(one.seconds) > 1]
    versions = sorted({f"{one.engine} {one.version}" for one in found if one.version})
    named = [text for text in versions if not text.startswith(("ours", "read-"))]
    return (
        f"Simulated students in schools of unequal size, {PER_SCHOOL} on average; random-intercept "
        "model, REML everywhere, the other engines with their defaults, this one with all its "
        f"inference. Median of {min(repeats, default=1)} to {max(repeats, default=1)} fits after "
        "one to warm up (one fit where a single one takes long); each engine and size in a process "
        "of its own. Digits are counted against the estimate in 50-digit arithmetic, which "
        f"`tools/bench/simulate.py` finds by other formulas than the engine. {', '.join(named)}."
    )


def _time(one: Measured) -> str:
    return page.duration(one.median) if one.seconds else "–"


def _peak(one: Measured) -> str:
    return page.size(one.peak) if one.peak else "–"


def _digits(one: Measured) -> str:
    return f"{one.digits:.1f}" if one.digits is not None else "–"


def _goals(by: dict[tuple[str, int], Measured], sizes: Sequence[int]) -> Iterator[str]:
    """Ratios at a million students in ten thousand schools, where that was measured."""
    n = GOAL_SIZE if GOAL_SIZE in sizes else sizes[-1]
    rows = [
        (f"{NAMES[engine]} against ours, from arrays", engine, "ours")
        for engine in ("lme4", "mixedlm-rs", "statsmodels", "nlme", "glmmTMB")
    ]
    rows += [
        ("ours from a CSV file against reading it by pandas", "ours-csv", "read-csv-pandas"),
        ("ours from a CSV file against reading it by pyarrow", "ours-csv", "read-csv"),
        ("ours from a Parquet file against reading it by pyarrow", "ours-parquet", "read-parquet"),
    ]
    measured = [
        (text, GOALS.get(over, ""), page.ratio(by[over, n].median / by[under, n].median))
        for text, over, under in rows
        if (over, n) in by and (under, n) in by and by[over, n].seconds and by[under, n].seconds
    ]
    if not measured:
        return
    yield f"Ratios of the median times at {n:,d} students in {max(n // PER_SCHOOL, 10):,d} schools:"
    yield page.table(["ratio", "goal", "measured"], measured)


def _notes(found: Sequence[Measured]) -> Iterator[str]:
    notes = [f"- {NAMES[one.engine]}, {one.n:,d} students: {one.note}" for one in found if one.note]
    if notes:
        yield "Not measured (–):"
        yield "\n".join(notes)
