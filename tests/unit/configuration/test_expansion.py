"""Entries for several files become a dataset each, with ids of their own."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.configuration.test_configuration import ONE, loaded, many, one, touch

from multilevel.configuration.expansion import _Found, _ids, slug, stem


def test_a_dataset_per_file(tmp_path: Path) -> None:
    touch(tmp_path, "in/b.csv", "in/a 1.csv.gz", "in/Übung.csv", "in/c.sav", "in/.hidden.csv")
    (tmp_path / "in/folder.csv").mkdir()
    found = loaded(many("in/*.csv*", title="Nightly"), tmp_path)
    assert [(d.id, d.file, d.labels.title) for d in found.datasets] == [
        ("nightly-a-1", "in/a 1.csv.gz", "Nightly: a 1"),
        ("nightly-b", "in/b.csv", "Nightly: b"),
        ("nightly-Ubung", "in/Übung.csv", "Nightly: Übung"),
    ]
    assert found.empty_globs == ()


def test_folders_of_any_depth_and_absolute_patterns(tmp_path: Path) -> None:
    touch(tmp_path, "in/a.csv", "in/x/y/b.csv")
    ids = ["nightly-a", "nightly-b"]
    assert [d.id for d in loaded(many("in/**/*.csv"), tmp_path).datasets] == ids
    absolute = loaded(many(f"{tmp_path}/in/**/*.csv"), Path("nowhere"))
    assert [d.id for d in absolute.datasets] == ids


def test_a_pattern_that_fits_nothing_is_reported(tmp_path: Path) -> None:
    found = loaded({"datasets": {**one()["datasets"], **many("*.csv")["datasets"]}}, tmp_path)
    assert found.empty_globs == ("nightly",)
    assert [d.id for d in found.datasets] == ["timss"]


def test_equal_ids_get_digits_from_the_path(tmp_path: Path) -> None:
    touch(tmp_path, "in/a.csv", "in/x/a.csv", "in/x/A.txt", "in/b.csv")
    config = many("in/**/*.*")
    config["datasets"]["nightly-B"] = ONE
    ids = [d.id for d in loaded(config, tmp_path).datasets]
    assert len({name.lower() for name in ids}) == 5
    assert "nightly-B" in ids
    assert [name[:10].lower() for name in ids[:4]] == ["nightly-a-", "nightly-b-"] + [
        "nightly-a-"
    ] * 2


def test_names_that_are_not_text_are_skipped_and_said(tmp_path: Path) -> None:
    with open(os.fsencode(tmp_path) + b"/\xff.csv", "wb"):  # noqa: PTH123 - bytes
        pass
    touch(tmp_path, "a.csv", "line\nbreak.csv")
    found = loaded(many("*.csv"), tmp_path)
    assert found.skipped == ("'\\udcff.csv'",)
    assert [d.labels.title for d in found.datasets] == ["Nightly: a", "Nightly: line break"]
    json.dumps([d.settings() for d in found.datasets]).encode()


def test_long_names_stay_within_bounds(tmp_path: Path) -> None:
    touch(tmp_path, f"{'n' * 240}.csv", f"{'n' * 241}.csv")
    found = loaded(many("*.csv", title="t" * 300), tmp_path)
    assert all(len(d.id) < 200 and len(d.labels.title) <= 300 for d in found.datasets)
    assert len({d.id for d in found.datasets}) == 2


@pytest.mark.parametrize(
    ("path", "name"),
    [("in/a.csv", "a"), ("a.csv.gz", "a"), ("2019.v2.csv", "2019.v2"), ("a.GZ", "a"), ("a", "a")],
)
def test_stem(path: str, name: str) -> None:
    assert stem(path) == name


@given(st.text())
def test_slug_is_a_safe_name(text: str) -> None:
    made = slug(text)
    assert 1 <= len(made) <= 80
    assert made.isascii()
    assert not set(made) - set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
    assert made[0] not in ".-"
    assert slug(made) == made


paths = st.sets(
    st.tuples(
        st.sampled_from(["n", "n-a"]),
        st.text(alphabet="aAé-/ .1", min_size=1, max_size=5).map(lambda t: f"{t}.csv"),
    ),
    max_size=12,
)


@given(paths, st.randoms(use_true_random=False))
def test_ids_are_unique_and_independent_of_order(found: set[tuple[str, str]], random: Any) -> None:
    files = [_Found(*pair) for pair in sorted(found)]
    taken = {"n-a", "n-a-a", "other"}
    ids = _ids(files, taken)
    every = [name.lower() for name in [*ids.values(), *taken]]
    assert len(every) == len(set(every))
    shuffled = list(files)
    random.shuffle(shuffled)
    assert _ids(shuffled, taken) == ids


def test_an_id_that_imitates_the_digits_is_avoided() -> None:
    files = [_Found("n", "a.csv"), _Found("n", "b/a.csv")]
    imitated = _ids(files, set())[files[0]]
    ids = _ids(files, {imitated})
    assert imitated not in ids.values()
    assert len(set(ids.values())) == 2


def test_the_scale_is_named_per_outcome() -> None:
    entry = {"file": "a.csv", "outcomes": ["math", "reading"], "group": "school", "scale": "PX"}
    found = loaded({"datasets": {"both": entry}}).datasets
    assert [one.scale for one in found] == ["PX, math", "PX, reading"]
    assert {one.entry for one in found} == {"both"}


def test_files_are_excluded(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv", "codebook_b.csv", "~$a.csv", ".~lock.a.csv#", "old/c.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    for exclude, expected in (
        ([], ["a.csv", "b.csv", "codebook_b.csv", "old/c.csv"]),
        (["*codebook*", "old/*"], ["a.csv", "b.csv"]),
        ("[ab].csv", ["codebook_b.csv", "old/c.csv"]),
    ):
        entry = {"files": "**/*.csv", "outcome": "x", "group": "y"}
        entry |= {"exclude": exclude} if exclude else {}
        made = loaded({"datasets": {"t": entry}}, tmp_path)
        assert [one.file for one in made.datasets] == expected
        # Marks of office programs are no files of data, and not worth a word.
        left_out = sorted({"a.csv", "b.csv", "codebook_b.csv", "old/c.csv"} - set(expected))
        assert list(made.excluded.get("t", ())) == left_out
        assert any("exclude leaves out" in one for one in made.notices()) == bool(left_out)
        assert all(f'"{one}"' in " ".join(made.notices()) for one in left_out)


def files_found(pattern: str, folder: Path) -> list[str]:
    return [one.file for one in loaded(many(pattern), folder).datasets]


def test_links_that_lead_in_circles(tmp_path: Path) -> None:
    touch(tmp_path, "in/a.csv", "in/x/b.csv")
    for name in "abc":
        (tmp_path / "in" / "x" / name).symlink_to("..")
    (tmp_path / "in" / "root").symlink_to("/")
    assert files_found("in/**/*.csv", tmp_path) == ["in/a.csv", "in/x/b.csv"]


def test_folders_deeper_than_python_calls(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(1_200):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("a.csv", os.O_CREAT, dir_fd=here))
    os.close(here)
    deep = "/".join(["d"] * 1_200)
    assert files_found("**/*.csv", tmp_path) == [f"{deep}/a.csv"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("**/*.csv", ["[1]/c.csv", "[1]/d/e.csv", "a.csv"]),
        ("**", ["[1]/c.csv", "[1]/d/e.csv", "a.csv"]),
        ("*/**/*.csv", ["[1]/c.csv", "[1]/d/e.csv"]),
        ("**/d/**/*.csv", ["[1]/d/e.csv"]),
        ("**/d/*.csv", ["[1]/d/e.csv"]),
        ("nowhere/**/*.csv", []),
    ],
)
def test_patterns_of_folders_in_folders(pattern: str, expected: list[str], tmp_path: Path) -> None:
    touch(tmp_path, "a.csv", "[1]/c.csv", "[1]/d/e.csv", ".hidden/f.csv", "[1]/.hidden/g.csv")
    assert files_found(pattern, tmp_path) == expected
