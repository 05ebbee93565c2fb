"""Which files a stage's code consists of, so that an edit reruns what depends on it."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path


def imported(root: Path, module: str) -> list[str]:
    """Files of `module` and of everything under `root` that it imports, directly or not.

    Imports are read from the source, nothing is run. A package counts with its
    ``__init__`` and the YAML files beside it, and so do the packages above a module.

    Raises
    ------
    FileNotFoundError
        When `module` itself is not under `root`.
    """
    first = _file(root, module)
    if first is None:
        raise FileNotFoundError(f"no module {module} under {root}")
    found: set[Path] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        file = _file(root, name)
        if file is None or file in found:
            continue
        found.add(file)
        if file.name == "__init__.py":
            found.update(file.parent.glob("*.yaml"))
        waiting.extend(_imports(file))
        waiting.extend(name[:i] for i, character in enumerate(name) if character == ".")
    return sorted(str(file) for file in found)


@cache
def _file(root: Path, module: str) -> Path | None:
    path = root.joinpath(*module.split("."))
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if file.is_file():
            return file
    return None


@cache
def _imports(file: Path) -> tuple[str, ...]:
    """Names that may be modules: `from a import b` gives a and a.b."""
    names: list[str] = []
    for node in _statements(ast.parse(file.read_bytes()).body):
        if isinstance(node, ast.Import):
            names.extend(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module)
            names.extend(f"{node.module}.{alias.name}" for alias in node.names)
    return tuple(names)


def _statements(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """All statements, those inside others too; expressions, the most of a tree, hold no import."""
    for node in nodes:
        yield node
        for inside in ("body", "orelse", "handlers", "finalbody", "cases"):
            yield from _statements(getattr(node, inside, ()))
