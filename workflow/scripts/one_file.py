"""`make report`: one file to a report, without a line of configuration.

The settings come from the environment as REPORT_FILE, REPORT_OUTCOME and so on,
as they were typed: the Makefile hands them over without a shell in between. They
are written as a configuration of one dataset, Snakemake is run on it, and the
outcome is printed. Exit status: 0 report made, 1 data refused, 2 settings wrong,
else Snakemake's.
"""

import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from engine import running
from engine.asked import makes_all
from engine.failures import Failure
from multilevel.configuration import RESULTS, Configuration, load
from multilevel.configuration.entries import address
from multilevel.configuration.expansion import slug, stem
from multilevel.errors import ConfigError
from multilevel.records.results import Results, decode
from multilevel.storage.files import write_whole
from multilevel.wording import findings, numbers
from multilevel.wording.quoting import nearest

ROOT = Path(__file__).resolve().parents[2]

REQUIRED = ("FILE", "OUTCOME", "GROUP")
REQUIRED_BY_PRESET = ("FILE",)
TEXTS = ("TITLE", "SUBTITLE")
LABELS = ("OUTCOME", "GROUP", "GROUPS", "MEMBER", "MEMBERS")
OTHERS = ("METHOD", "CONFIDENCE", "MISSING", "ID", "PRESET", "SHEET")
WEIGHTS = {
    "MEMBER_WEIGHT": "member",
    "MEMBER_WEIGHT_IS": "member_is",
    "GROUP_WEIGHT": "group",
    "SCALING": "scaling",
}
REPLICATES = {
    "REPLICATES": "method",
    "ZONE": "zone",
    "ZONE_CODE": "code",
    "REPLICATE_WEIGHTS": "columns",
    "FAY": "fay",
}
JOIN = {"JOIN": "file", "JOIN_BY": "by", "JOIN_NAME": "name"}

USAGE = """\
    make report FILE=scores.csv OUTCOME=math GROUP=school

FILE is the student file, OUTCOME its column of scores, GROUP its column of school ids.
If you like, also: TITLE= SUBTITLE= METHOD=REML|ML CONFIDENCE=0.95 MISSING=999,Omitted ID=
OUTCOME_LABEL= GROUP_LABEL= GROUPS_LABEL= MEMBER_LABEL= MEMBERS_LABEL=
For large-scale assessments: PRESET=timss|pirls|pisa fills in the rest (FILE= is enough), or
OUTCOME='BSMMAT0[1-5]' MEMBER_WEIGHT= MEMBER_WEIGHT_IS=total|conditional GROUP_WEIGHT= SCALING=
REPLICATES=jk2|jk2-half|brr-fay ZONE= ZONE_CODE= REPLICATE_WEIGHTS= FAY=
A workbook's SHEET=; a file of schools by JOIN= JOIN_BY= JOIN_NAME=
`make inspect FILE=scores.sav` shows what a file holds.
Put what holds spaces in quotes: TITLE='Mathematics in grade 8'"""


def main(environment: Mapping[str, str], snakemake_options: Sequence[str]) -> int:
    """Make the report and print how it went; the exit status."""
    try:
        settings = read_settings(environment)
    except ConfigError as error:
        print(f"{error}\n\n{USAGE}", file=sys.stderr)
        return 2
    try:
        config = one_dataset(settings, Path.cwd(), ROOT)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    dataset_id = next(iter(config["datasets"]))
    folder = ROOT / config.get("results", RESULTS)
    config_file = folder / ".stages" / "one-file" / f"{dataset_id}.yaml"
    write_whole(config_file, as_yaml(config).encode())
    published = folder / ".stages" / dataset_id / "published.json"
    status = run_snakemake(config_file, published, snakemake_options)
    if status or not makes_all(snakemake_options):
        return status
    failure = Failure.read(published)
    return tell_failure(failure) if failure else tell(folder / dataset_id)


def read_settings(
    environment: Mapping[str, str], required: Sequence[str] | None = None
) -> dict[str, str]:
    """The settings that were given, by the names they have on the command line.

    `required` are those that must be; else what a report needs.

    Raises
    ------
    ConfigError
        When one that is needed is missing, or one isn't text.
    """
    settings = {
        name.removeprefix("REPORT_"): value.strip()
        for name, value in environment.items()
        if name.startswith("REPORT_") and value.strip()
    }
    unknown = environment.get("GIVEN_SETTINGS", "").split()
    command = "make report" if required is None else "make inspect"
    if unknown:
        raise ConfigError("\n".join(_unknown(name, command) for name in unknown))
    if required is None:
        required = REQUIRED_BY_PRESET if "PRESET" in settings else REQUIRED
    missing = [f"{name}=" for name in required if name not in settings]
    if missing:
        raise ConfigError(f"{command} needs {' and '.join(missing)}")
    for name, value in settings.items():
        if not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
            raise ConfigError(f"{name}= is not valid UTF-8 text: {value!a}")
    return settings


def _unknown(name: str, command: str) -> str:
    labels = (f"{label}_LABEL" for label in LABELS)
    known = (*REQUIRED, *TEXTS, *labels, *OTHERS, *WEIGHTS, *REPLICATES, *JOIN)
    guess = nearest(name, known)
    return f"{command} knows no {name}=." + (f" Did you mean {guess}=?" if guess else "")


def one_dataset(settings: Mapping[str, str], folder: Path, root: Path) -> dict[str, Any]:
    """A configuration of this dataset alone.

    The results folder and the defaults of config/config.yaml hold here too. Where
    one of its datasets would have the same folder with other settings, `-single`
    is added to the id, so that its report is never written over.

    Raises
    ------
    ConfigError
        When the settings, or config/config.yaml, can't be used.
    """
    schema = read_yaml(root / "workflow" / "schemas" / "config.schema.yaml")
    shared = read_yaml(root / "config" / "config.yaml")
    others = _load(shared, schema, root, "config/config.yaml").datasets if shared else ()
    kept = {key: shared[key] for key in ("results", "defaults") if key in shared}
    entry = dataset_entry(settings, folder, root)
    name = settings.get("ID") or slug(stem(settings["FILE"])).lstrip("_") or "file"

    config = kept | {"datasets": {name: entry}}
    (mine,) = _load(config, schema, root, "make report").datasets
    if any(other.id.lower() == name.lower() and other != mine for other in others):
        return kept | {"datasets": {f"{name}-single": entry}}
    return config


def _load(
    config: Mapping[str, Any], schema: Mapping[str, Any], root: Path, source: str
) -> Configuration:
    try:
        return load(config, schema, root)
    except ConfigError as error:
        raise ConfigError(f"{source} has a fault.\n{error}") from error


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


def dataset_entry(settings: Mapping[str, str], folder: Path, root: Path) -> dict[str, Any]:
    """The dataset's entry in the configuration.

    Parameters
    ----------
    folder
        What a relative FILE is relative to.
    root
        The project's folder: a file inside it is named relative to it, so that
        the report doesn't depend on where the project lies.
    """
    dataset: dict[str, Any] = {"file": file_of(settings, folder, root)}
    if "OUTCOME" in settings:
        dataset["outcome"] = _names(settings["OUTCOME"])
    dataset |= {name.lower(): settings[name] for name in ("GROUP", "PRESET") if name in settings}
    if "SHEET" in settings:
        dataset["sheet"] = sheet_of(settings)
    dataset |= _parts(settings, folder, root)
    dataset |= {name.lower(): settings[name] for name in TEXTS if name in settings}
    if "METHOD" in settings:
        dataset["method"] = settings["METHOD"].upper()
    if "CONFIDENCE" in settings:
        dataset["confidence"] = _number(settings["CONFIDENCE"])
    if "MISSING" in settings:
        dataset["missing"] = _codes(settings["MISSING"])
    labels = {
        name.lower(): settings[f"{name}_LABEL"] for name in LABELS if f"{name}_LABEL" in settings
    }
    return dataset | ({"labels": labels} if labels else {})


def file_of(settings: Mapping[str, str], folder: Path, root: Path, name: str = "FILE") -> str:
    """The path of a setting as a configuration in `root` names it; see `dataset_entry`.

    Raises
    ------
    ConfigError
        When it is an address on the network.
    """
    for fault in address(settings[name]):
        raise ConfigError(f"{name}=: {fault}")
    file = Path(os.path.normpath(folder / Path(settings[name]).expanduser()))
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)


def sheet_of(settings: Mapping[str, str]) -> str | int | None:
    """SHEET=, a number where it is one."""
    sheet = settings.get("SHEET")
    return int(sheet) if sheet and re.fullmatch(r"[0-9]{1,4}", sheet) else sheet


def _parts(settings: Mapping[str, str], folder: Path, root: Path) -> dict[str, Any]:
    """The entry's weights, replicates and join."""
    parts: dict[str, dict[str, Any]] = {
        key: {inner: settings[name] for name, inner in names.items() if name in settings}
        for key, names in (("weights", WEIGHTS), ("replicates", REPLICATES), ("join", JOIN))
    }
    if "FAY" in settings:
        parts["replicates"]["fay"] = _number(settings["FAY"])
    if "JOIN" in settings:
        parts["join"]["file"] = file_of(settings, folder, root, "JOIN")
    for name, key, inner in (
        ("JOIN_BY", "join", "by"),
        ("REPLICATE_WEIGHTS", "replicates", "columns"),
    ):
        if name in settings:
            parts[key][inner] = _names(settings[name])
    return {key: part for key, part in parts.items() if part}


def _names(text: str) -> str | list[str]:
    """A column or a pattern as it is; several as `["PV1MATH", "PV2MATH"]`."""
    return [str(one) for one in _listed(text, "OUTCOME")] if text.startswith("[") else text


def _listed(text: str, setting: str) -> list[Any]:
    try:
        return list(json.loads(text))
    except json.JSONDecodeError as error:
        raise ConfigError(f'{setting}= is no list such as ["a, b", 999]: {text}') from error


def _number(text: str) -> float | str:
    """The number, or the text as it is, which the configuration's check then names."""
    try:
        return float(text)
    except ValueError:
        return text


def _codes(text: str) -> list[float | int | str]:
    """`999,Omitted` or, where a code holds a comma, `["a, b", 999]`."""
    if text.startswith("["):
        return _listed(text, "MISSING")
    return [_code(part.strip()) for part in text.split(",") if part.strip()]


def _code(text: str) -> float | int | str:
    return int(text) if re.fullmatch(r"-?[0-9]+", text) else _number(text)


def as_yaml(config: Mapping[str, Any]) -> str:
    """The configuration as YAML that any reader of YAML understands."""
    return yaml.safe_dump(dict(config), allow_unicode=True, sort_keys=False)


def run_snakemake(config_file: Path, target: Path, options: Sequence[str]) -> int:
    """Ask Snakemake for the file `target`; its exit status."""
    os.chdir(ROOT)
    asked = ["--configfile", _from_root(config_file), "--", _from_root(target)]
    return running.main([*options, *asked])


def _from_root(path: Path) -> str:
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


def tell(folder: Path) -> int:
    """Print the headline numbers and where the report is, or why there is none; the exit status."""
    file = folder / "results.json"
    if not file.is_file():
        print(
            f"\nNo report: Snakemake ended well, but there is no {file}.\n"
            "Leave out the options under ARGS=, or make the report without them first.",
            file=sys.stderr,
        )
        return 2
    results = decode(file.read_bytes(), Results)
    if results.reason is not None:
        print(f"\nNo report: {results.reason.message}\n{results.reason.remedy}", file=sys.stderr)
        return 1
    print(f"\n{headline(results)}")
    if choice := findings.of_preset(results.findings):
        print(choice)
    print(f"Report: {folder / 'report.html'}\nas PDF: {folder / 'report.pdf'}")
    return 0


def tell_failure(failure: Failure) -> int:
    """Print which stage crashed, with the end of its log; the exit status."""
    print(f"\nNo report: stage {failure.stage} failed. {failure.message}", file=sys.stderr)
    print(f"The end of its log, {failure.log}:", file=sys.stderr)
    for line in failure.tail:
        print(f"  {line}", file=sys.stderr)
    return 1


def headline(results: Results) -> str:
    """Counts, overall mean and ICC in two lines."""
    data, naive, model, between = results.data, results.naive, results.model, results.between
    if data is None or naive is None or model is None or between is None:
        raise ValueError(f"{results.id}: accepted results without a model")
    scores = numbers.ScoreFormat.of(naive.sd_total, model.se_gamma00)
    share = numbers.ShareFormat.of(between.icc, *between.ci_icc)
    low, high = share.interval(between.ci_icc)
    confidence = numbers.confidence_percent(model.confidence)
    return (
        f"{numbers.count(data.n_members)} {results.labels.members} in "
        f"{numbers.count(data.n_groups)} {results.labels.groups}, "
        f"overall mean {scores.headline(model.gamma00)} "
        f"(standard error {scores.headline(model.se_gamma00)})\n"
        f"ICC {share.show(between.icc)} ({confidence} interval {low} to {high}), "
        f"reliability {numbers.share(between.reliability)}, "
        f"design effect {numbers.fixed(between.design_effect, 1)}"
    )


if __name__ == "__main__":
    sys.exit(main(os.environ, sys.argv[1:]))
