"""Snakemake as `make reports`, `make report` and scheduled runs run it.

One run at a time: a second one ends with exit status 75, or waits up to WAIT seconds. What
a killed run left, locks and half-done outputs, is mended. Of what Snakemake says about
each job only the progress is shown, on a terminal as one line; errors, warnings and all
else pass. -q leaves out the progress too, VERBOSE=1 shows everything. Arguments go to
Snakemake, whose exit status this has.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "workflow" / "scripts"))

from engine import lock
from engine.batch import FACTS
from engine.failures import Failure
from engine.progress import Progress, essential, span

ALREADY_RUNNING = 75
QUIET = ("-q", "--quiet")
# With these Snakemake runs no jobs, so it disturbs no run and needs no lock.
LOOKING = frozenset(
    (
        *("-n", "--dry-run", "--dryrun", "--lint", "--list-rules", "-l", "--list", "--summary"),
        *("-D", "--detailed-summary", "--dag", "--rulegraph", "--filegraph", "--report"),
        *("--help", "-h", "--version", "-v", "--unlock", "--list-untracked"),
    )
)
# Seldom enough for a log.
EVERY_PERCENT = 5


def main(arguments: Sequence[str]) -> int:
    """Run Snakemake; its exit status."""
    if LOOKING.intersection(arguments):
        return run(arguments, None)
    try:
        held = lock.acquire(Path.cwd(), float(os.environ.get("WAIT") or 0))
    except ValueError:
        sys.stderr.write(f"WAIT= is a number of seconds, not {os.environ['WAIT']!r}.\n")
        return 2
    except lock.RunningError as error:
        sys.stderr.write(f"{error}\n")
        return ALREADY_RUNNING
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
    if os.environ.get("VERBOSE"):
        done = subprocess.run([*command, *arguments], pass_fds=locks, check=False)
        return _status(done.returncode)
    quiet = any(one in QUIET for one in arguments)
    command += ["--quiet", "host", "reason", *(one for one in arguments if one not in QUIET)]
    progress = Progress()
    with subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        bufsize=1,
        pass_fds=locks,
    ) as process:
        # Snakemake gets the terminal's Ctrl-C itself; its last words are still to be passed on.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        show = Shown(sys.stderr, progress, quiet)
        for line in essential(process.stderr or (), progress):
            show.line(line)
    show.end()
    return _status(process.returncode)


def _status(code: int) -> int:
    """The exit status, of a process ended by a signal as shells give it."""
    return code if code >= 0 else 128 - code


def _outcome(results: str, dataset: str) -> str:
    """What became of a dataset that was published: ok, refused or failed."""
    folder = Path(results, ".stages", dataset)
    if Failure.read(folder / "published.json"):
        return "failed"
    return str(json.loads((folder / "results.json").read_bytes())["status"])


class Shown:
    """Lines and progress on a terminal, or in a log.

    Parameters
    ----------
    stream
        Where to.
    progress
        How far the run is.
    quiet
        Whether the progress and what ends well are left out.
    """

    def __init__(self, stream: TextIO, progress: Progress, quiet: bool) -> None:
        self._stream = stream
        self._progress = progress
        self._quiet = quiet
        self._terminal = stream.isatty()
        self._percent = 0
        self._open = False

    def line(self, text: str) -> None:
        """Show a line of Snakemake's; "" stands for progress."""
        if not text:
            self._step()
        elif not self._quiet:
            self._close()
            self._stream.write(text)
            self._stream.flush()
        elif not text.strip() or text.startswith(("Complete log", "Elapsed time", "Job stats")):
            return
        else:
            self._stream.write(text)

    def end(self) -> None:
        """Say what was made, in what time, and where it is."""
        self._close()
        if self._quiet or not FACTS.is_file() or not self._progress.due:
            return
        facts = json.loads(FACTS.read_bytes())
        became = Counter(_outcome(facts["results"], one) for one in self._progress.published)
        self._stream.write(
            f"Made: {became['ok']} of {facts['datasets']}, refused {became['refused']}, "
            f"failed {became['failed']}, up to date before "
            f"{facts['datasets'] - self._progress.due}. "
            f"It took {span(self._progress.seconds)}. All in {Path(facts['results']).resolve()}\n"
        )

    def _step(self) -> None:
        percent = 100 * self._progress.done // max(self._progress.total, 1)
        if self._quiet:
            return
        if self._terminal:
            self._stream.write(f"\r\x1b[K{self._progress}")
            self._open = True
        elif percent >= self._percent + EVERY_PERCENT or percent == 100:
            self._percent = percent
            self._stream.write(f"{self._progress}\n")
        self._stream.flush()

    def _close(self) -> None:
        if self._open:
            self._stream.write("\n")
            self._open = False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
