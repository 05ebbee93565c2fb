"""R, where it is installed. In continuous integration (CI set) its absence is a failure."""

import os
import shutil
import subprocess

import pytest

NEEDED = ("lme4", "lmerTest")
OPTIONAL = ("flextable", "broom.mixed", "performance")


def run_r(script: str, folder, *arguments: str) -> str:
    """What a script prints; fails with R's own message."""
    file = folder / "script.R"
    file.write_text(script, encoding="utf-8")
    done = subprocess.run(
        ["Rscript", "--vanilla", str(file), *arguments],
        cwd=folder, capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "LC_ALL": "C.UTF-8", "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def installed(packages: tuple[str, ...]) -> set[str]:
    if shutil.which("Rscript") is None:
        return set()
    names = ", ".join(f'"{name}"' for name in packages)
    code = f"for (p in c({names})) if (nzchar(system.file(package = p))) cat(p, '')"
    done = subprocess.run(
        ["Rscript", "--vanilla", "-e", code], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.fixture(scope="session")
def r_packages() -> set[str]:
    """The packages that R has; skips without lme4 and lmerTest, and fails in CI."""
    found = installed((*NEEDED, *OPTIONAL))
    needs(found, *NEEDED)
    return found


def needs(found: set[str], *packages: str) -> None:
    """Skip without these packages of R; fail in continuous integration."""
    missing = set(packages) - found
    if missing:
        message = f"R with {' and '.join(sorted(missing))} is not installed"
        if os.environ.get("CI"):
            pytest.fail(f"{message}: .ci/run installs it on Debian")
        pytest.skip(message)
