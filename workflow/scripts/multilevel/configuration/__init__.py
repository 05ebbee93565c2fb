"""The configuration: checked, defaults filled in, file patterns expanded.

`load` turns what config/config.yaml says into a `Configuration`, which names
each dataset with all its settings, or raises `ConfigError` with every fault.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from multilevel.configuration.datasets import Dataset, named
from multilevel.configuration.expansion import Configuration, Keep, SplitValues, expand
from multilevel.configuration.faults import faults
from multilevel.configuration.legible import check_legible
from multilevel.errors import ConfigError

__all__ = [
    "Configuration",
    "Dataset",
    "Keep",
    "SplitValues",
    "check_legible",
    "load",
    "named",
    "read",
]

RESULTS = "results"


def load(
    config: Mapping[str, Any] | None,
    schema: Mapping[str, Any],
    root: Path,
    split_values: SplitValues | None = None,
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

    Raises
    ------
    ConfigError
        When anything is wrong; the message has a line for each fault.
    """
    found = faults(config, schema)
    if not found and config is not None:
        found = _results_faults(root, config.get("results", RESULTS))
    if found or config is None:
        raise ConfigError("\n".join(f"config: {fault}" for fault in found))
    return expand(
        config.get("results", RESULTS),
        config["datasets"],
        config.get("defaults", {}),
        root,
        split_values,
    )


def read(
    config: Mapping[str, Any] | None,
    schemas: Path,
    root: Path,
    split_values: SplitValues | None = None,
) -> Configuration:
    """`load` with the schema from the folder workflow/schemas."""
    schema = yaml.safe_load((schemas / "config.schema.yaml").read_text(encoding="utf-8"))
    return load(config, schema, root, split_values)


def _results_faults(root: Path, results: str) -> list[str]:
    # Results of datasets that left the configuration are moved aside; the
    # project's own files must never be among them.
    folder = (root / results).resolve()
    if folder == root.resolve() or folder in root.resolve().parents:
        return ["results must be a folder of its own, such as results."]
    return []
