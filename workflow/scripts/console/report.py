"""`multilevel report`: one file to a report, without a line of configuration.

The settings are written as a configuration of one dataset, the pipeline is run on it in the
current folder, and the outcome is told.
"""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from console import run
from console.caller import Caller
from console.headline import headline
from console.settings import SCHEMAS, entry_of
from engine.failures import Failure
from engine.options import makes_all
from multilevel import configuration
from multilevel.configuration import RESULTS, Configuration
from multilevel.configuration.entries import address
from multilevel.configuration.expansion import slug, stem
from multilevel.configuration.schema import read_schema
from multilevel.errors import ConfigError
from multilevel.records.findings import Finding
from multilevel.records.results import Results, decode
from multilevel.storage.files import write_whole
from multilevel.wording import numbers
from multilevel.wording.quoting import listed


def main(given: Mapping[str, str], snakemake: Sequence[str], caller: Caller) -> int:
    """Make the report and print how it went.

    Parameters
    ----------
    given
        Texts by the names of settings; beside those of a dataset, `file`, `id` and `config`.
    snakemake
        Options for Snakemake.

    Returns
    -------
    The exit status: 0 report made, 1 data refused, 2 settings wrong, else Snakemake's.

    Raises
    ------
    ConfigError
        When a setting, or the configuration whose defaults hold, can't be used.
    """
    folder = Path.cwd()
    config = config_of(given, folder, caller)
    dataset_id = next(iter(config["datasets"]))
    results = Path(config.get("results", RESULTS))
    config_file = results / ".stages" / "one-file" / f"{dataset_id}.yaml"
    write_whole(config_file, as_yaml(config).encode())
    published = results / ".stages" / dataset_id / "published.json"
    status = run.snakemake([*snakemake, "--configfile", str(config_file), "--", str(published)])
    if status or not makes_all(snakemake):
        return status
    failure = Failure.read(published)
    if failure:
        return tell_failure(failure)
    return tell(folder / results / dataset_id, caller, given.get("missing", ""))


def config_of(given: Mapping[str, str], folder: Path, caller: Caller) -> dict[str, Any]:
    """A configuration of this dataset alone.

    The results folder, the defaults and the block `report` of the folder's own configuration hold
    here too. Where one of its datasets would have the same folder with other settings, `-single`
    is added to the id, so that its report is never written over.

    Parameters
    ----------
    folder
        What paths are relative to; a file inside it is named relative to it, so that the report
        doesn't depend on where the folder lies.

    Raises
    ------
    ConfigError
        When the settings, or the folder's configuration, can't be used.
    """
    if "config" in given:
        run.check_there(given["config"])
    config_file = configuration.config_file(folder, given.get("config"))
    shared = read_yaml(config_file)
    others = _load(shared, folder, _named(config_file, folder)).datasets if shared else ()
    shared_keys: dict[str, Any] = {
        key: shared[key] for key in ("results", "defaults", "report") if key in shared
    }
    # A single report is asked for by hand, and waits for nobody's consent.
    block = {key: value for key, value in shared.get("publication", {}).items() if key != "approve"}
    shared_keys |= {"publication": block} if block else {}
    entry = {"file": file_of(given, folder, "file", caller), **entry_of(given, caller)}
    if "join" in given:
        entry["join"]["file"] = file_of(given, folder, "join", caller)
    name = given.get("id") or slug(stem(given["file"])).lstrip("_") or "file"

    config = shared_keys | {"datasets": {name: entry}}
    (mine,) = _load(config, folder, f"{caller.program} report").datasets
    if any(other.id.lower() == name.lower() and other != mine for other in others):
        return shared_keys | {"datasets": {f"{name}-single": entry}}
    return config


def _load(config: Mapping[str, Any], folder: Path, source: str) -> Configuration:
    try:
        return configuration.load(config, read_schema(SCHEMAS), folder)
    except ConfigError as error:
        raise ConfigError(f"{source} has a fault.\n{error}") from error


def _named(file: Path, folder: Path) -> str:
    return file.relative_to(folder).as_posix() if file.is_relative_to(folder) else str(file)


def read_yaml(file: Path) -> dict[str, Any]:
    """The mapping in a YAML file; an empty one where there is no file.

    Raises
    ------
    ConfigError
        When it can't be read.
    """
    if not file.exists():
        return {}
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"{file} can't be read: {error}") from error
    if not isinstance(content, dict):
        raise ConfigError(f"{file} must consist of keys with values.")
    return content


def file_of(given: Mapping[str, str], folder: Path, name: str, caller: Caller) -> str:
    """The path of a setting as a configuration in `folder` names it.

    Raises
    ------
    ConfigError
        When it is an address on the network.
    """
    for fault in address(given[name]):
        raise ConfigError(f"{caller.setting(name)}: {fault}")
    return _named(Path(os.path.normpath(folder / Path(given[name]).expanduser())), folder)


def as_yaml(config: Mapping[str, Any]) -> str:
    """The configuration as YAML that any reader of YAML understands."""
    return yaml.safe_dump(dict(config), allow_unicode=True, sort_keys=False)


def tell(folder: Path, caller: Caller, missing: str) -> int:
    """Print the headline numbers and where the report is, or why there is none; the exit status.

    `missing` are the codes for missing values that were given.
    """
    file = folder / "results.json"
    if not file.is_file():
        print(
            f"\nNo report: Snakemake ended well, but there is no {file}.\n"
            "Leave out the options for Snakemake, or make the report without them first.",
            file=sys.stderr,
        )
        return 2
    results = decode(file.read_bytes(), Results)
    if results.reason is not None:
        print(f"\nNo report: {results.reason.message}\n{results.reason.remedy}", file=sys.stderr)
        return 1
    print(f"\n{headline(results)}")
    # What is handed out may withhold what whoever makes the report should know.
    complete = folder.parent / ".stages" / folder.name / "complete" / "results.json"
    whole = decode(complete.read_bytes(), Results) if complete.is_file() else results
    for line in ask_for_codes(whole.findings, caller, missing):
        print(line)
    print(f"Report: {folder / 'report.html'}")
    for name, kind in {"report.pdf": "PDF", "report.docx": "Word file"}.items():
        if (folder / name).is_file():
            print(f"as {kind}: {folder / name}")
    return 0


def ask_for_codes(findings: Iterable[Finding], caller: Caller, given: str = "") -> Iterator[str]:
    """Ask whether values that look like codes mean missing, and name the setting to add."""
    suspected = [
        finding
        for finding in findings
        if finding.code == "suspects" and finding.values["value"] is not None
    ]
    codes = list(dict.fromkeys(numbers.as_typed(finding.values["value"]) for finding in suspected))
    if codes:
        columns = dict.fromkeys(column for finding in suspected for column in finding.columns)
        setting = caller.given("missing", ",".join(filter(None, (given, *codes))))
        yield f"Does {' or '.join(codes)} in {listed(columns)} mean missing? Then add {setting}"


def tell_failure(failure: Failure) -> int:
    """Print which stage crashed, with the end of its log; the exit status."""
    print(f"\nNo report: stage {failure.stage} failed. {failure.message}", file=sys.stderr)
    print(f"The end of its log, {failure.log}:", file=sys.stderr)
    for line in failure.tail:
        print(f"  {line}", file=sys.stderr)
    return 1
