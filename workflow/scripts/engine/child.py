"""The job itself, in a process of its own: its log, its memory, its exit code."""

import ctypes
import importlib
import logging
import os
import signal
import sys
import traceback
from pathlib import Path

from engine.disk_space import NO_SPACE
from engine.exit_codes import DONE, FAILED, FULL, MEMORY, PASSING, TROUBLES
from engine.jobs import Job
from multilevel.storage.attempts import PassingFault

# How much of the machine's memory one job may use at most, unless the variable says it.
SHARE = 0.8
MEMORY_MB = "MULTILEVEL_MEMORY_MB"
_PR_SET_PDEATHSIG = 1


def perform(job: Job, log: str) -> int:
    """Call the stage's function; the exit code. All that is printed or warned goes to `log`."""
    try:
        _redirect(Path(log))
    except OSError as error:
        return _code(error)
    limit_memory()
    try:
        _call(job)
    except SystemExit as end:
        if isinstance(end.code, str):
            sys.stderr.write(end.code)
        return DONE if end.code in (None, 0) else FAILED
    except Exception as error:  # noqa: BLE001 - the boundary: every crash must leave its code
        return _told(error)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return DONE


def end_with(parent: int, by: signal.Signals = signal.SIGKILL) -> None:
    """Let this process get a signal when its parent ends (Linux; elsewhere it runs to its end)."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, by)
        if os.getppid() != parent:
            os._exit(FAILED)


def limit_memory() -> None:
    """Cap what this process may allocate, where the system can do that (Linux)."""
    if not sys.platform.startswith("linux"):
        return
    import resource

    given = os.environ.get(MEMORY_MB)
    limit = int(given) * 2**20 if given else int(SHARE * _memory())
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    soft = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
    # When the machine runs out of memory, a job shall end and not the run.
    Path("/proc/self/oom_score_adj").write_text("500")


def _memory() -> int:
    """Bytes of memory that this machine or this container has."""
    physical = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        file = Path("/sys/fs/cgroup") / name
        if file.is_file() and (text := file.read_text().strip()).isdigit():
            return min(physical, int(text))
    return physical


def _redirect(log: Path) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as opened:
        os.dup2(opened.fileno(), 1)
        os.dup2(opened.fileno(), 2)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, force=True)
    logging.captureWarnings(True)


def _call(job: Job) -> None:
    module, _, name = job.call.partition(":")
    function = getattr(importlib.import_module(module), name)
    before = {file: state(Path(file)) for file in job.steady}
    function(**job.arguments())
    for file, known in before.items():
        if state(Path(file)) != known:
            raise PassingFault(
                f"The file {file!r} was written to while it was read. "
                "Run again when it is complete."
            )


def state(file: Path) -> tuple[int, ...] | None:
    """What changes when a file is written to; None when it isn't there."""
    try:
        found = file.stat()
    except OSError:
        return None
    return (found.st_size, found.st_mtime_ns, found.st_ino, found.st_ctime_ns)


def _told(error: Exception) -> int:
    """The exit code, when the log has the reason."""
    try:
        if isinstance(error, PassingFault):
            sys.stderr.write(f"{error}\n")
        else:
            traceback.print_exc()
    except OSError as unwritable:
        return _code(unwritable)
    return _code(error)


def _code(error: Exception) -> int:
    if isinstance(error, MemoryError):
        return MEMORY
    if isinstance(error, PassingFault):
        return PASSING
    number = error.errno if isinstance(error, OSError) else None
    if number in NO_SPACE:
        return FULL
    return PASSING if number in TROUBLES else FAILED
