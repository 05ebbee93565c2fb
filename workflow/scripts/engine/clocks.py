"""What a clock that was ahead left: files from the future, which Snakemake takes no input from."""

import os
import secrets
import time
from pathlib import Path

from multilevel.storage.files import UNFINISHED, write_whole

# Clocks of servers differ by less, and Snakemake waits as long for files of a network drive.
TOLERATED = 5.0
# How far back such files are put: later files are newer, and equal times ask for nothing.
_BACK = 86_400.0


def mend(folder: Path) -> None:
    """Put files from the future into the past.

    What they were made of is known by content, so that no time has to say it.
    """
    now = time.time()
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(place, name)
            if path.lstat().st_mtime > now + TOLERATED:
                try:
                    os.utime(path, (now - _BACK, now - _BACK), follow_symlinks=False)
                except PermissionError:
                    _renew(path)


def _renew(path: Path) -> None:
    """Give another account's file, in a folder that a group shares, the time of now."""
    if path.is_dir():
        trial = path / f".trial.{secrets.token_hex(8)}{UNFINISHED}"
        trial.touch()
        trial.unlink()
    elif path.is_file():
        write_whole(path, path.read_bytes())
