"""The documentation names what the code writes."""

import importlib
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from tools import config_tables, oracle_table, paper

from multilevel.configuration.faults import faults
from multilevel.ingest.readers import COMPRESSION, READERS
from multilevel.summarise.schools import ADJUSTED, COLUMNS
from multilevel.wording import findings
from multilevel.wording.catalogue import Catalogue

ROOT = Path(__file__).parents[2]


def test_every_column_of_groups_csv_is_explained():
    text = (ROOT / "docs" / "outputs.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    assert [name for row in rows for name in re.findall(r"`(\w+)`", row)] == [*COLUMNS, *ADJUSTED]


def test_every_caution_is_named_in_the_page_of_outputs():
    """A finding with a label stands in the index and among the flags of datasets.csv."""
    text = (ROOT / "docs" / "outputs.md").read_text(encoding="utf-8")
    catalogue = Catalogue.load(findings.TEXTS, "findings")
    codes = [key.split(".")[1] for key in catalogue.keys_of("finding") if key.endswith(".label")]
    lacking = [code for code in codes if f"`{code}`" not in text]
    assert not lacking, f"add to the table of flags in docs/outputs.md: {lacking}"


def test_every_room_has_its_line_in_the_guide_for_contributors():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    scripts = ROOT / "workflow" / "scripts"
    rooms = [
        file.parent for file in [*scripts.glob("*/__init__.py"), *scripts.glob("*/*/__init__.py")]
    ]
    lacking = [room.name for room in rooms if f"{room.name}/`" not in text]
    assert not lacking, f"add to the tables at the top of CONTRIBUTING.md: {lacking}"


def test_links_between_the_repositorys_own_pages_lead_somewhere():
    for page in [*ROOT.glob("*.md"), *ROOT.glob("*/*.md"), *ROOT.glob("docs/**/*.md")]:
        if ".venv" in page.parts or "results" in page.parts:
            continue
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_format_is_named_in_the_configurations_page():
    text = (ROOT / "config" / "README.md").read_text(encoding="utf-8")
    named = {ending.lower() for ending in re.findall(r"`(\.[A-Za-z0-9]+)`", text)}
    assert set(READERS) | set(COMPRESSION) <= named


def test_the_configurations_page_has_every_key_as_the_schema_has_it():
    schema = yaml.safe_load(config_tables.SCHEMA.read_text(encoding="utf-8"))
    text = config_tables.PAGE.read_text(encoding="utf-8")
    assert config_tables.page(text, schema) == text, "make schema brings it up to date"
    parts = {"configuration": schema} | schema["properties"] | schema["$defs"]
    holding_keys = {name for name, part in parts.items() if "properties" in part}
    assert set(re.findall("<!-- keys of (.*) -->", text)) == holding_keys


def examples() -> list[tuple[str, dict[str, Any]]]:
    """Each whole configuration in the documentation, with its place."""
    found = []
    for page in [*ROOT.glob("*.md"), *ROOT.glob("config/*.md"), *ROOT.glob("docs/**/*.md")]:
        for block in re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.S):
            content = yaml.safe_load(block)
            if "datasets" in content:
                found.append((page.name, content))
    return found


@pytest.mark.parametrize(("page", "example"), examples())
def test_configurations_shown_are_valid(page: str, example: dict[str, Any]) -> None:
    schema = yaml.safe_load(config_tables.SCHEMA.read_text(encoding="utf-8"))
    assert faults(example, schema) == [], page


def test_examples_are_found() -> None:
    assert len(examples()) > 3


METHODS = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")


NAMED = METHODS + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name", sorted(set(re.findall(r"`((?:multilevel|engine)\.[\w.]+)`", NAMED)))
)
def test_functions_named_as_those_that_compute_exist(name: str) -> None:
    module, _, function = name.rpartition(".")
    assert callable(getattr(importlib.import_module(module), function))


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(tests/[^`]+)`", METHODS))))
def test_tests_named_as_those_that_check_exist(name: str) -> None:
    file, function = name.split("::")
    assert f"\ndef {function}(" in (ROOT / file).read_text(encoding="utf-8")


def test_every_source_that_is_cited_is_listed() -> None:
    text, _, references = METHODS.partition("## References")
    years = set(re.findall(r"[(;, ]([12][089]\d\d)[),;]", text))
    assert years
    assert years <= set(re.findall(r"\((\d{4})\)", references))


def test_digits_of_agreement_are_those_reached_now() -> None:
    page = oracle_table.PAGE.read_text(encoding="utf-8")
    assert oracle_table.page() == page, "tools/python.sh tools/oracle_table.py writes it anew"


def test_the_paper_has_the_studies_numbers() -> None:
    page = paper.PAPER.read_text(encoding="utf-8")
    assert paper.page() == page, "make paper writes it anew"
    assert len(page.split("<!-- begin coverage -->")[1]) > 500


def test_the_paper_s_citations_are_listed() -> None:
    page = paper.PAPER.read_text(encoding="utf-8")
    listed = set(re.findall(r"@\w+\{(\w+),", paper.PAPER.with_suffix(".bib").read_text("utf-8")))
    assert set(re.findall(r"@([a-z]+\d{4})", page)) | set(re.findall(r"-@(\w+)", page)) == listed


def test_the_sections_explained_are_those_of_a_report() -> None:
    golden = (ROOT / "tests" / "golden" / "hsb82.txt").read_text(encoding="utf-8")
    contents = golden.split("\nContents\n")[1].splitlines()
    page = (ROOT / "docs" / "reading.md").read_text(encoding="utf-8")
    (table,) = re.findall(r"\| section \| answers \|\n\|---\|---\|\n((?:\|.*\n)+)", page)
    explained = re.findall(r"^\| (.*?) \|", table, re.M)
    assert explained == contents[: len(explained)]


def test_code_to_copy_is_formatted_as_ours() -> None:
    page = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.S)
    whole = [block for block in blocks if block.startswith(('"""', "def"))]
    assert len(whole) == 5
    for code in whole:
        command = [sys.executable, "-m", "ruff", "format", "--check", "-"]
        done = subprocess.run(command, input=code, cwd=ROOT, text=True, capture_output=True)
        assert done.returncode == 0, code
