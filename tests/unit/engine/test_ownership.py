"""A folder of results is one project's, and no run shuts an owner out of a folder."""

import os
import shutil
import stat
from pathlib import Path

import pytest

from engine import ownership
from engine.ownership import OwnerError, check, claim, free


@pytest.fixture
def shared(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Two projects, and a folder of results."""
    folders = tmp_path / "one", tmp_path / "two", tmp_path / "results"
    for folder in folders:
        folder.mkdir()
    return folders


def test_results_are_one_projects(
    shared: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, results = shared
    claim(one, results)
    claim(one, results)
    mark = (results / ownership.OWNER).read_bytes()
    with pytest.raises(OwnerError, match=f"belong to the project in {one}"):
        claim(two, results)
    assert (results / ownership.OWNER).read_bytes() == mark
    monkeypatch.setenv("TAKE_OVER", "yes")
    claim(two, results)
    monkeypatch.delenv("TAKE_OVER")
    claim(two, results)
    with pytest.raises(OwnerError):
        claim(one, results)


def test_copies_and_moved_projects_keep_their_results(tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "results").mkdir(parents=True)
    claim(project, project / "results")
    copied = shutil.copytree(project, tmp_path / "copied")
    claim(copied, copied / "results")
    moved = project.rename(tmp_path / "moved")
    claim(moved, moved / "results")


def test_a_damaged_mark_stops_nobody(shared: tuple[Path, Path, Path]) -> None:
    one, two, results = shared
    claim(one, results)
    (results / ownership.OWNER).write_text('{"project"')
    claim(two, results)


def test_anothers_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    me = os.geteuid()
    check(tmp_path, tmp_path / "not" / "there")
    monkeypatch.setattr(os, "geteuid", lambda: me + 1)
    if me == 0:
        # Root may replace anything in its folders.
        check(tmp_path)
        os.chown(tmp_path, 4242, os.getegid())
    with pytest.raises(OwnerError, match="chown -R"):
        check(tmp_path / "not" / "there")
    former = os.umask(0o002)
    try:
        tmp_path.chmod(0o2775 | stat.S_ISGID)
        check(tmp_path)
        os.umask(0o022)
        with pytest.raises(OwnerError, match="umask 002"):
            check(tmp_path)
    finally:
        os.umask(former)


def test_what_another_account_left_is_put_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stages = tmp_path / "stages"
    for name in ("mine", "theirs"):
        (stages / name / "figures").mkdir(parents=True)
        (stages / name / "fit.json").write_text("1")
        (stages / name / "ingest.json").write_text("1")
    closed = {stages / "theirs", stages / "mine" / "fit.json", stages / "mine" / "figures"}
    monkeypatch.setattr(os, "access", lambda path, _: Path(path) not in closed)
    for name in ("mine", "theirs", "none"):
        free(stages / name)
    assert sorted(path.name for path in stages.glob("[!.]*")) == ["mine"]
    assert [path.name for path in (stages / "mine").glob("[!.]*")] == ["ingest.json"]
