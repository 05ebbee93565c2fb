"""One run by a schedule: `multilevel run --unattended`.

Exit status: 0 every dataset has its report, 1 some have none, 2 the run broke, 75 another
one is at work, 128 and the signal's number when it was stopped. All it says goes to
results/.runs/<moment>.log, what became of it to results/.runs/<moment>.json. NOTIFY, a shell
command, is told of every end by its environment.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine import disk_space, lock, ownership, requirements
from engine.fingerprints import known
from engine.places import RECORD
from engine.run import say
from engine.signals import Stopping, start
from multilevel import configuration
from multilevel.configuration import Keep
from multilevel.publication import approval
from multilevel.publication.approval import WAITING
from multilevel.publication.publisher import waits
from multilevel.storage import snapshots
from multilevel.storage.files import write_whole
from multilevel.wording.quoting import visible
from scheduled.expected import content_of, overdue
from scheduled.record import ALL_CURRENT, BROKEN, Record, became, states_of

RUNS = ".runs"
# Less than this is not begun with.
FREE = 256 * 2**20
NOTIFY_SECONDS = 60
# A run that hangs must not keep all later ones from their turn: less than a day.
HOURS, MOST_HOURS = "MULTILEVEL_HOURS", 23.0
# Seconds between one way of asking a run to end and the next.
PATIENCE = 600.0
# What the run says instead of beginning.
_REFUSED = (lock.WaitError, ownership.OwnerError, requirements.EnvironmentalError)


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
    hours
        After which a run is ended.
    waits
        Whether results wait to be released on purpose.
    config
        What the configuration's file holds, unchecked; None where it can't be read.
    """

    folder: Path
    results: Path
    keep: Keep
    command: Sequence[str]
    hours: float = MOST_HOURS
    waits: bool = False
    config: Any = None

    @property
    def made(self) -> Path:
        """Where what a run makes stands: openly among the results, or where it waits."""
        results = self.folder / self.results
        return results / WAITING if self.waits else results

    def named(self, path: Path) -> str:
        """Relative to the folder, where it lies in it: results may be kept elsewhere."""
        return str(path.relative_to(self.folder) if path.is_relative_to(self.folder) else path)


def place_of(folder: Path, command: Sequence[str], config: str | None = None) -> Place:
    """A folder; what its configuration doesn't say, or can't be read, has its default.

    Parameters
    ----------
    command
        What brings the reports up to date.
    config
        The configuration's file; None for the folder's own.
    """
    results, keep, approve = Path(configuration.RESULTS), Keep(), False
    content = content_of(folder, config)
    try:
        results, keep = Path(content.get("results", results)), Keep(**content.get("keep", {}))
        approve = waits(content)
    except (ValueError, AttributeError, TypeError):
        pass  # Snakemake says what is wrong with it, better and in the log
    return Place(
        folder=folder,
        results=results,
        keep=keep,
        command=command,
        hours=hours(),
        waits=approve,
        config=content,
    )


def hours() -> float:
    """How long a run may take, by the environment; `MOST_HOURS` where it says nothing usable."""
    try:
        given = float(os.environ.get(HOURS) or MOST_HOURS)
    except ValueError:
        return MOST_HOURS  # what is wrong with it is said before the run begins
    return given if given > 0 else MOST_HOURS


def scheduled(place: Place, now: datetime | None = None, free: int = FREE) -> int:
    """Run once; the exit status. However it ends, NOTIFY is told."""
    now = now or datetime.now(UTC)
    with Stopping() as stopping:
        try:
            done = _locked(place, now, free, stopping)
        except lock.RunningError as error:
            return _not_begun(place, now, str(error), lock.ALREADY_RUNNING)
        except _REFUSED as error:
            return _not_begun(place, now, str(error), BROKEN)
        except OSError as error:
            if disk_space.is_known(error):
                problem = disk_space.explained(error, place.folder / place.results)
                return _not_begun(place, now, problem, BROKEN)
            done = _crashed(place, now)
        except Exception:  # noqa: BLE001 - the boundary: a run that nobody watches tells of every end
            done = _crashed(place, now)
    notify(done, place)
    say(f"{done.summary()}\n", sys.stdout)
    stopped = done.status == BROKEN and stopping.received
    return 128 + stopping.received[0] if stopped else done.status


def _locked(place: Place, now: datetime, free: int, stopping: Stopping) -> Record:
    requirements.check_environment()
    ownership.check(place.folder, place.folder / place.results)
    disk_space.check(place.folder / lock.WORKING.parent)
    results = (place.folder / place.results, lock.RESULTS)
    with lock.hold(lock.asked_wait(), (place.folder, lock.WORKING), results):
        ownership.claim(place.folder, place.folder / place.results)
        name = _name(place.folder / place.results, now)
        try:
            return _run(place, now, name, free, stopping)
        except Exception as error:
            if isinstance(error, OSError) and disk_space.is_known(error):
                raise
            return _crashed(place, now, name)


def _not_begun(place: Place, now: datetime, problem: str, status: int) -> int:
    """Say and notify why there was no run, of which is neither log nor record; the exit status."""
    done = _broken(place, now, problem)
    # Cron mails this; what is printed otherwise stands in the log too.
    said = done.summary() if status == BROKEN else problem
    say(f"{said}\n")
    notify(done, place, status=status, summary=said.replace("\n", " "))
    return status


def _crashed(place: Place, now: datetime, name: str = "") -> Record:
    """Record an error that nobody thought of, in the log of that name if the run has one."""
    told = traceback.format_exc()
    done = _broken(place, now, told.strip().splitlines()[-1], name)
    say(f"{told}{done.summary()}\n")
    log = place.folder / done.log
    with contextlib.suppress(OSError):
        log.parent.mkdir(parents=True, exist_ok=True)
        _tell(log, f"{told}{done.summary()}")
        write_whole(log.with_suffix(".json"), done.encoded())
    return done


def _broken(place: Place, now: datetime, problem: str, name: str = "") -> Record:
    name = name or _name(place.folder / place.results, now)
    return Record(
        started=now.isoformat(timespec="seconds"),
        seconds=0.0,
        status=BROKEN,
        message=problem.replace("\n", " "),
        log=str(place.results / RUNS / f"{name}.log"),
    )


def _name(results: Path, now: datetime) -> str:
    """Of a run's log and record: its moment, told apart from others of the same second."""
    return snapshots.unclaimed(now, results / RUNS, results / snapshots.KEPT)


def _run(place: Place, now: datetime, name: str, free: int, stopping: Stopping) -> Record:
    results = place.folder / place.results
    runs = results / RUNS
    runs.mkdir(parents=True, exist_ok=True)
    log, began = runs / f"{name}.log", time.monotonic()
    made = place.made
    if place.waits:
        approval.finish(results)
    snapshots.settle_interrupted(made)
    index = made / "datasets.csv"
    before = snapshots.snapshot(made, now, name)
    problem = _too_full(results, free) or _reports(place, log, index, stopping)
    changes = snapshots.compare(before, made)
    settled = snapshots.settle(before, made)
    facts = known(place.folder / RECORD)
    # After the run: by then its files are those that it reports on.
    late = overdue(place.folder, results, place.config, now)
    done = Record(
        started=now.isoformat(timespec="seconds"),
        seconds=round(time.monotonic() - began, 1),
        status=ALL_CURRENT,
        message=problem,
        log=place.named(log),
        kept=None if settled is None else place.named(settled),
        lost=tuple(facts.get("lost", ())) if changes.removed else (),
        overdue=late,
        waiting=approval.changes(results) if place.waits else (),
        unreadable=tuple(map(visible, facts.get("unreadable", ()))),
        **became(changes, states_of(index)),
    ).judged()
    _tell(log, done.summary())
    write_whole(runs / f"{name}.json", done.encoded())
    for folder in (runs, made / snapshots.KEPT, results / snapshots.REMOVED):
        snapshots.prune(folder.glob("*"), place.keep.runs, place.keep.days, now)
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
        start(
            place.command, cwd=place.folder, stdin=subprocess.DEVNULL, stdout=file, stderr=file
        ) as process,
    ):
        stopping.watch(process)
        try:
            status = process.wait(place.hours * 3600)
        except subprocess.TimeoutExpired:
            end(process)
            return f"it was ended after {place.hours:g} hours ({HOURS}). Run again to go on."
    if status and stopping.received:
        return f"it was stopped by {stopping.received[0].name}. Run again to go on."
    # Without a record no job was due to begin, and the index is an earlier run's.
    facts = known(place.folder / RECORD)
    without = {"refused", "failed"} & {*states_of(index).values()} or facts.get("unreadable")
    if status == 0 or (status == 1 and facts and without and not facts.get("broken")):
        return ""
    return f"Snakemake ended with status {status}; the reason stands in {log}."


def end(process: "subprocess.Popen[bytes]", patience: float = PATIENCE) -> None:
    """End a run as Ctrl-C does: after the jobs at work, then with them, then at once."""
    for _ in range(3):
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
        return
    process.kill()
    process.wait()


def _tell(log: Path, text: str) -> None:
    with log.open("a", encoding="utf-8") as file:
        file.write(f"{text}\n")


def notify(
    done: Record, place: Place, status: int | None = None, summary: str | None = None
) -> None:
    """Run the user's NOTIFY with the facts in its environment; its failure is said, no more.

    Parameters
    ----------
    status, summary
        Instead of those of the record.
    """
    command = os.environ.get("NOTIFY", "")
    if not command:
        return
    log = place.folder / done.log
    facts = {
        "RUN_STATUS": str(done.status if status is None else status),
        # One line, as it may become a mail's subject.
        "RUN_SUMMARY": visible(done.summary() if summary is None else summary),
        # On a full disk there is none, and commands that read it shall tell of that too.
        "RUN_LOG": str(log) if log.exists() else os.devnull,
        "RUN_RECORD": str(log.with_suffix(".json")),
        "RUN_INDEX": str(place.made / "index.html"),
        "RUN_OVERDUE": " ".join(one.entry for one in done.overdue[:500]),
        "RUN_WAITING": " ".join(change.id for change in done.waiting[:500]),
    }
    for name in ("new", "changed", "removed", "refused", "failed"):
        # Ids hold no blanks; the record has them all, however many.
        facts[f"RUN_{name.upper()}"] = " ".join(getattr(done, name)[:500])
    # More than this in one variable the system refuses.
    facts = {name: fact[:100_000] for name, fact in facts.items()}
    try:
        code = subprocess.run(
            ["/bin/sh", "-c", command],
            cwd=place.folder,
            env={**os.environ, **facts},
            stdin=subprocess.DEVNULL,
            timeout=NOTIFY_SECONDS,
            check=False,
        ).returncode
    except (subprocess.TimeoutExpired, OSError):
        code = BROKEN
    if code:
        said = f"NOTIFY failed with status {code}: {command}"
        say(f"{said}\n")
        if log.exists():
            _tell(log, said)
