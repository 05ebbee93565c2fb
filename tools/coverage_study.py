"""Coverage of the intervals that a report leads with, by simulation.

Datasets are simulated inside and outside the model, fitted, and each interval is asked whether
it holds the truth; the flags that the same dataset would carry are counted beside. Each cell
goes into docs/validation/coverage.csv and coverage.md as soon as it is ready, so that a study
that was stopped goes on with --missing. With 300 samples a cell, the default, it takes about a
quarter of an hour on two idle cores; it is not part of the tests, which run a few cells of it.
"""

import argparse
import csv
import math
import multiprocessing
import sys
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "workflow" / "scripts"), str(ROOT / "tools")]

from simulations.designs import Design, designs  # noqa: E402
from simulations.digest import digest  # noqa: E402
from simulations.measures import measure  # noqa: E402
from simulations.surveys import (  # noqa: E402
    RELIABILITY,
    measure_survey,
    measure_values,
    survey_designs,
    value_designs,
)

FOLDER = ROOT / "docs" / "validation"
SEED = 20190314
SAMPLES = 300
# What an interval of .95 may cover before a sentence has to say so.
LOWEST, HIGHEST = 0.92, 0.98
# Between these stands the digest in README.md.
BEGIN, END = "<!-- digest -->", "<!-- /digest -->"
# What names a cell.
KEY = ("part", "J", "sizes", "true ICC", "what")
# A cell that has no row yet.
NEW = {"samples": "0"}
# Printed in every report, whatever the flags.
PRINTED = ("mean", "ICC", "tau00", "sigma2", "school means")
BESIDE = (
    "ICC, exact",
    "ICC, robust",
    "tau00, profile",
    "sigma2, exact",
    "gamma00, former",
    "weighted gamma00",
)


@dataclass(frozen=True)
class Cell:
    """What was found of a design.

    Attributes
    ----------
    coverage
        Share of samples whose interval holds the truth, by quantity.
    flags
        Share of samples that carry a flag, by flag.
    """

    design: Design
    samples: int
    coverage: dict[str, float]
    flags: dict[str, float]


def all_designs() -> list[Design]:
    """Every cell of the study."""
    return [*designs(), *survey_designs(), *value_designs()]


def cell(design: Design, samples: int) -> Cell:
    """Simulate one design; the same numbers each time."""
    ask = measure
    if design.part == "weights":
        ask = measure_survey
    elif design.part in RELIABILITY:
        ask = measure_values
    seed = zlib.crc32(",".join(design.key).encode())
    random = np.random.default_rng([SEED, seed])
    found = [ask(random, design) for _ in range(samples)]

    def shares(kind: str) -> dict[str, float]:
        names = sorted({name for one in found for name in one if name.startswith(kind)})
        known = {name: [one[name] for one in found if name in one] for name in names}
        if kind == "flag ":
            return {name[len(kind) :]: len(held) / samples for name, held in known.items()}
        return {name[len(kind) :]: float(np.mean(held)) for name, held in known.items()}

    return Cell(design, samples, shares("holds "), shares("flag "))


def _cell(task: tuple[Design, int]) -> Cell:
    return cell(*task)


def warnings(found: Cell, least: float = 0.0) -> str:
    """Flags that at least a share of the samples carry, the most frequent first."""
    often = sorted(found.flags.items(), key=lambda item: (-item[1], item[0]))
    return "; ".join(f"{name} {share:.2f}" for name, share in often if share >= least)


def rows(cells: Iterable[Cell]) -> list[dict[str, str]]:
    """A row per design, as in coverage.csv."""
    return [
        {
            **dict(zip(KEY, one.design.key, strict=True)),
            "samples": str(one.samples),
            **{
                name: f"{one.coverage[name]:.3f}" if name in one.coverage else ""
                for name in (*PRINTED, *BESIDE)
            },
            "flags": warnings(one, 0.1),
            "every flag": warnings(one),
        }
        for one in cells
    ]


def margin(samples: int) -> float:
    """Two standard errors of a coverage of .95."""
    return 2.0 * math.sqrt(0.95 * 0.05 / samples)


def markdown(table: list[dict[str, str]]) -> str:
    """coverage.md: a table per part, what leaves .92 to .98 by more than chance in bold."""
    lines = [
        "# Coverage of the 95% intervals",
        "",
        "Simulated and fitted by `tools/coverage_study.py`. Each row is a design: J schools, the",
        "share of samples in which the interval that a report leads with holds the truth, and",
        "the flags that at least a tenth of the samples carry, with their share. Bold: below",
        f"{LOWEST:g} or above {HIGHEST:g} by more than two standard errors of that share, which",
        "are .056 for 60 samples, .031 for 200 and .025 for 300. README.md says which sentence of",
        "the report stands beside each of these. Further methods are in coverage.csv.",
    ]
    for part in dict.fromkeys(row["part"] for row in table):
        here = [row for row in table if row["part"] == part]
        beside = [name for name in BESIDE if any(row[name] for row in here)]
        names = ["J", "sizes", "true ICC", "what", *PRINTED, *beside, "samples", "flags"]
        names = [name for name in names if any(row[name] for row in here)]
        lines += ["", f"## {part[:1].upper()}{part[1:]}", "", "| " + " | ".join(names) + " |"]
        lines.append("|" + "---|" * len(names))
        lines += ["| " + " | ".join(_marked(name, row) for name in names) + " |" for row in here]
    return "\n".join(lines) + "\n"


def _marked(name: str, row: dict[str, str]) -> str:
    text = row[name]
    if name not in PRINTED or not text:
        return text
    slack = margin(int(row["samples"]))
    outside = not LOWEST - slack <= float(text) <= HIGHEST + slack
    return f"**{text}**" if outside else text


def kept() -> dict[tuple[str, ...], dict[str, str]]:
    """The rows of coverage.csv by what names them."""
    with (FOLDER / "coverage.csv").open(encoding="utf-8", newline="") as file:
        return {tuple(row[name] for name in KEY): row for row in csv.DictReader(file)}


def write(table: list[dict[str, str]]) -> None:
    """The table twice, and its digest."""
    with (FOLDER / "coverage.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(table[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)
    (FOLDER / "coverage.md").write_text(markdown(table), encoding="utf-8")
    readme = FOLDER / "README.md"
    before, _, after = readme.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = after.partition(END)
    readme.write_text(f"{before}{BEGIN}\n{digest(table)}\n{END}{after}", encoding="utf-8")


def main(asked: argparse.Namespace) -> None:
    """Run the cells that were asked for and write each, when it is ready, into the table."""
    table, every = kept(), all_designs()
    chosen = [
        one
        for one in every
        if (not asked.parts or one.part in asked.parts)
        and not (asked.missing and int(table.get(one.key, NEW)["samples"]) >= asked.samples)
    ]
    tasks = [(one, asked.samples) for one in chosen]
    with multiprocessing.get_context("spawn").Pool(asked.processes) as pool:
        for ready in pool.imap(_cell, tasks, chunksize=1):
            (table[ready.design.key],) = rows([ready])
            write([table[one.key] for one in every if one.key in table])


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("samples", type=int, nargs="?", default=SAMPLES)
    parser.add_argument("--parts", nargs="+", help="only these tables, such as effects")
    parser.add_argument(
        "--missing", action="store_true", help="only cells that have fewer samples so far"
    )
    parser.add_argument("--processes", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    main(_asked())
