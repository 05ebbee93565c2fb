"""What `pip install .` installs: built, unpacked, and tried in a folder that has nothing else."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tests.helpers.running import ROOT, clean_environment

pytestmark = pytest.mark.xdist_group("wheel")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's content, laid out as pip does in site-packages."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def python(installed: Path, folder: Path, code: str) -> "subprocess.CompletedProcess[str]":
    """Run code where the wheel is installed and the checkout is unknown."""
    start = f"import site, sys; site.addsitedir({str(installed)!r}); {code}"
    return subprocess.run(
        [sys.executable, "-c", start],
        cwd=folder,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def files(folder: Path) -> set[Path]:
    return {file for file in folder.rglob("*") if "__pycache__" not in file.parts}


def test_the_package_is_light_and_comes_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    loads = "'numpy' in sys.modules, 'yaml' in sys.modules"
    code = f"import multilevel; print(multilevel.__file__, {loads})"
    done = python(installed, tmp_path, code)
    path, *loaded = done.stdout.rsplit(maxsplit=2)
    assert Path(path).is_relative_to(installed), done.stderr
    assert loaded == ["False", "False"]


def test_the_entry_point_is_the_program(installed: Path) -> None:
    (file,) = installed.glob("*.dist-info/entry_points.txt")
    assert "multilevel = multilevel_program:main" in file.read_text(encoding="utf-8")


def test_the_self_test_agrees_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    before = files(installed)
    done = python(
        installed,
        tmp_path,
        "from multilevel_program import main; sys.exit(main(['self-test']))",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Everything agrees." in done.stdout
    assert done.stdout.count("overall mean") == 3
    assert files(installed) == before
    assert not files(tmp_path)
