"""Datasets of all kinds for one run: refused for each reason, borderline, hostile."""

import csv
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
from tests.helpers.building import simulated_csv
from tests.helpers.running import DATA

BORDERLINE = ("boundary", "two-optima", "three-schools")
# What is refused: the code, and what message and remedy must name.
REFUSED = {
    "missing-file": ("unreadable_file", '"nowhere.csv"', "path"),
    "a-folder": ("unreadable_file", '"folder.csv"', "file"),
    "binary": ("unreadable_file", '"binary.csv"', ""),
    "missing-column": ("missing_column", '"matth"', '"math"'),
    "text-score": ("not_numeric", "row 3 (line 4)", "missing"),
    "no-bytes": ("empty", '"no-bytes.csv"', ""),
    "header-only": ("empty", '"header-only.csv"', ""),
    "one-school": ("one_group", "one school", ""),
    "one-student-each": ("no_replication", "one student", ""),
    "constant": ("constant_outcome", "", ""),
    "no-variation-within": ("zero_within_variance", "", ""),
}

# A file name that a shell, a glob, a format string or an option parser would take amiss.
HOSTILE_FILE = """-rf {id} {{x}} *[x]? 'é"$(touch pwned)`touch pwned`&;|<b>\n=cmd.csv"""
HOSTILE_OUTCOME = """__import__("os").system("touch pwned")"""
HOSTILE_GROUP = "{x} a b<script>alert(0)</script>"
HOSTILE_LABELS = {
    "outcome": "<script>alert(1)</script>",
    "group": "=cmd|'/C calc'!A0",
    "groups": """{groups} {{7*7}} $x$ "q" 'r' \\d </text><a href="x">""",
    "member": "‮עברית ‏ 😀",
    "members": "</style></svg><b onload=alert(2)>{",
}
HOSTILE_TITLE = """</title><script>alert(3)</script> =1+1 $x$ {y} %s "q" 'r' 😀 עברית ‮""".ljust(
    300, "W"
)
HOSTILE_SUBTITLE = "<img src=http://example.org/x onerror=alert(4)>"
HOSTILE_SCHOOLS = (
    "../../pwned",
    "/pwned",
    "two\nlines",
    "<b>bold</b><script>alert(5)</script>",
    "=1+1",
    "@SUM(A1)",
    '"quoted", with commas;',
    "\x01\x1b[31m\x7f",
    "‮rtl",
    "{x} {{y}} {% z %}",
    "long" * 2500,
)


def write_data(folder: Path) -> None:
    """All data files, in `folder`."""
    simulated_csv(folder / "three-schools.csv", [5, 6, 7], ratio=0.5)
    (folder / "folder.csv").mkdir()
    (folder / "binary.csv").write_bytes(bytes(range(256)) * 40)
    (folder / "missing-column.csv").write_text("school,math\na,1\na,2\nb,3\nb,5\n")
    text = "=cmd()<script>alert(6)</script>"
    (folder / "text-score.csv").write_text(f"school,math\na,1\na,2\nb,{text}\nb,{text}\n")
    (folder / "no-bytes.csv").write_bytes(b"")
    (folder / "header-only.csv").write_text("school,math\n")
    for name, source in {
        "boundary": "dyestuff2",
        "two-optima": "sim_lmer_misses_global_a",
        "one-school": "deg_one_group",
        "one-student-each": "deg_all_singletons",
        "constant": "deg_constant",
        "no-variation-within": "deg_zero_within",
    }.items():
        shutil.copy(DATA / f"{source}.csv", folder / f"{name}.csv")
    write_countries(folder)
    (folder / "hostile").mkdir()
    write_hostile(folder / "hostile" / HOSTILE_FILE)


def write_countries(folder: Path) -> None:
    """Two countries in one file, whose schools' names and weights stand in another."""
    chance = np.random.default_rng(8)
    country, school = np.repeat([36, 40], 60), np.tile(np.repeat(np.arange(6), 10), 2)
    students = pd.DataFrame(
        {
            "IDCNTRY": country,
            "IDSCHOOL": 100 * country + school,
            "SCORE": 500 + 20 * school + chance.normal(0, 50, 120),
            "TOTWGT": 4.0 + school,
        }
    )
    students.loc[[3, 70], "SCORE"] = 9999
    pyreadstat.write_sav(
        students,
        folder / "countries.sav",
        variable_value_labels={"IDCNTRY": {36: "Australia", 40: "Austria"}},
        missing_ranges={"SCORE": [9999]},
    )
    schools = students.drop_duplicates("IDSCHOOL")["IDSCHOOL"]
    lines = [f"{school},School {school},2" for school in schools if school != 3605]
    (folder / "schools.csv").write_text("\n".join(["id,name,SCHWGT", *lines, "9900,Far,2"]))


def write_hostile(file: Path) -> None:
    """Five students in each of the hostile schools."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        table = csv.writer(opened)
        table.writerow([HOSTILE_GROUP, HOSTILE_OUTCOME])
        for place, school in enumerate(HOSTILE_SCHOOLS):
            for student in range(5):
                table.writerow([school, 500 + 17 * place + (place * 31 + student * 53) % 90])


def config() -> dict[str, Any]:
    """The configuration: refused ones first, as they must not keep the others from being made."""
    columns = {"three-schools": ("score", "school"), "missing-column": ("matth", "school")}
    columns |= dict.fromkeys(("text-score", "no-bytes", "header-only"), ("math", "school"))
    files = {"missing-file": "nowhere.csv", "a-folder": "folder.csv"}
    datasets: dict[str, dict[str, Any]] = {}
    for name in (*REFUSED, *BORDERLINE):
        outcome, group = columns.get(name, ("y", "group"))
        file = files.get(name, f"{name}.csv")
        datasets[name] = {"file": file, "outcome": outcome, "group": group}
    for name in ("boundary", "text-score"):
        datasets[name] |= hostile_words()
    datasets["hostile"] = {
        "files": "hostile/*.csv",
        "outcome": HOSTILE_OUTCOME,
        "group": HOSTILE_GROUP,
        **hostile_words(),
    }
    datasets["parts"] = {
        "file": "countries.sav",
        "outcome": "score",
        "group": "IDSCHOOL",
        "split_by": "IDCNTRY",
        "join": {"file": "schools.csv", "by": {"IDSCHOOL": "id"}, "name": "name"},
        "weights": {"member": "TOTWGT", "group": "SCHWGT"},
        # Nobody looks at their PDFs.
        "report": {"formats": ["html"]},
    }
    return {"datasets": datasets}


def hostile_words() -> dict[str, Any]:
    """Settings that would do harm in a page, a spreadsheet or a template."""
    return {"title": HOSTILE_TITLE, "subtitle": HOSTILE_SUBTITLE, "labels": HOSTILE_LABELS}


def listing(folder: Path) -> dict[str, int]:
    """All files under `folder` with their sizes, the outputs of a run in run/ left out."""
    outputs = (folder / "run" / "results", folder / "run" / ".snakemake")
    return {
        str(path.relative_to(folder)): path.stat().st_size if path.is_file() else 0
        for path in sorted(folder.rglob("*"))
        if not any(path.is_relative_to(output) for output in outputs)
    }
