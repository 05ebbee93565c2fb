"""A run says what it made, changed, refused and removed."""

import csv
from pathlib import Path

from console.changes import describe, state

COLUMNS = ("id", "status", "n_members", "n_groups", "grand_mean", "icc", "leading_mean")
COLUMNS += ("leading_icc",)


def put(folder: Path, **datasets: tuple[str, str, str, str]) -> None:
    """A datasets.csv of id: (status, members, mean, ICC), and a results.json for each."""
    with (folder / "datasets.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for name, (status, members, mean, icc) in datasets.items():
            writer.writerow([name, status, members, "20", mean, icc, mean, icc])
            made(folder, name)


def made(folder: Path, name: str) -> None:
    (folder / name).mkdir(exist_ok=True)
    part = folder / name / "results.json.part"
    part.write_text("{}")
    part.replace(folder / name / "results.json")


def test_the_first_run(tmp_path: Path) -> None:
    before = state(tmp_path)
    put(tmp_path, a=("ok", "600", "539.0", ".5"), b=("refused", "", "", ""))
    assert describe(before, state(tmp_path)) == "New: a.\nNewly refused: b.\n"


def test_nothing_done_nothing_said(tmp_path: Path) -> None:
    put(tmp_path, a=("ok", "600", "539.0", ".5"), b=("refused", "", "", ""))
    assert describe(state(tmp_path), state(tmp_path)) == ""


def test_headlines_before_and_after(tmp_path: Path) -> None:
    put(
        tmp_path,
        a=("ok", "600", "539.0", ".5114"),
        b=("ok", "90", "12", ".2"),
        c=("ok", "90", "12", ".2"),
        gone=("ok", "90", "12", ".2"),
    )
    before = state(tmp_path)
    put(
        tmp_path,
        a=("ok", "590", "541.25", ".4"),
        b=("ok", "90", "12", ".2"),
        c=("refused", "", "", ""),
    )
    assert describe(before, state(tmp_path)).splitlines() == [
        "Changed: a.",
        "  a: average 541.25 (was 539), ICC 0.40 (was 0.51), 590 members (was 600)",
        "Made again, with the same numbers: b.",
        "Newly refused: c.",
        "No longer configured, so moved aside: gone.",
    ]


def test_a_report_that_failed_before_is_not_called_new(tmp_path: Path) -> None:
    put(tmp_path, a=("failed", "", "", ""), b=("ok", "90", "12", ".2"))
    before = state(tmp_path)
    put(tmp_path, a=("ok", "600", "539.0", ".5"), b=("failed", "", "", ""))
    assert describe(before, state(tmp_path)) == "Made after it failed: a.\n"


def test_many_are_counted(tmp_path: Path) -> None:
    before = state(tmp_path)
    put(tmp_path, **{f"d{n}": ("ok", "600", "539.0", ".5") for n in range(14)})
    assert "d9 and 4 more." in describe(before, state(tmp_path))
