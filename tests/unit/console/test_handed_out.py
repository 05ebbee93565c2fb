"""What is said at the end of what may be handed out, and what not together."""

import csv
import json
from pathlib import Path

import pytest

from console.changes import table_rows
from console.handed_out import may_be_handed_out


def reports(folder: Path, *rows: tuple[str, str, str, str]) -> Path:
    """A results folder; each row has an id, the file's hash, the entry and the disclosure."""
    with (folder / "datasets.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "status", "disclosure"])
        writer.writerows((name, "ok", disclosure) for name, _, _, disclosure in rows)
    for name, sha256, entry, _ in rows:
        config = {"outcome": "score", "group": "school", "entry": entry}
        origin = {"input": {"sha256": sha256}, "config": config}
        (folder / name).mkdir()
        (folder / name / "results.json").write_text(json.dumps({"provenance": origin}))
    return folder


def test_all_students_and_parts_of_them_are_not_handed_out_together(tmp_path: Path) -> None:
    """A school's mean less that of its girls is that of its three boys."""
    rows = [("all", "1", "all", "safe"), ("girls", "1", "by-sex", "safe")]
    rows += [("boys", "1", "by-sex", "safe"), ("other", "2", "other", "safe")]
    said = may_be_handed_out(tmp_path, table_rows(reports(tmp_path, *rows)))
    assert "may be handed out: small groups are withheld." in said
    assert said.endswith("taken from each other they tell what is withheld: all or girls, boys.")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        # The parts of one entry have no student in common; what is internal stays inside.
        ([("girls", "1", "sex", "safe"), ("boys", "1", "sex", "safe")], "may be handed out"),
        ([("all", "1", "all", "off"), ("girls", "1", "sex", "safe")], "1 of 2 reports"),
        ([("all", "1", "all", "off")], "To withhold these: publication"),
    ],
)
def test_others_are(tmp_path: Path, rows: list[tuple[str, str, str, str]], said: str) -> None:
    found = may_be_handed_out(tmp_path, table_rows(reports(tmp_path, *rows)))
    assert said in found
    assert "one side" not in found


def groups(folder: Path, name: str, *rows: tuple[str, int, float]) -> None:
    with (folder / name / "groups.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["group", "n", "mean", "sd"])
        writer.writerows((*row, 80.0) for row in rows)


@pytest.mark.parametrize(
    ("november", "apart"),
    [
        # One student joined a school of ten; the codes begin anew.
        ([("S2", 12, 500.0), ("S3", 15, 480.0), ("S1", 11, 520.0)], True),
        # Other schools, and the very same data.
        ([("S1", 13, 501.0), ("S2", 14, 470.0), ("S3", 11, 520.0)], False),
        ([("S1", 12, 500.0), ("S2", 15, 480.0), ("S3", 10, 521.0)], False),
    ],
)
def test_two_states_of_the_same_schools_are_not_handed_out_together(
    tmp_path: Path, november: list[tuple[str, int, float]], apart: bool
) -> None:
    """Eleven times the mean of eleven less ten times that of ten is a student's score."""
    rows = [(name, name, "monthly", "safe") for name in ("october", "november")]
    folder = reports(tmp_path, *rows)
    groups(folder, "october", ("S1", 12, 500.0), ("S2", 15, 480.0), ("S3", 10, 521.0))
    groups(folder, "november", *november)
    said = may_be_handed_out(folder, table_rows(folder))
    assert ("who came or left: october or november" in said) == apart
