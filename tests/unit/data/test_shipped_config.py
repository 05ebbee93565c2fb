"""config/config.yaml fits the shipped data, and config/README.md explains every key."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from multilevel.configuration import load
from multilevel.ingest.readers import describe, read_source
from multilevel.ingest.table.layout import layout, looked_for

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    path = ROOT / "workflow" / "schemas" / "config.schema.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def text() -> str:
    return (ROOT / "config" / "config.yaml").read_text(encoding="utf-8")


def test_every_dataset_has_its_file_and_columns(schema: dict[str, Any], text: str) -> None:
    datasets = load(yaml.safe_load(text), schema, ROOT).datasets
    shipped = [*(ROOT / "data").rglob("*.csv"), *(ROOT / "data").rglob("bsg*.sav")]
    assert {one.file for one in datasets} == {path.relative_to(ROOT).as_posix() for path in shipped}
    for one in datasets:
        source = read_source(ROOT / one.file)
        found = layout(one, describe(source, looked_for(one)), None, source.name)
        assert found.columns and not found.joined


def test_the_example_in_comments_runs_too(schema: dict[str, Any], text: str) -> None:
    before, start, example = text.partition("  # nightly:")
    lines = (start + example).splitlines()
    assert all(line.startswith("  # ") for line in lines)
    uncommented = before + "\n".join(line.replace("# ", "", 1) for line in lines)
    assert load(yaml.safe_load(uncommented), schema, ROOT).empty_globs == ("nightly",)


def keys(node: Any) -> Iterator[str]:
    """All keys that the schema allows anywhere."""
    if isinstance(node, dict):
        yield from node.get("properties", {})
        for below in node.values():
            yield from keys(below)


def test_readme_explains_every_key(schema: dict[str, Any]) -> None:
    readme = (ROOT / "config" / "README.md").read_text(encoding="utf-8")
    explained = {line.split("`")[1] for line in readme.splitlines() if line.startswith("| `")}
    assert explained == set(keys(schema))
