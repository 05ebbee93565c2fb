"""The configuration: checked, defaults filled in, file patterns expanded.

`load` turns what config/config.yaml says into a `Configuration`, which names
each dataset with all its settings, or raises `ConfigError` with every fault.
"""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from multilevel.configuration.comparisons import comparison_faults, comparisons
from multilevel.configuration.datasets import Dataset, named
from multilevel.configuration.expansion import Configuration, Keep, SplitValues, expand
from multilevel.configuration.expectations import expect_faults
from multilevel.configuration.faults import faults
from multilevel.configuration.legible import check_legible
from multilevel.configuration.schema import read_schema
from multilevel.errors import ConfigError
from multilevel.wording.quoting import shown

__all__ = [
    "Configuration",
    "Dataset",
    "Keep",
    "SplitValues",
    "check_legible",
    "config_file",
    "load",
    "named",
    "read",
]

RESULTS = "results"
# A user's own configuration, which no repository tracks, and the one that comes with the project.
OWN, SHIPPED = "config/my.yaml", "config/config.yaml"


def config_file(folder: Path, named: str | None = None) -> Path:
    """The configuration in force in a folder, whether it exists or not.

    Parameters
    ----------
    named
        A file that was asked for, relative to the folder; else the user's own comes first.
    """
    if named is not None:
        return folder / named
    return folder / (OWN if (folder / OWN).is_file() else SHIPPED)


def load(
    config: Mapping[str, Any] | None,
    schema: Mapping[str, Any],
    root: Path,
    split_values: SplitValues | None = None,
    known: Mapping[str, Any] | None = None,
) -> Configuration:
    """The checked configuration.

    Parameters
    ----------
    config
        What the YAML file holds (None when it is empty).
    schema
        workflow/schemas/config.schema.yaml.
    root
        The folder that relative paths are relative to.
    split_values
        Lists the values of the column that a dataset is split by; needed where one is.
    known
        `Configuration.origins` of earlier runs.

    Raises
    ------
    ConfigError
        When anything is wrong; the message has a line for each fault.
    """
    config = _with_off(config)
    found = faults(config, schema)
    if isinstance(config, Mapping) and not any(one.startswith("results") for one in found):
        found += _results_faults(root, config.get("results", RESULTS))
    if found or config is None:
        raise ConfigError("\n".join(f"config: {fault}" for fault in found))
    late = list(expect_faults(config))
    if late:
        raise ConfigError("\n".join(f"config: {fault}" for fault in late))
    results = config.get("results", RESULTS)
    defaults = {
        **config.get("defaults", {}),
        "publication": config.get("publication", {}),
    }
    made = expand(results, config["datasets"], defaults, root, split_values, known or {})
    _check_that_results_hold_no_data(root, made)
    return _with_comparisons(made, config)


def _with_comparisons(made: Configuration, config: Mapping[str, Any]) -> Configuration:
    entries, ids = config.get("comparisons", {}), [dataset.id for dataset in made.datasets]
    found = list(comparison_faults(entries, ids, list(config["datasets"])))
    if found:
        raise ConfigError("\n".join(f"config: {fault}" for fault in found))
    return replace(made, comparisons=comparisons(entries, ids))


def read(
    config: Mapping[str, Any] | None,
    schemas: Path,
    root: Path,
    split_values: SplitValues | None = None,
    known: Mapping[str, Any] | None = None,
) -> Configuration:
    """`load` with the schema from the folder workflow/schemas."""
    return load(config, read_schema(schemas), root, split_values, known)


def _with_off(config: Any) -> Any:
    """The same with the word off where YAML reads it as false."""
    if not isinstance(config, Mapping):
        return config
    datasets = config.get("datasets")
    if isinstance(datasets, Mapping):
        config = {**config, "datasets": {key: _with_off(one) for key, one in datasets.items()}}
    given = config.get("publication")
    if not isinstance(given, Mapping) or given.get("disclosure") is not False:
        return config
    return {**config, "publication": {**given, "disclosure": "off"}}


def _results_faults(root: Path, results: str) -> list[str]:
    # Results of datasets that left the configuration are moved aside; the
    # project's own files must never be among them.
    folder = (root / results).resolve()
    if folder == root.resolve() or folder in root.resolve().parents:
        return ["results must be a folder of its own, such as results."]
    if folder.exists() and not folder.is_dir():
        return [f"results: {shown(results, 300)} is a file. Name a folder, such as results."]
    existing = next((one for one in (folder, *folder.parents) if one.exists()), folder)
    if not os.access(existing, os.W_OK):
        return [
            f"results: this account may not write to {shown(existing, 300)}. Name a folder of your "
            "own, or have the permissions changed."
        ]
    return []


def _check_that_results_hold_no_data(root: Path, configuration: Configuration) -> None:
    folder = (root / configuration.results).resolve()
    for dataset in configuration.datasets:
        if folder in Path(os.path.realpath(root / dataset.file)).parents:
            raise ConfigError(
                f"config: results: the data file {shown(dataset.file, 300)} lies in this folder, "
                "which belongs to what runs make. Name another, such as results."
            )
