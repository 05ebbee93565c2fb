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
ENTRY = {"outcome": "score", "group": "school"}
WAYS = {
    "warm": "the pipeline, as it is",
    "cold": "the pipeline, a Python for each job (as on a cluster)",
    "script": "five plain `script:` rules",
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
    "summarise": ("results", "groups", "schools", "previous"),
    "figures": ("figures", "texts"),
    "report": ("html", "pdf"),
}


@dataclass(frozen=True)
class Speed:
    """Median seconds for so many datasets, by way."""

    datasets: int
    seconds: dict[str, float]


def compare(sizes: list[int], repeats: int) -> list[Speed]:
    """Each number of datasets by each way, turn by turn."""
    found = []
    for n in sizes:
        times: dict[str, list[float]] = {way: [] for way in WAYS}
        for _ in range(repeats if n < 100 else 1):
            for way in WAYS:
                with tempfile.TemporaryDirectory() as folder:
                    times[way].append(_run(way, Path(folder), n))
        medians = {way: statistics.median(values) for way, values in times.items()}
        found.append(Speed(n, medians))
        print(f"{n} datasets: {medians}", flush=True)
    return found


def unchanged(n: int) -> tuple[int, float, float]:
    """Seconds of a run on `n` datasets with nothing new, and with one of them changed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _prepare(folder, n)
        _pipeline(folder)
        nothing = _timed(lambda: _pipeline(folder))
        _students(folder / "d0.csv", seed=n)
        return n, nothing, _timed(lambda: _pipeline(folder))


def section(found: list[Speed], same: tuple[int, float, float] | None) -> str:
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
        cells = " | ".join(f"{60 * one.datasets / one.seconds[way]:.0f}" for one in found)
        lines.append(f"| {words} | {cells} |")
    shares = " | ".join(f"{one.seconds['pool'] / one.seconds['warm']:.0%}" for one in found)
    lines.append(f"| as it is, share of the limit | {shares} |")
    if same is not None:
        n, nothing, one = same
        lines += [
            "",
            f"With {n:,} datasets, nothing new: {nothing:.1f} s; one changed: {one:.1f} s.",
        ]
    return "\n".join(lines)


def _run(way: str, folder: Path, n: int) -> float:
    _prepare(folder, n)
    if way == "pool":
        return _timed(lambda: _pool(folder, n))
    if way == "script":
        _plain_rules(folder, n)
        return _timed(lambda: _snakemake(folder, "--snakefile", str(folder / "Snakefile")))
    return _timed(lambda: _pipeline(folder, cold=way == "cold"))


def _timed(action: Callable[[], None]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


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


def _pipeline(folder: Path, *, cold: bool = False) -> None:
    given = ("--snakefile", str(ROOT / "Snakefile"), "--configfile", str(folder / "config.yaml"))
    _snakemake(folder, *given, cold=cold)


def _snakemake(folder: Path, *arguments: str, cold: bool = False) -> None:
    command = [sys.executable, "-m", "snakemake", "--directory", str(folder), "--quiet", "all"]
    environment = {**os.environ, **({"MULTILEVEL_COLD": "1"} if cold else {})}
    subprocess.run(
        [*command, "--cores", str(CORES), *arguments],
        cwd=folder,
        env=environment,
        stderr=subprocess.DEVNULL,
        check=True,
    )


def _plain_rules(folder: Path, n: int) -> None:
    text = PLAIN.format(ids=[f"d{place}" for place in range(n)])
    path = [str(ROOT / "workflow" / "scripts"), str(Path(__file__).parent)]
    for stage, made in MADE.items():
        read = [name for name in stages.PARAMETERS[stage] if name not in (*made, "templates")]
        text += PLAIN_RULE.format(
            stage=stage,
            inputs=", ".join(_file(name) for name in read),
            outputs=", ".join(
                f"directory({_file(name)})" if name == "figures" else _file(name) for name in made
            ),
        )
        script = PLAIN_SCRIPT.format(path=path, stage=stage)
        (folder / f"{stage}.py").write_text(script, encoding="utf-8")
    (folder / "Snakefile").write_text(text, encoding="utf-8")


def _file(name: str) -> str:
    return f'"results/.stages/{{id}}/{stages.FILES[name]}"'


def _pool(folder: Path, n: int) -> None:
    import warm

    warm.warm()
    todo = [folder / "results" / ".stages" / f"d{place}" for place in range(n)]
    with multiprocessing.get_context("fork").Pool(CORES, maxtasksperchild=None) as pool:
        pool.map(stages.report, todo, chunksize=1)
