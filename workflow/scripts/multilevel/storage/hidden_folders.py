"""Folders of a results folder that hold more than may be handed out."""

import stat
from pathlib import Path

# Stages, logs, records of runs, datasets that left, what was replaced, what was published before.
RELEASED = ".released"
HIDDEN = (".stages", ".logs", ".runs", ".removed", ".kept", ".waiting", RELEASED)
ALONE, SHARED = 0o700, 0o2770


def hide(results: Path) -> None:
    """Close these folders, those to come as well, to all but their owner.

    In a folder that a group shares (its set-group-id bit is set and the group may write) they
    stay open to that group. A folder of another owner is left as it is.
    """
    mode = results.stat().st_mode
    shared = mode & stat.S_ISGID and mode & stat.S_IWGRP
    for name in HIDDEN:
        folder = results / name
        folder.mkdir(exist_ok=True)
        wanted = SHARED if shared else ALONE
        if stat.S_IMODE(folder.stat().st_mode) != wanted:
            try:
                folder.chmod(wanted)
            except PermissionError:
                continue
