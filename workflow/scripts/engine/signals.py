"""Signals that ask a command to stop are told to the process that works for it."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

from engine.child import end_with

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# The process, and how many signals came before this one.
Tell = Callable[["subprocess.Popen[Any]", int], None]


class Stopping:
    """While in use, signals are told to a process, so that its caller never ends before it.

    Signals that were ignored before, as under nohup, still are.

    Parameters
    ----------
    tell
        What is done for each signal.
    """

    def __init__(self, tell: Tell = lambda process, _: process.terminate()) -> None:
        self.received: list[signal.Signals] = []
        self._tell = tell
        self._told = 0
        self._process: subprocess.Popen[Any] | None = None
        self._former: dict[signal.Signals, Any] = {}

    def __enter__(self) -> "Stopping":
        for number in SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._former[number] = signal.signal(number, self._take)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._former.items():
            signal.signal(number, handler)

    def watch(self, process: "subprocess.Popen[Any]") -> None:
        """The process that is to hear of signals, of those that came already as well."""
        self._process = process
        self._pass_on()

    def status(self, code: int) -> int:
        """The exit status after the process ended with this code, as shells give it."""
        if code and self.received:
            return 128 + self.received[0]
        return code if code >= 0 else 128 - code

    def _take(self, number: int, _: FrameType | None) -> None:
        self.received.append(signal.Signals(number))
        self._pass_on()

    def _pass_on(self) -> None:
        while self._process is not None and self._told < len(self.received):
            self._told += 1
            with contextlib.suppress(ProcessLookupError):
                self._tell(self._process, self._told - 1)


def start(command: Sequence[str], **how: Any) -> "subprocess.Popen[Any]":
    """Start a process in a session of its own, out of reach of the terminal's Ctrl-C.

    It holds this one's locks as well, and is asked to stop when this process is killed (Linux).
    """
    parent = os.getpid()
    return subprocess.Popen(
        command,
        start_new_session=True,
        close_fds=False,
        preexec_fn=lambda: end_with(parent, signal.SIGTERM),
        **how,
    )


def signal_group(process: "subprocess.Popen[Any]", number: signal.Signals) -> None:
    """Send a signal to a process that `start` started and to all of its session."""
    if process.poll() is None:
        os.killpg(process.pid, number)
