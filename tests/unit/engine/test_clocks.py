"""Files from the future, this account's and those of others with whom a folder is shared."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from engine import clocks


@pytest.mark.parametrize("of_others", [False, True])
def test_nothing_is_left_in_the_future(
    of_others: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "figures").mkdir()
    for name in ("a.json", "figures/b.svg"):
        (tmp_path / name).write_text(name)
    ahead = time.time() + 365 * 86_400
    for path in tmp_path.rglob("*"):
        os.utime(path, (ahead, ahead))
    set_time = os.utime

    def utime(path: Path, *given: Any, **how: Any) -> None:
        if of_others:
            raise PermissionError(1, "Operation not permitted", str(path))
        set_time(path, *given, **how)

    monkeypatch.setattr(os, "utime", utime)
    clocks.mend(tmp_path)
    paths = sorted(tmp_path.rglob("*"))
    assert [path.name for path in paths] == ["a.json", "figures", "b.svg"]
    assert all(path.stat().st_mtime <= time.time() + 1 for path in paths)
    assert (tmp_path / "figures" / "b.svg").read_text() == "figures/b.svg"
