"""Configuration files that can't be read as they were meant."""

from pathlib import Path

import pytest

from multilevel.configuration import Configuration, check_legible
from multilevel.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a:\n\tb: 1\n", "line 2, column 1: a tab"),
        ("a: [1, 2\nb: 3\n", "line 2, column 2: this isn't YAML"),
        ("a: \x07\n", "isn't YAML"),
        ("", "is empty: it must consist of keys with values"),
        ("# nothing\n", "is empty"),
        ("- a\n", "holds something else"),
        ("a: 1\nb: 2\na: 3\n", 'line 3: the key "a" stands on line 1 already'),
        ("a:\n  b:\n  - c: 1\n    c: 2\n", 'line 4: the key "c" stands on line 3 already'),
    ],
)
def test_the_place_is_named(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        check_legible(file)
    assert str(file) in str(caught.value)
    assert said in str(caught.value)


def test_every_repeated_key_is_named(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("a: 1\na: 2\nb: {c: 1, c: 2}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r'(?s)line 2: the key "a".*line 3: the key "c"'):
        check_legible(file)


def test_what_is_legible_passes(tmp_path: Path) -> None:
    yaml, json = tmp_path / "config.yaml", tmp_path / "config.json"
    yaml.write_text("a: {x: 1}\nb: {x: 1}\nc: &anchor [1]\nd: *anchor\n", encoding="utf-8")
    # JSON may be indented by tabs, which YAML takes for a fault.
    json.write_text('{\n\t"a": 1\n}\n', encoding="utf-8")
    check_legible(yaml)
    check_legible(json)


def test_a_missing_file_and_wrong_bytes_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="can't be read: No such file"):
        check_legible(tmp_path / "config.yaml")
    (tmp_path / "config.yaml").write_bytes(b"a: \xff\n")
    with pytest.raises(ConfigError, match="is not UTF-8 text: byte 4 is wrong"):
        check_legible(tmp_path / "config.yaml")


def test_notices_name_patterns_and_files() -> None:
    found = Configuration(results="r", datasets=(), empty_globs=("a",), skipped=("'x'",))
    empty, skipped = found.notices()
    assert "datasets.a: no file fits the pattern" in empty
    assert "'x' is left out" in skipped
    assert Configuration(results="r", datasets=()).notices() == ()


def laughs(levels: int) -> str:
    lines = ["l0: &l0 [x, x, x, x, x, x, x, x, x, x]"]
    for level in range(1, levels):
        aliases = ", ".join([f"*l{level - 1}"] * 10)
        lines.append(f"l{level}: &l{level} [{aliases}]")
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (laughs(30), "holds more than 200,000 values, aliases (*name) unfolded"),
        ("a: &a [1, *a]\n", "line 1: a value contains itself by an alias"),
        ("a: &a {b: {c: *a}}\n", "line 1: a value contains itself by an alias"),
        ("a: " + "[" * 5000, "is nested too deep"),
        ("a: " + "{a: " * 5000, "is nested too deep"),
        ("a: !!python/object/apply:os.system ['touch pwned']", 'the tag "!!python/object/apply:os'),
        ("a:\n  b: !env HOME\n", 'line 2: the tag "!env" isn\'t understood. Remove it.'),
    ],
    ids=["laughs", "itself", "itself deeper", "deep lists", "deep keys", "python", "own"],
)
def test_what_would_exhaust_or_run_is_refused(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        check_legible(file)
    assert said in str(caught.value)
    assert not (tmp_path / "pwned").exists()


def test_anchors_that_save_typing_are_fine(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("a: &a {b: 1}\nc: {<<: *a, d: !!str 2}\n")
    check_legible(file)
