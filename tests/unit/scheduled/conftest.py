import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from multilevel.configuration import Keep
from scheduled.run import Place

# Stands for Snakemake and does what plan.txt says: "ID STATUS CONTENT", "remove ID", "exit CODE",
# "exit-late CODE" after all, "lost ENTRY", of which the pattern fits no file, "unreadable FOLDER",
# "broken RULE".
STAND_IN = """
import json, pathlib, shutil, sys
open("calls.txt", "a").write("called\\n")
facts = pathlib.Path(".snakemake/run.json")
facts.unlink(missing_ok=True)
status, rows, record = 0, ["id,status,reason_code"], {}
for line in pathlib.Path("plan.txt").read_text().splitlines():
    name, what, *content = line.split()
    if name == "exit":
        print("the reason")
        sys.exit(int(what))
    if name in ("lost", "unreadable", "broken"):
        record.setdefault(name, []).append(what)
        status = max(status, name != "lost")
        continue
    if name == "exit-late":
        status = int(what)
        continue
    if name == "remove":
        shutil.rmtree(f"results/{what}")
        continue
    rows.append(f"{name},{what},")
    status = max(status, what != "ok")
    for file in ("report.html", "results.json"):
        name = name.strip('"')
        target = pathlib.Path("results", name, file)
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        part.write_text(" ".join(content))
        part.replace(target)
facts.parent.mkdir(exist_ok=True)
facts.write_text(json.dumps({"lost": [], **record}))
for file in ("datasets.csv", "index.html"):
    part = pathlib.Path("results/x.part")
    part.write_text("\\n".join(rows))
    part.replace(pathlib.Path("results", file))
sys.exit(status)
"""
NOW = datetime(2026, 5, 3, 2, 30, tzinfo=UTC)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "stand_in.py").write_text(STAND_IN)
    (tmp_path / "results").mkdir()
    command = (sys.executable, str(tmp_path / "stand_in.py"))
    return Place(folder=tmp_path, results=Path("results"), keep=Keep(), command=command)
