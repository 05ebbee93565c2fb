"""Snakemake as `make reports`, `make report` and scheduled runs run it.

One run at a time: a second one ends with exit status 75, or waits up to WAIT seconds. What
a killed run left, locks and half-done outputs, is mended. Of what Snakemake says about
each job only the progress is shown, on a terminal as one line; errors, warnings and all
else pass. -q leaves out the progress too, VERBOSE=1 shows everything. Asked to stop (Ctrl-C,
SIGTERM, SIGHUP), a run ends when the jobs at work have ended, asked again, at once; its exit
status is then 128 and the signal's number. Arguments go to Snakemake, whose exit status it
has otherwise.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from engine import lock, room
from engine.asked import only_looks
from engine.batch import FACTS
from engine.progress import Progress, essential
from engine.shown import Shown
from engine.stopping import Stopping, signal_group, start

ALREADY_RUNNING = 75
QUIET = ("-q", "--quiet")


def main(arguments: Sequence[str]) -> int:
    """Run Snakemake in the current folder; the exit status."""
    if only_looks(arguments):
        return run(arguments, None)
    try:
        room.check(Path(".snakemake"))
        held = lock.acquire(Path.cwd(), lock.asked_wait())
    except lock.WaitError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except lock.RunningError as error:
        sys.stderr.write(f"{error}\n")
        return ALREADY_RUNNING
    except room.UnwritableError as error:
        sys.stderr.write(f"{error}\nNo report was changed.\n")
        return 1
    # Nobody else is at work, so locks are those of a run that was killed.
    shutil.rmtree(Path(".snakemake", "locks"), ignore_errors=True)
    FACTS.unlink(missing_ok=True)
    os.environ[lock.HELD] = str(Path.cwd().resolve())
    return run(arguments, held)


def run(arguments: Sequence[str], held: int | None) -> int:
    """Run Snakemake, which holds the lock as well, and show what matters."""
    cores = os.environ.get("CORES") or "all"
    command = [sys.executable, "-m", "snakemake", "--cores", cores]
    command += ["--keep-going", "--rerun-incomplete"]
    locks = [] if held is None else [held]
    everything = bool(os.environ.get("VERBOSE"))
    quiet = any(one in QUIET for one in arguments)
    if everything:
        command += arguments
    else:
        command += ["--quiet", "host", "reason", *(one for one in arguments if one not in QUIET)]
    progress = Progress()
    show = Shown(sys.stderr, progress, quiet)
    piped = None if everything else subprocess.PIPE
    text = {"encoding": "utf-8", "errors": "replace", "bufsize": 1}
    with (
        Stopping(stop) as stopping,
        start(command, stdin=subprocess.DEVNULL, stderr=piped, pass_fds=locks, **text) as process,
    ):
        stopping.watch(process)
        said = room.translated(process.stderr or (), Path(".snakemake"))
        for line in essential(said, progress):
            # Of jobs that were ended at once Snakemake speaks as of failed ones.
            if len(stopping.received) < 2:
                show.line(line)
        process.wait()
    stopped = stopping.received[0] if stopping.received and process.returncode else None
    if process.returncode < 0 and not stopped:
        name = signal.Signals(-process.returncode).name
        show.line(f"Snakemake was killed ({name}). What is done stays done; run again to go on.\n")
    elif stopped or not everything:
        show.end(stopped)
    return stopping.status(process.returncode)


def stop(process: "subprocess.Popen[str]", _: signal.Signals, before: int) -> None:
    """Ask Snakemake to end after the jobs at work; then to end them; then end it."""
    if before == 0:
        process.terminate()
    else:
        signal_group(process, signal.SIGINT if before == 1 else signal.SIGKILL)
