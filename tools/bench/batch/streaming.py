"""Files larger than memory: time and memory of each stage, beside simply reading the file."""

import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "workflow" / "scripts"), str(ROOT / "tools" / "bench" / "batch")]

import stages  # noqa: E402
from stages import STAGES  # noqa: E402

SCHOOLS = 100_000
CHUNK = 1_000_000


@dataclass(frozen=True)
class Streamed:
    """Seconds and peak megabytes at a number of students.

    Attributes
    ----------
    rows, schools, megabytes
        Of the file.
    reading
        Seconds of taking the two columns from the file and dropping them.
    seconds
        By stage.
    peak
        The largest of any stage, each in a process of its own; MB.
    """

    rows: int
    schools: int
    megabytes: float
    reading: float
    seconds: dict[str, float]
    peak: float


def measure(rows: int) -> Streamed:
    """Make a Parquet file of so many students and report on it."""
    schools = min(SCHOOLS, rows // 20)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "students.parquet"
        _write(file, rows, schools)
        reading = _child("read", file, folder)
        measured = {stage: _child(stage, file, folder) for stage in STAGES}
        print(f"{rows:,}: {reading} {measured}", flush=True)
        return Streamed(
            rows=rows,
            schools=schools,
            megabytes=file.stat().st_size / 1e6,
            reading=reading["seconds"],
            seconds={stage: found["seconds"] for stage, found in measured.items()},
            peak=max(found["peak"] for found in measured.values()),
        )


def section(found: list[Streamed]) -> str:
    """The section of docs/benchmarks.md."""
    import benchmarks_page as page

    head = "| students | schools | file, MB | simply reading it, s | " + " | ".join(
        f"{stage}, s" for stage in STAGES
    )
    lines = [
        "## Files larger than memory",
        "",
        page.conditions() + " A Parquet file of two columns (zstd), rows in random order, "
        "through the stages, each in a Python of its own; seconds without its start. "
        "Simply reading means taking both columns batch by batch and dropping them.",
        "",
        f"{head} | peak memory, MB |",
        "|" + "---:|" * (5 + len(STAGES)),
    ]
    for one in found:
        seconds = " | ".join(f"{one.seconds[stage]:.1f}" for stage in STAGES)
        lines.append(
            f"| {one.rows:,} | {one.schools:,} | {one.megabytes:,.0f} | {one.reading:.1f} "
            f"| {seconds} | {one.peak:,.0f} |"
        )
    return "\n".join(lines)


def _write(file: Path, rows: int, schools: int) -> None:
    random = np.random.default_rng(rows)
    effect = random.normal(0, 30, schools)
    schema = pa.schema([("school", pa.int32()), ("score", pa.float64())])
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for start in range(0, rows, CHUNK):
            school = random.integers(0, schools, min(CHUNK, rows - start)).astype(np.int32)
            score = np.round(500 + effect[school] + random.normal(0, 80, len(school)), 3)
            writer.write_table(pa.table([school, score], schema=schema))


def _child(task: str, file: Path, folder: Path) -> dict[str, float]:
    command = [sys.executable, __file__, task, str(file), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _task(task: str, file: Path, folder: Path) -> None:
    if task == "read":
        began = time.perf_counter()
        source = pq.ParquetFile(file, pre_buffer=False, buffer_size=2**20)
        for _ in source.iter_batches(2**20):
            pass
    else:
        entry = {"outcome": "score", "group": "school"}
        if task == "ingest":
            stages.describe("large", file, entry, folder)
        run, paths = stages.call(task, folder / "results" / ".stages" / "large")
        began = time.perf_counter()
        run(**paths)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"seconds": seconds, "peak": peak, "cpu": used.ru_utime + used.ru_stime}))


if __name__ == "__main__":
    _task(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
