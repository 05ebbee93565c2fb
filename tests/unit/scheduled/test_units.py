"""What systemd and cron are given."""

import shutil
import subprocess
from pathlib import Path

import pytest

from console.main import main
from scheduled import install
from scheduled.units import (
    Schedule,
    crontab,
    crontab_line,
    service,
    time_of_day,
    timer,
)

NOTIFY = """mail -s "$RUN_SUMMARY 100%" 'me' \\\\ && x"""


def schedule_of(project: Path, hour: int = 2, minute: int = 30, notify: str = "") -> Schedule:
    """Of a checkout."""
    command = ("/bin/sh", str(project / "tools" / "scheduled_run.sh"))
    return Schedule(project, command, hour, minute, notify)


HOSTILE = schedule_of(Path('/srv/100% of "it" $HOME'), 3, 5, NOTIFY)
PLAIN = schedule_of(Path("/srv/reports"))


@pytest.mark.parametrize("schedule", [PLAIN, HOSTILE], ids=["plain", "hostile"])
def test_systemd_accepts_the_units(schedule: Schedule, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd here")
    project = tmp_path / schedule.project.name
    (project / "tools").mkdir(parents=True)
    script = project / "tools" / "scheduled_run.sh"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    here = schedule_of(project, schedule.hour, schedule.minute, schedule.notify)
    files = [tmp_path / f"{here.name}.service", tmp_path / f"{here.name}.timer"]
    files[0].write_text(service(here))
    files[1].write_text(timer(here))
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, files)],
        capture_output=True,
        text=True,
        check=False,
    )
    about_ours = [line for line in checked.stderr.splitlines() if here.name in line]
    assert about_ours == []


def test_units_say_when_and_what() -> None:
    assert "OnCalendar=*-*-* 02:30:00" in timer(PLAIN)
    assert "Persistent=true" in timer(PLAIN)
    assert 'ExecStart="/bin/sh" "/srv/reports/tools/scheduled_run.sh"' in service(PLAIN)
    assert "Environment" not in service(PLAIN)
    hostile = service(HOSTILE)
    assert "$$HOME/tools/" in hostile
    assert "100%% of" in hostile
    assert '"NOTIFY=mail -s \\"$RUN_SUMMARY 100%%\\" ' in hostile


def test_the_crontab_line_runs_in_a_shell(tmp_path: Path) -> None:
    project = tmp_path / "it's 100% $HOME"
    (project / "tools").mkdir(parents=True)
    script = project / "tools" / "scheduled_run.sh"
    script.write_text('#!/bin/sh\nprintf "%s" "$NOTIFY" > told\n')
    script.chmod(0o755)
    line = crontab_line(schedule_of(project, 3, 5, HOSTILE.notify))
    assert line.startswith("5 3 * * * ")
    # What cron does with percent signs.
    command = line.split(" ", 5)[5].replace(r"\%", "%")
    subprocess.run(["/bin/sh", "-c", command], check=True)
    assert (project / "told").read_text() == HOSTILE.notify


def test_the_crontab_keeps_what_others_wrote() -> None:
    others = "MAILTO=me\n0 1 * * * backup\n"
    once = crontab(others, PLAIN)
    assert once.startswith(others)
    again = crontab(once + "5 5 * * * other\n", schedule_of(PLAIN.project, 4, 0))
    assert again.count("scheduled_run.sh") == 1
    assert "0 4 * * *" in again
    assert "5 5 * * * other" in again
    assert crontab("", PLAIN).count("\n") == 2


@pytest.mark.parametrize("text", ["", "24:00", "2:60", "noon", "2:30; rm", "2:3"])
def test_no_time_of_day(text: str) -> None:
    with pytest.raises(ValueError, match="time of day"):
        time_of_day(text)


def test_only_asked_for_is_installed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    calls = tmp_path / "calls"
    for program in ("systemctl", "crontab"):
        (tmp_path / program).write_text(f'#!/bin/sh\necho {program} "$@" >> "{calls}"\n')
        (tmp_path / program).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(install.os, "geteuid", lambda: 1000)
    assert install.main(PLAIN) == 0
    assert "Nothing was installed" in capsys.readouterr().out
    assert not calls.exists()
    assert install.main(PLAIN, install=True) == 0
    units = sorted(path.suffix for path in (tmp_path / "config/systemd/user").iterdir())
    assert units == [".service", ".timer"]
    assert "systemctl --user enable --now" in calls.read_text()
    assert install.main(PLAIN, install=True, cron=True) == 0
    assert calls.read_text().endswith("crontab -l\ncrontab -\n")


@pytest.mark.parametrize(("install_it", "status"), [(None, 0), (True, 1)])
def test_the_line_is_shown_where_there_is_no_cron(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    install_it: bool | None,
    status: int,
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert install.main(PLAIN, install=install_it, cron=True) == status
    said = capsys.readouterr()
    assert said.out.startswith("30 2 * * * cd ")
    assert "cron is not installed here" in said.err


def test_a_wrong_time_installs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schedule", "--at", "25:00", "--install"]) == 2
    assert "no time of day" in capsys.readouterr().err
