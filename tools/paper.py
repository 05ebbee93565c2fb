"""Writes the numbers of docs/paper.md from the kept results of the studies: `make paper`.

`tools/python.sh tools/paper.py --anew` runs the studies first, for some hours.
"""

import re
import subprocess
import sys
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
VALIDATION = ROOT / "docs" / "validation"
PAPER = ROOT / "docs" / "paper.md"
STUDIES = ("oracle_table", "coverage_study", "companion_coverage", "comparison_study")
INTERVALS = {
    "mean": "average",
    "ICC": "ICC",
    "tau00": "$\\tau_{00}$",
    "sigma2": "$\\sigma^2$",
    "school means": "school means",
}
LEAST, MOST = 0.92, 0.98
# The columns of docs/validation/oracles.md that hold digits of tau00.
DIGITS = {"here": 4, "lme4": 5, "nlme": 6, "glmmTMB": 7}


def page() -> str:
    """The paper with its numbers."""
    text = PAPER.read_text(encoding="utf-8")
    for name, block in (("digits", digits()), ("coverage", coverage())):
        marks = f"(<!-- begin {name} -->\n).*?(<!-- end {name} -->)"
        text = re.sub(marks, lambda found, new=block: found[1] + new + found[2], text, flags=re.S)
    return text


def digits() -> str:
    """How many digits of tau00 programs reach on the references."""
    table = (VALIDATION / "oracles.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1:-1] for line in table.splitlines() if line.startswith("| `")]
    cells = [[cell.strip() for cell in row] for row in rows]
    reached = {name: [row[at] for row in cells] for name, at in DIGITS.items()}
    said = {
        name: f"{sum(_number(digits) >= 6 for digits in column)}"
        for name, column in reached.items()
    }
    fewest = min(_number(digits) for digits in reached["here"])
    return (
        f"On {len(cells)} reference datasets, traps among them, an independent evaluation in "
        f"50-digit arithmetic is the\nauthority. The engine agrees with it to {fewest} digits "
        f"or more on each. To six digits of $\\tau_{{00}}$ agree, with\ntheir default settings, "
        f"lme4 on {said['lme4']}, nlme on {said['nlme']} and glmmTMB on {said['glmmTMB']} "
        f"of them (`docs/validation/oracles.md`).\n"
    )


def _number(digits: str) -> int:
    return int(digits) if digits.isdigit() else 0


def coverage() -> str:
    """The share of designs in which 95% intervals cover as they should."""
    study = pd.read_csv(VALIDATION / "coverage.csv")
    lines = [
        f"Intervals that a report leads with were simulated in {len(study)} designs of "
        f"{int(study['samples'].median())} samples. The table has the\nmedian coverage of 95% "
        f"intervals, and the share of designs between {LEAST:.2f} and {MOST:.2f}; "
        f"`docs/validation/README.md` says which\nsentence of the report warns in the others.\n",
        f"| designs | number | {' | '.join(INTERVALS.values())} |",
        f"|---|---:|{'---:|' * len(INTERVALS)}",
    ]
    for part, cells in study.groupby("part", sort=False):
        held = " | ".join(_held(cells[column].dropna()) for column in INTERVALS)
        lines.append(f"| {part} | {len(cells)} | {held} |")
    return "\n".join(lines) + "\n"


def _held(covered: pd.Series) -> str:
    if covered.empty:
        return "–"
    return f"{covered.median():.2f} ({covered.between(LEAST, MOST).mean():.0%})"


if __name__ == "__main__":
    if "--anew" in sys.argv:
        for study in STUDIES:
            subprocess.run([sys.executable, ROOT / "tools" / f"{study}.py"], check=True)
    PAPER.write_text(page(), encoding="utf-8")
