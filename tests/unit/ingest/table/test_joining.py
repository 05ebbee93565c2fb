"""Ids that mean the same and are written otherwise in the joined file."""

import pandas as pd
import pytest

from multilevel.configuration.datasets import Join
from multilevel.ingest.readers import Column, Table
from multilevel.ingest.table.joining import joined

JOIN = Join(file="schools.csv", by=(("school", "id"),))


def table(name: str, **columns: list[object]) -> Table:
    frame = pd.DataFrame(columns)
    about = {column: Column(name=column) for column in columns}
    return Table(frame=frame, n_rows=len(frame), name=name, sha256="", bytes=0, columns=about)


def weights(mine: list[object], theirs: list[object]) -> list[object]:
    """The joined file's rows, counted from 1, that the ids found; None for no partner."""
    students = table("a.csv", school=mine)
    schools = table("schools.csv", id=theirs, w=[place + 1 for place in range(len(theirs))])
    found = joined(students, schools, JOIN, ("w",))
    # Ids of groups stay as they are written.
    assert [None if pd.isna(one) else one for one in found.frame["school"]] == mine
    return [None if pd.isna(one) else int(one) for one in found.frame["w"]]


@pytest.mark.parametrize(
    ("mine", "theirs", "rows"),
    [
        (["100", "101", "100"], ["100.0", "101.0"], [1, 2, 1]),
        (["100.0", "101.0"], ["101", "100"], [2, 1]),
        (["100.0", "101.00"], ["100.0", "101.0"], [1, 2]),
        ([100.0, 101.0], ["100.0", "101.0"], [1, 2]),
        (["007", "8"], ["007.0", "7.0"], [1, None]),
        (["1.5", "2"], ["1.5", "2"], [1, 2]),
        (["1", "1.0"], ["1", "1.0"], [1, 2]),
        (["2", "1"], ["2", "1.0", "x"], [1, None]),
        (["1.0", "2"], ["1", "1.0", "2"], [2, 3]),
        (["1.0", "2"], ["1.0", "2", "x"], [1, 2]),
        ([None, "2"], ["1.0", "2.0", None], [None, 2]),
    ],
)
def test_whole_numbers_with_zeros(
    mine: list[object], theirs: list[object], rows: list[int | None]
) -> None:
    assert weights(mine, theirs) == rows
