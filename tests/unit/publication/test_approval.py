"""What waits becomes public in one step, and comes back likewise."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import multilevel
from multilevel.publication import approval
from multilevel.publication.approval import INDEX, WAITING
from multilevel.releases.ledger import LEDGER, RELEASES, release_folder

SCRIPTS = Path(multilevel.__file__).parents[1]
BEGIN = datetime(2026, 12, 1, tzinfo=UTC)
ROW = {
    "status": "ok", "title": "", "gamma00": 500.0, "se_gamma00": 2.0, "icc": 0.2,
    "ci_icc_low": 0.1, "ci_icc_high": 0.3, "n_members": 1000, "n_groups": 50,
}  # fmt: skip


def prepare(folder: Path, **datasets: dict[str, Any]) -> None:
    """What a run makes of these rows of datasets.csv."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    rows = [{"id": name, **ROW, **own} for name, own in datasets.items()]
    with (folder / INDEX).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["id", *ROW])
        writer.writeheader()
        writer.writerows(rows)
    (folder / "index.html").write_text(str(rows))
    (folder / "history.csv").write_text(str(rows))
    for row in rows:
        if row["status"] != "failed":
            (folder / row["id"]).mkdir()
            (folder / row["id"] / "report.html").write_text(str(row))


def public(results: Path) -> dict[str, str]:
    """The content of all files that stand openly, without the kept releases."""
    return {
        str(path.relative_to(results)): path.read_text()
        for path in results.rglob("*")
        if path.is_file()
        and not any(part.startswith((".", "_")) for part in path.relative_to(results).parts)
    }


def released(results: Path, number: int) -> str:
    return approval.release(results, BEGIN + timedelta(days=number))


def test_nothing_public_changes_before_a_release_and_all_of_it_by_one(tmp_path: Path) -> None:
    waiting = tmp_path / WAITING
    prepare(waiting, a={}, b={})
    assert public(tmp_path) == {}
    released(tmp_path, 0)
    first = public(tmp_path)
    assert first == public(waiting)
    prepare(waiting, a={"gamma00": 510.0}, c={})
    assert public(tmp_path) == first
    released(tmp_path, 1)
    second = public(tmp_path)
    assert second == public(waiting)
    assert not (tmp_path / "b").exists()
    assert approval.changes(tmp_path) == ()
    with pytest.raises(ValueError, match="nothing waits"):
        released(tmp_path, 2)

    assert approval.undo(tmp_path) == "2026-12-01T00-00-00Z"
    assert public(tmp_path) == first
    assert [change.id for change in approval.changes(tmp_path)] == ["a", "b", "c"]
    released(tmp_path, 3)
    assert public(tmp_path) == second
    approval.undo(tmp_path)
    assert approval.undo(tmp_path) == ""
    assert public(tmp_path) == {}
    with pytest.raises(ValueError, match="nothing was released"):
        approval.undo(tmp_path)


def test_what_was_public_before_consent_was_asked_for_comes_back(tmp_path: Path) -> None:
    prepare(tmp_path / "x", a={})
    results = tmp_path / "results"
    prepare(results, a={}, z={})
    before = public(results)
    prepare(results / WAITING, a={"icc": 0.5})
    released(results, 400)
    assert approval.undo(results)
    assert public(results) == before


def test_a_format_that_is_no_longer_made_leaves_and_comes_back(tmp_path: Path) -> None:
    prepare(tmp_path / WAITING, a={})
    (tmp_path / WAITING / "a" / "report.pdf").write_text("printed")
    released(tmp_path, 0)
    (tmp_path / "a" / "notes.pdf").write_text("by hand")
    prepare(tmp_path / WAITING, a={})
    released(tmp_path, 1)
    assert {file.name for file in (tmp_path / "a").iterdir()} == {"report.html", "notes.pdf"}
    approval.undo(tmp_path)
    assert (tmp_path / "a" / "report.pdf").read_text() == "printed"


def test_files_of_others_stay(tmp_path: Path) -> None:
    prepare(tmp_path / WAITING, a={})
    (tmp_path / "single").mkdir()
    (tmp_path / "single" / "report.html").write_text("by hand")
    released(tmp_path, 0)
    approval.undo(tmp_path)
    assert public(tmp_path) == {"single/report.html": "by hand"}


def test_a_dataset_that_failed_keeps_its_former_report(tmp_path: Path) -> None:
    prepare(tmp_path / WAITING, a={}, b={})
    released(tmp_path, 0)
    former = (tmp_path / "a" / "report.html").read_text()
    prepare(tmp_path / WAITING, a={"status": "failed"}, b={"icc": 0.21})
    (first, _) = approval.changes(tmp_path)
    assert (first.id, first.status, first.headline) == ("a", "failed", True)
    released(tmp_path, 1)
    assert (tmp_path / "a" / "report.html").read_text() == former


def test_comparisons_are_released_and_taken_back_with_their_datasets(tmp_path: Path) -> None:
    def compare(title: str) -> None:
        folder = tmp_path / WAITING / "countries"
        folder.mkdir()
        (folder / "comparison.json").write_text(json.dumps({"title": title, "status": "ok"}))
        (folder / "report.html").write_text(title)

    prepare(tmp_path / WAITING, a={})
    released(tmp_path, 0)
    first = public(tmp_path)
    prepare(tmp_path / WAITING, a={})
    compare("Countries")
    (change,) = approval.changes(tmp_path)
    assert (change.id, change.title, change.kind) == ("countries", "Countries", "new")
    released(tmp_path, 1)
    assert (tmp_path / "countries" / "report.html").read_text() == "Countries"
    prepare(tmp_path / WAITING, a={})
    (change,) = approval.changes(tmp_path)
    assert (change.id, change.kind, change.headline) == ("countries", "removed", True)
    released(tmp_path, 2)
    assert public(tmp_path) == first
    approval.undo(tmp_path)
    assert (tmp_path / "countries" / "report.html").is_file()
    approval.undo(tmp_path)
    assert public(tmp_path) == first


# Counts what a process asks of the file system, and kills it, as kill -9 does, at the n-th.
KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from multilevel.publication import approval

results, command, left = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
seen = 0

def count(event, arguments):
    global seen
    if event.startswith(("os.", "shutil.", "ctypes.dlopen")) or event == "open":
        seen += 1
        if seen == left:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(count)
if command == "release":
    approval.release(results, datetime(2027, 1, 1, tzinfo=UTC))
else:
    approval.undo(results)
print(seen)
"""


def in_a_process(results: Path, command: str, left: int = -1) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", KILLED, str(results), command, str(left)],
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(SCRIPTS)},
    )  # fmt: skip


@pytest.mark.parametrize("command", ["release", "undo"])
def test_a_process_killed_at_any_step_leaves_a_whole_release_or_one_that_is_ended(
    tmp_path: Path, command: str
) -> None:
    original = tmp_path / "original"
    prepare(original / WAITING, a={}, b={})
    released(original, 0)
    prepare(original / WAITING, a={"gamma00": 510.0}, c={}, d={})
    states = [public(original), public(original / WAITING)]
    if command == "undo":
        released(original, 1)
        states.reverse()
    before, after = states

    def fresh(name: str) -> Path:
        return Path(shutil.copytree(original, tmp_path / name))

    steps = int(in_a_process(fresh("whole"), command).stdout)
    assert public(tmp_path / "whole") == after
    mixed = 0
    for number, left in enumerate(range(1, steps, max(1, steps // 15))):
        results = fresh(str(number))
        assert in_a_process(results, command, left).returncode == -signal.SIGKILL
        mixed += public(results) not in states
        approval.finish(results)
        assert public(results) in states
        if public(results) == before:
            assert in_a_process(results, command).returncode == 0
        assert public(results) == after
        assert not (results / WAITING / approval.PUT).exists()
    # What readers see changes within a few renames of many steps.
    assert mixed <= 5


class Stopped(BaseException):
    """As if the process were killed."""


@pytest.mark.parametrize("step", range(9))
def test_a_release_that_was_killed_is_ended_by_the_next_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    waiting = tmp_path / WAITING
    prepare(waiting, a={}, b={})
    released(tmp_path, 0)
    first = public(tmp_path)
    prepare(waiting, a={"gamma00": 510.0}, c={}, d={})
    left = [step]

    def dying(function: Any) -> Any:
        def one(*given: Any, **named: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                raise Stopped
            return function(*given, **named)

        return one

    with monkeypatch.context() as patch:
        for name in ("replace", "write_ledger"):
            patch.setattr(approval, name, dying(getattr(approval, name)))
        for name in ("copyfile", "rmtree"):
            patch.setattr(approval.shutil, name, dying(getattr(shutil, name)))
        try:
            released(tmp_path, 1)
        except Stopped:
            assert (tmp_path / LEDGER).is_file()
    approval.finish(tmp_path)
    assert public(tmp_path) in (first, public(waiting))
    if public(tmp_path) == first:
        released(tmp_path, 2)
    assert public(tmp_path) == public(waiting)
    approval.undo(tmp_path)
    assert public(tmp_path) == first


@pytest.mark.parametrize(
    ("now", "number", "errors", "headline"),
    [
        ({"gamma00": 505.9}, "gamma00", 2.95, False),
        ({"gamma00": 493.9}, "gamma00", 3.05, True),
        ({"icc": 0.34}, "icc", 2.74, False),
        ({"icc": 0.36}, "icc", 3.14, True),
        ({"n_members": 501}, "n_members", None, False),
        ({"n_members": 500}, "n_members", None, True),
        ({"n_groups": 41}, "n_groups", None, False),
        ({"n_groups": 60}, "n_groups", None, True),
    ],
)
def test_what_moved_much_is_named_first(
    tmp_path: Path, now: dict[str, Any], number: str, errors: float | None, headline: bool
) -> None:
    prepare(tmp_path / WAITING, a={}, z={})
    released(tmp_path, 0)
    prepare(tmp_path / WAITING, a={"title": "other"}, z=now)
    found = approval.changes(tmp_path)
    assert [change.id for change in found] == (["z", "a"] if headline else ["a", "z"])
    (move,) = next(change.moves for change in found if change.id == "z")
    assert (move.number, move.headline) == (number, headline)
    assert move.standard_errors == (None if errors is None else pytest.approx(errors, abs=0.01))


def test_a_number_without_an_error_that_moves_is_named_first(tmp_path: Path) -> None:
    prepare(tmp_path / WAITING, a={"se_gamma00": ""})
    released(tmp_path, 0)
    prepare(tmp_path / WAITING, a={"gamma00": 500.1})
    assert approval.changes(tmp_path)[0].headline


def test_release_folders_are_found_by_the_state_of_a_dataset(tmp_path: Path) -> None:
    def history(state: str) -> None:
        lines = ["id,data,settings,version", "b,x,s,1", f"a,{state},s,1"]
        (tmp_path / WAITING / "history.csv").write_text("\n".join(lines))

    for number, state in enumerate(("x", "y")):
        prepare(tmp_path / WAITING, a={"icc": number / 10})
        history(state)
        released(tmp_path, number)
    row = {"data": "x", "settings": "s", "version": "1"}
    kept = release_folder(tmp_path, "a", row)
    assert (tmp_path / RELEASES / kept / "a" / "report.html").is_file()
    assert kept == "2026-12-01T00-00-00Z"
    assert release_folder(tmp_path, "a", {**row, "data": "z"}) == ""


def test_what_moved_is_the_mean_that_leads() -> None:
    leading = {
        "leading_mean_quantity": "official_mean", "leading_weighted": "yes",
        "leading_mean": "600.0", "leading_mean_se": "4.0",
        "leading_icc": "0.3", "leading_icc_low": "0.2", "leading_icc_high": "0.4",
    }  # fmt: skip
    before = {name: str(value) for name, value in ROW.items()} | leading
    (move,) = approval._moves(before, before | {"leading_mean": "620.0", "gamma00": "501.0"})
    assert (move.number, move.now, move.standard_errors) == ("gamma00", 620.0, 5.0)
    # Two different means can't be compared: then gamma00 is, which both have.
    other = before | {"leading_mean_quantity": "gamma00", "gamma00": "501.0"}
    (move,) = approval._moves(before, other)
    assert (move.now, move.standard_errors) == (501.0, 0.5)
