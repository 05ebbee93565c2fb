"""Ids: of names that repeat themselves, and such as stay whatever comes."""

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from snakemake.io import PeriodicityDetector
from tests.unit.configuration.test_configuration import loaded, many, touch

from multilevel.configuration import Configuration
from multilevel.configuration.expansion import _Found, _ids, slug


@given(
    st.text(alphabet="ab-", max_size=3),
    st.text(alphabet="ab-.", min_size=1, max_size=5),
    st.integers(1, 90),
)
def test_no_id_looks_endless_to_snakemake(start: str, unit: str, times: int) -> None:
    made = _Found("n", f"{start}{unit * times}.csv", value=unit * times)
    endless = PeriodicityDetector().is_periodic
    assert not endless(slug(start + unit * times))
    assert not endless(_ids([made], set())[made])


def test_names_that_repeat_stay_apart(tmp_path: Path) -> None:
    touch(tmp_path, *(f"{'x' * times}.csv" for times in (1, 30, 150)), f"{'n-' * 19}n.csv")
    entry = many("*.csv")["datasets"]["nightly"]
    ids = [one.id for one in loaded({"datasets": {"n": entry}}, tmp_path).datasets]
    assert len(set(ids)) == 4
    assert not [name for name in ids if PeriodicityDetector().is_periodic(name)]


def test_an_id_once_given_stays_and_the_newcomer_gets_the_digits(tmp_path: Path) -> None:
    entry = many("*.csv")
    touch(tmp_path, "scores-1.csv")
    before = loaded(entry, tmp_path)
    assert [one.id for one in before.datasets] == ["nightly-scores-1"]
    touch(tmp_path, "Scores 1.csv", "SCORES-1.csv")
    after = loaded(entry, tmp_path, known=plain(before))
    ids = {one.file: one.id for one in after.datasets}
    assert ids["scores-1.csv"] == "nightly-scores-1"
    assert len({one.lower() for one in ids.values()}) == 3
    # Again the same, whoever goes.
    (tmp_path / "Scores 1.csv").unlink()
    again = loaded(entry, tmp_path, known=plain(before) | plain(after))
    assert {one.file: one.id for one in again.datasets}.items() <= ids.items()
    (tmp_path / "scores-1.csv").unlink()
    gone = loaded(entry, tmp_path, known=plain(again))
    assert [one.id for one in gone.datasets] == [ids["SCORES-1.csv"]]


def test_a_configured_id_comes_before_one_that_was_made(tmp_path: Path) -> None:
    touch(tmp_path, "a.csv", "b.csv")
    before = loaded(many("a.csv"), tmp_path)
    config = many("a.csv")
    config["datasets"]["Nightly-A"] = {"file": "b.csv", "outcome": "math", "group": "school"}
    after = loaded(config, tmp_path, known=plain(before))
    assert sorted(one.id for one in after.datasets)[0] == "Nightly-A"
    assert len({one.id.lower() for one in after.datasets}) == 2


def test_what_another_program_wrote_is_no_origin(tmp_path: Path) -> None:
    touch(tmp_path, "a.csv")
    strange = {"nightly-x": ["nightly"], "../../x": ["nightly", "a.csv", None, None, ""], "y": 5}
    found = loaded(many("*.csv"), tmp_path, known=strange)
    assert [one.id for one in found.datasets] == ["nightly-a"]


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO, errno.ENOENT])
@pytest.mark.parametrize("closed", ["in", "in/deep"])
def test_datasets_in_a_folder_that_cannot_be_read_stay(
    closed: str, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path, "in/a.csv", "in/deep/b.csv")
    entry = many("in/**/*.csv")
    before = loaded(entry, tmp_path)
    assert [one.file for one in before.datasets] == ["in/a.csv", "in/deep/b.csv"]
    assert before.unreadable == ()
    scandir = os.scandir

    def closing(path: Any = ".") -> Any:
        if Path(os.fspath(path)) == tmp_path / closed:
            raise OSError(number, os.strerror(number), str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", closing)
    assert len(loaded(entry, tmp_path).datasets) < 2
    after = loaded(entry, tmp_path, known=plain(before))
    assert after.datasets == before.datasets
    assert after.unreadable == (closed,)
    assert "can't be read" in after.notices()[-1]


def test_the_parts_of_a_file_that_is_away_stay(tmp_path: Path) -> None:
    entry = {"file": "a.csv", "split_by": "c", "outcome": "y", "group": "g"}
    config = {"datasets": {"parts": entry}}

    def away(_: Any) -> None:
        return None

    def values(_: Any) -> dict[str, str]:
        return {"1": "North", "2": "South"}

    before = loaded(config, tmp_path, split_values=values)
    after = loaded(config, tmp_path, split_values=away, known=plain(before))
    assert [one.id for one in before.datasets] == ["parts-1", "parts-2"]
    assert after.datasets == before.datasets
    (alone,) = loaded(config, tmp_path, split_values=away).datasets
    assert alone.id == "parts"


def plain(configuration: Configuration) -> dict[str, Any]:
    """Its origins, as a file keeps them."""
    found: dict[str, Any] = json.loads(json.dumps(dict(configuration.origins)))
    return found
