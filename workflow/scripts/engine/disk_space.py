"""Where nothing can be written: said in words, before a run and instead of errors in it."""

import errno
import os
import secrets
import shutil
from pathlib import Path

from multilevel.storage.files import UNFINISHED

# No space left, or no more of it for this account.
NO_SPACE = frozenset((errno.ENOSPC, errno.EDQUOT))
# What Snakemake writes about a run before it asks whether there is room for the outputs.
LEAST = 2**20
_AGAIN = "Free some space and run again; what is done stays done."
_WORDS = {
    errno.ENOSPC: ("No space is left on the disk of {place}: {free}.", _AGAIN),
    errno.EDQUOT: ("No space is left on the disk of {place} for this account (quota).", _AGAIN),
    errno.EROFS: (
        "The disk of {place} can only be read.",
        "Mount it for writing, or work in a folder elsewhere, and run again.",
    ),
    errno.EACCES: (
        "This account may not write in {place}.",
        "See whose it is (ls -ld), have that changed or run as its owner.",
    ),
}
_WORDS[errno.EPERM] = _WORDS[errno.EACCES]


class UnwritableError(OSError):
    """Nothing can be written where a run has to; the message says what to do."""


def check(folder: Path) -> None:
    """Write a little in `folder`, made if need be, as Snakemake will, and remove it.

    Asking how much is free would miss quotas, and disks that can only be read.

    Raises
    ------
    UnwritableError
        When that fails.
    """
    # A name that the next run removes, should this one be killed here.
    trial = folder / f".trial.{secrets.token_hex(8)}{UNFINISHED}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            # Not empty: a file system may give blocks of zeros no space.
            trial.write_bytes(os.urandom(LEAST))
        finally:
            trial.unlink(missing_ok=True)
    except OSError as error:
        raise UnwritableError(explained(error, folder)) from None


def is_known(error: OSError) -> bool:
    """Whether it says that a place can't be written to, and no bug is behind it."""
    return error.errno in _WORDS or isinstance(error, UnwritableError)


def explained(error: OSError, place: Path) -> str:
    """What is wrong with `place` and how to mend it; the system's words where ours don't fit."""
    if isinstance(error, UnwritableError):
        return str(error)
    if error.errno not in _WORDS:
        return f"Nothing can be written in {place.resolve()}: {error.strerror or error}."
    what, remedy = _WORDS[error.errno]
    return f"{what.format(place=place.resolve(), free=_free(place))}\n{remedy}"


def _free(place: Path) -> str:
    there = next(one for one in (place, *place.resolve().parents) if one.exists())
    free = shutil.disk_usage(there).free
    # Where there is room after all, it may be the number of files that is limited.
    if free >= LEAST and hasattr(os, "statvfs") and not os.statvfs(there).f_favail:
        return "it has as many files as it can hold"
    return f"{free / 2**20:.1f} MB are free"
