"""One job from its request to its answer: attempted, tried again where that can help, recorded.

    python supervision.py JOB LOG

does so in a Python of its own, for a job without the server. The exit status is the job's.
"""

import contextlib
import os
import select
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from engine import child
from engine.exit_codes import ABANDONED, Answer, passed_on, settled, worth_another_try
from engine.jobs import Job
from multilevel.storage.attempts import ALONE

# How often to look whether the process that this one works for is still there, in seconds.
LOOK = 1.0


class AbandonedError(Exception):
    """Nobody waits for the job any more; it was ended."""


def supervise(
    job: Job,
    log: str,
    watched: Sequence[int] = (),
    turn: Callable[[bool], AbstractContextManager[object]] = contextlib.nullcontext,
) -> Answer:
    """Run the job, a second time where what ended it may not happen again.

    Parameters
    ----------
    job, log
        What is run, and the file for all it says.
    watched
        File descriptors that can be read from when nobody waits for the job any more.
    turn
        Held while the job runs; it is told whether the job is to run alone.

    Raises
    ------
    AbandonedError
        When nobody waits for the job any more.
    """
    try:
        if passed_on(job):
            return Answer(0)
        for alone in (False, True):
            with turn(alone):
                code = attempt(job, log, watched, alone)
            if not worth_another_try(code):
                break
        return settled(job, code, log)
    except OSError as error:
        return Answer(1, f"{error}\n")


def attempt(job: Job, log: str, watched: Sequence[int], alone: bool) -> int:
    """The exit code of the job's process, negative after a signal."""
    with _temporary(job) as temporary:
        return _attempt(job, log, watched, {"TMPDIR": temporary, ALONE: "yes" if alone else ""})


@contextlib.contextmanager
def _temporary(job: Job) -> Iterator[str]:
    """A folder for the job's temporary files, removed here: a job that is killed can't."""
    if not job.temporary:
        yield os.environ.get("TMPDIR", "")
        return
    Path(job.temporary).mkdir(parents=True, exist_ok=True)
    folder = tempfile.mkdtemp(prefix=f"{job.stage}-", dir=Path(job.temporary).resolve())
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _attempt(job: Job, log: str, watched: Sequence[int], environment: Mapping[str, str]) -> int:
    employer, supervisor = os.getppid(), os.getpid()
    ended, end = os.pipe()
    pid = os.fork()
    if pid == 0:
        _become(job, log, supervisor, watched, environment)
    os.close(end)
    try:
        ready: list[int] = []
        while not ready and os.getppid() == employer:
            ready = select.select([ended, *watched], [], [], LOOK)[0]
        if ended not in ready:
            _kill(pid)
            raise AbandonedError
    finally:
        os.close(ended)
        _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)


def _become(
    job: Job, log: str, supervisor: int, watched: Sequence[int], environment: Mapping[str, str]
) -> None:
    """In the child: let go of all that is its supervisor's, do the job, end."""
    code = 1
    try:
        os.setsid()
        child.end_with(supervisor)
        for descriptor in watched:
            os.close(descriptor)
        # In the place of the server's lifeline, which is its standard input.
        nothing = os.open(os.devnull, os.O_RDONLY)
        if nothing:
            os.dup2(nothing, 0)
        os.environ.update(environment)
        tempfile.tempdir = environment["TMPDIR"] or None
        code = child.perform(job, log)
    finally:
        os._exit(code)


def _kill(pid: int) -> None:
    for kill in (os.kill, os.killpg):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)


def main(text: str, log: str) -> int:
    """Run the job; its exit status."""
    try:
        answer = supervise(Job.decoded(text), log)
    except AbandonedError:
        return ABANDONED
    sys.stderr.write(answer.said)
    return answer.status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
