"""`multilevel schedule`: what starts the reports each day; and a run that nobody watches."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from console.run import in_project
from engine.jobs import SCRIPTS
from multilevel.errors import ConfigError
from scheduled import check, install
from scheduled.run import place_of, scheduled
from scheduled.units import Schedule, time_of_day

# In a checkout, where the environment is made before the run.
SCRIPT = "tools/scheduled_run.sh"


def main(given: Mapping[str, str]) -> int:
    """Show, install or check what runs the current folder each day.

    Parameters
    ----------
    given
        `at`, `notify`, `install`, `cron` and `check` (yes or no), `config`.

    Returns
    -------
    The exit status.

    Raises
    ------
    ConfigError
        When the time is none, or the command has several lines.
    """
    notify = given.get("notify", "")
    if "\n" in notify:
        raise ConfigError("The command of NOTIFY must stand on one line.")
    try:
        hour, minute = time_of_day(given.get("at", "2:30"))
    except ValueError as error:
        raise ConfigError(str(error)) from None
    folder = Path.cwd()
    if yes(given, "check"):
        if notify:
            os.environ["NOTIFY"] = notify
        return check.main(place_of(folder, (), given.get("config")), hour, minute)
    config = ("--config", given["config"]) if "config" in given else ()
    start = ("/bin/sh", str(folder / SCRIPT)) if in_project() else (*program(), "--unattended")
    return install.main(
        Schedule(folder, (*start, *config), hour, minute, notify),
        install=yes(given, "install") if "install" in given else None,
        cron=yes(given, "cron"),
    )


def run_unattended(config: str | None) -> int:
    """Run as a schedule does, once and in the current folder; the exit status."""
    command = (*program(), *(("--config", config) if config else ()))
    return scheduled(place_of(Path.cwd(), command, config))


def program() -> tuple[str, ...]:
    """The command `multilevel run`, for processes that know no path."""
    return (sys.executable, str(SCRIPTS / "multilevel_program.py"), "run")


def yes(given: Mapping[str, str], name: str) -> bool:
    """Whether a switch is on."""
    return given.get(name, "").lower() in ("yes", "y", "1", "true")
