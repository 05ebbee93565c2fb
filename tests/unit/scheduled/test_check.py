"""Whether runs begin at all, as a second scheduler asks."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from console.main import main
from engine import lock
from scheduled import check
from scheduled.run import Place

from .conftest import NOW
from .test_run import run

AT = NOW.astimezone()


def asked(place: Place, now: datetime) -> int:
    return check.main(place, AT.hour, AT.minute, now)


def test_a_run_at_its_time_is_fine_and_its_absence_is_told(
    place: Place,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("NOTIFY", 'echo "$RUN_STATUS $RUN_SUMMARY" > told.txt')
    run(place, "one ok first")
    (tmp_path / "told.txt").unlink()
    assert asked(place, NOW + timedelta(hours=1)) == 0
    assert asked(place, NOW + timedelta(hours=24, minutes=29)) == 0
    assert not (tmp_path / "told.txt").exists()
    capsys.readouterr()
    assert asked(place, NOW + timedelta(hours=24, minutes=30)) == 1
    said = capsys.readouterr().err
    assert said.startswith("No run has begun since ")
    assert "The last one began at " in said
    assert (tmp_path / "told.txt").read_text() == f"1 {said}"


def test_none_ever(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(place, NOW) == 1
    assert "There was none before." in capsys.readouterr().err
    assert [path.name for path in (place.folder / place.results).iterdir()] == []


def test_one_that_was_killed_and_one_that_is_at_work(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    run(place, "one ok first")
    later = NOW + timedelta(hours=1)
    (record,) = (place.folder / place.results / ".runs").glob("2*.json")
    record.unlink()
    assert asked(place, later) == 1
    assert "left no record: it was killed" in capsys.readouterr().err
    with lock.hold(0.0, (place.folder / place.results, lock.RESULTS)):
        pass
    descriptor = lock.acquire(place.folder / place.results, file=lock.RESULTS)
    assert descriptor is not None
    assert asked(place, later) == 0


def test_a_run_whose_clock_was_ahead_speaks_for_no_day_but_its_own(place: Place) -> None:
    run(place, "one ok first", NOW + timedelta(days=365))
    assert asked(place, NOW + timedelta(days=2)) == 1
    run(place, "one ok first", NOW + timedelta(days=2, minutes=-10))
    assert asked(place, NOW + timedelta(days=2)) == 0


def test_who_may_not_look_is_told_so(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(place, "one ok first")

    def closed(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", closed)
    assert asked(place, NOW + timedelta(hours=1)) == 1
    assert "Ask as the account that runs." in capsys.readouterr().err


def test_the_command_asks_about_the_folder_where_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["schedule", "--check", "--at", "2:30"]) == 1
    assert "No run has begun since" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
