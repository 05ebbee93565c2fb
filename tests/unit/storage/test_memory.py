"""What jobs that read data files ask for holds what reading them was measured to take."""

import os
from pathlib import Path

import pytest

from multilevel.storage import memory


def sparse(file: Path, megabytes: int) -> str:
    """A file of that size that takes no space."""
    file.touch()
    os.truncate(file, megabytes * 2**20)
    return str(file)


@pytest.mark.parametrize(
    ("name", "size", "peak"),
    [
        # Megabytes measured: 100,000 rows of 600 columns, eight of them read.
        ("plain.sav", 458, 621),
        ("compressed.SAV", 63, 227),
        ("compressed.zsav", 23, 186),
        ("file.csv", 124, 507),
        ("file.csv.gz", 35, 507),
        ("file.parquet", 20, 184),
        # By the same rate: 500,000 rows.
        ("large.sav", 2_290, 2_650),
        ("large.csv", 620, 2_090),
    ],
)
def test_what_was_measured_fits(name: str, size: int, peak: int, tmp_path: Path) -> None:
    asked = memory.needed([sparse(tmp_path / name, size)])
    assert peak * 1.2 < asked < peak * 3 + memory.BASE


def test_files_add_up_and_missing_ones_take_none(tmp_path: Path) -> None:
    one, other = sparse(tmp_path / "a.csv", 10), sparse(tmp_path / "b.sav", 20)
    assert memory.needed([one, other, str(tmp_path / "none.csv")]) == memory.BASE + 40 + 40
    assert memory.needed([]) == memory.BASE


def test_what_is_read_in_a_stream_takes_no_more_than_two_gigabytes(tmp_path: Path) -> None:
    assert memory.needed([sparse(tmp_path / "a.csv", 100_000)]) == 2 * memory.BASE
