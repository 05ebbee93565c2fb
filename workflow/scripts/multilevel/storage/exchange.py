"""Folders that take each other's place in one step."""

import ctypes
import errno
import os
import shutil
import sys
from collections.abc import Collection
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
# The errors of file systems that can't exchange two names, or can't link.
_UNABLE = frozenset(
    (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EPERM, errno.EMLINK, errno.EXDEV)
)


def replace(new: Path, target: Path, ours: Collection[str] = ()) -> None:
    """Put the folder `new` in the place of `target`.

    On Linux the two change names in one step. Elsewhere `target` is missing for a moment,
    never mixed. Files that someone else put into `target` stay there.

    Parameters
    ----------
    ours
        Names of files that don't stay, beside those in `new`.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    leaving = {*ours, *(path.name for path in new.iterdir())}
    if not os.path.lexists(target):
        new.rename(target)
        return
    if not exchange_names(new, target):
        old = new.with_name(f"{new.name}-old")
        move(target, old)
        move(new, target)
        new = old
    if new.is_symlink() or not new.is_dir():
        new.unlink()
        return
    for other in list(new.iterdir()):
        if other.name not in leaving:
            move(other, target / other.name)
    shutil.rmtree(new)


def move(source: Path, target: Path) -> None:
    """Give a file or folder another name; by a copy where the file system can't rename it.

    An overlay can't rename folders of its lower layer, and says that they lie on another device.
    """
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        shutil.move(source, target)


def exchange_names(path: Path, other: Path) -> bool:
    """Let two paths change names in one step; False where the system can't."""
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "renameat2"):
        return False
    paths = os.fsencode(path), os.fsencode(other)
    if libc.renameat2(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _UNABLE:
        return False
    raise OSError(number, os.strerror(number), str(other))


def link_or_copy(source: str | Path, target: str | Path) -> None:
    """Give a file a second name; copy it where that isn't possible."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in _UNABLE:
            raise
        shutil.copy2(source, target)
