"""The configuration's schema, which says of every key what it means and what it may hold."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

Schema = Mapping[str, Any]


def read_schema(schemas: Path) -> Schema:
    """The schema of the configuration, from the folder workflow/schemas."""
    text = (schemas / "config.schema.yaml").read_text(encoding="utf-8")
    schema: Schema = yaml.safe_load(text)
    return schema


def resolved(part: Schema, schema: Schema) -> Schema:
    """`part` with what it refers to; what it says itself comes first."""
    if "$ref" not in part:
        return part
    target = schema["$defs"][part["$ref"].removeprefix("#/$defs/")]
    return {**resolved(target, schema), **part}
