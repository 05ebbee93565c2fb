"""Whose a project and its results are: no run takes another's, or shuts its owner out."""

import json
import os
import pwd
import secrets
import shlex
import stat
import sys
from pathlib import Path

from multilevel.storage.files import write_whole

# In a folder of results: the project whose reports it holds.
OWNER = Path(".stages") / "owner.json"
TAKE_OVER = "TAKE_OVER"
REFUSED = 2


class OwnerError(Exception):
    """The run must not begin here; the message says why, and how to mend that."""


def check(*folders: Path) -> None:
    """Refuse to leave files which a folder's owner or its group can't replace.

    Root may replace anything, and a folder that its group shares (setgid, writable for the group,
    as by this account's umask) is mended by each of it.

    Raises
    ------
    OwnerError
        With the commands that mend it.
    """
    for folder in folders:
        there = next(one for one in (folder, *folder.resolve().parents) if one.exists())
        owner = there.stat()
        if owner.st_uid not in (0, os.geteuid()) and not _is_shared(owner):
            raise OwnerError(_not_mine(there, owner.st_uid))


def claim(project: Path, results: Path) -> None:
    """Mark a folder of results as this project's, whose lock is held, unless it is another's.

    Raises
    ------
    OwnerError
        When it is another project's, and TAKE_OVER=yes doesn't ask to take it.
    """
    file = results / OWNER
    mine = {"project": str(project.resolve()), "results": results.resolve().stat().st_ino}
    try:
        marked = json.loads(file.read_bytes())
        former, number = Path(marked["project"]), marked["results"]
    except (OSError, ValueError, KeyError, TypeError):
        former, number = project, None
    copied = number != mine["results"]
    moved = project.resolve() in results.resolve().parents and not former.exists()
    asked = os.environ.get(TAKE_OVER, "").lower() in ("yes", "y", "1", "true")
    if former.resolve() != project.resolve() and not (copied or moved or asked):
        raise OwnerError(
            f"The reports in {results.resolve()} belong to the project in {former}, and this one "
            "would put away what it doesn't know. Name another folder under results in the "
            f"configuration, or let this project have it: {TAKE_OVER}=yes before the command. "
            "Nothing was changed."
        )
    content = json.dumps(mine).encode()
    if not file.is_file() or file.read_bytes() != content:
        write_whole(file, content)


def free(folder: Path) -> None:
    """Put aside what this account may not write to, as another account's run left it.

    Snakemake wouldn't begin, for any dataset. What is put aside is made again.
    """
    if not folder.is_dir():
        return
    if not os.access(folder, os.W_OK):
        # Its name is the parent's, which is ours.
        folder.rename(folder.with_name(f".unwritable-{secrets.token_hex(8)}"))
        return
    for file in folder.iterdir():
        if not os.access(file, os.W_OK):
            if file.is_dir():
                file.rename(folder / f".unwritable-{secrets.token_hex(8)}")
            else:
                file.unlink()


def _is_shared(folder: os.stat_result) -> bool:
    umask = os.umask(0)
    os.umask(umask)
    inherits = folder.st_mode & stat.S_ISGID or folder.st_gid == os.getegid()
    return bool(folder.st_mode & stat.S_IWGRP and inherits and not umask & stat.S_IRWXG)


def _not_mine(folder: Path, owner: int) -> str:
    try:
        name = pwd.getpwuid(owner).pw_name
    except KeyError:
        name = f"#{owner}"
    command, place = shlex.join(sys.argv), shlex.quote(str(folder.resolve()))
    return (
        f"{folder.resolve()} belongs to {name}, who couldn't replace what this account writes "
        f"there: all later runs would fail. Run as {name}:\n"
        f"    sudo -u '{name}' {command}\n"
        f"or give the folder to this account: chown -R {os.geteuid()} {place}\n"
        f"or share it with its group: chmod -R g+rwX {place}; find {place} -type d -exec chmod g+s "
        "{} +; umask 002\n"
        "Nothing was changed."
    )
