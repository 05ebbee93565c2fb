"""Snakemake as `make reports`, `make report` and scheduled runs run it.

One run at a time: a second one ends with exit status 75, or waits up to WAIT seconds. What
a killed run left, locks and half-done outputs, is mended. Of what Snakemake says about
each job only the progress is shown, on a terminal as one line; errors and warnings
pass (see log_handler.py). -q leaves out the progress too, VERBOSE=1 shows everything. Asked to
stop (Ctrl-C, SIGTERM, SIGHUP), a run ends when the jobs at work have ended, asked again, at
once; its exit status is then 128 and the signal's number. Arguments go to Snakemake, whose exit
status it has otherwise.
"""

import getpass
import io
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from engine import disk_space, lock, ownership, requirements
from engine.jobs import SCRIPTS
from engine.options import only_looks
from engine.places import RECORD
from engine.progress import QUIET, span
from engine.signals import Stopping, signal_group, start

_QUIET = ("-q", "--quiet")
_STOPPING = "Stopping as soon as the jobs at work have ended. To end them at once, ask again.\n"


def main(arguments: Sequence[str]) -> int:
    """Run Snakemake in the current folder; the exit status."""
    if only_looks(arguments):
        return run(arguments)
    try:
        ownership.check(Path.cwd())
        requirements.check_environment()
        disk_space.check(Path(".snakemake"))
        with lock.hold(lock.asked_wait(), (Path.cwd(), lock.WORKING)):
            # Nobody else is at work, so locks are those of a run that was killed.
            shutil.rmtree(Path(".snakemake", "locks"), ignore_errors=True)
            RECORD.unlink(missing_ok=True)
            return run(arguments)
    except (lock.WaitError, ownership.OwnerError, requirements.EnvironmentalError) as error:
        say(f"{error}\n")
        return 2
    except lock.RunningError as error:
        say(f"{error}\n")
        return lock.ALREADY_RUNNING
    except disk_space.UnwritableError as error:
        say(f"{error}\nNo report was changed.\n")
        return 1


def run(arguments: Sequence[str]) -> int:
    """Run Snakemake, which holds the locks as well; the exit status."""
    command = [sys.executable, "-m", "snakemake", "--cores", os.environ.get("CORES") or "all"]
    command += ["--keep-going", "--rerun-incomplete"]
    environment = for_services(dict(os.environ))
    if os.environ.get("VERBOSE"):
        command += arguments
    else:
        command += ["--logger", "multilevel", *(one for one in arguments if one not in _QUIET)]
        environment[QUIET] = "yes" if any(one in _QUIET for one in arguments) else ""
        # Where Snakemake finds the logger.
        paths = [str(SCRIPTS), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment["PYTHONPATH"] = os.pathsep.join(paths)
    began = time.monotonic()
    with (
        Stopping(stop) as stopping,
        start(command, stdin=subprocess.DEVNULL, env=environment) as process,
    ):
        stopping.watch(process)
        code = process.wait()
    if code and stopping.received:
        name, took = stopping.received[0].name, span(time.monotonic() - began)
        what = f"Stopped by {name} after {took}."
    elif code < 0:
        what = f"Snakemake was killed ({signal.Signals(-code).name})."
    else:
        return code
    say(f"{what} What is done stays done; run again to go on.\n")
    return stopping.status(code)


def for_services(environment: dict[str, str]) -> dict[str, str]:
    """With what accounts of services lack: a home that they may write to, and a name.

    Libraries keep their caches in the project then, and Snakemake notes the account's number.
    """
    home = Path(environment.get("HOME", ""))
    if "XDG_CACHE_HOME" not in environment and not (home.is_dir() and os.access(home, os.W_OK)):
        environment["XDG_CACHE_HOME"] = str(Path(".snakemake", "cache").resolve())
    try:
        getpass.getuser()
    except (KeyError, OSError):
        environment["LOGNAME"] = str(os.geteuid())
    return environment


def stop(process: "subprocess.Popen[Any]", before: int) -> None:
    """Ask Snakemake to end after the jobs at work; then to end them; then end it."""
    if before == 0:
        say(_STOPPING)
        process.terminate()
    elif before == 1:
        process.send_signal(signal.SIGINT)
        signal_group(process, signal.SIGTERM)
    else:
        signal_group(process, signal.SIGKILL)


def say(text: str, stream: TextIO | None = None) -> None:
    """Print, to standard error unless told otherwise, where somebody still reads it."""
    to = stream or sys.stderr
    try:
        coding = to.encoding or "utf-8"
        to.write(text.encode(coding, "backslashreplace").decode(coding))
        to.flush()
    except (OSError, ValueError):
        if to is sys.stdout:
            # Python tries again at its end, and would make its failure the exit status.
            sys.stdout = io.StringIO()
