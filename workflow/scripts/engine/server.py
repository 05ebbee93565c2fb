"""The warm server: everything imported once, a forked child for each job.

    python server.py SOCKET MODULE FUNCTION SECONDS

SOCKET is the number of an inherited listening socket. The module is imported, and its
function called unless that is "", before the first job; when that takes longer than SECONDS, it
ends by SIGALRM. Ends when its standard input does, which is when the process that started it ends,
however it ends; running jobs end with it.
"""

import contextlib
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
from collections import deque
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from engine import child
from engine.endings import Answer, passed_on, settled, worth_another_try
from engine.jobs import Job

# Standard input: its other end is held by the process that started this one.
_LIFELINE = 0


@dataclass
class Request:
    """A job that a launcher waits for."""

    connection: socket.socket
    job: Job
    log: str
    folder: str
    tried: bool = False


class Server:
    """Takes jobs from a socket and runs each in a child.

    A child that was killed from outside, as when memory runs out, is tried once more:
    alone, when the other jobs have ended and before new ones start.
    """

    def __init__(self, listening: socket.socket) -> None:
        self.listening = listening
        self.running: dict[int, Request] = {}
        self.waiting: deque[Request] = deque()
        self.again: deque[Request] = deque()
        self.selector = selectors.DefaultSelector()
        self.woken, waker = socket.socketpair()
        for one in (self.woken, waker):
            one.setblocking(False)
        self.waker = waker

    def serve(self) -> None:
        """Run jobs until standard input ends."""
        signal.set_wakeup_fd(self.waker.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for source in (self.listening, _LIFELINE, self.woken):
            self.selector.register(source, selectors.EVENT_READ)
        while True:
            for key, _ in self.selector.select():
                if key.fileobj == _LIFELINE:
                    self.end()
                    return
                self.attend(key.fileobj)
            self.start_waiting()

    def attend(self, source: object) -> None:
        """Take a request, reap ended children, or end the job of a launcher that went away."""
        if source is self.listening:
            self.accept()
        elif source is self.woken:
            with contextlib.suppress(BlockingIOError):
                self.woken.recv(4096)
            self.reap()
        else:
            self.abandon(source)

    def accept(self) -> None:
        """Take a request; one that makes no sense is hung up on."""
        connection, _ = self.listening.accept()
        try:
            with connection.makefile("rb") as stream:
                asked = json.loads(stream.readline())
            request = Request(connection, Job.decoded(asked["job"]), asked["log"], asked["folder"])
        except (OSError, ValueError, KeyError, TypeError):
            connection.close()
            return
        self.selector.register(connection, selectors.EVENT_READ)
        self.waiting.append(request)

    def start_waiting(self) -> None:
        """Start what may start now."""
        if self.again and not self.running:
            self.start(self.again.popleft())
        while self.waiting and not self.again and not any(r.tried for r in self.running.values()):
            self.start(self.waiting.popleft())

    def start(self, request: Request) -> None:
        """Fork a child for the job, unless an earlier stage's failure is to be passed on."""
        os.chdir(request.folder)
        try:
            if passed_on(request.job):
                self.answer(request, Answer(0))
                return
        except OSError as error:
            self.answer(request, Answer(1, f"{error}\n"))
            return
        server = os.getpid()
        pid = os.fork()
        if pid == 0:
            self.become(request, server)
        self.running[pid] = request

    def become(self, request: Request, server: int) -> None:
        """In the child: let go of all that is the server's, do the job, end."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()
            child.end_with(server)
            self.selector.close()
            for one in (self.listening, self.woken, self.waker):
                one.close()
            for other in (*self.running.values(), *self.waiting, *self.again, request):
                other.connection.close()
            nothing = os.open(os.devnull, os.O_RDONLY)
            os.dup2(nothing, _LIFELINE)
            code = child.perform(request.job, request.log)
        finally:
            os._exit(code)

    def reap(self) -> None:
        """Answer for children that ended."""
        for pid in list(self.running):
            found, status = os.waitpid(pid, os.WNOHANG)
            if not found:
                continue
            request = self.running.pop(pid)
            code = os.waitstatus_to_exitcode(status)
            if worth_another_try(code) and not request.tried:
                request.tried = True
                self.again.append(request)
                continue
            os.chdir(request.folder)
            try:
                answer = settled(request.job, code, request.log)
            except OSError as error:
                answer = Answer(1, f"{error}\n")
            self.answer(request, answer)

    def answer(self, request: Request, answer: Answer) -> None:
        """Tell the launcher; one that went away needs no answer."""
        text = json.dumps({"status": str(answer.status), "said": answer.said}) + "\n"
        with contextlib.suppress(OSError):
            request.connection.sendall(text.encode())
        self.forget(request)

    def forget(self, request: Request) -> None:
        """Hang up."""
        with contextlib.suppress(KeyError, ValueError):
            self.selector.unregister(request.connection)
        request.connection.close()

    def abandon(self, connection: object) -> None:
        """The launcher went away, and so does its job."""
        for pid, request in list(self.running.items()):
            if request.connection is connection:
                _kill(pid)
                os.waitpid(pid, 0)
                del self.running[pid]
                self.forget(request)
        for queue in (self.waiting, self.again):
            for request in [one for one in queue if one.connection is connection]:
                queue.remove(request)
                self.forget(request)

    def end(self) -> None:
        """End all jobs."""
        for pid in self.running:
            _kill(pid)
        for request in (*self.running.values(), *self.waiting, *self.again):
            self.answer(request, Answer(1))


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def main(socket_number: str, module: str, function: str, seconds: str) -> None:
    """Serve the socket until standard input ends."""
    # By the system's own action, which ends what hangs in a library too.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, float(seconds))
    listening = socket.socket(fileno=int(socket_number))
    address = Path(listening.getsockname())
    try:
        imported = importlib.import_module(module)
        if function:
            getattr(imported, function)()
        signal.setitimer(signal.ITIMER_REAL, 0)
        # What is there by now is shared with the children: no need to look through it again.
        gc.collect()
        gc.freeze()
        Server(listening).serve()
    finally:
        with contextlib.suppress(OSError):
            address.unlink(missing_ok=True)
            address.parent.rmdir()


if __name__ == "__main__":
    main(*sys.argv[1:5])
