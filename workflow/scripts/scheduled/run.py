"""One run by a schedule: `multilevel run --unattended`.

Exit status: 0 every dataset has its report, 1 some have none, 2 the run broke, 75 another
one is at work, 128 and the signal's number when it was stopped. All it says goes to
results/.runs/<moment>.log, what became of it to results/.runs/<moment>.json. NOTIFY, a shell
command, is told by its environment.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import yaml

from engine import lock, room
from engine.batch import FACTS
from engine.stopping import Stopping, start
from multilevel import configuration
from multilevel.configuration import Keep
from multilevel.configuration.expansion import NO_FILE, PATTERN_OF
from multilevel.storage.files import write_whole
from scheduled import kept
from scheduled.record import ALREADY_RUNNING, BROKEN, Record, record

RUNS = ".runs"
# Less than this is not begun with.
FREE = 256 * 2**20
NOTIFY_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a run takes place.

    Attributes
    ----------
    folder
        The project's.
    results
        Where the reports are, relative to it.
    keep
        The keep rule.
    command
        What brings the reports up to date, after mending what a killed run left.
    """

    folder: Path
    results: Path
    keep: Keep
    command: Sequence[str]


def place_of(folder: Path, command: Sequence[str], config: str | None = None) -> Place:
    """A folder; what its configuration doesn't say, or can't be read, has its default.

    Parameters
    ----------
    command
        What brings the reports up to date.
    config
        The configuration's file; None for the folder's own.
    """
    results, keep = Path(configuration.RESULTS), Keep()
    file = configuration.config_file(folder, config)
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        results, keep = Path(content.get("results", results)), Keep(**content.get("keep", {}))
    except (OSError, ValueError, AttributeError, TypeError, yaml.YAMLError):
        pass  # Snakemake says what is wrong with it, better and in the log
    return Place(folder=folder, results=results, keep=keep, command=command)


def scheduled(place: Place, now: datetime | None = None, free: int = FREE) -> int:
    """Run once; the exit status."""
    now = now or datetime.now(UTC)
    try:
        room.check(place.folder / lock.FILE.parent)
        with _locked(place.folder, lock.asked_wait()), Stopping() as stopping:
            done = _run(place, now, free, stopping)
    except lock.WaitError as error:
        sys.stderr.write(f"{error}\n")
        return BROKEN
    except lock.RunningError as error:
        sys.stderr.write(f"{error}\n")
        return ALREADY_RUNNING
    except room.UnwritableError as error:
        return _unwritten(place, now, str(error))
    except OSError as error:
        if not room.is_known(error):
            raise
        return _unwritten(place, now, room.explained(error, place.folder / place.results))
    print(done.summary())
    notify(done, place)
    stopped = done.status == BROKEN and stopping.received
    return 128 + stopping.received[0] if stopped else done.status


def _unwritten(place: Place, now: datetime, problem: str) -> int:
    """Say and notify that nothing can be written, neither log nor record; the exit status."""
    none = kept.Changes((), (), (), ())
    done = record(
        started=now.isoformat(timespec="seconds"),
        seconds=0.0,
        changes=none,
        datasets=place.folder / place.results / "datasets.csv",
        finished=False,
        message=problem.replace("\n", " "),
        log=place.results / RUNS / f"{kept.stamp(now)}.log",
        kept=None,
        lost=(),
    )
    # Cron mails this; what is printed otherwise stands in the log too.
    sys.stderr.write(f"{done.summary()}\n")
    notify(done, place)
    return BROKEN


@contextmanager
def _locked(folder: Path, wait: float) -> Iterator[None]:
    """Hold the folder's lock, after `wait` seconds at most; Snakemake, once started, knows it."""
    held = lock.acquire(folder, wait)
    if held is not None:
        os.set_inheritable(held, True)
    os.environ[lock.HELD] = str(folder.resolve())
    try:
        yield
    finally:
        del os.environ[lock.HELD]
        if held is not None:
            os.close(held)


def _run(place: Place, now: datetime, free: int, stopping: Stopping) -> Record:
    results = place.folder / place.results
    runs = results / RUNS
    runs.mkdir(parents=True, exist_ok=True)
    log, began = runs / f"{kept.stamp(now)}.log", time.monotonic()
    kept.settle_interrupted(results)
    index = results / "datasets.csv"
    before = kept.snapshot(results, now)
    problem = _too_full(results, free) or _reports(place, log, index, stopping)
    changes = kept.compare(before, results)
    settled = kept.settle(before, results)
    done = record(
        started=now.isoformat(timespec="seconds"),
        seconds=time.monotonic() - began,
        changes=changes,
        datasets=index,
        finished=not problem,
        message=problem,
        log=_within(place.folder, log),
        kept=None if settled is None else _within(place.folder, settled),
        lost=_lost(log) if changes.removed else (),
    )
    _tell(log, done.summary())
    write_whole(runs / f"{kept.stamp(now)}.json", done.encoded())
    for folder in (runs, results / kept.KEPT):
        kept.prune(folder.glob("*"), place.keep.runs, place.keep.days, now)
    return done


def _too_full(results: Path, free: int) -> str:
    left = shutil.disk_usage(results).free
    if left >= free:
        return ""
    return (
        f"only {left // 2**20:,} MB are free on the disk of {results}, {free // 2**20:,} MB are "
        "needed to begin. Make room and run again; all reports stand as they were."
    )


def _reports(place: Place, log: Path, index: Path, stopping: Stopping) -> str:
    """Bring the reports up to date; "" when all datasets were dealt with, else why not."""
    with (
        log.open("ab") as file,
        # It holds the lock as well, should this process be killed.
        start(
            place.command,
            cwd=place.folder,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            close_fds=False,
        ) as process,
    ):
        stopping.watch(process)
        status = process.wait()
    states = "" if not index.is_file() else index.read_text(encoding="utf-8")
    if status and stopping.received:
        return f"it was stopped by {stopping.received[0].name}. Run again to go on."
    # Without facts no job was due to begin, and the index is an earlier run's.
    begun = (place.folder / FACTS).is_file()
    if status == 0 or (status == 1 and begun and _some_without(states)):
        return ""
    return f"Snakemake ended with status {status}; the reason stands in {log}."


def _some_without(states: str) -> bool:
    """Whether datasets.csv has a dataset without a report, which explains a status of 1."""
    return any(",refused," in line or ",failed," in line for line in states.splitlines())


def _within(folder: Path, path: Path) -> Path:
    """Relative to the folder, where it lies in it: results may be kept elsewhere."""
    return path.relative_to(folder) if path.is_relative_to(folder) else path


def _lost(log: Path) -> tuple[str, ...]:
    """Entries of which the pattern fits no file, as the log has them: an unmounted share, say."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    found = (line.partition(PATTERN_OF)[2].partition(":")[0] for line in lines if NO_FILE in line)
    return tuple(dict.fromkeys(name for name in found if name))


def _tell(log: Path, text: str) -> None:
    with log.open("a", encoding="utf-8") as file:
        file.write(f"{text}\n")


def notify(done: Record, place: Place) -> None:
    """Run the user's NOTIFY with the facts in its environment; its failure is said, no more."""
    command = os.environ.get("NOTIFY", "")
    if not command:
        return
    lists = ("new", "changed", "removed", "refused", "failed")
    log = place.folder / done.log
    facts = {
        "RUN_STATUS": str(done.status),
        "RUN_SUMMARY": done.summary(),
        # On a full disk there is none, and commands that read it shall tell of that too.
        "RUN_LOG": str(log) if log.exists() else os.devnull,
        "RUN_RECORD": str(log.with_suffix(".json")),
        "RUN_INDEX": str(place.folder / place.results / "index.html"),
        # Ids hold no blanks; the record has them all, however many.
        **{f"RUN_{name.upper()}": " ".join(getattr(done, name)[:500]) for name in lists},
    }
    try:
        ended = subprocess.run(
            ["/bin/sh", "-c", command],
            cwd=place.folder,
            env={**os.environ, **facts},
            stdin=subprocess.DEVNULL,
            timeout=NOTIFY_SECONDS,
            check=False,
        ).returncode
    except subprocess.TimeoutExpired:
        ended = BROKEN
    if ended:
        said = f"NOTIFY failed with status {ended}: {command}"
        sys.stderr.write(f"{said}\n")
        if log.exists():
            _tell(log, said)
