"""Files that were expected: told when none came, by a clock of the test's own."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from multilevel.configuration.expectations import Expect, expectation
from scheduled.expected import Noted, looked, overdue
from scheduled.run import Place

from .conftest import NOW
from .test_run import run

CONFIG: dict[str, Any] = {
    "expect": {"by": "07:00", "timezone": "UTC"},
    "datasets": {
        "nightly": {"files": "in/*.csv", "exclude": "old-*"},
        "static": {"file": "static.csv", "expect": {"every": "never"}},
    },
}
DAY = timedelta(days=1)


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=UTC)


class Folder:
    """Where files come and runs look."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "in").mkdir()

    def comes(self, name: str, at: datetime, content: str = "x") -> None:
        file = self.root / "in" / name
        file.write_text(content)
        os.utime(file, (at.timestamp(), at.timestamp()))

    def late(self, now: datetime, config: Any = CONFIG) -> list[str]:
        return [one.by for one in overdue(self.root, self.root / "results", config, now)]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_a_file_each_day_is_never_late(folder: Folder) -> None:
    for day in range(1, 8):
        folder.comes(f"{day}.csv", moment(day, 6))
        assert folder.late(moment(day, 8)) == []


def test_the_day_without_one_is_told_at_each_run_until_one_comes(folder: Folder) -> None:
    folder.comes("a.csv", moment(1, 6))
    assert folder.late(moment(1, 8)) == []
    assert folder.late(moment(2, 6, 59)) == []
    assert folder.late(moment(2, 8)) == ["2026-12-02T07:00+00:00"]
    assert folder.late(moment(3, 8)) == ["2026-12-03T07:00+00:00"]
    folder.comes("b.csv", moment(4, 6))
    assert folder.late(moment(4, 8)) == []


def test_none_at_all_is_told_at_once(folder: Folder) -> None:
    (found,) = overdue(folder.root, folder.root / "results", CONFIG, moment(1, 8))
    assert (found.entry, found.by, found.newest) == ("nightly", "2026-12-01T07:00+00:00", None)


def test_a_late_file_does_not_count_for_the_next_day(folder: Folder) -> None:
    folder.comes("a.csv", moment(1, 6))
    assert folder.late(moment(1, 8)) == []
    assert folder.late(moment(2, 8)) != []
    folder.comes("b.csv", moment(2, 9))
    assert folder.late(moment(2, 12)) == []
    assert folder.late(moment(3, 8)) != []


def test_the_same_name_with_other_content_is_a_new_file(folder: Folder) -> None:
    folder.comes("a.csv", moment(1, 6))
    assert folder.late(moment(1, 8)) == []
    folder.comes("a.csv", moment(2, 6), "xy")
    assert folder.late(moment(2, 8)) == []


def test_a_file_that_kept_the_time_of_where_it_came_from_came_when_it_was_found(
    folder: Folder,
) -> None:
    folder.comes("a.csv", moment(1, 6))
    assert folder.late(moment(1, 8)) == []
    folder.comes("b.csv", datetime(2025, 1, 1, tzinfo=UTC))
    assert folder.late(moment(2, 8)) == []


@pytest.mark.parametrize("name", ["old-a.csv", "a.txt", ".~lock.a.csv#"])
def test_other_files_do_not_count(folder: Folder, name: str) -> None:
    folder.comes("a.csv", moment(1, 6))
    assert folder.late(moment(1, 8)) == []
    folder.comes(name, moment(2, 6))
    assert folder.late(moment(2, 8)) != []


def test_a_file_that_left_is_none_that_came(folder: Folder) -> None:
    for name in ("a.csv", "b.csv"):
        folder.comes(name, moment(1, 6))
    assert folder.late(moment(1, 8)) == []
    (folder.root / "in" / "b.csv").unlink()
    assert folder.late(moment(2, 8)) != []


def test_days_without_a_run_are_made_up_for(folder: Folder) -> None:
    folder.comes("1.csv", moment(1, 6))
    assert folder.late(moment(1, 8)) == []
    for day in (2, 3, 4):
        folder.comes(f"{day}.csv", moment(day, 6))
    assert folder.late(moment(4, 8)) == []
    assert folder.late(moment(5, 8)) != []


@pytest.mark.parametrize("config", [None, [], {"datasets": {"a": 1}}, {"datasets": None}])
def test_of_a_configuration_that_can_not_be_used_nothing_is_expected(
    folder: Folder, config: Any
) -> None:
    assert folder.late(moment(1, 8), config) == []


def test_what_was_noted_and_can_not_be_read_is_begun_anew(folder: Folder) -> None:
    noted = folder.root / "results" / ".runs" / "expected.json"
    noted.parent.mkdir(parents=True)
    noted.write_text("{")
    folder.comes("a.csv", moment(1, 6))
    assert folder.late(moment(1, 8)) == []


def test_a_clock_that_was_a_year_ahead_stops_no_alarm(folder: Folder) -> None:
    folder.comes("a.csv", moment(1, 6) + 365 * DAY)
    assert folder.late(moment(1, 8) + 365 * DAY) == []
    assert folder.late(moment(2, 8)) == []
    assert folder.late(moment(3, 8)) == ["2026-12-03T07:00+00:00"]


@pytest.mark.parametrize("changed", [-1e17, 1e17])
def test_times_that_no_calendar_has(changed: float) -> None:
    expect = expectation({"datasets": {"a": {"expect": {"by": "07:00"}}}}, "a")
    assert isinstance(expect, Expect)
    noted = looked(expect, None, {"x": changed}, moment(7, 8))
    assert noted.newest is not None


def test_a_week_counts_from_its_time_to_the_next() -> None:
    expect = expectation(
        {"datasets": {"a": {"expect": {"by": "07:00", "every": "week", "timezone": "UTC"}}}}, "a"
    )
    assert isinstance(expect, Expect)
    first = looked(expect, None, {"x": moment(7, 6).timestamp()}, moment(7, 8))
    # Monday's was there; Wednesday's is next Monday's.
    early = looked(expect, first, {"y": moment(9, 6).timestamp()}, moment(10, 8))
    assert early.served == moment(14, 7).isoformat()
    assert isinstance(early, Noted)


def test_a_scheduled_run_tells_by_record_status_and_notification(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY", 'echo "$RUN_STATUS $RUN_OVERDUE $RUN_SUMMARY" > told.txt')
    expecting = Place(**{**place.__dict__, "config": CONFIG})
    status, record = run(expecting, "nightly ok first")
    assert status == record["status"] == 1
    late = {"entry": "nightly", "by": "2026-05-02T07:00+00:00", "newest": None}
    assert record["overdue"] == [late]
    said = "1 new, no new file of nightly by 2026-05-02T07:00+00:00"
    assert (tmp_path / "told.txt").read_text() == f"1 nightly {said}\n"
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_text("x")
    os.utime(tmp_path / "in" / "a.csv", (NOW.timestamp(), NOW.timestamp()))
    status, record = run(expecting, "nightly ok second", NOW + DAY)
    assert status == 0
    assert record["overdue"] == []


def test_a_run_that_breaks_tells_too(place: Place, tmp_path: Path) -> None:
    expecting = Place(**{**place.__dict__, "config": CONFIG})
    status, record = run(expecting, "exit 3")
    assert status == 2
    assert [one["entry"] for one in record["overdue"]] == ["nightly"]
