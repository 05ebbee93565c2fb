"""Kills a program at its k-th file operation; Python imports this at each start.

Counted are, over all processes of a run, what changes names or begins to write in one
folder. At an opening for writing the file is left as it is right after, created or
emptied, and at all others as it was before. No operation is touched but the k-th.
"""

import fcntl
import os
import signal
import sys
from pathlib import Path
from typing import Any

FOLDER, NOTES, AT, VICTIM = "KILL_IN", "KILL_NOTES", "KILL_AT", "KILL_WHOM"
# In the folder of notes: as many bytes as operations; which was the last of them.
COUNTER, LAST = "operations", "last"
ITSELF, MAIN = "itself", "main"
# Events of Python's by the places of their paths, and of their directories' descriptors.
_PATHS = {
    "open": ((0, None),),
    "os.link": ((1, 3),),
    "os.mkdir": ((0, 2),),
    "os.remove": ((0, 1),),
    "os.rename": ((0, 2), (1, 3)),
    "os.rmdir": ((0, 1),),
    "os.symlink": ((1, 2),),
    "os.truncate": ((0, None),),
}
_IDLE_IF = {"os.mkdir": True, "os.remove": False}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class Counting:
    """The hook of one process and of its forks."""

    def __init__(self, folder: str, notes: str, at: int, victim: str) -> None:
        self._folder, self._notes = Path(folder), Path(notes)
        self._at, self._victim = at, victim
        self._busy = False

    def __call__(self, event: str, found: tuple[Any, ...]) -> None:
        if self._busy or not self._counts(event, found):
            return
        self._busy = True
        try:
            if self._counted() == self._at:
                if event == "open":
                    os.open(found[0], found[2], 0o666)
                self._note(LAST, f"{' '.join(sys.argv[:1])} {event} {found[:2]}\n".encode())
                self._kill()
        finally:
            self._busy = False

    def _counts(self, event: str, found: tuple[Any, ...]) -> bool:
        if event == "ctypes.dlsym":
            return bool(found[1] == "renameat2")
        if event == "open" and not (isinstance(found[2], int) and found[2] & _WRITING):
            return False
        return any(self._inside(event, found, *place) for place in _PATHS.get(event, ()))

    def _inside(self, event: str, found: tuple[Any, ...], path: int, folder: int | None) -> bool:
        if not isinstance(found[path], str | bytes | os.PathLike):
            return False
        descriptor = -1 if folder is None else found[folder]
        start = Path.cwd() if descriptor == -1 else Path(f"/proc/self/fd/{descriptor}").readlink()
        full = start / os.fsdecode(found[path])
        # What is there already is not made, what isn't there is not removed.
        if event in _IDLE_IF and os.path.lexists(full) == _IDLE_IF[event]:
            return False
        return self._folder in full.parents

    def _counted(self) -> int:
        """This operation's number."""
        return self._note(COUNTER, b".")

    def _note(self, name: str, text: bytes) -> int:
        """Add to a note; its length."""
        note = os.open(self._notes / name, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            fcntl.flock(note, fcntl.LOCK_EX)
            os.write(note, text)
            return os.fstat(note).st_size
        finally:
            os.close(note)

    def _kill(self) -> None:
        if self._victim == MAIN:
            import psutil

            for one in psutil.Process().parents():
                if "-m snakemake" in " ".join(one.cmdline()):
                    one.kill()
                    one.wait()
        os.kill(os.getpid(), signal.SIGKILL)


if AT in os.environ:
    sys.addaudithook(
        Counting(os.environ[FOLDER], os.environ[NOTES], int(os.environ[AT]), os.environ[VICTIM])
    )
