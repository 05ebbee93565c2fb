"""Whether runs begin at all, for a second scheduler to ask: one that doesn't tells nobody."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from engine import lock
from engine.run import say
from multilevel.configuration.expectations import Expect
from multilevel.storage.snapshots import STAMP
from scheduled.record import BROKEN, Record
from scheduled.run import RUNS, Place, notify

# Timers start a run within ten minutes, so that not all machines begin at once.
GRACE = timedelta(minutes=30)


def main(place: Place, hour: int, minute: int, now: datetime | None = None) -> int:
    """Say whether the last run began; NOTIFY is told where it didn't.

    Returns
    -------
    0 where a run began at the last time of day that has passed by half an hour, and ended or is at
    work; else 1.
    """
    now = now or datetime.now(UTC)
    due = Expect(by=time(hour, minute)).latest(now - GRACE)
    runs = place.folder / place.results / RUNS
    try:
        # A run whose clock was ahead must not speak for all days until then.
        begun = sorted(one for one in _begun(runs) if one[0] <= now + GRACE)
    except PermissionError:
        who = "Ask as the account that runs."
        return _told(place, now, f"whether runs begin can't be seen in {runs}. {who}", None)
    last = begun[-1] if begun else None
    recent = last if last and due and last[0] >= due else None
    if due is None or _at_work(place) or (recent and _recorded(recent[1])):
        say(
            f"The last run began at {_local(last[0])}.\n" if last else "A run is at work.\n",
            sys.stdout,
        )
        return 0
    if recent:
        problem = f"the run that began at {_local(recent[0])} left no record: it was killed."
    else:
        when = f"The last one began at {_local(last[0])}." if last else "There was none before."
        problem = f"no run has begun since {_local(due)}, when one was due. {when}"
    return _told(place, now, problem, last and last[1])


def _told(place: Place, now: datetime, problem: str, log: Path | None) -> int:
    """Say what is wrong, tell NOTIFY; the exit status."""
    summary = f"{problem[0].upper()}{problem[1:]}"
    say(f"{summary}\n")
    done = Record(
        started=now.isoformat(timespec="seconds"),
        seconds=0.0,
        status=BROKEN,
        message=problem,
        log=place.named(log or place.folder / place.results / RUNS / "none.log"),
    )
    notify(done, place, status=1, summary=summary)
    return 1


def _begun(runs: Path) -> Iterator[tuple[datetime, Path]]:
    """When runs began, by the names of their logs."""
    if not runs.exists():
        return
    # Not by glob, which keeps silent about folders that can't be read.
    for log in runs.iterdir():
        if log.suffix != ".log":
            continue
        try:
            yield datetime.strptime(log.name[:20], STAMP).replace(tzinfo=UTC), log
        except ValueError:
            continue  # somebody else's


def _recorded(log: Path) -> bool:
    return log.with_suffix(".json").is_file()


def _at_work(place: Place) -> bool:
    if not (place.folder / place.results / lock.RESULTS).is_file():
        return False
    try:
        with lock.hold(0.0, (place.folder / place.results, lock.RESULTS)):
            return False
    except lock.RunningError:
        return True


def _local(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")
