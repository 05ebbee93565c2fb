"""What stands for a file's content."""

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from engine import fingerprints
from engine.fingerprints import Hashes


def test_a_pipe_or_a_device_in_the_place_of_a_file_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, state = tmp_path / "a.csv", fingerprints.state
    hashes = Hashes(tmp_path / "hashes.json")
    for intruder in ("pipe", "device"):
        file.unlink(missing_ok=True)
        file.write_text("x")
        assert hashes.of(str(file)) == hashlib.sha256(b"x").hexdigest()

        def swapped(path: Path, intruder: str = intruder) -> Any:
            found = state(path)
            path.unlink()
            os.mkfifo(path) if intruder == "pipe" else path.symlink_to("/dev/zero")
            return found

        with monkeypatch.context() as patch:
            patch.setattr(fingerprints, "state", swapped)
            assert hashes.of(str(file)) == "no file"
