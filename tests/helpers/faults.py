"""The pipeline with stages that can be told to break, and with small figures and reports.

Drawing and setting take most of a run's time and are tested elsewhere: here they are
played by stages that write little, so that whole runs over many datasets take seconds.
"""

import csv
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.helpers.running import copy_of_the_code

ORDERS = "orders"
_FIGURES = """
from pathlib import Path


def run(results: Path, figures: Path, texts: Path, **_: Path):
    figures.mkdir(parents=True, exist_ok=True)
    (figures / "one.svg").write_bytes(results.read_bytes()[:200])
    texts.write_text("{}")
"""
_REPORT = """
import shutil
from pathlib import Path


def run(results: Path, groups: Path, html: Path, printed: Path, workbook: Path, figures: Path,
        drawings: Path, **_: Path):
    shutil.copytree(figures, drawings)
    printed.mkdir()
    html.write_bytes(b"<!doctype html>" + results.read_bytes())
    (printed / "report.pdf").write_bytes(b"%PDF" + groups.read_bytes())
    workbook.write_bytes(b"PK" + groups.read_bytes())
"""
_ORDERED = """

import faults as _faults

_run = run


def run(**files):
    _faults.before({stage!r}, files)
    _run(**files)
"""
_FAULTS = '''
"""Breaks a stage as orders/<stage>-<dataset> or orders/<stage> says; "once ..." but one time."""
import os
import shutil
import signal
import time
from pathlib import Path

import psutil


def before(stage, files):
    dataset = next(iter(files.values())).parent.name
    for name in (f"{stage}-{dataset}", stage):
        if (Path("orders") / name).exists():
            obey(Path("orders") / name)


def obey(order):
    what = order.read_text().split()
    if what[0] == "once":
        order.unlink()
        what = what[1:]
    globals()[what[0].replace("-", "_")](*what[1:])


def put(source, target):
    """Another file takes a file's place, for a while."""
    shutil.copyfile(source, target)


def take_away(file):
    os.unlink(file)


def fail():
    raise RuntimeError("broken by order <b>")


def signal_self(name):
    os.kill(os.getpid(), signal.Signals[name])


def leave():
    os._exit(3)


def eat():
    raise MemoryError


def write_to(file):
    import threading

    def go_on():
        while True:
            os.utime(file)
            time.sleep(0.001)

    threading.Thread(target=go_on, daemon=True).start()


def _running(word):
    return next(one for one in psutil.Process().parents() if word in " ".join(one.cmdline()))


def ask_to_stop(name, *program):
    """Sends the signal, and goes on when Snakemake knows."""
    _running(" ".join(program)).send_signal(signal.Signals[name])
    while not any("Will exit after" in log.read_text() for log in Path().glob(".snakemake/log/*")):
        time.sleep(0.02)


def ask_twice(name, *program):
    ask_to_stop(name, *program)
    _running(" ".join(program)).send_signal(signal.Signals[name])
    time.sleep(3600)


def kill_main():
    server = _running("server.py")
    _running("-m snakemake").kill()
    server.wait()


def kill_server():
    _running("server.py").kill()
    time.sleep(3600)


def fill_disk():
    with open("filler", "wb", buffering=0) as filler:
        try:
            while True:
                filler.write(bytes(65536))
        except OSError:
            pass
'''


def breakable_code(folder: Path) -> Path:
    """A copy of the code whose stages follow orders."""
    code = copy_of_the_code(folder)
    package = code / "workflow" / "scripts" / "multilevel"
    (package / "figures" / "stage.py").write_text(_FIGURES)
    (package / "report" / "stage.py").write_text(_REPORT)
    for stage in ("ingest", "fit", "summarise", "publication", "figures", "report"):
        with (package / stage / "stage.py").open("a") as file:
            file.write(_ORDERED.format(stage=stage))
    (package.parent / "faults.py").write_text(_FAULTS)
    names = ("ingest", "fit", "summarise", "publication", "figures", "report", "index")
    imports = "\n".join(f"from multilevel.{name} import stage as {name}" for name in names)
    (package.parent / "warm.py").write_text(f"{imports}\n\n\ndef warm():\n    pass\n")
    return code


def order(folder: Path, orders: Mapping[str, str]) -> None:
    """Have stages break: "fit-one" to "fail", say; those given before are forgotten."""
    shutil.rmtree(folder / ORDERS, ignore_errors=True)
    (folder / ORDERS).mkdir()
    for name, what in orders.items():
        (folder / ORDERS / name).write_text(what)


def small(path: Path, schools: int = 6, seed: int = 1) -> Path:
    """A data file of a few students."""
    rows = [
        f"s{school},{500 + 17 * (school * school * 3 % 7) + 11 * (student * 2 % 5) + seed}"
        for school in range(schools)
        for student in range(5)
    ]
    path.write_text("\n".join(["school,score", *rows]) + "\n")
    return path


def config_of(files: Mapping[str, str], **settings: Any) -> dict[str, Any]:
    """A configuration of these files by dataset, without bootstrap."""
    entry = {"outcome": "score", "group": "school"}
    datasets = {name: {"file": file, **entry} for name, file in files.items()}
    return {"defaults": {"bootstrap": 0}, "datasets": datasets, **settings}


def published(results: Path) -> dict[str, dict[str, bytes]]:
    """The public files of each dataset."""
    return {
        folder.name: {
            file.relative_to(folder).as_posix(): file.read_bytes()
            for file in sorted(folder.rglob("*"))
            if file.is_file()
        }
        for folder in sorted(results.iterdir())
        if folder.is_dir() and not folder.name.startswith(".")
    }


def pages(results: Path) -> dict[str, bytes]:
    """The index's files."""
    return {
        name: (results / name).read_bytes()
        for name in ("index.html", "datasets.csv", "results.xlsx")
    }


def statuses(results: Path) -> dict[str, str]:
    """The status of each dataset, by datasets.csv."""
    with (results / "datasets.csv").open(newline="", encoding="utf-8") as file:
        return {row["id"]: row["status"] for row in csv.DictReader(file)}


def failure(results: Path, dataset: str) -> dict[str, Any]:
    """The record of a dataset's failure."""
    file = results / ".stages" / ".failed" / f"{dataset}.json"
    found: dict[str, Any] = json.loads(file.read_bytes())["failed"]
    return found
