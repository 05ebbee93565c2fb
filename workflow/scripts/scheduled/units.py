"""The systemd units or the crontab line that start a folder's unattended runs."""

import hashlib
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from string import Template

_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_MARK = "# multilevel-reports:"


@dataclass(frozen=True)
class Schedule:
    """When which folder is run.

    Attributes
    ----------
    project
        The folder, an absolute path.
    command
        What runs once in it: a program's absolute path, and its arguments.
    hour, minute
        Of each day, local time.
    notify
        A shell command that is told how a run went; may be "".
    """

    project: Path
    command: tuple[str, ...]
    hour: int = 2
    minute: int = 30
    notify: str = ""

    @property
    def name(self) -> str:
        """Of the units: one for each folder."""
        digest = hashlib.sha256(str(self.project).encode()).hexdigest()[:6]
        folder = re.sub(r"[^A-Za-z0-9]+", "-", self.project.name).strip("-").lower()
        return f"multilevel-reports-{folder}-{digest}"


def time_of_day(text: str) -> tuple[int, int]:
    """Hour and minute of "2:30"; ValueError for anything else."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no time of day such as 2:30 or 23:05.")
    return int(found[1]), int(found[2])


def service(schedule: Schedule) -> str:
    """The unit that runs once."""
    told = schedule.notify
    return _filled(
        "reports.service",
        project=_specifiers(str(schedule.project)),
        environment=f"Environment={_quoted('NOTIFY=' + told)}\n" if told else "",
        command=" ".join(_quoted(word, command=True) for word in schedule.command),
    )


def timer(schedule: Schedule) -> str:
    """The unit that starts it each day, after a missed one as soon as the machine is up."""
    at = f"{schedule.hour:02}:{schedule.minute:02}:00"
    return _filled("reports.timer", project=_specifiers(str(schedule.project)), at=at)


def _filled(name: str, **values: str) -> str:
    """A unit from the file of that name beside this one."""
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    return Template(text).substitute(values)


def crontab_line(schedule: Schedule) -> str:
    """For machines without systemd."""
    told = f"NOTIFY={shlex.quote(schedule.notify)} " if schedule.notify else ""
    words = shlex.join(("nice", "-n", "10", *schedule.command))
    command = f"cd {shlex.quote(str(schedule.project))} && {told}{words} >/dev/null"
    # In a crontab a percent sign is the end of the command.
    command = command.replace("%", r"\%")
    return f"{schedule.minute} {schedule.hour} * * * {command}"


def crontab(present: str, schedule: Schedule) -> str:
    """The user's crontab with this folder's line, its former one replaced."""
    mark = f"{_MARK} {schedule.name}"
    lines = present.splitlines()
    if mark in lines:
        place = lines.index(mark)
        del lines[place : place + 2]
    return "\n".join([*lines, mark, crontab_line(schedule)]) + "\n"


def _quoted(text: str, *, command: bool = False) -> str:
    """As one word of a unit file; in a command a $ stands for a variable."""
    escaped = _specifiers(text.replace("\\", "\\\\").replace('"', '\\"'))
    return '"' + (escaped.replace("$", "$$") if command else escaped) + '"'


def _specifiers(text: str) -> str:
    return text.replace("%", "%%")
