"""Publishing where names can't be changed or given twice."""

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest

from multilevel.publish import stage
from multilevel.storage import exchange

OUTPUTS = {
    "results": "results.json",
    "report": "report.html",
    "figures": "figures",
    "printed": "printed",
}


def made(stages: Path, content: str) -> dict[str, Path]:
    """A dataset's outputs in its folder of stages."""
    paths = {name: stages / file for name, file in OUTPUTS.items()}
    for folder in ("figures", "printed"):
        (stages / folder).mkdir(parents=True, exist_ok=True)
        (stages / folder / ".snakemake_timestamp").touch()
    for path in (stages / "report.html", stages / "figures" / "one.svg"):
        path.write_text(content)
    (stages / "results.json").write_text('{"status": "ok"}')
    return paths


def ledger(stages: Path) -> Path:
    """What disclosure control remembers of the dataset."""
    file = stages / "ledger.json"
    stages.mkdir(parents=True, exist_ok=True)
    file.write_text("{}")
    return file


@pytest.fixture
def overlay(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on an overlay: what lies in its lower layer can neither be linked nor renamed."""

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    monkeypatch.setattr(exchange, "exchange_names", lambda *_: False)
    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(os, "rename", refuse)
    monkeypatch.setattr(Path, "rename", refuse)


@pytest.mark.usefixtures("overlay")
def test_an_overlay(tmp_path: Path) -> None:
    stages, public = tmp_path / ".stages" / "a", tmp_path / "a"
    public.mkdir(parents=True)
    (public / "report.html").write_text("old")
    (public / "my notes.txt").write_text("mine")
    stage.run(published=stages / "published.json", ledger=ledger(stages), **made(stages, "new"))
    assert (public / "report.html").read_text() == "new"
    assert (public / "my notes.txt").read_text() == "mine"
    assert not list(stages.glob(f"{stage.BUILDING}*"))
    (tmp_path / ".stages" / "datasets-before.json").write_text('["a"]')
    (tmp_path / ".stages" / "datasets.json").write_text("[]")
    stage.set_aside(tmp_path / ".stages" / "datasets.json", tmp_path)
    assert not public.exists()
    (kept,) = (tmp_path / ".removed").glob("*/a")
    assert (kept / "report.html").read_text() == "new"


def test_a_format_that_is_no_longer_asked_for_is_withdrawn(tmp_path: Path) -> None:
    stages, public = tmp_path / ".stages" / "a", tmp_path / "a"
    paths = made(stages, "new")
    (stages / "printed" / "report.pdf").write_text("new")
    stage.run(published=stages / "published.json", ledger=ledger(stages), **paths)
    assert (public / "report.pdf").read_text() == "new"
    assert "report.pdf" in json.loads((stages / "published.json").read_bytes())["published"]
    (public / "my notes.pdf").write_text("mine")
    (stages / "printed" / "report.pdf").unlink()
    stage.run(published=stages / "published.json", ledger=ledger(stages), **paths)
    files = {path.name for path in public.iterdir()}
    assert files == {"results.json", "report.html", "figures", "my notes.pdf"}


def test_what_snakemake_leaves_is_not_published(tmp_path: Path) -> None:
    stages = tmp_path / ".stages" / "a"
    stage.run(published=stages / "published.json", ledger=ledger(stages), **made(stages, "new"))
    assert [path.name for path in (tmp_path / "a" / "figures").iterdir()] == ["one.svg"]


@pytest.mark.parametrize("waits", [False, True])
def test_what_a_comparison_shows_of_a_dataset_is_remembered(tmp_path: Path, waits: bool) -> None:
    """Though its own report failed: else the next release would be held against an older one."""
    stages = tmp_path / ".stages" / ".comparisons" / "x"
    outputs = made(stages, "new")
    (stages / "results.json").write_text('{"status": "ok", "datasets": [{"id": "a"}]}')
    ledger(tmp_path / ".stages" / "a").write_text('{"entries": {}}')
    put = stage.prepare_comparison if waits else stage.run_comparison
    put(published=stages / "published.json", **outputs)
    public = tmp_path / ".waiting" if waits else tmp_path
    assert (public / ".released" / "a.json").read_text() == '{"entries": {}}'
    assert not waits or not (tmp_path / ".released").exists()
