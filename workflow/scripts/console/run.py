"""`multilevel run`: the pipeline on a configuration, and a word on where the reports are."""

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from console import changes
from console.handed_out import may_be_handed_out
from engine import lock
from engine import run as engine_run
from engine.jobs import PROJECT
from engine.places import RECORD
from multilevel import configuration
from multilevel.configuration import OWN, RESULTS, SHIPPED
from multilevel.errors import ConfigError
from multilevel.wording.quoting import shown

# Options that don't change what is made, those that are followed by a value first.
WITH_VALUE = {"--cores", "-c", "--jobs", "-j", "--executor", "-e"}
WITH_VALUE |= {"--profile", "--workflow-profile"}
WITHOUT = {"-q", "--quiet", "-p", "--printshellcmds", "--verbose", "-F", "--forceall"}
WITHOUT |= {"-k", "--keep-going", "--rerun-incomplete", "--ri"}

# Ids of datasets in a line.
MOST_NAMED = 10


def main(config: str | None, options: Sequence[str]) -> int:
    """Make the reports of a configuration, in the current folder.

    Parameters
    ----------
    config
        Its file; None for the folder's own.
    options
        For Snakemake.

    Returns
    -------
    The exit status: Snakemake's, or see `engine.run`.

    Raises
    ------
    ConfigError
        When there is no such file, or nothing to report on is configured.
    """
    folder = _public()
    before = changes.state(folder)
    status = snakemake([*config_options(config, options), *options])
    # Stopped, or not begun because another run is at work: that was said.
    if status == lock.ALREADY_RUNNING or status > 128 or not asks_for_all(options):
        return status
    public = _public()
    after = changes.state(public)
    # Another configuration may keep its results in another folder.
    done = changes.describe(before, after) if public == folder else ""
    print(f"\n{done}" if done else "", end="")
    if status:
        sys.stderr.write("\nNot every dataset has its report; the messages above say why.\n")
        return status
    index, results = (public / "index.html").resolve(), Path(_record().get("results", RESULTS))
    if index.is_file():
        print(f"\nEvery dataset has its report. The index over them: {index}")
        if public == results:
            print(may_be_handed_out(public, after.rows.values()))
        print(read_with_care(after.rows.values()), end="")
    if public != results:
        tell_what_waits(results)
    return status


def _record() -> dict[str, str]:
    """The places that the last run in this folder noted."""
    return json.loads(RECORD.read_bytes()) if RECORD.is_file() else {}


def _public() -> Path:
    """Where the last run in this folder left what is public."""
    record = _record()
    return Path(record.get("public", record.get("results", RESULTS)))


def tell_what_waits(results: Path) -> None:
    """Print what a release would change; end one that was begun and not ended."""
    from console.release import describe, ended
    from multilevel.publication import approval

    ended(results)
    waiting = approval.changes(results)
    print(f"\nNothing public has changed. {describe(waiting)}")
    if waiting:
        print("To put this out: make release, or multilevel release.")


def read_with_care(rows: Iterable[changes.Row]) -> str:
    """Which reports say "Read with care", and what for, by the rows of datasets.csv."""
    from multilevel.wording.findings import label

    flagged = [(row["id"], row["flags"].split()) for row in rows if row.get("flags")]
    lines = [f"  {name}: {', '.join(map(label, codes))}" for name, codes in flagged[:MOST_NAMED]]
    if len(flagged) > MOST_NAMED:
        lines.append(f"  and {len(flagged) - MOST_NAMED} more, in the index")
    return "\n".join(["Read with care:", *lines, ""]) if lines else ""


def snakemake(options: Sequence[str]) -> int:
    """Run Snakemake on this project's workflow, in the current folder; the exit status."""
    workflow = [] if in_project() else ["--snakefile", str(PROJECT / "Snakefile")]
    return engine_run.main([*workflow, *options])


def in_project() -> bool:
    """Whether the current folder is this project's, where Snakemake finds the workflow itself."""
    here = Path("workflow", "Snakefile")
    return here.is_file() and here.samefile(PROJECT / here)


def config_options(config: str | None, options: Sequence[str]) -> list[str]:
    """Options that name the configuration to Snakemake; none where it finds the folder's own.

    Raises
    ------
    ConfigError
        When there is none.
    """
    if config is not None:
        check_there(config)
        return ["--configfile", config]
    named = any(option.partition("=")[0] in ("--configfile", "--configfiles") for option in options)
    if not in_project() and not named and not configuration.config_file(Path()).is_file():
        raise ConfigError(
            f"There is neither {OWN} nor {SHIPPED} in {Path.cwd()}. Go to the folder where it is, "
            "or name another file by --config. One file needs no configuration: multilevel report."
        )
    return []


def check_there(config: str) -> None:
    """Refuse a configuration that was named and doesn't exist.

    Raises
    ------
    ConfigError
        When there is no such file.
    """
    if not Path(config).is_file():
        raise ConfigError(f"There is no configuration {shown(config, 300)}.")


def asks_for_all(arguments: Sequence[str]) -> bool:
    """Whether all reports are asked for.

    Not by --dry-run, --until, a target or anything else that may ask for less or look elsewhere.
    """
    left = list(arguments)
    while left:
        option = left.pop(0)
        if option in WITH_VALUE:
            del left[:1]
        elif option not in WITHOUT and not _holds_its_value(option):
            return False
    return True


def _holds_its_value(option: str) -> bool:
    """Whether an option holds its value, as -c4 and --cores=4 do."""
    name, equals, _ = option.partition("=")
    if option.startswith("--"):
        return bool(equals) and name in WITH_VALUE
    return option[:2] in ("-c", "-j") and option[2:].isdigit()
