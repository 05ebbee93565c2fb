"""docs/dependencies.md names what pyproject.toml does, with the licences that packages state."""

import re
import tomllib
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
import yaml

import multilevel

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ROWS = dict(
    re.findall(
        r"^\| `([^`]+)` \| [^|]{8,} \| ([^|]+) \|$",
        (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8"),
        re.M,
    )
)
ASKED = [
    re.match(r"[A-Za-z0-9._-]+", one)[0].lower()
    for one in (*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"])
]
# Licences under which a package may be used by software under the MIT licence.
PERMISSIVE = {
    "0BSD", "Apache", "BSD", "CC0", "Enthought", "HPND", "MIT", "MPL", "Python Software Foundation",
    "Zlib", "matplotlib",
}  # fmt: skip
# With what the page says about it.
COPYLEFT = {"pyreadr": "AGPL"}


def stated(package: Distribution) -> str:
    """What a package says of its licence: metadata, or where that is silent the licence file."""
    about = package.metadata
    classifiers = [one for one in about.get_all("Classifier", []) if one.startswith("License")]
    said = " ".join(
        [about.get("License-Expression") or "", (about.get("License") or "")[:200], *classifiers]
    )
    if said.strip():
        return said
    files = [one for one in package.files or () if "LICENSE" in one.name.upper()]
    return files[0].read_text()[:400] if files else ""


def test_the_page_and_the_project_name_the_same() -> None:
    assert sorted(ROWS) == sorted(ASKED)


@pytest.mark.parametrize("name", ASKED)
def test_licences_are_compatible_and_as_stated(name: str) -> None:
    said = stated(distribution(name)).lower()
    families = {family for family in PERMISSIVE if family.lower() in said}
    if name in COPYLEFT:
        families = {COPYLEFT[name]}
        assert COPYLEFT[name].lower() in said
    else:
        assert families, said
        assert "gpl" not in said.replace("lgpl", "")
    word = re.split(r"[- (]", ROWS[name])[0].lower()
    assert word in said or word == "bsd"


def test_the_rules_environment_has_what_the_project_asks_for() -> None:
    text = (ROOT / "workflow" / "envs" / "multilevel.yaml").read_text(encoding="utf-8")
    named = {
        re.sub("^matplotlib-base", "matplotlib", one).replace(" ", "")
        for one in re.findall(r"^ +- ([a-z0-9-]+ >=\S+)$", text, re.M)
    }
    asked = {one for one in PROJECT["project"]["dependencies"] if not one.startswith("snakemake")}
    assert named - {f"python{PROJECT['project']['requires-python']}"} == asked


def test_one_version_stands_everywhere() -> None:
    version = PROJECT["project"]["version"]
    assert multilevel.__version__ == version
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    heading = re.search(r"^## \[([^]]+)\] - (\S+)$", changelog, re.M)
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert heading
    assert heading.groups() == (version, citation["date-released"])
    assert citation["version"] == version


def test_the_citation_has_what_the_format_wants() -> None:
    """Citation File Format 1.2.0, sec. "Valid keys", required ones and their types."""
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert isinstance(citation["message"], str)
    assert citation["title"] == "Multilevel Reports"
    assert citation["authors"] == PROJECT["project"]["authors"]
    assert citation["license"] == PROJECT["project"]["license"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", citation["date-released"])
