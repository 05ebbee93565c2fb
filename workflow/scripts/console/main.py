"""The commands of `multilevel`, their options and help."""

import argparse
import os
import sys
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from console.caller import MAKE, SHELL, Caller, typed_for_make
from console.settings import settings
from multilevel import __version__
from multilevel.errors import ConfigError
from multilevel.wording.quoting import nearest, shown


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command's help, and the settings that it is called with.

    Attributes
    ----------
    about
        What it does.
    options, switches
        Meanings by name, with a value and with yes or no; those of one file aside.
    example
        What it can't do without, as an example has it.
    more
        What else its help says.
    """

    about: str
    options: Mapping[str, str] = field(default_factory=dict)
    switches: Mapping[str, str] = field(default_factory=dict)
    example: Mapping[str, str] = field(default_factory=dict)
    more: str = ""


COMMANDS = {
    "report": Command(
        about="make a report of one file, with nothing configured",
        options={
            "id": "Name of the folder under results; by default made from the file's name.",
            "config": "Configuration whose results folder and defaults hold; see multilevel run.",
        },
        example={"file": "scores.csv", "outcome": "math", "group": "school"},
        more="Options for Snakemake stand after --, as in -- --cores 2.",
    ),
    "inspect": Command(
        about="show what a data file holds, and how to report on it",
        options={
            "sheet": "The sheet of a workbook, by name or by number from 1.",
            "encoding": "The encoding of text, such as shift_jis; else it is recognised.",
            "header_row": "The row with the columns' names, counted from 1.",
            "skip_rows": "Rows that are passed over: the first so many, or a list such as [2, 3].",
            "decimal": "The decimal sign of numbers that are text: point or comma.",
        },
        example={"file": "scores.sav"},
    ),
    "run": Command(
        about="make the reports of a configuration, or bring them up to date, and the index",
        options={
            "config": "The configuration; by default config/my.yaml where there is one, else "
            "config/config.yaml."
        },
        switches={
            "unattended": "As a schedule does: keep what is replaced, a log and a record, notify."
        },
        more="Any other option is for Snakemake: --dry-run, --cores 4, --forceall, --profile; one "
        "that has the name of one of these stands after --. The environment may hold CORES, "
        "VERBOSE=1 (shows all that Snakemake says) and WAIT=3600 (seconds to wait for another run "
        "in the folder).",
    ),
    "release": Command(
        about="put out what waits where the configuration says approve: yes, or take it back",
        options={"config": "The configuration, as for multilevel run."},
        switches={
            "show": "Say what waits and what it would change, and do nothing.",
            "undo": "Take the last release back; what was public before is public again.",
        },
    ),
    "schedule": Command(
        about="show a daily schedule for the reports of this folder, and install it if asked to",
        options={
            "at": "Time of day; 2:30 by default.",
            "notify": "Shell command that is told how each run went; see docs/schedule.md.",
            "config": "The configuration, as for multilevel run.",
        },
        switches={
            "install": "Install without asking; --install no doesn't ask either.",
            "cron": "Take cron where systemd is.",
            "check": "Say whether the last run began, and end with status 1 where it didn't; for a "
            "second scheduler.",
        },
    ),
    "self-test": Command(
        about="run data with known answers through the whole pipeline, and compare (20 seconds)"
    ),
}
# Of these make takes only what stands on its command line, not in the environment.
TYPED_ONLY = {"config", "unattended"}


class Parser(argparse.ArgumentParser):
    """A parser that raises what argparse would print before it ends the process."""

    def error(self, message: str) -> NoReturn:
        """Raise the message as an error."""
        raise ConfigError(f"{message[0].upper()}{message[1:]}.\n{self.prog} --help lists all.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit status, 2 when the command is wrong.

    Parameters
    ----------
    arguments
        As typed in a shell, by default the process's own; or, from the Makefile, ``make``, the
        command and, after ``--``, options for Snakemake, with the settings in the environment.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    at = words.index("--") if "--" in words else len(words)
    words, snakemake = words[:at], words[at + 1 :]
    unknown: list[str] = []
    try:
        if words[:1] == ["make"] and set(words[1:2]) & set(COMMANDS):
            command, caller = words[1], MAKE
            given = typed_for_make(os.environ, set(names(command)) - TYPED_ONLY)
        else:
            parsed, unknown = parser().parse_known_args(words or ["--help"])
            given, caller = vars(parsed), SHELL
            command = given.pop("command")
        if command == "run":
            unknown, snakemake = [], [*unknown, *snakemake]
        given = {name: value.strip() for name, value in given.items() if value and value.strip()}
        check(command, given, unknown, caller)
        return perform(command, given, snakemake, caller)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 2


def names(command: str) -> tuple[str, ...]:
    """The settings that a command knows."""
    of_file = settings() if command == "report" else ()
    return (
        *(name for name in COMMANDS[command].example if name == "file"),
        *(setting.name for setting in of_file),
        *COMMANDS[command].options,
        *COMMANDS[command].switches,
    )


def parser() -> Parser:
    """The parser of all commands."""
    whole = Parser(prog="multilevel", description="Reports on students nested in schools.")
    whole.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = whole.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, command in COMMANDS.items():
        file = " FILE" if command.example else ""
        its = commands.add_parser(
            name,
            usage=f"multilevel {name}{file} [options]",
            help=command.about,
            description=f"{command.about[0].upper()}{command.about[1:]}.",
            epilog=command.more,
            allow_abbrev=False,
        )
        if command.example:
            its.add_argument("file", nargs="?", metavar="FILE", help="The data file.")
        for setting in settings() if name == "report" else ():
            _add(its, setting.name, setting.meaning, setting.part.get("enum"))
        for option, meaning in command.options.items():
            _add(its, option, meaning)
        for switch, meaning in command.switches.items():
            its.add_argument(f"--{switch}", nargs="?", const="yes", metavar="yes|no", help=meaning)
    return whole


def _add(
    to: argparse.ArgumentParser, name: str, meaning: str, choices: Sequence[str] | None = None
) -> None:
    metavar = "|".join(choices) if choices else name.upper()
    escaped = meaning.replace("%", "%%")
    to.add_argument(SHELL.setting(name), metavar=metavar, help=escaped)


def check(command: str, given: Mapping[str, str], unknown: Sequence[str], caller: Caller) -> None:
    """Refuse settings that a command doesn't know, and ask for those it needs.

    Raises
    ------
    ConfigError
        For a setting that isn't the command's, one that is needed and missing, and bytes that
        aren't text, which no configuration can hold.
    """
    known = names(command)
    # Whoever looks at a file first may leave the rest of the command as it is.
    allowed = {*known, *(names("report") if command == "inspect" else ())}
    options = [word for word in unknown if word.startswith("-")]
    strangers = [word.lstrip("-").partition("=")[0].replace("-", "_") for word in options]
    strangers += [name for name in given if name not in allowed]
    if strangers:
        raise ConfigError("\n".join(_unknown(name, known, caller) for name in strangers))
    if unknown:
        raise ConfigError(f"{shown(unknown[0])} is not a setting of {caller.program} {command}.")
    for name, value in given.items():
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise ConfigError(f"{caller.setting(name)} is not valid UTF-8 text: {value!a}")
    example = COMMANDS[command].example
    needed = ("file",) if example and "preset" in given else example
    missing = [caller.setting(name) for name in needed if name not in given]
    if missing:
        raise ConfigError(
            f"{caller.program} {command} needs {' and '.join(missing)}\n\n"
            f"    {caller.command(command, example)}\n\n{_all_of(command, caller)}"
        )


def _unknown(name: str, known: Sequence[str], caller: Caller) -> str:
    guess = nearest(name, known)
    hint = f" Did you mean {caller.setting(guess)}?" if guess else ""
    return f"Unknown setting {caller.setting(name)}.{hint}"


def _all_of(command: str, caller: Caller) -> str:
    """A paragraph that lists all settings of a command."""
    every = " ".join(caller.setting(name) for name in names(command))
    text = f"All settings, which multilevel {command} --help explains: {every}"
    return textwrap.fill(text, 100, break_on_hyphens=False)


def perform(
    command: str, given: Mapping[str, str], snakemake: Sequence[str], caller: Caller
) -> int:
    """Run a command whose settings are known; the exit status. Each loads only what it needs."""
    if command == "report":
        from console import report

        return report.main(given, snakemake, caller)
    if command == "inspect":
        from console import inspection

        return inspection.main(given, caller)
    if command == "release":
        from console import release

        return release.main(given)
    if command == "schedule":
        from console import schedule

        return schedule.main(given)
    if command == "self-test":
        from console import self_test

        return self_test.main()
    from console import run, schedule

    if schedule.yes(given, "unattended"):
        return schedule.run_unattended(given.get("config"))
    return run.main(given.get("config"), snakemake)
