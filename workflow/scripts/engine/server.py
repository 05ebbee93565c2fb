"""The warm server: everything imported once, supervisors that fork a child for each job.

    python server.py SOCKET MODULE FUNCTION SECONDS

SOCKET is the number of an inherited listening socket. The module is imported, and its
function called unless that is "", before the first job; when that takes longer than SECONDS, it
ends by SIGALRM. Ends when its standard input does, which is when the process that started it ends,
however it ends; running jobs end with it.
"""

import contextlib
import fcntl
import gc
import importlib
import json
import os
import select
import shutil
import signal
import socket
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from engine import child
from engine.exit_codes import Answer
from engine.jobs import Job
from engine.supervision import AbandonedError, supervise

# Standard input: its other end is held by the process that started this one.
_LIFELINE = 0
# As many jobs run at a time; idle ones cost next to nothing.
SUPERVISORS = max(8, 2 * (os.cpu_count() or 1))


def serve(listening: socket.socket, folder: Path) -> None:
    """Have supervisors run jobs, each one at a time, until standard input ends."""
    listening.setblocking(False)
    server = os.getpid()
    for _ in range(SUPERVISORS):
        if os.fork() == 0:
            child.end_with(server)
            _take_requests(listening, folder)
    with contextlib.suppress(ChildProcessError):
        while os.wait():
            continue


def _take_requests(listening: socket.socket, folder: Path) -> None:
    """In a supervisor, which never returns from here."""
    try:
        while _LIFELINE not in select.select([listening.fileno(), _LIFELINE], [], [])[0]:
            # Another supervisor may have been quicker.
            with contextlib.suppress(BlockingIOError):
                connection, _ = listening.accept()
                with connection:
                    _answer(connection, folder)
    finally:
        os._exit(0)


def _answer(connection: socket.socket, folder: Path) -> None:
    """Do what is asked; who asks what makes no sense is hung up on."""
    connection.setblocking(True)
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        with connection.makefile("rb") as stream:
            asked = json.loads(stream.readline())
        os.chdir(asked["folder"])
        watched = connection.fileno(), _LIFELINE
        try:
            job = Job.decoded(asked["job"])
            answer = supervise(job, asked["log"], watched, partial(_turn, folder))
        except AbandonedError:
            if not select.select([_LIFELINE], [], [], 0)[0]:
                return
            answer = Answer(1)
        connection.sendall(answer.encoded())


@contextlib.contextmanager
def _turn(folder: Path, alone: bool) -> Iterator[None]:
    """While held, a job runs among others, or alone.

    A job that was killed from outside, as when memory runs out, is tried once more: alone, when
    the other jobs have ended and before new ones start, which wait at the gate.
    """
    with (folder / "jobs").open("wb") as jobs:
        with (folder / "gate").open("wb") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            fcntl.flock(jobs, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield


def main(socket_number: str, module: str, function: str, seconds: str) -> None:
    """Serve the socket until standard input ends."""
    # By the system's own action, which ends what hangs in a library too.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, float(seconds))
    listening = socket.socket(fileno=int(socket_number))
    folder = Path(listening.getsockname()).parent
    try:
        imported = importlib.import_module(module)
        if function:
            getattr(imported, function)()
        signal.setitimer(signal.ITIMER_REAL, 0)
        # What is there by now is shared with the children: no need to look through it again.
        gc.collect()
        gc.freeze()
        # Jobs are short, and make boxes and words by the million that live until they end.
        gc.set_threshold(50_000, 20, 100)
        serve(listening, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(*sys.argv[1:5])
