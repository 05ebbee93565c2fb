"""A simulated fortnight of a server: what goes wrong is drawn by a seed, each night is judged.

    tools/python.sh -m tests.pipeline.fortnight --nights 100 --seed 1

Each night ends in one of: all reports current, and right by an independent reading of the files;
or what isn't current named, with the status and by NOTIFY. Nothing that is published was ever
wrong. Figures and reports are played by small stages.
"""

import argparse
import csv
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any

from tests.helpers.faults import breakable_code, config_of, order, small, statuses
from tests.helpers.running import clean_environment, configure

DATASETS = 60
YEAR = 365 * 86_400
STAGES = ("ingest", "fit", "summarise", "publication", "figures", "report")


@dataclass
class Night:
    """What was drawn for a night.

    Attributes
    ----------
    faults
        In words.
    orders
        For the stages; see `tests.helpers.faults`.
    hurt
        Ids of datasets that may be without a current report; None where any may.
    after
        Puts right in the morning what was wrong at night.
    """

    faults: list[str] = field(default_factory=list)
    orders: dict[str, str] = field(default_factory=dict)
    hurt: set[str] | None = field(default_factory=set)
    after: list[Callable[[], Any]] = field(default_factory=list)


class Server:
    """A folder with datasets of its own and in a folder of incoming files.

    Attributes
    ----------
    files
        By id.
    contents
        All that each dataset's file ever truly held, as SHA-256.
    """

    def __init__(self, folder: Path, code: Path, seed: int, datasets: int = DATASETS) -> None:
        self.folder, self.code, self.chance = folder, code, random.Random(seed)
        self.results = folder / "results"
        (folder / "in" / "deep").mkdir(parents=True)
        own = {f"own-{number}": f"own-{number}.csv" for number in range(datasets // 2)}
        self.files = {name: folder / file for name, file in own.items()}
        for number in range(datasets - len(own)):
            place = "in/deep" if number % 3 == 0 else "in"
            self.files[f"many-s{number}"] = folder / place / f"s{number}.csv"
        self.contents: dict[str, set[str]] = {}
        for name in self.files:
            self.write(name)
        config = config_of(own)
        columns = {"outcome": "score", "group": "school"}
        config["datasets"]["many"] = {"files": "in/**/*.csv", **columns}
        configure(folder, config)

    def write(self, name: str) -> None:
        """New data for a dataset."""
        schools = self.chance.randint(4, 9)
        small(self.files[name], schools=schools, seed=self.chance.randint(1, 10**6))
        self.contents.setdefault(name, set()).add(digest(self.files[name]))

    def run(self) -> tuple[int, str]:
        """A scheduled run: its status, and what NOTIFY was told."""
        told = self.folder / "told.txt"
        told.unlink(missing_ok=True)
        program = str(self.code / "workflow" / "scripts" / "multilevel_program.py")
        notify = 'echo "$RUN_STATUS|$RUN_FAILED|$RUN_REFUSED|$RUN_SUMMARY" > told.txt'
        done = subprocess.run(
            [sys.executable, program, "run", "--unattended", "--config", "config.yaml"],
            cwd=self.folder,
            env={**clean_environment(), "NOTIFY": notify, "CORES": "2"},
            capture_output=True,
            check=False,
        )
        return done.returncode, told.read_text() if told.is_file() else ""

    def night(self) -> Night:
        """Draw new data and what goes wrong, let it run, and judge what became of it."""
        for name in self.chance.sample(sorted(self.files), max(1, len(self.files) // 10)):
            self.write(name)
        night = Night()
        # The folder goes last: others write into it.
        drawn = self.chance.sample(FAULTS, self.chance.randint(0, 2))
        for fault in sorted(drawn, key=FAULTS.index):
            night.faults.append(fault.__name__)
            fault(self, night)
        order(self.folder, night.orders)
        status, told = self.run()
        order(self.folder, {})
        for put_right in night.after:
            put_right()
        judge(self, night, status, told)
        return night

    def pick(self) -> str:
        return self.chance.choice(sorted(self.files))


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def judge(server: Server, night: Night, status: int, told: str) -> None:
    """Assert that the night ended as nights may."""
    assert told.startswith(f"{status}|"), (night, status, told)
    current = True
    for name, file in server.files.items():
        published = server.results / name / "results.json"
        if not published.is_file():
            current = False
            continue
        results = json.loads(published.read_bytes())
        read = results["provenance"]["input"]["sha256"]
        assert read in server.contents[name], (night, name, "never true")
        if read != digest(file):
            current = False
            named = status == 2 or name in told.split("|")[1].split()
            assert named and status, (night, name, status, told)
            continue
        n, groups, mean = reading(file)
        assert (results["data"]["n_members"], results["data"]["n_groups"]) == (n, groups), name
        assert abs(results["naive"]["grand_mean"] - mean) < 1e-9 * abs(mean), name
    assert current or status, (night, status, told)
    if status != 2:
        known = statuses(server.results)
        assert set(known) == set(server.files), (night, set(known) ^ set(server.files))
        wrong = {name for name, one in known.items() if one != "ok"}
        assert bool(wrong) == bool(status), (night, status, wrong)
        assert night.hurt is None or wrong <= night.hurt, (night, wrong)
    assert night.hurt is None or night.hurt or status == 0, (night, status, told)


def reading(file: Path) -> tuple[int, int, float]:
    """Members, groups and mean by Python's own reader."""
    with file.open(newline="", encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))
    scores = [float(row["score"]) for row in rows]
    return len(rows), len({row["school"] for row in rows}), fmean(scores)


def swapped(server: Server, night: Night) -> None:
    """A file is another one while it is read, and itself again in the morning."""
    name = server.pick()
    file, content = server.files[name], server.files[name].read_bytes()
    small(server.folder / "other.txt", schools=11, seed=server.chance.randint(1, 10**6))
    night.orders[f"ingest-{name}"] = f"put other.txt {file.relative_to(server.folder)}"
    hurt(night, name)
    night.after.append(lambda: file.write_bytes(content))


def away(server: Server, night: Night) -> None:
    """A file goes just before it is read."""
    name = server.pick()
    file, content = server.files[name], server.files[name].read_bytes()
    night.orders[f"ingest-{name}"] = f"once take-away {file.relative_to(server.folder)}"
    hurt(night, name)
    night.after.append(lambda: file.write_bytes(content))


def folder_away(server: Server, night: Night) -> None:
    """The drive with the incoming files isn't there."""
    place, elsewhere = server.folder / "in", server.folder / "elsewhere"
    place.rename(elsewhere)
    night.hurt = None
    # Before all else is put back, which may lie there.
    night.after.insert(0, lambda: elsewhere.rename(place))


def killed(server: Server, night: Night) -> None:
    """Snakemake is killed while a job of a changed dataset is at work."""
    name = server.pick()
    server.write(name)
    night.orders[f"{server.chance.choice(STAGES)}-{name}"] = "kill-main"
    night.hurt = None


def job_killed(server: Server, night: Night) -> None:
    """A job is killed once, which the run mends."""
    name = server.pick()
    server.write(name)
    night.orders[f"{server.chance.choice(STAGES)}-{name}"] = "once signal-self SIGKILL"


def job_failed(server: Server, night: Night) -> None:
    """A job fails each time."""
    name = server.pick()
    server.write(name)
    night.orders[f"{server.chance.choice(STAGES)}-{name}"] = "fail"
    hurt(night, name)


def wrong_clock(server: Server, night: Night) -> None:
    """The clock was a year ahead, or behind, when the last run wrote its files."""
    at = time.time() + server.chance.choice((-YEAR, YEAR))
    for path in sorted(server.results.rglob("*")):
        os.utime(path, (at, at), follow_symlinks=False)


def newcomer(server: Server, night: Night) -> None:
    """A file comes whose name is that of another one but for its case and its blanks."""
    taken = server.chance.choice([name for name in server.files if name.startswith("many-s")])
    number = taken.removeprefix("many-s").partition("-")[0]
    file = server.folder / "in" / f"S{number}.csv"
    if not file.exists():
        path = file.relative_to(server.folder).as_posix()
        name = f"many-S{number}-{hashlib.sha256(path.encode()).hexdigest()[:8]}"
        server.files[name] = file
        server.write(name)


def hurt(night: Night, name: str) -> None:
    if night.hurt is not None:
        night.hurt.add(name)


FAULTS = (
    swapped, away, killed, job_killed, job_failed, wrong_clock, newcomer, folder_away,
)  # fmt: skip


def fortnight(folder: Path, nights: int, seed: int, datasets: int = DATASETS) -> Iterator[Night]:
    """So many nights, and a quiet one after them, on which all is right again."""
    code = breakable_code(folder / "code")
    server = Server(folder / "server", code, seed, datasets)
    order(server.folder, {})
    judge(server, Night(["first"]), *server.run())
    for _ in range(nights):
        yield server.night()
    judge(server, Night(["quiet"]), *server.run())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nights", type=int, default=14)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--datasets", type=int, default=DATASETS)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="fortnight-"))
    for number, night in enumerate(
        fortnight(folder, given.nights, given.seed, given.datasets), start=1
    ):
        sys.stdout.write(f"{number}: {', '.join(night.faults) or 'nothing'}\n")
        sys.stdout.flush()
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
