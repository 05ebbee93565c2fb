"""A batch to HTML and PDF: this pipeline against an R Markdown loop, two processes each."""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import benchmarks_page as page
import numpy as np
import yaml
from simulate import simulate, write_csv

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
CORES = 2
SCHOOLS = (120, 300)
PER_SCHOOL = 25
# Batches of these sizes show how the cost of a run grows with the datasets.
SHARES = (0.2, 0.5)
R_PACKAGES = ("lme4", "lmerTest", "performance", "flextable", "ggplot2", "rmarkdown")
OURS, THEIRS = "this pipeline", "R Markdown loop"


@dataclass(frozen=True)
class Batch:
    """One run over `datasets` files."""

    who: str
    datasets: int
    seconds: float
    html: tuple[int, ...]
    pdf: tuple[int, ...]

    @property
    def per_minute(self) -> float:
        """Reports, each as HTML and PDF."""
        return 60.0 * self.datasets / self.seconds


@dataclass(frozen=True)
class Compared:
    """All runs, and why there are none of the peer."""

    datasets: int
    batches: tuple[Batch, ...]
    absent: str


def compare(datasets: int, repeats: int) -> Compared:
    """Both, turn by turn, `repeats` times; then smaller batches of ours."""
    absent = missing_peer()
    if absent:
        print(f"report: the R Markdown loop is left out: {absent}", flush=True)
    batches: list[Batch] = []
    with tempfile.TemporaryDirectory(prefix="bench-report-") as temporary:
        files = write_files(Path(temporary) / "data", datasets)
        for repeat in range(repeats):
            place = Path(temporary) / f"run-{repeat}"
            batches.append(ours(files, place / "ours"))
            if not absent:
                batches.append(theirs(files, place / "theirs"))
            shutil.rmtree(place)
        for share in SHARES:
            some = files[: max(1, round(share * datasets))]
            batches.append(ours(some, Path(temporary) / f"some-{share}"))
    return Compared(datasets, tuple(batches), absent)


def missing_peer() -> str:
    """What the peer needs and isn't here; "" when all is."""
    if not shutil.which("Rscript"):
        return "R is not installed"
    missing = [
        package
        for package in R_PACKAGES
        if subprocess.run(
            ["Rscript", "-e", f"quit(status = !requireNamespace('{package}', quietly = TRUE))"],
            capture_output=True,
            check=False,
        ).returncode
    ]
    programs = [name for name in ("pandoc", "chromium") if not shutil.which(name)]
    return f"{', '.join(missing + programs)} not installed" if missing + programs else ""


def write_files(folder: Path, datasets: int) -> list[Path]:
    """CSV files of 120 to 300 schools each."""
    folder.mkdir(parents=True)
    files = []
    for number, schools in enumerate(np.linspace(*SCHOOLS, datasets).astype(int).tolist()):
        files.append(folder / f"district-{number:03d}.csv")
        write_csv(simulate(PER_SCHOOL * schools, schools, seed=number), files[-1])
    return files


def ours(files: Sequence[Path], folder: Path) -> Batch:
    """`make reports` on these files, from nothing."""
    folder.mkdir(parents=True)
    entries = {
        file.stem: {"file": str(file), "outcome": "score", "group": "school"} for file in files
    }
    config = folder / "config.yaml"
    config.write_text(yaml.safe_dump({"datasets": entries}), encoding="utf-8")
    program = ROOT / "workflow" / "scripts" / "multilevel_program.py"
    command = [sys.executable, str(program), "run", "--config", str(config)]
    seconds = timed([*command, "--", "--cores", str(CORES)], folder)
    return batch(OURS, len(files), seconds, folder / "results")


def theirs(files: Sequence[Path], folder: Path) -> Batch:
    """The R Markdown loop on these files."""
    folder.mkdir(parents=True)
    for file in files:
        shutil.copy(file, folder)
    chromium = shutil.which("chromium") or "chromium"
    seconds = timed(["Rscript", "--vanilla", str(HERE / "render.R"), str(folder), chromium], folder)
    return batch(THEIRS, len(files), seconds, folder / "reports")


def timed(command: Sequence[str], folder: Path) -> float:
    """Seconds that the command takes; what it said when it fails."""
    begun = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{command[1]} failed:\n{(done.stdout + done.stderr)[-2000:]}")
    return time.perf_counter() - begun


def batch(who: str, datasets: int, seconds: float, results: Path) -> Batch:
    """What the run made; an error when a report is missing."""
    html, pdf = (
        tuple(file.stat().st_size for file in sorted(results.glob(f"*/report.{ending}")))
        for ending in ("html", "pdf")
    )
    if len(html) != datasets or len(pdf) != datasets:
        raise SystemExit(f"{who}: {len(html)} pages and {len(pdf)} PDFs of {datasets} datasets")
    made = Batch(who, datasets, seconds, html, pdf)
    print(f"report {datasets} datasets  {who}: {made.per_minute:.1f} a minute", flush=True)
    return made


def section(compared: Compared) -> str:
    """The tables for docs/benchmarks.md."""
    whole = [one for one in compared.batches if one.datasets == compared.datasets]
    names = [who for who in (OURS, THEIRS) if any(one.who == who for one in whole)]
    runs = {who: [one for one in whole if one.who == who] for who in names}
    parts = [
        "## A batch of reports",
        f"{page.conditions()} {_how(compared, len(runs[OURS]))}",
        page.table(["", *names, "ratio"] if len(names) == 2 else ["", *names], _rows(runs)),
    ]
    if compared.absent:
        parts.append(f"The R Markdown loop wasn't measured: {compared.absent}.")
    return "\n\n".join([*parts, *_growth(compared)])


def _how(compared: Compared, repeats: int) -> str:
    runs = "one run each" if repeats == 1 else f"medians of {repeats} runs by turns"
    return (
        f"{compared.datasets} datasets of {SCHOOLS[0]} to {SCHOOLS[1]} schools with {PER_SCHOOL} "
        f"students on average, each to HTML and PDF, {CORES} processes; {runs}. The peer is a "
        "loop as a good R user writes it (`tools/bench/peers/report.Rmd`: lme4, lmerTest, "
        "performance, flextable, ggplot2, six figures, profile intervals), knitted once to HTML, "
        "which Chromium prints as the PDF: less work than knitting again for LaTeX."
    )


def _rows(runs: dict[str, list[Batch]]) -> list[list[str]]:
    measures = {
        "reports a minute": lambda one: one.per_minute,
        "HTML, median size": lambda one: page.median(one.html),
        "PDF, median size": lambda one: page.median(one.pdf),
    }
    rows = []
    for name, measure in measures.items():
        values = [page.median([measure(one) for one in found]) for found in runs.values()]
        shown = [f"{v:.1f}" if "minute" in name else page.size(v) for v in values]
        compared = [page.ratio(values[0] / values[1])] if len(values) == 2 else []
        rows.append([name, *shown, *compared])
    return rows


def _growth(compared: Compared) -> list[str]:
    mine = [one for one in compared.batches if one.who == OURS]
    sizes = sorted({one.datasets for one in mine})
    seconds = [page.median([one.seconds for one in mine if one.datasets == n]) for n in sizes]
    if len(sizes) < 2:
        return []
    each, start = np.polyfit(sizes, seconds, 1)
    rows = [
        [str(n), page.duration(took), page.duration(took / n)]
        for n, took in zip(sizes, seconds, strict=True)
    ]
    return [
        f"Datasets: a straight line of {page.duration(max(each, 0.0))} a dataset after "
        f"{page.duration(max(start, 0.0))} to start.",
        page.table(["datasets", "whole run", "per dataset"], rows),
    ]
