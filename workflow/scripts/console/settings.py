"""The settings of one file: those of a dataset in the configuration, each given as text.

Their meanings, choices and types come from the configuration's schema, the only place that
describes them.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from console.caller import Caller
from engine.jobs import PROJECT
from multilevel.configuration.schema import Schema, read_schema, resolved
from multilevel.errors import ConfigError

SCHEMAS = PROJECT / "workflow" / "schemas"
# Keys that hold keys, and what a command calls these; a name alone where it says enough.
NESTED: Mapping[str, Mapping[str, str]] = {
    "labels": {
        "outcome": "outcome_label",
        "group": "group_label",
        "groups": "groups_label",
        "member": "member_label",
        "members": "members_label",
        "benchmark_icc": "benchmark_icc",
    },
    "weights": {
        "member": "member_weight",
        "member_is": "member_weight_is",
        "group": "group_weight",
        "scaling": "scaling",
    },
    "replicates": {
        "method": "replicates",
        "zone": "zone",
        "code": "zone_code",
        "columns": "replicate_weights",
        "fay": "fay",
    },
    "publication": {
        "disclosure": "disclosure",
        "min_members": "min_members",
        "names": "names",
        "publisher": "publisher",
        "contact": "contact",
        "licence": "licence",
        "released": "released",
        "next_release": "next_release",
        "status": "status",
        "logo": "logo",
        "colour": "colour",
        "note": "note",
        "reason": "reason",
        "approve": "approve",
    },
    "report": {"formats": "formats", "sections": "sections", "png": "png", "words": "words"},
    "companion": {
        "member": "covariates",
        "group": "group_covariates",
        "centre": "centre",
        "numbers": "covariates_as_numbers",
        "categories": "covariates_as_categories",
    },
    "join": {"file": "join", "by": "join_by", "name": "join_name", "sheet": "join_sheet"},
}
# What makes several datasets of an entry; the file itself is an argument.
NOT_OF_ONE_FILE = ("file", "files", "exclude", "outcomes", "split_by", "expect", *NESTED)


@dataclass(frozen=True)
class Setting:
    """A setting of one file.

    Attributes
    ----------
    name
        Such as outcome_label, for --outcome-label and OUTCOME_LABEL=.
    keys
        Where its value stands in a dataset's entry, such as ("labels", "outcome").
    part
        What the schema says of that key.
    """

    name: str
    keys: tuple[str, ...]
    part: Schema

    @property
    def meaning(self) -> str:
        """The setting's meaning in a sentence or two, as the schema has it."""
        return " ".join(str(self.part["description"]).split())

    def value(self, text: str) -> Any:
        """The value that `text` stands for; text of the wrong kind stays, for the check to name.

        Raises
        ------
        ValueError
            When it begins as a list and isn't one.
        """
        declared = self.part.get("type", "string")
        types = (declared,) if isinstance(declared, str) else tuple(declared)
        if "enum" in self.part:
            alike = (choice for choice in self.part["enum"] if str(choice).lower() == text.lower())
            return next(alike, text)
        if (text[0] == "[" and "array" in types) or (text[0] == "{" and "object" in types):
            return json.loads(text)
        if types == ("boolean",):
            return {"yes": True, "true": True, "no": False, "false": False}.get(text.lower(), text)
        if types == ("array",):
            return [number(part.strip()) for part in text.split(",") if part.strip()]
        if "number" in types or ("integer" in types and re.fullmatch(r"[0-9]{1,9}", text)):
            return number(text)
        return text


def number(text: str) -> float | int | str:
    """The number that a text is; the text where it is none."""
    if re.fullmatch(r"-?[0-9]+", text):
        return int(text)
    try:
        return float(text)
    except ValueError:
        return text


@cache
def settings() -> tuple[Setting, ...]:
    """All settings of one file: outcome and group, then as the schema has them."""
    schema = read_schema(SCHEMAS)
    dataset = schema["$defs"]["dataset"]["properties"]
    plain = sorted(dataset, key=lambda key: key not in ("outcome", "group"))
    every = [
        Setting(key, (key,), resolved(dataset[key], schema))
        for key in plain
        if key not in NOT_OF_ONE_FILE
    ]
    for key, names in NESTED.items():
        inner = resolved(dataset[key], schema)["properties"]
        every += [
            Setting(name, (key, part), resolved(inner[part], schema))
            for part, name in names.items()
        ]
    return tuple(every)


def entry_of(given: Mapping[str, str], caller: Caller) -> dict[str, Any]:
    """The dataset's entry in the configuration, without its file.

    Parameters
    ----------
    given
        Texts by the names of settings.
    caller
        Spells a setting's name in errors.

    Raises
    ------
    ConfigError
        When a value begins as a list and isn't one.
    """
    entry: dict[str, Any] = {}
    for setting in settings():
        if setting.name not in given:
            continue
        text = given[setting.name]
        try:
            value = setting.value(text)
        except ValueError as error:
            spelled = caller.setting(setting.name)
            raise ConfigError(f'{spelled} is not a list such as ["a, b", 999]: {text}') from error
        *above, key = setting.keys
        inside = entry.setdefault(above[0], {}) if above else entry
        inside[key] = value
    return entry
