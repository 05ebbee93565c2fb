"""The history of releases."""

import itertools
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from multilevel.configuration.datasets import dataset
from multilevel.releases import history
from multilevel.releases.history import Release, add, previous, read, write

FIRST = Release(
    id="a",
    date="2026-05-03",
    data="1",
    settings="s",
    version="1.0",
    n_members=100,
    n_groups=10,
    gamma00=1 / 3,
    se_gamma00=5.0,
    tau00=20.5,
    sigma2=80.0,
    icc=0.2,
    ci_icc_low=0.1,
    ci_icc_high=0.4,
    reliability=0.9,
)
SECOND = replace(FIRST, data="2", icc=0.25)


def test_a_first_release_has_none_before_it() -> None:
    assert previous((), FIRST) is None
    assert previous(add((), [FIRST]), FIRST) is None
    assert previous((replace(FIRST, id="b"),), FIRST) is None


def test_new_changed_unchanged_removed() -> None:
    rows = add((), [FIRST, replace(FIRST, id="b")])
    assert [row.id for row in rows] == ["a", "b"]
    assert add(rows, [FIRST]) == rows
    rows = add(rows, [SECOND])
    assert [row.data for row in rows if row.id == "a"] == ["1", "2"]
    # Of a dataset that left, the rows stay.
    assert [row.data for row in rows if row.id == "b"] == ["1"]


def test_what_was_before_does_not_depend_on_whether_today_is_noted() -> None:
    rows = add((), [FIRST])
    assert previous(rows, SECOND) == previous(add(rows, [SECOND]), SECOND) == FIRST


def test_data_that_return_to_a_former_state_are_a_release() -> None:
    rows = add(add(add((), [FIRST]), [SECOND]), [FIRST])
    assert [row.data for row in rows] == ["1", "2", "1"]
    assert previous(rows, FIRST) == SECOND


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        ({"data": "2"}, ("data",)),
        ({"settings": "t", "version": "2"}, ("settings", "version")),
        ({"date": "2026-06-01"}, ()),
        ({"n_groups": 5}, ("numbers",)),
    ],
)
def test_what_differs(changes: dict[str, str], parts: tuple[str, ...]) -> None:
    assert replace(FIRST, **changes).differs_in(FIRST) == parts


def test_written_and_read_again(tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    assert read(file) == ()
    rows = (FIRST, SECOND, replace(FIRST, id="b", date=""))
    write(file, rows)
    assert read(file) == rows
    number = file.stat().st_ino
    write(file, rows)
    assert file.stat().st_ino == number
    file.write_text(file.read_text().replace("reliability", "reliability,later"))
    assert len(read(file)) == 3


@pytest.mark.parametrize("content", ["", "id,date\na,b\n", "\0\1", "x" * 100])
def test_not_a_history(content: str, tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    write(file, [FIRST])
    lines = file.read_text().splitlines()
    file.write_text(f"{lines[0]}\na,not enough\n" if not content else f"{content}\nx,y\n")
    with pytest.raises(ValueError, match="not a history of releases"):
        read(file)


def test_killed_while_writing(tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    write(file, [FIRST])
    with (
        mock.patch("pathlib.Path.replace", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        write(file, [FIRST, SECOND])
    assert read(file) == (FIRST,)
    # The next run adds what this one could not.
    write(file, add(read(file), [SECOND]))
    assert read(file) == (FIRST, SECOND)


def test_it_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MOST_RELEASES", 3)
    monkeypatch.setattr(history, "MOST_ROWS", 5)
    rows: tuple[Release, ...] = ()
    for night in range(20):
        rows = add(rows, [replace(FIRST, data=str(night)), replace(FIRST, id=f"b{night}")])
    assert len(rows) == 5
    assert rows[-1].id == "b19"
    assert [row.data for row in rows if row.id == "a"][-1] == "19"


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2)), max_size=12))
def test_one_row_for_each_change(nights: list[tuple[str, int]]) -> None:
    rows: tuple[Release, ...] = ()
    for id, data in nights:
        today = replace(FIRST, id=id, data=str(data))
        before = previous(rows, today)
        rows = add(rows, [today])
        assert add(rows, [today]) == rows
        assert previous(rows, today) == before
    for id in "abc":
        own = [row for row in rows if row.id == id]
        assert all(one.data != other.data for one, other in itertools.pairwise(own))


def test_numbers_that_change_without_a_new_version_get_their_row() -> None:
    other = replace(FIRST, tau00=FIRST.tau00 * 1.01)
    rows = add([FIRST], [other])
    assert rows == (FIRST, other)
    assert other.differs_in(FIRST) == ("numbers",)
    assert previous(rows, other) == FIRST
    assert add(rows, [other]) == rows


def test_a_renamed_dataset_keeps_its_history_when_told() -> None:
    rows = (FIRST, replace(FIRST, id="new", data="2"))
    assert history.rename(rows[:1], {"new": FIRST.id}) == (replace(FIRST, id="new"),)
    # One with rows of its own keeps those alone.
    assert history.rename(rows, {"new": FIRST.id}) == rows


def test_settings_are_what_differs_from_the_defaults() -> None:
    plain = dataset("a", "a.csv", {"outcome": "y", "group": "g"}, {}).settings()
    renamed = {**plain, "id": "b", "labels": {}}
    assert history.settings_of(plain) == {"outcome": "y", "group": "g"}
    assert history.settings_of({**renamed, "method": "ML"})["method"] == "ML"


def test_rows_from_before_there_was_a_headline_are_read(tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    write(file, [FIRST])
    text = file.read_text(encoding="utf-8").splitlines()
    width = len(FIRST.__dataclass_fields__) - len(history.Headline.__dataclass_fields__)
    old = "\n".join(",".join(line.split(",")[:width]) for line in text) + "\n"
    file.write_text(old, encoding="utf-8")
    (row,) = read(file)
    assert row == FIRST
    today = replace(FIRST, leading_mean_quantity="gamma00", leading_mean=1 / 3, leading_icc=0.2)
    # That today's numbers have a headline is no change of them.
    assert add([row], [today]) == (row,)
    later = replace(today, data="2")
    write(file, add([row], [later]))
    assert read(file) == (row, later)
