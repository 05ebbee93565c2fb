"""Scheduled runs, with a stand-in for Snakemake."""

import errno
import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine import lock
from multilevel.configuration import Keep
from multilevel.storage import snapshots
from scheduled.run import Place, end, place_of, scheduled

from .conftest import NOW


def run(place: Place, plan: str, at: datetime = NOW, **given: Any) -> tuple[int, dict[str, Any]]:
    (place.folder / "plan.txt").write_text(plan)
    status = scheduled(place, at, **given)
    record = place.folder / "results" / ".runs" / f"{snapshots.stamp(at)}.json"
    return status, json.loads(record.read_bytes())


def at(day: int) -> datetime:
    return NOW + timedelta(days=day)


def kept_runs(place: Place) -> list[str]:
    return sorted(path.name for path in (place.folder / "results" / ".kept").iterdir())


def test_new_then_unchanged_then_changed(place: Place) -> None:
    status, first = run(place, "a ok 1\nb ok 1", at(0))
    assert status == first["status"] == 0
    assert (first["new"], first["changed"], first["kept"]) == (["a", "b"], [], None)
    _, second = run(place, "a ok 1\nb ok 1", at(1))
    assert (second["unchanged"], second["new"], second["kept"]) == (["a", "b"], [], None)
    assert kept_runs(place) == []
    _, third = run(place, "a ok 2\nb ok 1\nc ok 1", at(2))
    assert (third["new"], third["changed"], third["unchanged"]) == (["c"], ["a"], ["b"])
    old = place.folder / third["kept"]
    assert (old / "a" / "report.html").read_text() == "1"
    assert not (old / "b").exists()
    assert (place.folder / "results" / "a" / "report.html").read_text() == "2"


def test_kept_files_are_the_former_ones_themselves(place: Place) -> None:
    run(place, "a ok 1", at(0))
    number = (place.folder / "results" / "a" / "report.html").stat().st_ino
    _, record = run(place, "a ok 2", at(1))
    assert (place.folder / record["kept"] / "a" / "report.html").stat().st_ino == number


def test_some_without_a_report(place: Place) -> None:
    status, record = run(place, "a ok 1\nb refused x\nc failed x")
    assert status == record["status"] == 1
    assert (record["refused"], record["failed"]) == (["b"], ["c"])


def test_each_dataset_is_counted_once(place: Place) -> None:
    run(place, "a ok 1\nb refused x\nc ok 1\ne ok 1", at(0))
    plan = "a ok 1\nb refused x\nc refused y\nd failed x\ne ok 2\nf ok 1"
    _, record = run(place, plan, at(1))
    kinds = ("new", "changed", "unchanged", "refused", "failed")
    assert [record[kind] for kind in kinds] == [["f"], ["e"], ["a"], ["b", "c"], ["d"]]
    assert record["refused_before"] == ["b"]
    log = (place.folder / record["log"]).read_text()
    assert "1 new, 1 changed, 1 unchanged, 2 refused (as before: 1), 1 failed" in log


def test_a_dataset_that_left(place: Place) -> None:
    run(place, "a ok 1\nb ok 1", at(0))
    _, record = run(place, "a ok 1\nremove b", at(1))
    assert (record["removed"], record["unchanged"]) == (["b"], ["a"])
    assert (place.folder / record["kept"] / "b" / "report.html").read_text() == "1"


@pytest.mark.parametrize("code", [1, 2, 137])
def test_a_run_that_breaks(place: Place, code: int) -> None:
    run(place, "a ok 1\nb refused x", at(0))
    status, record = run(place, f"exit {code}", at(1))
    assert status == record["status"] == 2
    assert f"status {code}" in record["message"]
    assert "the reason" in (place.folder / record["log"]).read_text()
    assert (place.folder / "results" / "a" / "report.html").read_text() == "1"


def test_a_pattern_that_lost_its_files(place: Place) -> None:
    run(place, "a ok 1\nb ok 1", at(0))
    status, record = run(place, "a ok 1\nremove b\nlost north", at(1))
    assert (status, record["lost"], record["removed"]) == (1, ["north"], ["b"])
    assert "no file any more for north" in (place.folder / record["log"]).read_text()
    status, record = run(place, "a ok 1\nlost north", at(2))
    assert (status, record["lost"]) == (0, [])


def test_only_configured_datasets_are_counted(place: Place) -> None:
    for name in ("report.html", "results.json"):
        (place.folder / "results" / "single").mkdir(parents=True, exist_ok=True)
        (place.folder / "results" / "single" / name).write_text("1")
    run(place, "a ok 1", at(0))
    _, record = run(place, "a ok 1", at(1))
    assert record["unchanged"] == ["a"]


def test_results_outside_of_the_project(place: Place, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (place.folder / "results").rename(elsewhere)
    (place.folder / "results").symlink_to(elsewhere)
    # A path that isn't within the project's folder, as an absolute one in the configuration.
    project = tmp_path / "project"
    project.mkdir()
    (place.folder / "results").rename(project / "results")
    outside = replace(place, folder=project, results=elsewhere)
    run(outside, "a ok 1", at(0))
    status, record = run(outside, "a ok 2", at(1))
    assert (status, record["changed"]) == (0, ["a"])
    assert Path(record["log"]).is_relative_to(elsewhere)
    assert Path(record["kept"], "a", "report.html").read_text() == "1"


def test_a_wait_that_is_no_number(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WAIT", "an hour")
    assert scheduled(place, NOW) == 2
    assert "WAIT= is a number of seconds, up to 1,000,000, not 'an hour'" in capsys.readouterr().err


def test_another_run_at_work(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    held = lock.acquire(place.folder)
    assert held is not None
    try:
        assert scheduled(place, NOW) == 75
    finally:
        os.close(held)
    assert "Another run is at work" in capsys.readouterr().err
    assert not (place.folder / "calls.txt").exists()
    assert not (place.folder / "results" / ".runs").exists()
    assert run(place, "a ok 1")[0] == 0


def test_too_little_space(place: Place) -> None:
    run(place, "a ok 1", at(0))
    calls = (place.folder / "calls.txt").read_text()
    status, record = run(place, "a ok 2", at(1), free=2**62)
    assert status == 2
    assert "MB are free" in record["message"]
    assert (place.folder / "calls.txt").read_text() == calls
    assert record["unchanged"] == ["a"]


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="no list of open files here")
def test_what_it_starts_holds_the_lock_too(place: Place) -> None:
    (place.folder / "stand_in.py").write_text(
        "import os, pathlib\n"
        "links = [os.path.realpath(link) for link in pathlib.Path('/proc/self/fd').iterdir()]\n"
        "print('held' if any(link.endswith('run.lock') for link in links) else 'free')\n"
    )
    _, record = run(place, "")
    assert "held" in (place.folder / record["log"]).read_text()


def test_what_a_killed_run_kept_is_settled(place: Place) -> None:
    run(place, "a ok 1\nb ok 1", at(0))
    results = place.folder / "results"
    snapshots.snapshot(results, at(1))
    for file in ("report.html", "results.json"):
        (results / "a" / file).unlink()
        (results / "a" / file).write_text("2")
    run(place, "a ok 2\nb ok 1", at(2))
    assert kept_runs(place) == [snapshots.stamp(at(1))]
    assert (results / ".kept" / snapshots.stamp(at(1)) / "a" / "report.html").read_text() == "1"


def test_the_keep_rule(place: Place) -> None:
    short = Place(**{**place.__dict__, "keep": Keep(runs=2, days=3)})
    for day in range(10):
        run(short, f"a ok {day}", at(day))
    assert kept_runs(short) == [snapshots.stamp(at(day)) for day in (6, 7, 8, 9)]
    runs = short.folder / "results" / ".runs"
    assert sorted(path.stem for path in runs.glob("*.log")) == kept_runs(short)
    run(short, "a ok 99", at(100))
    assert kept_runs(short) == [snapshots.stamp(at(9)), snapshots.stamp(at(100))]
    (runs / "notes.txt").touch()
    run(short, "a ok 100", at(200))
    assert (runs / "notes.txt").exists()


def test_notification(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY", 'echo "$RUN_STATUS|$RUN_SUMMARY|$RUN_REFUSED" > "told it.txt"')
    run(place, "a ok 1\nb refused x\nc refused x")
    told = (place.folder / "told it.txt").read_text()
    assert told == "1|1 new, 2 refused|b c\n"


def test_a_notification_that_fails_changes_nothing_else(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY", "exit 3")
    status, record = run(place, "a ok 1")
    assert status == 0
    assert "NOTIFY failed with status 3" in (place.folder / record["log"]).read_text()


def test_where_this_checkout_keeps_its_results(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    file = tmp_path / "config" / "config.yaml"
    file.write_text("results: out\nkeep: {days: 7}\ndatasets: {}\n")
    found = place_of(tmp_path, ())
    assert (found.results, found.keep) == (Path("out"), Keep(runs=30, days=7))
    file.write_text("results: [")
    assert place_of(tmp_path, ()).results == Path("results")


@pytest.mark.parametrize(
    "where", ["engine.disk_space.Path.write_bytes", "multilevel.storage.snapshots.snapshot"]
)
def test_a_full_disk_is_notified_though_nothing_can_be_written(
    where: str, place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    run(place, "a ok 1", at(0))
    monkeypatch.setattr(where, full)
    monkeypatch.setenv(
        "NOTIFY", '(echo "$RUN_STATUS|$RUN_SUMMARY"; cat "$RUN_LOG") > told.txt && exit 3'
    )
    assert scheduled(place, at(1)) == 2
    broke = "The run broke: No space is left on the disk of "
    assert (place.folder / "told.txt").read_text().startswith(f"2|{broke}")
    said = capsys.readouterr().err
    assert said.startswith(broke)
    assert "NOTIFY failed with status 3" in said
    assert (place.folder / "results" / "a" / "report.html").read_text() == "1"


@pytest.mark.parametrize("where", ["snapshot", "settle"])
def test_errors_that_nobody_thought_of_are_recorded_and_told(
    where: str, place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def absent(*_: object) -> None:
        raise FileNotFoundError(errno.ENOENT, "nowhere to be found")

    monkeypatch.setattr(f"multilevel.storage.snapshots.{where}", absent)
    monkeypatch.setenv("NOTIFY", 'echo "$RUN_STATUS|$RUN_SUMMARY" > told.txt; cat "$RUN_LOG"')
    (place.folder / "plan.txt").write_text("a ok 1")
    assert scheduled(place, NOW) == 2
    told = (place.folder / "told.txt").read_text()
    assert told.startswith("2|The run broke: FileNotFoundError:")
    runs = place.folder / "results" / ".runs"
    record = json.loads((runs / f"{snapshots.stamp(NOW)}.json").read_bytes())
    assert (record["status"], record["message"] in told) == (2, True)
    assert "Traceback" in (runs / f"{snapshots.stamp(NOW)}.log").read_text()
    assert "nowhere to be found" in capsys.readouterr().err


def test_two_runs_in_the_same_second(place: Place) -> None:
    for content in range(4):
        status, _ = run(place, f"a ok {content}")
        assert status == 0
    name = snapshots.stamp(NOW)
    names = [name, f"{name}-2", f"{name}-3", f"{name}-4"]
    runs = place.folder / "results" / ".runs"
    assert sorted(file.name for file in runs.glob("*.json")) == sorted(f"{n}.json" for n in names)
    assert sorted(file.name for file in runs.glob("*.log")) == sorted(f"{n}.log" for n in names)
    assert kept_runs(place) == names[1:]
    kept = place.folder / "results" / ".kept"
    assert [(kept / n / "a" / "report.html").read_text() for n in names[1:]] == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("variable", "value", "status", "said"),
    [
        (None, "", 75, "Another run is at work"),
        ("WAIT", "an hour", 2, "WAIT= is a number of seconds"),
        ("MULTILEVEL_HOURS", "many", 2, "MULTILEVEL_HOURS= is a number of hours"),
    ],
)
def test_a_run_that_did_not_begin_is_told(
    variable: str | None,
    value: str,
    status: int,
    said: str,
    place: Place,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NOTIFY", 'echo "$RUN_STATUS|$RUN_SUMMARY|$RUN_LOG" > told.txt')
    if variable:
        monkeypatch.setenv(variable, value)
    held = lock.acquire(place.folder)
    assert held is not None
    try:
        assert scheduled(place, NOW) == status
    finally:
        os.close(held)
    told = (place.folder / "told.txt").read_text()
    assert told.startswith(f"{status}|")
    assert said in told
    assert told.endswith("|/dev/null\n")
    assert not (place.folder / "results" / ".runs").exists()


def test_a_run_without_end_is_ended(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduled.run.PATIENCE", 1.0)
    (place.folder / "stand_in.py").write_text("import time\ntime.sleep(3600)\n")
    status, record = run(replace(place, hours=0.0002), "")
    assert status == record["status"] == 2
    assert "it was ended after 0.0002 hours" in record["message"]


def test_one_that_ignores_being_asked_is_ended_too(tmp_path: Path) -> None:
    deaf = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    script = f"{deaf}print(flush=True)\ntime.sleep(3600)\n"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        end(process, 0.1)
        assert process.poll() == -9


def test_anothers_results(place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(place, "a ok 1")
    other = tmp_path / "other"
    other.mkdir()
    second = replace(place, folder=other, results=place.folder / "results")
    before = sorted((place.folder / "results").rglob("*"))
    assert scheduled(second, at(1)) == 2
    assert "TAKE_OVER=yes" in capsys.readouterr().err
    assert sorted((place.folder / "results").rglob("*")) == before
    assert not (other / "calls.txt").exists()


def test_a_step_that_failed_beside_refused_datasets_is_a_broken_run(place: Place) -> None:
    run(place, "a ok 1\nb refused x", at(0))
    status, record = run(place, "a ok 1\nb refused x\nbroken history", at(1))
    assert (status, record["status"]) == (2, 2)


def test_names_are_no_states(place: Place) -> None:
    plan = '"north,refused,south.csv" ok 1'
    status, _ = run(place, plan, at(0))
    assert status == 0
    status, record = run(place, f"{plan}\nexit-late 1", at(1))
    assert (status, record["status"]) == (2, 2)


def test_a_folder_that_could_not_be_read_is_told(place: Place) -> None:
    status, record = run(place, "a ok 1\nunreadable in/deep")
    assert (status, record["unreadable"]) == (1, ["in/deep"])
    assert "can't be read: in/deep" in (place.folder / record["log"]).read_text()


def test_what_was_put_away_is_pruned(place: Place) -> None:
    removed = place.folder / "results" / ".removed"
    for name in ("2025-01-01", "2026-05-01", "notes"):
        (removed / name).mkdir(parents=True)
    short = replace(place, keep=Keep(runs=0, days=30))
    run(short, "a ok 1")
    assert sorted(path.name for path in removed.iterdir()) == ["2026-05-01", "notes"]
