"""The shell scripts behind the commands, on machines that are played by stand-ins."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine.lock import acquire

ROOT = Path(__file__).resolve().parents[3]
NEEDED = ("sh", "dirname", "rm", "cp", "mv", "cmp", "uname", "mkdir", "cat", "find", "wc", "tr")


class Machine:
    """A project folder, its path with a space in it, and a path of stand-in programs."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "the project"
        self.bin = folder / "bin"
        self.log = folder / "log"
        self.bin.mkdir()
        shutil.copytree(ROOT / "tools", self.project / "tools")
        (self.project / "workflow").symlink_to(ROOT / "workflow")
        for lock in ("requirements.lock", "requirements-dev.lock"):
            (self.project / lock).write_text(f"# {lock}\n", encoding="utf-8")
        for name in NEEDED:
            (self.bin / name).symlink_to(shutil.which(name) or name)

    def stand_in(self, name: str, body: str, folder: Path | None = None) -> Path:
        file = (folder or self.bin) / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f'#!/bin/sh\necho "{name} $*" >> "{self.log}"\n{body}\n', encoding="utf-8")
        file.chmod(0o755)
        return file

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", *command],
            cwd=self.project,
            env={"PATH": str(self.bin), **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def calls(self) -> list[str]:
        return self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []


# Plays Python: knows its version, makes environments, installs unless told to fail.
PYTHON = """
case "$*" in
*sys.version_info*) exit {old} ;;
--version) echo Python 3.12.0 ;;
"-m venv .venv") mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
"-m pip install"*) [ ! -e "{fail}" ] ;;
esac
"""


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def with_python(machine: Machine, name: str = "python3.12", old: int = 0) -> Path:
    """A stand-in Python; the returned file, once it exists, makes installing fail."""
    fail = machine.log.with_name("fail")
    machine.stand_in(name, PYTHON.format(old=old, fail=fail))
    return fail


def installs(machine: Machine) -> int:
    return sum("pip install" in call for call in machine.calls())


def test_setup_is_done_once_and_again_when_the_lock_changes(machine: Machine) -> None:
    with_python(machine)
    for _ in range(2):
        done = machine.run("tools/setup.sh", "requirements.lock")
        assert done.returncode == 0, done.stderr
    assert installs(machine) == 1
    (call,) = [call for call in machine.calls() if "pip install" in call]
    assert "--require-hashes -r requirements.lock" in call
    (machine.project / "requirements.lock").write_text("# newer\n", encoding="utf-8")
    assert machine.run("tools/setup.sh", "requirements.lock").returncode == 0
    assert installs(machine) == 2


def test_the_development_environment_holds_the_other(machine: Machine) -> None:
    with_python(machine)
    for lock in ("requirements-dev.lock", "requirements.lock"):
        assert machine.run("tools/setup.sh", lock).returncode == 0
    assert installs(machine) == 1


def test_a_failed_setup_is_taken_up_again(machine: Machine) -> None:
    fail = with_python(machine)
    fail.touch()
    failed = machine.run("tools/setup.sh", "requirements.lock")
    assert failed.returncode == 1
    assert "Run the command again" in failed.stderr
    fail.unlink()
    assert machine.run("tools/setup.sh", "requirements.lock").returncode == 0
    assert installs(machine) == 2


def test_an_environment_whose_python_is_gone_is_made_anew(machine: Machine) -> None:
    with_python(machine)
    assert machine.run("tools/setup.sh", "requirements.lock").returncode == 0
    python = machine.project / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("nowhere")
    assert machine.run("tools/setup.sh", "requirements.lock").returncode == 0
    assert installs(machine) == 2


def test_no_recent_python_is_said_with_the_remedy(machine: Machine) -> None:
    with_python(machine, "python3", old=1)
    refused = machine.run("tools/setup.sh", "requirements.lock")
    assert refused.returncode == 1
    assert "Python 3.11 or newer is needed" in refused.stderr
    assert "Install it" in refused.stderr
    assert not (machine.project / ".venv").exists()


def test_the_python_that_was_named_is_the_one_taken(machine: Machine) -> None:
    with_python(machine, "python3.13")
    chosen = machine.stand_in("my python", PYTHON.format(old=0, fail="nothing"))
    assert machine.run("tools/setup.sh", "requirements.lock", PYTHON=str(chosen)).returncode == 0
    assert "my python -m venv .venv" in machine.calls()
    shutil.rmtree(machine.project / ".venv")
    refused = machine.run("tools/setup.sh", "requirements.lock", PYTHON="python9")
    assert refused.returncode == 1
    assert "python9 is none" in refused.stderr


def test_a_python_without_venv_is_said_and_leaves_nothing(machine: Machine) -> None:
    body = 'case "$*" in *venv*) mkdir .venv; echo "ensurepip is not available"; exit 1 ;; esac'
    machine.stand_in("python3.12", body)
    refused = machine.run("tools/setup.sh", "requirements.lock")
    assert refused.returncode == 1
    assert "can't make a virtual environment" in refused.stderr
    assert "ensurepip is not available" in refused.stderr
    assert not (machine.project / ".venv").exists()


def test_a_python_without_venv_is_passed_over(machine: Machine) -> None:
    machine.stand_in("python3.13", 'case "$*" in *venv*) exit 1 ;; esac')
    with_python(machine, "python3.11")
    assert machine.run("tools/setup.sh", "requirements.lock").returncode == 0
    assert "python3.11 -m venv .venv" in machine.calls()


def play_platform(machine: Machine, platform: str, user: int) -> Path:
    """A machine without Pango; the returned file, once it exists, is Pango."""
    pango = machine.log.with_name("pango")
    (machine.project / "tools" / "platform.sh").write_text(f"#!/bin/sh\necho {platform}\n")
    machine.stand_in("id", f"echo {user}")
    machine.stand_in("python3.12", f'[ -e "{pango}" ]')
    return pango


def test_pango_is_installed_by_root_on_debian(machine: Machine) -> None:
    pango = play_platform(machine, "debian", user=0)
    machine.stand_in("apt-get", f'case "$*" in *install*) : > "{pango}" ;; esac')
    assert machine.run("tools/pango.sh", "python3.12").returncode == 0
    (install,) = [call for call in machine.calls() if "-get" in call and "install" in call]
    assert "libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig" in install
    assert machine.run("tools/pango.sh", "python3.12").returncode == 0
    assert sum("apt-get -q install" in call for call in machine.calls()) == 1


@pytest.mark.parametrize(
    ("platform", "user", "command"),
    [
        ("debian", 1000, "sudo apt-get install libpango-1.0-0"),
        ("fedora", 0, "dnf install pango"),
        ("arch", 0, "pacman -S pango"),
        ("alpine", 0, "apk add pango"),
        ("macos", 501, "brew install pango"),
        ("conda", 1000, "conda install -c conda-forge pango"),
        ("other", 0, "install Pango"),
    ],
)
def test_elsewhere_the_command_that_installs_pango_is_printed(
    machine: Machine, platform: str, user: int, command: str
) -> None:
    play_platform(machine, platform, user)
    machine.stand_in("apt-get", "exit 0")
    refused = machine.run("tools/pango.sh", "python3.12")
    assert refused.returncode == 1
    assert command in refused.stderr
    assert not [call for call in machine.calls() if call.startswith("apt-get")]


def test_no_network_while_pango_is_missing_still_names_the_command(machine: Machine) -> None:
    play_platform(machine, "debian", user=0)
    machine.stand_in("apt-get", "exit 100")
    refused = machine.run("tools/pango.sh", "python3.12")
    assert refused.returncode == 1
    assert "apt-get install libpango-1.0-0" in refused.stderr


def test_settings_pass_make_untouched(tmp_path: Path) -> None:
    title = """a $HOME $(shell touch made) ${x} `touch made` 'q' "d" ; | & # é \\ < >"""
    project = tmp_path / "the project"
    (project / "tools").mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", project)
    (project / "tools" / "setup.sh").write_text("#!/bin/sh\n")
    show = '#!/bin/sh\nprintf \'%s\\n\' "$SETTING_TITLE" "$SETTING_FILE" > seen\n'
    (project / "tools" / "multilevel").write_text(show)
    for script in (project / "tools").iterdir():
        script.chmod(0o755)
    arguments = ["report", f"TITLE={title}", "FILE=my file.csv"]
    done = subprocess.run(
        ["make", "-C", str(project), *arguments],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (project / "seen").read_text(encoding="utf-8") == f"{title}\nmy file.csv\n"
    assert not (project / "made").exists()


def test_the_environment_is_kept_apart_from_the_users_own_python(machine: Machine) -> None:
    show = 'echo "${PYTHONPATH-unset} $PYTHONNOUSERSITE ${PATH%%:*}"'
    machine.stand_in("python", show, machine.project / ".venv" / "bin")
    done = machine.run("tools/python.sh", PYTHONPATH=os.pathsep.join(sys.path))
    assert done.stdout.strip() == f"unset 1 {machine.project}/.venv/bin"


def fake_snakemake(machine: Machine, body: str) -> None:
    """The project's Python is this one, with a module `snakemake` of ours."""
    package = machine.project / "fake"
    package.mkdir()
    (package / "snakemake.py").write_text(body, encoding="utf-8")
    run = f'PYTHONPATH="{package}" exec "{sys.executable}" "$@"'
    machine.stand_in("python", run, machine.project / ".venv" / "bin")


def test_reports_passes_options_errors_and_status_through(machine: Machine) -> None:
    body = """
import sys
print(sys.argv[1:])
if "--logger" not in sys.argv:
    print("Finished jobid: 1", file=sys.stderr)
print("Error in rule fit:", file=sys.stderr)
sys.exit(3)
"""
    fake_snakemake(machine, body)
    failed = machine.run("tools/reports.sh", "--forceall", CORES="1")
    assert failed.returncode == 3
    options = ["--cores", "1", "--keep-going", "--rerun-incomplete", "--logger", "multilevel"]
    assert failed.stdout == f"{[*options, '--forceall']}\n"
    assert failed.stderr.startswith("Error in rule fit:\n\nNot every dataset has its report")
    everything = machine.run("tools/reports.sh", VERBOSE="1")
    assert "Finished jobid: 1" in everything.stderr


def test_a_second_run_at_once_says_so(machine: Machine) -> None:
    fake_snakemake(machine, "print('ran')")
    held = acquire(machine.project)
    assert held is not None
    try:
        refused = machine.run("tools/reports.sh")
    finally:
        os.close(held)
    assert (refused.returncode, refused.stdout) == (75, "")
    assert refused.stderr.startswith("Another run is at work in ")
    assert machine.run("tools/reports.sh").stdout.startswith("ran\n")


def test_a_second_run_waits_when_it_is_told_to(machine: Machine) -> None:
    fake_snakemake(machine, "print('ran')")
    held = acquire(machine.project)
    assert held is not None
    with subprocess.Popen(
        ["sh", "tools/reports.sh"],
        cwd=machine.project,
        env={"PATH": str(machine.bin), "WAIT": "600"},
        stdout=subprocess.PIPE,
        text=True,
    ) as waiting:
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(1)
        os.close(held)
        said, _ = waiting.communicate()
    assert (waiting.returncode, said.splitlines()[0]) == (0, "ran")


def test_locks_of_a_killed_run_are_removed(machine: Machine) -> None:
    fake_snakemake(machine, "import os; print(os.path.exists('.snakemake/locks'))")
    (machine.project / ".snakemake" / "locks").mkdir(parents=True)
    (machine.project / ".snakemake" / "locks" / "0.input.lock").touch()
    assert machine.run("tools/reports.sh").stdout.startswith("False\n")


def test_reports_says_where_they_are(machine: Machine) -> None:
    fake_snakemake(machine, "")
    (machine.project / "results").mkdir()
    (machine.project / "results" / "index.html").touch()
    done = machine.run("tools/reports.sh")
    assert done.returncode == 0
    assert f"The index over them: {machine.project}/results/index.html" in done.stdout
    fake = machine.project / "fake" / "snakemake.py"
    fake.write_text("raise SystemExit(1)", encoding="utf-8")
    failed = machine.run("tools/reports.sh")
    assert failed.returncode == 1
    assert "index" not in failed.stdout + failed.stderr


@pytest.mark.parametrize(
    ("arguments", "all_of_them"),
    [
        (["--cores", "2", "--workflow-profile=profiles/x", "-q", "--forceall"], True),
        (["--until", "ingest"], False),
        (["--until=ingest"], False),
        (["--dry-run"], False),
        (["--help"], False),
        (["results/one/report.html"], False),
        (["--forceall", "fit"], False),
    ],
)
@pytest.mark.parametrize("status", [0, 1])
def test_nothing_is_claimed_of_reports_that_were_not_asked_for(
    machine: Machine, arguments: list[str], all_of_them: bool, status: int
) -> None:
    fake_snakemake(machine, f"raise SystemExit({status})")
    (machine.project / "results").mkdir()
    (machine.project / "results" / "index.html").touch()
    done = machine.run("tools/reports.sh", *arguments)
    assert done.returncode == status
    assert ("very dataset has its report" in done.stdout + done.stderr) == all_of_them
