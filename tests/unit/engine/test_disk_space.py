"""A disk that is full, or can't be written to, is said in words."""

import errno
import os
from pathlib import Path

import pytest

from engine import disk_space


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
    with pytest.raises(disk_space.UnwritableError, match=str(tmp_path / "new")) as raised:
        disk_space.check(tmp_path / "new")
    assert words in str(raised.value)


def test_a_place_that_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(disk_space.UnwritableError, match="Nothing can be written in"):
        disk_space.check(tmp_path / "file")


def test_a_place_with_room_stays_as_it_is(tmp_path: Path) -> None:
    disk_space.check(tmp_path / "new")
    assert not list((tmp_path / "new").iterdir())
