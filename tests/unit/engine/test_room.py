"""A disk that is full, or can't be written to, is said in words."""

import errno
import os
from pathlib import Path

import pytest

from engine import room

UNLOGGED = """\
--- Logging error ---
Traceback (most recent call last):
  File "executors/local.py", line 432, in run_wrapper
    run(
subprocess.CalledProcessError: Command 'x' returned non-zero exit status 66.

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "logging/__init__.py", line 1094, in flush
    self.stream.flush()
OSError: [Errno 28] No space left on device
Call stack:
  File "threading.py", line 1002, in _bootstrap
    self._bootstrap_inner()
Message: 'Error in rule fit, jobid: 25'
Arguments: ()
"""
UNRECORDED = (
    "Error recording metadata for finished job ([Errno 28] No space left on device). "
    "Please ensure write permissions for the directory /x/.snakemake\n"
)
BUG = """\
Traceback (most recent call last):
  File "here.py", line 1, in run
    open("secret")

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "here.py", line 2, in run
    open("other")
PermissionError: [Errno 13] Permission denied: 'other'
"""


def said(text: str, place: Path) -> str:
    return "".join(room.translated(text.splitlines(keepends=True), place))


def test_what_could_not_be_logged_is_said_once_and_all_else_as_it_is(tmp_path: Path) -> None:
    found = said(f"before\n{UNLOGGED}between\n{UNLOGGED}{UNRECORDED}after\n", tmp_path)
    before, message, remedy, between, after = found.splitlines()
    assert (before, between, after) == ("before", "between", "after")
    assert message.startswith(f"No space is left on the disk of {tmp_path}: ")
    assert remedy == "Free some space and run again; what is done stays done."


def test_of_the_file_that_is_named_the_disk_is_meant(tmp_path: Path) -> None:
    line = f"OSError: [Errno 30] Read-only file system: '{tmp_path}/there/file'\n"
    assert f"The disk of {tmp_path}/there can only be read." in said(line, Path("/"))


@pytest.mark.parametrize("text", [BUG, BUG + "more\n", UNLOGGED.replace("28", "9"), "\n\nx\n"])
def test_other_faults_are_shown_whole(text: str, tmp_path: Path) -> None:
    assert said(text, tmp_path) == text


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "Free some space and run again"),
        (errno.EDQUOT, "for this account (quota)"),
        (errno.EROFS, "can only be read"),
        (errno.EACCES, "This account may not write in"),
        (errno.EPERM, "This account may not write in"),
        (errno.EIO, "Nothing can be written in"),
    ],
)
def test_a_place_that_takes_nothing(
    number: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(room.UnwritableError, match=str(tmp_path / "new")) as raised:
        room.check(tmp_path / "new")
    assert words in str(raised.value)


def test_a_place_that_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(room.UnwritableError, match="Nothing can be written in"):
        room.check(tmp_path / "file")


def test_a_place_with_room_stays_as_it_is(tmp_path: Path) -> None:
    room.check(tmp_path / "new")
    assert not list((tmp_path / "new").iterdir())
