"""The house rules: formatters, linters, types, and what a reviewer would look for."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CODE = ("workflow", "tests", "templates", "tools", "data", "docs")
# Never written by hand, or never in the repository at all.
LEFT_OUT = {
    ".git", ".venv", ".snakemake", ".pytest_cache", ".hypothesis", ".ruff_cache", ".mypy_cache",
    "__pycache__", "results", "_build",
}  # fmt: skip
LONGEST_FILE = 400
LONGEST_FUNCTION = 60

# Put together here, so that this file doesn't hold what it looks for.
OPTIONS = ("index" + "-url", "find" + "-links")
HOSTS = ("pypi" + ".org", "files.python" + "hosted.org", "pypi/" + "simple")
INDEX = re.compile("|".join(map(re.escape, OPTIONS + HOSTS)))
MACHINE_PATH = re.compile(r"(?<![\w.<>{}$-])/(" + "work|root|home|Users" + r")/\w")


def tool(*command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize(
    "command",
    [
        "ruff check",
        "ruff format --check",
        "snakefmt --check Snakefile workflow",
        "mypy",
        "snakemake --lint",
    ],
)
def test_tool_is_content(command: str) -> None:
    tool(*command.split())


def files() -> Iterator[Path]:
    """All files of the repository, generated and binary ones left out."""
    waiting = [ROOT]
    while waiting:
        for path in sorted(waiting.pop().iterdir()):
            if path.name in LEFT_OUT or path.is_symlink():
                continue
            if path.is_dir():
                waiting.append(path)
            else:
                yield path


def text_of(path: Path) -> str | None:
    content = path.read_bytes()
    if b"\0" in content:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def python_files() -> list[Path]:
    return [path for folder in CODE for path in files() if path.is_relative_to(ROOT / folder)
            and path.suffix == ".py"]  # fmt: skip


@pytest.mark.parametrize("pattern", [INDEX, MACHINE_PATH], ids=["index address", "machine path"])
def test_no_file_knows_where_it_was_made(pattern: re.Pattern[str]) -> None:
    allowed = {ROOT / "tools" / "lock.sh"}  # names the options that leave addresses out
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in files()
        if path not in allowed and path.parts[len(ROOT.parts)] != "data"
        and (match := pattern.search(text_of(path) or ""))
    ]  # fmt: skip
    assert not found


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_requirement_has_version_and_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    assert text.strip()
    for line in text.splitlines():
        assert re.match(r"[a-z0-9._-]+==[^ ]+ .*--hash=sha256:[0-9a-f]{64}", line), line


def locked(lock: str) -> dict[str, str]:
    lines = re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / lock).read_text(encoding="utf-8"), re.M)
    return dict(lines)


def test_both_locks_name_the_same_versions() -> None:
    runtime, development = locked("requirements.lock"), locked("requirements-dev.lock")
    assert runtime.items() <= development.items()


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    names = {
        "requirements.lock": project["project"]["dependencies"],
        "requirements-dev.lock": project["dependency-groups"]["dev"],
    }
    for lock, wanted in names.items():
        asked = {re.match(r"[A-Za-z0-9._-]+", one).group().lower() for one in wanted}
        assert asked <= set(locked(lock)), lock


def test_files_are_of_a_size_to_read() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}
    too_long = {str(path): lines for path, lines in lengths.items() if lines > LONGEST_FILE}
    assert not too_long


def test_functions_are_of_a_size_to_read() -> None:
    too_long = [
        f"{path.relative_to(ROOT)}: {node.name} ({lines} lines)"
        for path in python_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    ]
    assert not too_long


def imports(path: Path) -> set[str]:
    """All modules that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize(
    "line",
    [
        "import multilevel.report",
        "from multilevel import report",
        "from multilevel.report import html",
    ],
)
def test_every_way_to_import_a_stage_is_seen(line: str, tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text(f"{line}\n", encoding="utf-8")
    assert any(module.startswith("multilevel.report") for module in imports(file))


def test_nothing_is_pickled() -> None:
    pickling = {"pickle", "cloudpickle", "dill", "joblib", "shelve", "marshal"}
    assert not [path for path in python_files() if imports(path) & pickling]


STAGES = (
    "ingest", "fit", "summarise", "publication", "figures", "report", "publish", "comparisons",
    "index",
)  # fmt: skip


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_imports_earlier_ones_only(stage: str) -> None:
    later = STAGES[STAGES.index(stage) + 1 :]
    package = ROOT / "workflow" / "scripts" / "multilevel"
    wrong = [
        f"{path.relative_to(package)} imports {module}"
        for path in sorted((package / stage).rglob("*.py"))
        for module in imports(path)
        if module.startswith(tuple(f"multilevel.{name}" for name in later))
    ]
    assert not wrong


PACKAGE = ROOT / "workflow" / "scripts" / "multilevel"
# What a room may import besides itself; stages come on top of all of these.
SHARED_ROOMS = {
    "records": set(),
    "wording": {"records"},
    "storage": {"errors"},
    "configuration": {"errors", "records", "wording"},
    "releases": {"configuration", "errors", "records", "wording", "storage"},
}


def package_imports(path: Path) -> set[str]:
    """Modules of the package that a file imports, `from multilevel import x` as multilevel.x."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.startswith("multilevel.")}


@pytest.mark.parametrize("room", SHARED_ROOMS)
def test_rooms_that_stages_share_import_no_stage(room: str) -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)} imports {module}"
        for path in sorted((PACKAGE / room).rglob("*.py"))
        for module in package_imports(path)
        if module.split(".")[1] not in SHARED_ROOMS[room] | {room}
    ]
    assert not wrong


def test_no_stage_imports_the_entry_of_another() -> None:
    """What they hand on is in records; stage.py reads and writes files for a rule."""
    entries = {f"multilevel.{stage}.stage" for stage in STAGES}
    wrong = [
        f"{path.relative_to(PACKAGE)} imports {module}"
        for path in sorted(PACKAGE.glob("*/**/*.py"))
        for module in package_imports(path)
        if any(module == entry or module.startswith(f"{entry}.") for entry in entries)
    ]
    assert not wrong


def sees_snakemake(path: Path) -> bool:
    names = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return any(isinstance(node, ast.Name) and node.id == "snakemake" for node in names) or any(
        module.startswith("snakemake") for module in imports(path)
    )


def test_the_package_never_sees_snakemake() -> None:
    modules = sorted((ROOT / "workflow" / "scripts" / "multilevel").rglob("*.py"))
    assert modules
    assert not [path for path in modules if sees_snakemake(path)]


SCRIPTS = ROOT / "workflow" / "scripts"
# Of the project's own modules, those that a room may import besides itself.
ROOMS = {
    "multilevel": (),
    # A file that is written whole, and its name while it isn't, are one thing for stages, which
    # write them, and for the engine, which removes what a killed run left.
    "engine": ("multilevel.storage",),
    "snakemake_logger_plugin_multilevel": ("engine",),
    "scheduled": ("engine", "multilevel"),
    "console": ("scheduled", "engine", "multilevel"),
}


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_depend_on_those_below_alone(room: str) -> None:
    own = {path.stem for path in SCRIPTS.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert set(ROOMS) <= own
    wrong = [
        f"{path.relative_to(SCRIPTS)} imports {module}"
        for path in sorted((SCRIPTS / room).rglob("*.py"))
        for module in imports(path)
        if module.split(".")[0] in own - {room} and not module.startswith(ROOMS[room])
    ]
    assert not wrong


def test_the_engine_names_no_stage() -> None:
    """What it is told of them comes from the rules."""
    named = re.compile("multilevel[.](" + "|".join(STAGES) + ")")
    files = sorted((SCRIPTS / "engine").rglob("*.py"))
    found = [path.name for path in files if named.search(path.read_text())]
    assert files
    assert not found
