"""What Snakemake is started with."""

import getpass
from pathlib import Path

import pytest

from engine.run import for_services


def test_accounts_of_services_get_a_place_for_caches_and_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    sound = {"HOME": str(tmp_path), "PATH": "/bin"}
    assert for_services(dict(sound)) == sound

    def unknown() -> str:
        raise KeyError("getpwuid(): uid not found: 5001")

    monkeypatch.setattr(getpass, "getuser", unknown)
    monkeypatch.setattr("os.geteuid", lambda: 5001)
    given = for_services({"HOME": "/nonexistent"})
    assert given["LOGNAME"] == "5001"
    assert Path(given["XDG_CACHE_HOME"]).is_relative_to(tmp_path)
