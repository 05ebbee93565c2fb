"""The commands of `multilevel`, their options and help."""

import argparse
import os
import sys
import textwrap
from collections.abc import Mapping, Sequence
from typing import NoReturn

from console.caller import MAKE, SHELL, Caller, typed_for_make
from console.settings import settings
from multilevel import __version__
from multilevel.errors import ConfigError
from multilevel.wording.quoting import nearest, shown

# What a command says of itself, and how it is called.
ABOUT = {
    "report": "make a report of one file, with nothing configured",
    "inspect": "show what a data file holds, and how to report on it",
    "run": "make the reports of a configuration, or bring them up to date, and the index over them",
    "schedule": "show a daily schedule for the reports of this folder, and install it if asked to",
    "self-test": "run data with known answers through the whole pipeline, and compare (20 seconds)",
}
EXAMPLES: Mapping[str, Mapping[str, str]] = {
    "report": {"file": "scores.csv", "outcome": "math", "group": "school"},
    "inspect": {"file": "scores.sav"},
}
EPILOGS = {
    "report": "Options for Snakemake stand after --, as in -- --cores 2.",
    "run": "Any other option is for Snakemake: --dry-run, --cores 4, --forceall, --profile; one "
    "that has the name of one of these stands after --. "
    "The environment may hold CORES, VERBOSE=1 (shows all that Snakemake says) and WAIT=3600 "
    "(seconds to wait for another run in the folder).",
}
OTHERS: Mapping[str, Mapping[str, str]] = {
    "report": {
        "id": "Name of the folder under results; by default made from the file's name.",
        "config": "Configuration whose results folder and defaults hold; as for multilevel run.",
    },
    "inspect": {"sheet": "The sheet of an Excel workbook, by name or by number from 1."},
    "run": {
        "config": "The configuration; by default config/my.yaml where there is one, else "
        "config/config.yaml.",
    },
    "schedule": {
        "at": "Time of day; 2:30 by default.",
        "notify": "Shell command that is told how each run went; see docs/schedule.md.",
        "config": "The configuration, as for multilevel run.",
    },
    "self-test": {},
}
SWITCHES: Mapping[str, Mapping[str, str]] = {
    "run": {"unattended": "As a schedule does: keep what is replaced, a log and a record, notify."},
    "schedule": {
        "install": "Install without asking; --install no doesn't ask either.",
        "cron": "Take cron where systemd is.",
    },
}


class Parser(argparse.ArgumentParser):
    """Raises what argparse would print before it ends the process."""

    def error(self, message: str) -> NoReturn:
        """Raise it."""
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
        if words[:1] == ["make"]:
            command, caller = words[1], MAKE
            given = typed_for_make(os.environ, names(command))
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
    file = ("file",) if command in EXAMPLES else ()
    described = (setting.name for setting in (settings() if command == "report" else ()))
    return (*file, *described, *OTHERS[command], *SWITCHES.get(command, ()))


def parser() -> Parser:
    """The parser of all commands."""
    whole = Parser(prog="multilevel", description="Reports on students nested in schools.")
    whole.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = whole.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command, about in ABOUT.items():
        own = " FILE" if command in EXAMPLES else ""
        one = commands.add_parser(
            command,
            usage=f"multilevel {command}{own} [options]",
            help=about,
            description=f"{about[0].upper()}{about[1:]}.",
            epilog=EPILOGS.get(command),
            allow_abbrev=False,
        )
        if command in EXAMPLES:
            one.add_argument("file", nargs="?", metavar="FILE", help="The data file.")
        if command == "report":
            for setting in settings():
                _add(one, setting.name, setting.meaning, setting.part.get("enum"))
        for name, meaning in OTHERS[command].items():
            _add(one, name, meaning)
        for name, meaning in SWITCHES.get(command, {}).items():
            one.add_argument(f"--{name}", nargs="?", const="yes", metavar="yes|no", help=meaning)
    return whole


def _add(
    to: argparse.ArgumentParser, name: str, meaning: str, choices: Sequence[str] | None = None
) -> None:
    metavar = "|".join(choices) if choices else name.upper()
    escaped = meaning.replace("%", "%%")
    to.add_argument(SHELL.setting(name), metavar=metavar, help=escaped)


def check(command: str, given: Mapping[str, str], unknown: Sequence[str], caller: Caller) -> None:
    """Refuse what a command doesn't know, and what it misses.

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
        raise ConfigError(f"{caller.program} {command} has no use for {shown(unknown[0])}.")
    for name, value in given.items():
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise ConfigError(f"{caller.setting(name)} is not valid UTF-8 text: {value!a}")
    needed = () if "preset" in given else EXAMPLES.get(command, {})
    missing = [caller.setting(name) for name in ("file", *needed) if name not in given]
    if command in EXAMPLES and missing:
        example = caller.command(command, EXAMPLES[command])
        raise ConfigError(
            f"{caller.program} {command} needs {' and '.join(dict.fromkeys(missing))}\n\n"
            f"    {example}\n\n{_all_of(command, caller)}"
        )


def _unknown(name: str, known: Sequence[str], caller: Caller) -> str:
    guess = nearest(name, known)
    hint = f" Did you mean {caller.setting(guess)}?" if guess else ""
    return f"Unknown setting {caller.setting(name)}.{hint}"


def _all_of(command: str, caller: Caller) -> str:
    """All settings of a command, in a paragraph."""
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
