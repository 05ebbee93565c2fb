"""`multilevel release`: what it says, and when it refuses."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.main import main
from console.release import describe
from multilevel.publication import approval
from multilevel.publication.approval import Change, Move

CONFIG = "publication: {approve: yes}\ndatasets: {a: {file: a.csv, outcome: y, group: s}}\n"


def configure(folder: Path, text: str = CONFIG) -> None:
    (folder / "config").mkdir()
    (folder / "config" / "config.yaml").write_text(text)


def make_wait(folder: Path, mean: str) -> None:
    waiting = folder / "results" / approval.WAITING
    # Runs replace files, and never write into them.
    shutil.rmtree(waiting, ignore_errors=True)
    (waiting / "a").mkdir(parents=True, exist_ok=True)
    (waiting / "a" / "report.html").write_text(mean)
    (waiting / "index.html").write_text(mean)
    (waiting / "datasets.csv").write_text(
        f"id,status,title,gamma00,se_gamma00\na,ok,Dataset A,{mean},2\n"
    )


def test_what_waits_is_shown_released_and_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    configure(tmp_path)
    make_wait(tmp_path, "500.0")
    assert main(["release", "--show"]) == 0
    assert "Dataset A (a), new" in capsys.readouterr().out
    assert not (tmp_path / "results" / "index.html").exists()
    assert main(["release"]) == 0
    make_wait(tmp_path, "508.0")
    assert main(["release", "--show"]) == 0
    assert "mean 508, was 500 (moved by 4.0 standard errors)" in capsys.readouterr().out
    # Two releases within a second have folders of their own.
    assert main(["release"]) == 0
    public = tmp_path / "results" / "index.html"
    assert public.read_text() == "508.0"
    monkeypatch.setenv("SETTING_UNDO", "yes")
    monkeypatch.setenv("GIVEN_SETTINGS", "UNDO")
    assert main(["make", "release"]) == 0
    assert public.read_text() == "500.0"
    assert "Public is again" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (CONFIG, "Nothing waits"),
        (CONFIG.replace("approve: yes", "publisher: A"), "doesn't say publication"),
    ],
)
def test_it_says_why_there_is_nothing_to_do(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    config: str,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    configure(tmp_path, config)
    assert main(["release"]) == 2
    assert said in capsys.readouterr().err


def test_what_needs_a_look_comes_first_and_the_rest_is_cut() -> None:
    far = Move(number="icc", before=0.1, now=0.4, standard_errors=None, headline=True)
    found = (
        Change(id="far", title="Far\nFar", kind="changed", status="ok", moves=(far,)),
        Change(id="gone", title="Gone", kind="removed", status=""),
        *(Change(id=f"n{i}", title="N", kind="new", status="refused") for i in range(30)),
    )
    said = describe(found).splitlines()
    assert said[:4] == [
        "Datasets: 30 new, 1 changed, 1 removed.",
        "Look at these first:",
        "  Far Far (far), changed: ICC 0.40, was 0.10 (moved by no standard error)",
        "  Gone (gone), removed",
    ]
    assert said[-1] == "  and 10 more"
    assert describe(()).startswith("Nothing waits")


def test_a_report_whose_numbers_are_those_that_are_public_says_so() -> None:
    change = Change(id="a", title="A", kind="changed", status="ok", same=True)
    assert describe((change,)).splitlines()[1] == "  A (a), changed: headline numbers as before"


def test_the_folder_of_a_release_is_named_by_its_moment(tmp_path: Path) -> None:
    make_wait(tmp_path, "1")
    name = approval.release(tmp_path / "results", datetime(2026, 12, 1, 2, 3, 4, tzinfo=UTC))
    assert name == "2026-12-01T02-03-04Z"
