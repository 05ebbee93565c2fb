"""A disk that is full, or can't be written to, is said in words."""

import errno
import os
import subprocess
from pathlib import Path

import pytest

from engine import disk_space, run


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


@pytest.mark.skipif(os.getuid() != 0, reason="needs root to mount a disk")
def test_a_project_that_can_only_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config.yaml").touch()
    if subprocess.run(["mount", "--bind", "-o", "ro", tmp_path, tmp_path], check=False).returncode:
        pytest.skip("can't mount")
    try:
        monkeypatch.chdir(tmp_path)
        assert run.main(["--configfile", "config.yaml"]) == 1
    finally:
        monkeypatch.undo()
        subprocess.run(["umount", tmp_path], check=True)
    said = capsys.readouterr().err
    assert f"The disk of {tmp_path / '.snakemake'} can only be read.\n" in said
    assert "work in a folder elsewhere" in said
    assert "No report was changed." in said
