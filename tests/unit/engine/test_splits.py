"""Values to split by are looked up once for a file's content."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from engine import fingerprints, splits

MODULE, DECIDING = "multilevel.ingest.parts", ("file", "split", "sheet", "missing")


@dataclass
class Split:
    file: str
    column: str = "c"
    title: str = "One"

    def settings(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "split": {"column": self.column},
            "labels": {"title": self.title},
        }


def test_only_changes_are_looked_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Split] = []

    def look_up(dataset: Split, _: str | None) -> dict[str, str]:
        asked.append(dataset)
        return {"b": "Bee", "a": "a"}

    def ask(dataset: Split) -> list[tuple[str, str]]:
        start = splits.Splits(tmp_path / "stages", look_up, MODULE, DECIDING)
        found = list(start.values(dataset).items())
        start.keep()
        return found

    file = tmp_path / "data.csv"
    file.write_text("c\n1\n")
    for _ in range(2):
        assert ask(Split(str(file))) == [("b", "Bee"), ("a", "a")]
    assert len(asked) == 1
    ask(Split(str(file), title="Another"))
    assert len(asked) == 1
    ask(Split(str(file), "d"))
    assert len(asked) == 2
    file.write_text("c\n2\n")
    os.utime(file, (1, 1))
    ask(Split(str(file), "d"))
    assert len(asked) == 3
    monkeypatch.setattr(fingerprints, "software", lambda: {"pyreadstat": "9"})
    ask(Split(str(file), "d"))
    assert len(asked) == 4


def test_a_file_that_cannot_be_read_is_tried_again(tmp_path: Path) -> None:
    asked = []
    for _ in range(2):
        start = splits.Splits(
            tmp_path / "stages", lambda one, _: asked.append(one) or {}, MODULE, DECIDING
        )
        assert start.values(Split(str(tmp_path / "nothing.csv"))) == {}
        start.keep()
    assert len(asked) == 2


def test_what_no_dataset_is_a_part_of_any_more_is_removed(tmp_path: Path) -> None:
    for name in ("kept", "gone", ".failed"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "parts.parquet").write_text("")
    splits.forget(tmp_path, {"kept": None})
    assert {folder.name for folder in tmp_path.iterdir()} == {"kept", ".failed"}
    splits.forget(tmp_path / "nothing", ())
