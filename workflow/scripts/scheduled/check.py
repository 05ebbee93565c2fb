"""Whether runs begin at all, for a second scheduler to ask: one that doesn't tells nobody."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from engine import lock
from multilevel.configuration.expectations import Expect
from multilevel.storage.replaced import STAMP
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
    begun = sorted(_begun(place.folder / place.results / RUNS))
    last = begun[-1] if begun else None
    if due is None or _at_work(place) or (last and last[0] >= due and _recorded(last[1])):
        said = f"The last run began at {_local(last[0])}." if last else "A run is at work."
        print(said)
        return 0
    if last and last[0] >= due:
        problem = f"the run that began at {_local(last[0])} left no record: it was killed."
    else:
        when = f"The last one began at {_local(last[0])}." if last else "There was none before."
        problem = f"no run has begun since {_local(due)}, when one was due. {when}"
    sys.stderr.write(f"{problem[0].upper()}{problem[1:]}\n")
    log = last[1] if last else place.folder / place.results / RUNS / "none.log"
    done = Record(
        started=now.isoformat(timespec="seconds"),
        seconds=0.0,
        status=BROKEN,
        message=problem,
        log=place.named(log),
    )
    notify(done, place, status=1, summary=f"{problem[0].upper()}{problem[1:]}")
    return 1


def _begun(runs: Path) -> Iterator[tuple[datetime, Path]]:
    """When runs began, by the names of their logs."""
    for log in runs.glob("*.log"):
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
