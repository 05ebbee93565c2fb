"""Today's releases in the history of a results folder."""

import json
from pathlib import Path

import pytest
from tests.helpers.building import TEMPLATES

from multilevel.configuration.datasets import dataset
from multilevel.fit.stage import run as fit
from multilevel.index.releases import run
from multilevel.ingest import stage as ingest
from multilevel.publication.stage import run as publication
from multilevel.releases.history import read
from multilevel.summarise.stage import run as summarise


def made(results: Path, name: str, scores: list[float], **settings: object) -> dict | None:
    """A dataset's files as the stages leave them; what previous.json holds."""
    folder = results / ".stages" / name
    folder.mkdir(parents=True, exist_ok=True)
    rows = [f"s{place % 4},{score}" for place, score in enumerate(scores)]
    (results / f"{name}.csv").write_text("\n".join(["g,y", *rows]) + "\n")
    entry = {"outcome": "y", "group": "g", **settings}
    one = dataset(name, str(results / f"{name}.csv"), entry, {})
    students, ingested, fitted = (
        folder / file for file in ("students.parquet", "ingest.json", "fit.json")
    )
    tables = ("results.json", "groups.csv", "schools.parquet")
    complete = [folder / "complete" / file for file in tables]
    ingest.write(*ingest.ingest(one, Path(one.file), "2026-05-03"), students, ingested)
    fit(students, ingested, fitted)
    summarise(students, ingested, fitted, *complete)
    public = (*tables, "shown.parquet", "ledger.json", "previous.json")
    publication(*complete, students, ingested, TEMPLATES, *(folder / file for file in public))
    (folder / "published.json").write_text('{"failed": null}')
    return json.loads((folder / "previous.json").read_bytes())["release"]


def noted(results: Path, *names: str) -> list[tuple[str, int]]:
    listed = results / ".stages" / "datasets.json"
    listed.write_text(json.dumps(names))
    run(results / "datasets.csv", listed, results / "history.csv")
    return [(release.id, release.n_members) for release in read(results / "history.csv")]


def test_new_unchanged_changed_refused_removed(tmp_path: Path) -> None:
    first, second = [1.0, 4, 2, 5, 3, 6, 9, 7], [1.0, 4, 2, 5, 3, 6, 9, 7, 8]
    assert made(tmp_path, "a", first) is None
    assert made(tmp_path, "b", first) is None
    assert noted(tmp_path, "a", "b") == [("a", 8), ("b", 8)]
    content = (tmp_path / "history.csv").read_bytes()
    assert made(tmp_path, "a", first) is None
    assert noted(tmp_path, "a", "b") == [("a", 8), ("b", 8)]
    assert (tmp_path / "history.csv").read_bytes() == content
    before = made(tmp_path, "a", second)
    assert before is not None
    assert before["n_members"] == 8
    assert noted(tmp_path, "a", "b") == [("a", 8), ("b", 8), ("a", 9)]
    # Made again after its row was written: still the release before it.
    assert made(tmp_path, "a", second) == before
    assert made(tmp_path, "b", [1.0] * 8) is None
    assert noted(tmp_path, "a", "b") == [("a", 8), ("b", 8), ("a", 9)]
    assert noted(tmp_path, "a") == [("a", 8), ("b", 8), ("a", 9)]


def test_what_is_rounded_to_be_published_is_the_same_release_when_made_again(
    tmp_path: Path,
) -> None:
    scores = [place % 4 * 3.25 + place * 0.37 % 5 for place in range(80)]
    safe = {"publication": {"disclosure": "safe"}}
    assert made(tmp_path, "a", scores, **safe) is None
    assert noted(tmp_path, "a") == [("a", 80)]
    assert made(tmp_path, "a", scores, **safe) is None
    assert noted(tmp_path, "a") == [("a", 80)]


def test_results_json_knows_no_history(tmp_path: Path) -> None:
    scores = [1.0, 4, 2, 5, 3, 6, 9, 7]
    made(tmp_path, "a", scores)
    fresh = (tmp_path / ".stages" / "a" / "results.json").read_bytes()
    made(tmp_path, "a", scores[:-1])
    noted(tmp_path, "a")
    assert made(tmp_path, "a", scores) is not None
    assert (tmp_path / ".stages" / "a" / "results.json").read_bytes() == fresh


def test_a_spoilt_history_stops_no_report_and_is_said(tmp_path: Path) -> None:
    (tmp_path / "history.csv").write_text("no,history\n1,2\n")
    assert made(tmp_path, "a", [1.0, 4, 2, 5, 3, 6, 9, 7]) is None
    with pytest.raises(SystemExit, match="Restore it from a backup, or remove it"):
        noted(tmp_path, "a")
    assert (tmp_path / "history.csv").read_text() == "no,history\n1,2\n"
