"""Writes the tables of config/README.md from workflow/schemas/config.schema.yaml: `make schema`.

A table stands between `<!-- keys of NAME -->` and `<!-- end -->`, where NAME is a definition of
the schema, or `configuration`, or one of its keys that holds keys; that of the settings of one file
between `<!-- settings -->` and `<!-- end -->`.
"""

import re
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from console.caller import MAKE, SHELL  # noqa: E402
from console.settings import settings  # noqa: E402
from multilevel.configuration.schema import Schema, resolved  # noqa: E402

SCHEMA = ROOT / "workflow" / "schemas" / "config.schema.yaml"
PAGE = ROOT / "config" / "README.md"
TABLE = re.compile(r"(<!-- keys of (\w+) -->\n).*?(<!-- end -->)", re.S)
SETTINGS = re.compile(r"(<!-- settings -->\n).*?(<!-- end -->)", re.S)
TYPES = {"object": "keys", "array": "list", "string": "text", "boolean": "yes or no"}


def named(name: str, schema: Schema) -> Schema:
    """The part of the schema whose keys the table of that name lists."""
    if name == "configuration":
        return schema
    top: Schema = schema["properties"]
    return resolved(top[name], schema) if name in top else schema["$defs"][name]


def value(part: Schema) -> str:
    """What may stand there: a choice, a number within limits, or a kind of text."""
    if "enum" in part:
        return ", ".join(f"`{choice}`" for choice in part["enum"])
    if part["type"] not in ("number", "integer"):
        return part.get("title") or TYPES[part["type"]]
    low = f"from {part['minimum']:,}" if "minimum" in part else f"above {part['exclusiveMinimum']}"
    high = f" to {part['maximum']:,}" if "maximum" in part else ""
    below = f", below {part['exclusiveMaximum']}" if "exclusiveMaximum" in part else ""
    kind = "whole number" if part["type"] == "integer" else "number"
    return f"{kind} {low}{high}{below}"


def default(key: str, part: Schema, parent: Schema) -> str:
    """What holds where the key is left out."""
    if key in parent.get("required", ()):
        return "required"
    usual = part.get("default")
    if isinstance(usual, list):
        return f"`[{', '.join(map(str, usual))}]`" if usual else ""
    return f"`{usual}`" if usual not in (None, "") else ""


def table(name: str, schema: Schema) -> str:
    """The Markdown table of the keys of one part of the schema."""
    parent = named(name, schema)
    lines = ["| key | value | meaning | default |", "|---|---|---|---|"]
    for key, raw in parent["properties"].items():
        part = resolved(raw, schema)
        meaning = part["description"].strip().removesuffix(".")
        lines.append(f"| `{key}` | {value(part)} | {meaning} | {default(key, part, parent)} |")
    return "\n".join(lines) + "\n"


def settings_table() -> str:
    """The Markdown table of the settings of one file, and the keys that they stand for."""
    lines = ["| key | `multilevel report` | `make report` |", "|---|---|---|"]
    for setting in settings():
        *above, key = setting.keys
        of = f" of `{above[0]}`" if above else ""
        spelled = " | ".join(f"`{caller.setting(setting.name)}`" for caller in (SHELL, MAKE))
        lines.append(f"| `{key}`{of} | {spelled} |")
    return "\n".join(lines) + "\n"


def page(text: str, schema: Schema) -> str:
    """The page with all its tables made anew."""
    text = SETTINGS.sub(lambda found: found[1] + settings_table() + found[2], text)
    return TABLE.sub(lambda found: found[1] + table(found[2], schema) + found[3], text)


if __name__ == "__main__":
    known = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), known), encoding="utf-8")
