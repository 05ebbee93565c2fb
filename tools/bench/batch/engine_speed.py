"""Reports per minute: warm, cold, by plain script rules, and by two warm processes alone."""

import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import stages

ROOT = Path(__file__).resolve().parents[3]
CORES = 2
# Cold starts take minutes for what warm ones do in one.
COLD_UP_TO = 20
ENTRY = {"outcome": "score", "group": "school"}
WAYS = {
    "warm": "the pipeline, as it is",
    "cold": "the pipeline, a Python for each job (as on a cluster)",
    "script": "plain `script:` rules, one a stage",
    "pool": "the limit: two warm processes without Snakemake",
}
# As someone would write it first.
PLAIN = """
IDS = {ids}
rule all:
    input: expand("results/.stages/{{id}}/report.html", id=IDS)
"""
PLAIN_RULE = """
rule {stage}:
    input: {inputs}
    output: {outputs}
    script: "{stage}.py"
"""
PLAIN_SCRIPT = """
import sys
from pathlib import Path
sys.path[:0] = {path!r}
import stages
run, paths = stages.call({stage!r}, Path("results/.stages") / snakemake.wildcards.id)
run(**paths)
"""
MADE = {
    "ingest": ("students", "ingested"),
    "fit": ("fitted",),
    "summarise": ("results", "groups", "schools"),
    "publication": ("results", "groups", "schools", "students", "ledger", "previous"),
    "figures": ("figures", "texts"),
    "report": ("html", "printed", "workbook", "drawings"),
}


@dataclass(frozen=True)
class Speed:
    """Median seconds for so many datasets, by way; MB of the largest process of the pipeline."""

    datasets: int
    seconds: dict[str, float]
    peak: float


@dataclass(frozen=True)
class Unchanged:
    """Seconds of a run with everything, with nothing and with one dataset to make; MB as above."""

    datasets: int
    everything: float
    nothing: float
    one: float
    peak: float


def compare(sizes: list[int], repeats: int) -> list[Speed]:
    """Each number of datasets by each way, turn by turn."""
    found = []
    for n in sizes:
        ways = [way for way in WAYS if way not in ("cold", "script") or n <= COLD_UP_TO]
        times: dict[str, list[float]] = {way: [] for way in ways}
        peak = 0.0
        for _ in range(repeats if n < 100 else 1):
            for way in ways:
                with tempfile.TemporaryDirectory() as folder:
                    seconds, largest = _run(way, Path(folder), n)
                times[way].append(seconds)
                peak = max(peak, largest) if way == "warm" else peak
        medians = {way: statistics.median(values) for way, values in times.items()}
        found.append(Speed(n, medians, peak))
        print(f"{n} datasets: {medians}, {peak:.0f} MB", flush=True)
    return found


def unchanged(n: int) -> Unchanged:
    """Make `n` datasets, then run with nothing new, then with one of them changed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _prepare(folder, n)
        everything, peak = _timed(lambda: _pipeline(folder))
        print(f"{n} datasets made: {everything:.0f} s, {peak:.0f} MB", flush=True)
        nothing, _ = _timed(lambda: _pipeline(folder))
        _students(folder / "d0.csv", seed=n)
        one, _ = _timed(lambda: _pipeline(folder))
        return Unchanged(n, everything, nothing, one, peak)


def section(found: list[Speed]) -> str:
    """The section of docs/benchmarks.md."""
    import benchmarks_page as page

    head = " | ".join(f"{one.datasets:,} dataset{'s' * (one.datasets > 1)}" for one in found)
    lines = [
        "## Reports per minute",
        "",
        page.conditions()
        + f" On {CORES} cores; datasets of 20 schools with 20 students each, HTML "
        "and PDF, start and end of everything included.",
        "",
        f"| | {head} |",
        "|---|" + "---:|" * len(found),
    ]
    for way, words in WAYS.items():
        cells = " | ".join(_per_minute(one, way) for one in found)
        lines.append(f"| {words} | {cells} |")
    shares = " | ".join(f"{one.seconds['pool'] / one.seconds['warm']:.0%}" for one in found)
    lines.append(f"| as it is, share of the limit | {shares} |")
    peaks = " | ".join(f"{one.peak:,.0f}" for one in found)
    lines.append(f"| as it is, its largest process, MB | {peaks} |")
    return "\n".join(lines)


def unchanged_section(found: Unchanged) -> str:
    """The section of docs/benchmarks.md."""
    import benchmarks_page as page

    n = found.datasets
    head = ("", "seconds")
    rows = [
        (f"all {n:,} made", f"{found.everything:,.0f}"),
        ("nothing new", f"{found.nothing:.1f}"),
        ("one changed", f"{found.one:.1f}"),
    ]
    return (
        f"## {n:,} datasets, day after day\n\n{page.conditions()} On {CORES} cores, the same "
        f"datasets as above; the largest process took {found.peak:,.0f} MB.\n\n"
        f"{page.table(head, rows)}"
    )


def _per_minute(one: Speed, way: str) -> str:
    return f"{60 * one.datasets / one.seconds[way]:.0f}" if way in one.seconds else "not run"


def _run(way: str, folder: Path, n: int) -> tuple[float, float]:
    """Seconds, and MB of the largest process."""
    _prepare(folder, n)
    if way == "pool":
        return _timed(lambda: _pool(folder, n))
    if way == "script":
        _plain_rules(folder, n)
        return _timed(lambda: _snakemake(folder, "--snakefile", str(folder / "Snakefile")))
    return _timed(lambda: _pipeline(folder, cold=way == "cold"))


def _timed(action: Callable[[], float]) -> tuple[float, float]:
    began = time.perf_counter()
    peak = action()
    return time.perf_counter() - began, peak


def _prepare(folder: Path, n: int) -> None:
    entries = {}
    for place in range(n):
        file = folder / f"d{place}.csv"
        _students(file, seed=place)
        entries[f"d{place}"] = {"file": file.name, **ENTRY}
        stages.describe(f"d{place}", file, ENTRY, folder)
    (folder / "config.yaml").write_text(json.dumps({"datasets": entries}), encoding="utf-8")


def _students(file: Path, seed: int) -> None:
    import simulate

    simulate.write_csv(simulate.simulate(400, 20, seed), file)


def _pipeline(folder: Path, *, cold: bool = False) -> float:
    given = ("--snakefile", str(ROOT / "Snakefile"), "--configfile", str(folder / "config.yaml"))
    return _snakemake(folder, *given, cold=cold)


def _snakemake(folder: Path, *arguments: str, cold: bool = False) -> float:
    """Run Snakemake; MB of its largest process."""
    command = [sys.executable, "-m", "snakemake", "--directory", str(folder), "--quiet", "all"]
    command += ["--cores", str(CORES), *arguments]
    environment = {**os.environ, **({"MULTILEVEL_COLD": "1"} if cold else {})}
    with (folder / "said.txt").open("wb") as said:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=said, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"Snakemake failed:\n{(folder / 'said.txt').read_text()[-3000:]}")
    return used.ru_maxrss / 1024


def _plain_rules(folder: Path, n: int) -> None:
    text = PLAIN.format(ids=[f"d{place}" for place in range(n)])
    path = [str(ROOT / "workflow" / "scripts"), str(Path(__file__).parent)]
    for stage, made in MADE.items():
        _, paths = stages.call(stage, Path("results/.stages/{id}"))
        files = {name: f'"{path}"' for name, path in paths.items() if name != "templates"}
        text += PLAIN_RULE.format(
            stage=stage,
            inputs=", ".join(file for name, file in files.items() if name not in made),
            outputs=", ".join(
                f"directory({files[name]})"
                if name in ("figures", "drawings", "printed")
                else files[name]
                for name in made
            ),
        )
        script = PLAIN_SCRIPT.format(path=path, stage=stage)
        (folder / f"{stage}.py").write_text(script, encoding="utf-8")
    (folder / "Snakefile").write_text(text, encoding="utf-8")


def _pool(folder: Path, n: int) -> float:
    import warm

    warm.warm()
    todo = [folder / "results" / ".stages" / f"d{place}" for place in range(n)]
    with multiprocessing.get_context("fork").Pool(CORES, maxtasksperchild=None) as pool:
        pool.map(stages.report, todo, chunksize=1)
    return 0.0
