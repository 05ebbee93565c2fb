"""A whole TIMSS release, simulated: countries, two grades, two subjects, plausible values."""

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[3]
GRADES = (4, 8)
SUBJECTS = {"mathematics": "MAT", "science": "SCI"}
VALUES = 5
SCHOOLS, STUDENTS = 145, 40
CORES = 2


@dataclass(frozen=True)
class Measured:
    """What was made, from how much, in how long."""

    countries: int
    records: int
    reports: int
    seconds: float
    megabytes: float


def measure(countries: int) -> Measured:
    """Simulate the files, report on all of them, and count."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data").mkdir()
        records = 0
        for country in range(countries):
            for grade in GRADES:
                table = students(country, grade)
                table.to_csv(folder / "data" / f"C{country:02}-grade{grade}.csv", index=False)
                records += len(table)
        (folder / "config.yaml").write_text(json.dumps(config()), encoding="utf-8")
        began = time.perf_counter()
        _snakemake(folder)
        seconds = time.perf_counter() - began
        reports = list((folder / "results").glob("*/report.pdf"))
        size = sum(file.stat().st_size for file in (folder / "results").glob("*/*.*"))
        return Measured(countries, records, len(reports), seconds, size / 1e6)


def config() -> dict[str, object]:
    """Both subjects of every file."""
    entry = {
        "files": "data/*.csv",
        "outcomes": {name: f"AS{code}0[1-{VALUES}]" for name, code in SUBJECTS.items()},
        "group": "IDSCHOOL",
        "weights": {"member": "TOTWGT", "group": "SCHWGT"},
        "replicates": {"method": "jk2", "zone": "JKZONE", "code": "JKREP"},
    }
    return {"datasets": {"timss": entry}}


def students(country: int, grade: int) -> pd.DataFrame:
    """A country's students of a grade: schools, weights, jackknife zones, plausible values."""
    random = np.random.default_rng([country, grade])
    school = np.repeat(np.arange(SCHOOLS), STUDENTS)
    weight = np.round(random.gamma(8.0, 2.0, SCHOOLS), 3)
    columns: dict[str, object] = {
        "IDSCHOOL": 5001 + school,
        "TOTWGT": weight[school] * np.round(random.gamma(20.0, 0.5, SCHOOLS), 3)[school],
        "SCHWGT": weight[school],
        "JKZONE": 1 + school // 2,
        "JKREP": school % 2,
    }
    for code in SUBJECTS.values():
        effect = random.normal(0, 45, SCHOOLS)
        ability = 500 + 10 * (country % 7) + effect[school] + random.normal(0, 75, len(school))
        for value in range(1, VALUES + 1):
            columns[f"AS{code}0{value}"] = np.round(ability + random.normal(0, 25, len(school)), 5)
    return pd.DataFrame(columns)


def section(found: Measured) -> str:
    """The section of docs/benchmarks.md."""
    import benchmarks_page as page

    minutes, seconds = divmod(round(found.seconds), 60)
    return "\n".join(
        (
            "## A whole TIMSS release",
            "",
            page.conditions() + f" Simulated: {found.countries} countries, {len(GRADES)} grades, "
            f"{len(SUBJECTS)} subjects, {VALUES} plausible values, sampling weights and jackknife "
            f"zones: {found.records:,} student records.",
            "",
            f"{found.reports:,} reports, HTML and PDF with data and figures "
            f"({found.megabytes:,.0f} MB), on {CORES} cores in **{minutes} min {seconds} s**, "
            f"{60 * found.reports / found.seconds:.0f} a minute.",
        )
    )


def _snakemake(folder: Path) -> None:
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile")]
    command += ["--directory", str(folder), "--configfile", str(folder / "config.yaml")]
    subprocess.run(
        [*command, "--cores", str(CORES), "--quiet", "all"],
        cwd=folder,
        stderr=subprocess.DEVNULL,
        check=True,
    )
