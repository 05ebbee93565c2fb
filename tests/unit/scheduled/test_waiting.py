"""Scheduled runs whose results wait to be released on purpose."""

from pathlib import Path

import pytest

from multilevel.publication import approval
from scheduled.run import Place, place_of

from .conftest import NOW
from .test_run import at, run


def test_what_waits_for_release_is_told(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stand-in publishes; here it works where results wait, as Snakemake would."""
    stand_in = tmp_path / "stand_in.py"
    text = stand_in.read_text().replace('"results', '"results/.waiting')
    stand_in.write_text(text.replace("'results", "'results/.waiting"))
    monkeypatch.setenv("NOTIFY", 'echo "$RUN_WAITING; $RUN_SUMMARY; $RUN_INDEX" > told.txt')
    waiting = Place(**{**place.__dict__, "waits": True})
    status, record = run(waiting, "one ok first")
    assert status == 0
    assert [(change["id"], change["kind"]) for change in record["waiting"]] == [("one", "new")]
    told = (tmp_path / "told.txt").read_text()
    assert told.startswith("one; 1 new; 1 wait for release; ")
    assert told.strip().endswith("results/.waiting/index.html")
    assert not (tmp_path / "results" / "index.html").exists()
    approval.release(tmp_path / "results", NOW)
    _, record = run(waiting, "one refused second", at(4))
    assert record["waiting"][0]["status"] == "refused"
    assert "1 wait for release, look first at one" in (tmp_path / "told.txt").read_text()
    assert (tmp_path / "results" / "one" / "report.html").read_text() == "first"


def test_a_folder_whose_results_wait_is_known_by_its_configuration(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    file = tmp_path / "config" / "config.yaml"
    file.write_text("publication: {approve: yes}\n")
    assert place_of(tmp_path, ()).made == tmp_path / "results" / ".waiting"
    file.write_text("publication: {approve: no}\n")
    assert place_of(tmp_path, ()).made == tmp_path / "results"
