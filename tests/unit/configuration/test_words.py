"""The file of a user's own words: where it may lie, what it may say, and where its faults are."""

import textwrap
from pathlib import Path

import pytest
from tests.helpers.building import TEMPLATES

from multilevel.configuration.choices import USUAL, choices, words_of_figures
from multilevel.configuration.words import MOST_TOLD, read_words
from multilevel.errors import ConfigError

TEXTS = TEMPLATES / "text" / "en"


def written(folder: Path, text: str) -> Path:
    (folder / "my.yaml").write_text(textwrap.dedent(text), encoding="utf-8")
    return folder


def test_keys_within_keys_and_dotted_ones(tmp_path: Path) -> None:
    text = """
    front:
      kicker: Schools & learning   # with a comment
    between.title: >
      How far
      apart?
    """
    assert read_words("my.yaml", written(tmp_path, text), TEXTS) == {
        "front.kicker": "Schools &amp; learning",
        "between.title": "How far apart?",
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "front:\n  kickr: A",
            "line 2: front.kickr: there is no such sentence. Did you mean front.k",
        ),
        ("front: A", "line 1: front: it holds sentences, such as front."),
        ("front:\n  kicker: [a, b]", "line 2: front.kicker: it is empty"),
        ("front:\n  kicker:", "line 2: front.kicker: it is empty"),
        ("front:\n  kicker: '{x}'", 'line 2: front.kicker: it has no place "{x}". Its places'),
        ("front:\n  kicker: a <script>", "front.kicker: the tag"),
        ("terminal:\n  care: a", "terminal.care: it can't be changed"),
        ("methods:\n  words: a", "methods.words: it can't be changed"),
        ("finding:\n  not_numeric:\n    words: {sentence: a}", "line 3"),
        ("a: 1\na: 2", "line 2: the key"),
        ("a: !!python/name:os.system x", "the tag"),
        ("a: &a [*a]", "contains itself"),
        ("a: [", "isn't YAML"),
        ("", "is empty"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        read_words("my.yaml", written(tmp_path, text), TEXTS)
    assert said in str(refusal.value)


def test_many_faults_are_told_in_part(tmp_path: Path) -> None:
    (tmp_path / "my.yaml").write_text("\n".join(f"k{n}: a" for n in range(5_000)))
    with pytest.raises(ConfigError) as refusal:
        read_words("my.yaml", tmp_path, TEXTS)
    assert len(str(refusal.value).splitlines()) == MOST_TOLD


def test_where_the_file_may_lie(tmp_path: Path) -> None:
    project, outside = tmp_path / "project", tmp_path / "my.yaml"
    project.mkdir()
    outside.write_text("front: {kicker: A}")
    assert read_words(str(outside), project, TEXTS) == {"front.kicker": "A"}
    (project / "link.yaml").symlink_to(outside)
    for given in ("../my.yaml", "link.yaml"):
        with pytest.raises(ConfigError, match="leads out of the project's folder"):
            read_words(given, project, TEXTS)
    for given in ("none.yaml", "/dev/zero"):
        with pytest.raises(ConfigError, match="there is no file"):
            read_words(given, project, TEXTS)
    (project / "large.yaml").write_bytes(b" " * 1_000_001)
    with pytest.raises(ConfigError, match="larger than"):
        read_words("large.yaml", project, TEXTS)


def test_what_the_words_change_is_made_anew_and_nothing_else(tmp_path: Path) -> None:
    config = {"report": {"words": "my.yaml"}, "datasets": {"a": {}}}

    def made(text: str) -> tuple[str, str]:
        chosen = choices(config, written(tmp_path, text), TEXTS)
        return chosen["a"].file_name, words_of_figures(chosen, TEXTS)["a"].file_name

    plain = made("index.title: C\nfront: {kicker: A}")
    assert made("# the same\nfront.kicker: A\nindex.title: C") == plain
    other = made("front: {kicker: B}")
    assert other[0] != plain[0]
    assert other[1] == plain[1] == USUAL.file_name
    drawn = made("front: {kicker: A}\nshare: {half: one half}")
    assert drawn[0] != plain[0]
    assert drawn[1] != plain[1]


def test_faults_of_several_files_are_told_together(tmp_path: Path) -> None:
    datasets = {name: {"report": {"words": f"{name}.yaml"}} for name in ("a", "b")}
    with pytest.raises(ConfigError) as refusal:
        choices({"datasets": datasets}, tmp_path, TEXTS)
    assert [line[:22] for line in str(refusal.value).splitlines()] == ["config: report.words: "] * 2
