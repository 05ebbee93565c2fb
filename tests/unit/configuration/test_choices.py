"""What is chosen of formats and sections, and what is refused."""

import shutil
from pathlib import Path

import pytest
import yaml
from tests.helpers.building import ROOT, TEMPLATES

from multilevel import configuration
from multilevel.configuration.choices import USUAL, Choices, choices, words_of_figures
from multilevel.errors import ConfigError

DATASETS = """
datasets:
  plain: {file: a.csv, outcome: y, group: g}
  own: {file: a.csv, outcome: y, group: g, report: {formats: [pdf]}}
"""


def loaded(text: str) -> dict[str, Choices]:
    config = yaml.safe_load(text)
    configuration.read(config, ROOT / "workflow" / "schemas", Path.cwd())
    return choices(config, Path.cwd(), TEMPLATES / "text" / "en")


def test_without_the_block_all_is_as_usual() -> None:
    assert loaded(DATASETS) == dict.fromkeys(("", "plain", "own"), USUAL)
    assert USUAL.printed == ("pdf",)


def test_each_key_of_a_dataset_comes_first() -> None:
    found = loaded(f"report: {{formats: [html], sections: [schools, between]}}{DATASETS}")
    assert found[""] == found["plain"]
    assert found["plain"].formats == ("html",)
    assert found["own"].formats == ("html", "pdf")
    # Page one and the methods are always there; the order is the report's, whatever is written.
    assert set(found["own"].sections or ()) == {"between", "methods", "schools"}
    assert not found["own"].has("checks")


def test_the_same_choices_have_the_same_name() -> None:
    one = loaded(f"report: {{sections: [schools, between]}}{DATASETS}")[""]
    other = loaded(f"report: {{sections: [between, schools, methods]}}{DATASETS}")[""]
    assert one.file_name == other.file_name != USUAL.file_name


def test_choices_are_kept_whole(tmp_path: Path) -> None:
    made = loaded(f"report: {{sections: [schools]}}{DATASETS}")[""]
    (tmp_path / "kept.json").write_text(made.content)
    assert Choices.read(tmp_path / "kept.json") == made
    assert Choices.read(None) == USUAL


def test_pngs_are_drawn_where_asked_for_and_for_a_word_file() -> None:
    chosen = {
        "none": USUAL,
        "png": loaded(f"report: {{png: yes}}{DATASETS}")["plain"],
        "docx": Choices(formats=("html", "docx")),
    }
    drawn = words_of_figures(chosen, TEMPLATES / "text" / "en")
    assert {name: one.png for name, one in drawn.items()} == {
        "none": False,
        "png": True,
        "docx": True,
    }
    assert drawn["png"].file_name == drawn["docx"].file_name != drawn["none"].file_name


def test_a_word_file_needs_pandoc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: "/usr/bin/pandoc")
    assert loaded(DATASETS.replace("[pdf]", "[docx]"))["own"].printed == ("docx",)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert loaded(DATASETS)["own"].printed == ("pdf",)
    with pytest.raises(ConfigError, match="sudo apt-get install pandoc"):
        loaded(DATASETS.replace("[pdf]", "[docx]"))


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("{formats: [pfd]}", "Did you mean pdf"),
        ("{sections: [school]}", "Did you mean schools"),
        ("{formats: []}", "report.formats is empty"),
        ("{formats: pdf}", "report.formats must be a list"),
        ("{format: [pdf]}", "Did you mean formats"),
    ],
)
def test_a_slip_is_named_with_what_was_meant(block: str, said: str) -> None:
    for text in (f"report: {block}{DATASETS}", DATASETS.replace("{formats: [pdf]}", block)):
        with pytest.raises(ConfigError, match=said):
            loaded(text)
