"""A file opened for reading: the one that was meant, and the one that the run began with."""

import os
import re
import stat
import weakref
from io import BufferedReader
from pathlib import Path

from multilevel.errors import DataRefused
from multilevel.storage.attempts import PassingFault

_HASH = re.compile("[0-9a-f]{64}")
_AWAY = ("not_there", "folder", "not_regular", "forbidden", "system")
# Where Linux lists the files that a process has open.
_OPEN = Path("/proc/self/fd")


def opened(path: Path, within: Path | None = None) -> BufferedReader:
    """The file, open for reading.

    Parameters
    ----------
    within
        The folder that it must lie in when all links are followed. The open file is looked at, so
        that a link that is put there meanwhile doesn't help.

    Raises
    ------
    DataRefused
        `unreadable_file.leads_out`.
        `unreadable_file.not_regular`.
    OSError
        When the system can't open it.
    """
    # A pipe or a device that took the file's place would let us wait for ever.
    file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise DataRefused("unreadable_file.not_regular", file=path.name)
    if within is not None and within.resolve() not in _place(file, path).parents:
        file.close()
        raise DataRefused("unreadable_file.leads_out", file=path.name)
    return file


def kept(file: BufferedReader, path: Path, by: object) -> Path:
    """A path by which the open file itself is opened again; `path` where the system has none.

    Parameters
    ----------
    by
        As long as this lives.
    """
    if not (_OPEN / str(file.fileno())).exists():
        return path
    descriptor = os.dup(file.fileno())
    weakref.finalize(by, os.close, descriptor)
    return _OPEN / str(descriptor)


def check_same(name: str, sha256: str, expected: str | None) -> None:
    """Compare the digest of what was read with the one that the run began with, if it is known.

    Raises
    ------
    PassingFault
        When they differ.
    """
    if expected is not None and sha256 != expected:
        raise PassingFault(
            f'The file "{name}" is another one than when the run began. Run again when it is '
            "complete and stays as it is."
        )


def check_present(refused: DataRefused, expected: str | None) -> None:
    """Tell a file that is away for a moment from one that wasn't there when the run began.

    Raises
    ------
    PassingFault
        When `refused` says that the file can't be read, though it could be when the run began.
    """
    away = refused.finding.code.removeprefix("unreadable_file.") in _AWAY
    if away and expected is not None and _HASH.fullmatch(expected):
        raise PassingFault(f"{refused.reason.message} When the run began it could be read.")


class Unchanged:
    """Refuses a file that is written while it is read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._state = self._now()

    def check(self) -> None:
        """DataRefused `unreadable_file.changed` where it was written since."""
        if self._now() != self._state:
            raise DataRefused("unreadable_file.changed", file=self._path.name)

    def _now(self) -> tuple[int, int, int]:
        """What changes when a file is written anew."""
        now = self._path.stat()
        return now.st_size, now.st_mtime_ns, now.st_ino


def _place(file: BufferedReader, path: Path) -> Path:
    place = _OPEN / str(file.fileno())
    if place.is_symlink():
        return place.readlink()
    real = Path(os.path.realpath(path))
    return real if os.path.samestat(real.stat(), os.fstat(file.fileno())) else Path("/")
