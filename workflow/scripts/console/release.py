"""`multilevel release`: what waits becomes public, or the last release is taken back."""

import contextlib
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from console.changes import table_rows
from console.handed_out import may_be_handed_out
from console.report import read_yaml
from console.run import check_there
from console.schedule import yes
from engine import lock
from multilevel import configuration
from multilevel.errors import ConfigError
from multilevel.publication import approval
from multilevel.publication.publisher import waits
from multilevel.releases.ledger import read_ledger
from multilevel.wording import numbers
from multilevel.wording.quoting import one_line

NAMES = {"gamma00": "mean", "icc": "ICC", "n_members": "members", "n_groups": "groups"}
# Datasets named one by one, beyond those with headlines; letters of a title.
MOST, LONGEST = 20, 80


def main(given: Mapping[str, str]) -> int:
    """Release what waits, in the current folder; the exit status.

    Parameters
    ----------
    given
        `show` and `undo` (yes or no), `config`.

    Raises
    ------
    ConfigError
        When results don't wait in this folder, or there is nothing to release or to take back.
    """
    if "config" in given:
        check_there(given["config"])
    file = configuration.config_file(Path(), given.get("config"))
    config = read_yaml(file)
    if not waits(config):
        raise ConfigError(
            f"{file} doesn't say publication: {{approve: yes}}, so runs publish their results "
            "themselves and nothing waits."
        )
    results = Path(str(config.get("results", configuration.RESULTS)))
    if yes(given, "show"):
        ended(results)
        print(describe(approval.changes(results)))
        return 0
    if not results.is_dir():
        raise ConfigError("Nothing waits to be released. Make the reports first.")
    try:
        with lock.hold(lock.asked_wait(), (Path(), lock.WORKING), (results, lock.RESULTS)):
            return _undone(results) if yes(given, "undo") else _released(results)
    except lock.RunningError as error:
        sys.stderr.write(f"{error}\n")
        return lock.ALREADY_RUNNING
    except lock.WaitError as error:
        raise ConfigError(str(error)) from error
    except ValueError as error:
        message = str(error)
        raise ConfigError(f"{message[:1].upper()}{message[1:]}.") from error


def ended(results: Path) -> None:
    """End a release that was begun and not ended, unless a run is at work, whose end does it."""
    if not read_ledger(results).unfinished:
        return
    with (
        contextlib.suppress(lock.RunningError),
        lock.hold(0.0, (Path(), lock.WORKING), (results, lock.RESULTS)),
    ):
        approval.finish(results)


def _released(results: Path) -> int:
    changes = approval.changes(results)
    name = approval.release(results, datetime.now(UTC))
    print(f"Released as {name}. {describe(changes)}")
    print(f"Public: {(results / 'index.html').resolve()}")
    print(may_be_handed_out(results, table_rows(results)))
    return 0


def _undone(results: Path) -> int:
    former = approval.undo(results)
    print(
        f"Taken back. Public is again the release {former}."
        if former
        else "Taken back. It was the first release: nothing is public now."
    )
    return 0


def describe(changes: Sequence[approval.Change]) -> str:
    """What a release changes, in lines: first what wants a look."""
    if not changes:
        return "Nothing waits: what is public is what the last run made."
    first = [change for change in changes if change.headline]
    rest = [change for change in changes if not change.headline]
    counts = ", ".join(
        f"{numbers.count(n)} {kind}"
        for kind in ("new", "changed", "removed")
        if (n := sum(change.kind == kind for change in changes))
    )
    lines = [f"Datasets: {counts}."]
    if first:
        lines += ["Look at these first:", *map(line, first)]
    lines += map(line, rest[:MOST])
    if len(rest) > MOST:
        lines.append(f"  and {numbers.count(len(rest) - MOST)} more")
    return "\n".join(lines)


def line(change: approval.Change) -> str:
    """A line on a dataset, such as Title (id), changed: mean 512.3, was 498.1 (4.2 SE)."""
    state = change.kind if change.status in ("ok", "") else f"{change.kind}, {change.status} now"
    moves = "headline numbers as before" if change.same else "; ".join(map(_move, change.moves))
    title = one_line(change.title, LONGEST)
    return f"  {title} ({change.id}), {state}{': ' if moves else ''}{moves}"


def _move(move: approval.Move) -> str:
    name = NAMES[move.number]
    if move.number in ("n_members", "n_groups"):
        now, before = (numbers.count(int(value)) for value in (move.now, move.before))
        return f"{now} {name}, were {before}"
    if move.number == "icc":
        now, before = numbers.share(move.now), numbers.share(move.before)
    else:
        now, before = f"{move.now:.4g}", f"{move.before:.4g}"
    errors = move.standard_errors
    distance = "no standard error" if errors is None else f"{errors:.1f} standard errors"
    return f"{name} {now}, was {before} (moved by {distance})"
