"""Shows what would start a folder's reports each day; installs it when asked to."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from scheduled.units import Schedule, crontab, crontab_line, service, timer


def main(schedule: Schedule, *, install: bool | None = None, cron: bool = False) -> int:
    """Show and, if asked to, install.

    Parameters
    ----------
    install
        Whether to install; None asks at a terminal, and doesn't install elsewhere.
    cron
        Takes cron where systemd is.

    Returns
    -------
    The exit status.
    """
    by_systemd = shutil.which("systemctl") is not None and not cron
    if by_systemd:
        for file, text in _units(schedule).items():
            print(f"# {file}\n{text}")
    else:
        print(f"{crontab_line(schedule)}\n")
        if shutil.which("crontab") is None:
            return _without_cron(schedule, wanted=bool(install))
    if not (_confirmed() if install is None else install):
        print(
            "Nothing was installed; multilevel schedule --install does it, or make schedule "
            "INSTALL=yes."
        )
        return 0
    return _install_units(schedule) if by_systemd else _install_crontab(schedule)


def _without_cron(schedule: Schedule, *, wanted: bool) -> int:
    """Say that the line shown can't be installed; the exit status: 1 when that was asked for."""
    sys.stderr.write(
        "cron is not installed here (no command crontab), and so nothing was. Give this line to "
        "another machine's crontab, or let your scheduler run, in this folder, "
        f"{shlex.join(schedule.command)}.\n"
    )
    return 1 if wanted else 0


def _confirmed() -> bool:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    return input("Install this? [y/N] ").strip().lower() in ("y", "yes")


def _units(schedule: Schedule) -> dict[Path, str]:
    """The units by where they belong: the system's for root, else the user's own."""
    user = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    folder = Path("/etc/systemd/system") if os.geteuid() == 0 else user / "systemd" / "user"
    return {
        folder / f"{schedule.name}.service": service(schedule),
        folder / f"{schedule.name}.timer": timer(schedule),
    }


def _install_units(schedule: Schedule) -> int:
    for file, text in _units(schedule).items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    own = [] if os.geteuid() == 0 else ["--user"]
    for command in (["daemon-reload"], ["enable", "--now", f"{schedule.name}.timer"]):
        status = subprocess.run(["systemctl", *own, *command], check=False).returncode
        if status:
            sys.stderr.write(f"systemctl {' '.join(command)} failed.\n")
            return 1
    print(f"Installed. Its runs: journalctl {' '.join(own)} -u {schedule.name}.service")
    if own:
        print("To run while you are not logged in: loginctl enable-linger")
    return 0


def _install_crontab(schedule: Schedule) -> int:
    listed = subprocess.run(["crontab", "-l"], capture_output=True, text=True, check=False)
    present = listed.stdout if listed.returncode == 0 else ""
    text = crontab(present, schedule)
    status = subprocess.run(["crontab", "-"], input=text, text=True, check=False).returncode
    print("Installed." if status == 0 else "crontab refused it.")
    return 1 if status else 0
