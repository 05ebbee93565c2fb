"""A figure, a section or a reader that lies in its folder and is not registered fails."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from multilevel.figures.comparison_registry import COMPARISON_FIGURES
from multilevel.figures.registry import FIGURES
from multilevel.report.sections import SECTIONS

PACKAGE = Path(__file__).parents[2] / "workflow" / "scripts" / "multilevel"


def functions(folder: Path) -> Iterator[tuple[str, set[str]]]:
    """The name of each module of a folder, and of the public functions at its top."""
    for file in sorted(folder.glob("[!_]*.py")):
        body = ast.parse(file.read_text(encoding="utf-8")).body
        yield (
            file.stem,
            {
                node.name
                for node in body
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
            },
        )


def test_every_figure_is_registered() -> None:
    drawn = {
        name for name, inside in functions(PACKAGE / "figures") if {"draw", "caption"} <= inside
    }
    assert drawn == set(FIGURES) | set(COMPARISON_FIGURES), (
        "a figure wants its line in figures/registry.py or comparison_registry.py"
    )


def test_every_section_is_registered() -> None:
    written = {
        name
        for _, inside in functions(PACKAGE / "report" / "sections")
        for name in inside
        if name.endswith("_section")
    }
    registered = {section.__name__ for section in SECTIONS}
    assert written == registered, "a section wants its line in report/sections/__init__.py"


READERS = PACKAGE / "ingest" / "readers"


@pytest.mark.parametrize(
    "name", [name for name, inside in functions(READERS) if {"describe", "columns"} <= inside]
)
def test_every_reader_is_registered(name: str) -> None:
    registry = import_module("multilevel.ingest.readers")
    source = Path(registry.__file__ or "").read_text(encoding="utf-8")
    assert f"{name}.columns" in source, (
        "a reader wants its line in READERS of ingest/readers/__init__.py"
    )
