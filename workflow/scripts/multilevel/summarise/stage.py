"""The stage: students and fit become results.json and the schools."""

import io
import platform
from importlib.metadata import version
from pathlib import Path

import pandas as pd

import multilevel
from multilevel.records.fitted import Fitted
from multilevel.records.ingested import Ingested
from multilevel.records.results import decode, encode
from multilevel.records.students import Students
from multilevel.storage.arrays import from_parquet
from multilevel.storage.files import write_whole
from multilevel.summarise.schools import ADJUSTED, COLUMNS
from multilevel.summarise.summary import summarise
from multilevel.wording.cells import neutralised, requoted

PROGRAMS = ("numpy", "scipy", "pandas", "statsmodels", "matplotlib", "weasyprint", "snakemake")


def run(
    students: Path,
    ingested: Path,
    fitted: Path,
    results: Path,
    groups: Path,
    schools: Path,
) -> None:
    """Write results.json, groups.csv and schools.parquet, the same rows, exact."""
    summary = summarise(
        decode(ingested.read_bytes(), Ingested),
        decode(fitted.read_bytes(), Fitted),
        from_parquet(students, Students),
        software(),
    )
    further = [name for name in ADJUSTED if name in summary.schools]
    table = summary.schools.reindex(columns=[*COLUMNS, *further])
    write_whole(results, encode(summary.results))
    write_whole(groups, groups_csv(table))
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    write_whole(schools, buffer.getvalue())


def groups_csv(schools: pd.DataFrame) -> bytes:
    """A row per school at full precision; ids that a spreadsheet would run are defused."""
    safe = schools.assign(group=[neutralised(str(group)) for group in schools["group"]])
    text: str = safe.to_csv(index=False, lineterminator="\n")
    return requoted(text).encode("utf-8")


def software() -> dict[str, str]:
    """Program to version of everything that a number or a page goes through."""
    return {
        "multilevel-reports": multilevel.__version__,
        "python": platform.python_version(),
        **{program: version(program) for program in PROGRAMS},
    }
