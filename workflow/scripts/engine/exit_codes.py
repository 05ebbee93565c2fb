"""What the exit code of a job's process means, and what follows from it."""

import errno
import json
import re
import signal
from dataclasses import dataclass
from pathlib import Path

from engine.failures import Failure, among, record, tail
from engine.jobs import Job

# Exit codes of a job's process.
DONE, FAILED, MEMORY, FULL, PASSING = 0, 1, 65, 66, 67
# Of a job that nobody waits for any more.
ABANDONED = 75
# Troubles of the system that another try may not meet: network drives above all.
TROUBLES = frozenset(
    (
        *(errno.EIO, errno.ESTALE, errno.ETIMEDOUT, errno.EAGAIN, errno.EINTR),
        *(errno.ENFILE, errno.EMFILE, errno.EBUSY, errno.ENOMEM),
    )
)
# A kill comes from outside (as when memory runs out), a bus error from a file that shrank.
# Other signals are the program's own faults, which another try meets again.
_FROM_OUTSIDE = frozenset((signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGBUS))

# What libraries say that end the process when they are refused memory.
_REFUSED = re.compile("bad_alloc|[Oo]ut of memory|[Cc]annot allocate memory|allocation failed")
_MORE = "Run on a machine with more memory, or allow it more (MULTILEVEL_MEMORY_MB)."
_FEWER = "Run fewer jobs at a time (CORES=1), or on a machine with more memory."

# Lines of a log that are shown when a job fails.
LONGEST_LIST = 1_000


@dataclass(frozen=True)
class Answer:
    """What the launcher is told: its exit status and what it prints."""

    status: int
    said: str = ""

    def encoded(self) -> bytes:
        """As a line of JSON."""
        return json.dumps({"status": str(self.status), "said": self.said}).encode() + b"\n"


def worth_another_try(code: int) -> bool:
    """Whether what ended a process with this code (negative: a signal) may not happen again."""
    return code == PASSING or (code < 0 and -code in _FROM_OUTSIDE)


def passed_on(job: Job) -> bool:
    """Whether an earlier stage failed: then its record becomes this job's outputs as well."""
    failure = among(job.inputs.values()) if job.recorded else None
    if failure:
        record(failure, job)
    return failure is not None


def settled(job: Job, code: int, log: str) -> Answer:
    """The answer to a job that ended with this code, its failure recorded where it is a result."""
    if code == DONE:
        return Answer(0)
    lines = tail(Path(log))
    if code == FULL:
        said = f"No space is left on the disk: {job.stage} could not write {log} or its outputs.\n"
        return Answer(FULL, said + "Free some space and run again; what is done stays done.\n")
    if not job.recorded:
        # Such jobs name what is wrong with many datasets.
        return Answer(FAILED, "".join(f"{line}\n" for line in tail(Path(log), LONGEST_LIST)))
    record(Failure(job.stage, _message(code, lines), log, lines), job)
    return Answer(0)


def _message(code: int, lines: tuple[str, ...]) -> str:
    aborted = code == -signal.SIGABRT and any(_REFUSED.search(line) for line in lines)
    if code == MEMORY or aborted:
        return f"It needed more memory than a job may have. {_MORE}"
    if code in (-signal.SIGKILL, -signal.SIGTERM):
        name = signal.Signals(-code).name
        return f"It was killed by the system ({name}), most likely for lack of memory. {_FEWER}"
    if code < 0:
        return f"It crashed ({signal.Signals(-code).name})."
    said = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return said or f"It ended with exit code {code} and said nothing."
