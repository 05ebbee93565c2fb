"""What is wrong with a configuration, as people read it."""

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from typing import Any

from multilevel.configuration.entries import entry_faults, where_faults
from multilevel.configuration.expansion import repeating
from multilevel.wording.quoting import listed, nearest, shown

# Names beside the datasets' folders among the results, now or later.
RESERVED = ("index.html", "datasets.csv", "results.xlsx", "history.csv", "history.parquet")

# What, standing in the place of a dataset's id, is indented too little.
_SETTINGS = ("file", "files", "outcome", "group", "title", "subtitle", "method", "labels")

_TYPES = {
    "object": "keys with values",
    "array": "a list, such as [999]",
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "yes or no",
}


def faults(config: object, schema: Mapping[str, Any]) -> list[str]:
    """A sentence for each fault of `config`, in the order of the schema's walk."""
    if config is None or config == {}:
        return ["it is empty. It needs the key datasets."]
    if not isinstance(config, Mapping):
        return [f"it must consist of keys with values, such as datasets:, not {_kind(config)}."]
    # .09 s, needed by none of the stages that import Dataset only.
    from jsonschema import Draft202012Validator

    readable = _with_text_keys(config)
    errors = list(Draft202012Validator(schema).iter_errors(readable))
    found = [*_key_faults(config, ""), *(said for error in errors for said in _sentences(error))]
    wrong = {tuple(error.absolute_path)[:2] for error in errors}
    # Several errors of one list of required keys say the same.
    return list(dict.fromkeys([*found, *_meaning_faults(readable, wrong)]))


def _with_text_keys(node: Mapping[Any, Any], path: tuple[str, ...] = ()) -> dict[str, Any]:
    """The same without keys that YAML reads as something else; ids of datasets as text."""
    return {
        str(key): _with_text_keys(value, (*path, str(key)))
        if isinstance(value, Mapping) and len(path) < 5
        else (dated(value) if path[-1:] in (("publication",), ("expect",)) else value)
        for key, value in node.items()
        if isinstance(key, str) or path == ("datasets",)
    }


def dated(value: Any) -> Any:
    """A date, which YAML makes of 2026-12-01 without quotes, as it was written."""
    return value.isoformat() if type(value) is date else value


def _key_faults(node: object, path: str) -> Iterator[str]:
    """Keys that YAML reads as something else than text."""
    if not isinstance(node, Mapping):
        return
    for key, value in node.items():
        if not isinstance(key, str):
            comma = " In numbers use a point, as in 0.95, no comma." if value is None else ""
            yield (
                f"the key {key!s} in {path or 'the file'} is {_kind(key)} to YAML. "
                f'Put it in quotes: "{key!s}".{comma}'
            )
        elif path.count(".") < 5:
            yield from _key_faults(value, f"{path}.{key}" if path else key)


def _meaning_faults(
    config: Mapping[str, Any], wrong: Collection[tuple[str | int, ...]]
) -> Iterator[str]:
    """Faults that a schema can't state, of what is in no place in `wrong`, where it says some."""
    by_lower: dict[str, list[str]] = defaultdict(list)
    datasets, common = config.get("datasets"), config.get("publication")
    common = common if isinstance(common, Mapping) else {}
    for name, entry in datasets.items() if isinstance(datasets, Mapping) else ():
        if ("datasets", name) in wrong:
            continue
        by_lower[name.lower()].append(name)
        if name.lower() in RESERVED:
            yield f"datasets.{name}: this id is reserved for a file of that name. Use another."
        if repeating(name):
            yield f"datasets.{name}: Snakemake takes no id that ends in 20 repeats. Use another."
        yield from (f"datasets.{name}: {fault}" for fault in entry_faults(entry))
        yield from _publication_faults(name, entry, common)
        if "approve" in entry.get("publication", {}):
            yield (
                f"datasets.{name}: publication.approve stands at the top only: what is public is "
                "released as a whole."
            )
        yield from _number_faults(entry, f"datasets.{name}")
    if not any(place[:1] == ("defaults",) for place in wrong):
        defaults = config.get("defaults", {})
        yield from _number_faults(defaults, "defaults")
        yield from (f"defaults: {fault}" for fault in where_faults(defaults.get("where")))
    for names in by_lower.values():
        if len(names) > 1:
            yield (
                f"datasets: the ids {' and '.join(names)} differ only in upper and lower case. "
                "On some computers their folders would be the same: rename one."
            )


def _publication_faults(
    name: str, entry: Mapping[str, Any], common: Mapping[str, Any]
) -> Iterator[str]:
    given = {**common, **entry.get("publication", {})}
    if given.get("names") == "coded" and given.get("disclosure") == "off":
        yield (
            f"datasets.{name}: publication.names: coded needs disclosure: safe. With all numbers "
            "shown, schools are known by their sizes and means."
        )


def _number_faults(entry: Mapping[str, Any], path: str) -> Iterator[str]:
    if not math.isfinite(entry.get("confidence", 0.95)):
        yield f"{path}.confidence must be a number, such as 0.95."
    for index, value in enumerate(entry.get("missing", ())):
        if not isinstance(value, str) and not math.isfinite(value):
            yield f"{path}.missing[{index}] must be a finite number, or a text in quotes."


def _sentences(error: Any) -> list[str]:
    """What a jsonschema.ValidationError means."""
    path = _path(error)
    if error.validator == "additionalProperties":
        return _unknown_keys(error)
    if error.validator == "required":
        missing = [name for name in error.schema["required"] if name not in error.instance]
        return [f"{path or 'the file'} needs the key {name}." for name in missing]
    if error.validator == "oneOf" and not isinstance(error.instance, Mapping):
        return []  # its type is wrong, which another error says
    say = _SENTENCES.get(str(error.validator), _any_other)
    return [say(path, error.instance, error.validator_value, error.schema)]


def _unknown_keys(error: Any) -> list[str]:
    known = error.schema["properties"]
    prefix = f"{_path(error)}." if error.path else ""
    return [
        f"{prefix}{shown(key)[1:-1]} is not a known key. {_instead(key, known)}"
        for key in error.instance
        if key not in known
    ]


def _instead(key: str, known: Mapping[str, Any]) -> str:
    near = nearest(key, known)
    return f"Did you mean {near}?" if near else f"Known keys are {', '.join(sorted(known))}."


def _path(error: Any) -> str:
    text = ""
    for step in error.absolute_path:
        part = shown(step, 110)[1:-1]
        text += f"[{part}]" if isinstance(step, int) else f".{part}"
    return text.removeprefix(".")


def _wrong_type(path: str, value: Any, expected: Any, schema: Any) -> str:
    if value is None:
        return f"{path} has no value. Give it one, or remove the key."
    allowed = [expected] if isinstance(expected, str) else expected
    wanted = " or ".join(_TYPES[name] for name in allowed)
    scalar = not isinstance(value, Mapping | list)
    quotes = " Put it in quotes." if "string" in allowed and scalar else ""
    return f"{path} must be {wanted}, not {_kind(value)}.{quotes or _meant(path, value, allowed)}"


def _meant(path: str, value: Any, allowed: list[str]) -> str:
    """The remedy for what people write most often in place of `allowed`."""
    if "object" in allowed and path == "datasets":
        return " Give each dataset an id, and indent its settings below it: my-data: and so on."
    if "object" in allowed and path.removeprefix("datasets.") in _SETTINGS:
        return " Indent it, so that it stands below the dataset's id."
    if "object" in allowed and path.count(".") == 1:
        return " Indent its settings below it, as in file: scores.csv."
    if path.endswith(".file") and isinstance(value, list):
        return " Make each a dataset, or name a pattern under files."
    if "number" in allowed and isinstance(value, str):
        return _number_meant(value)
    return ""


def _number_meant(text: str) -> str:
    percent = text.strip().endswith("%")
    try:
        number = float(text.strip().rstrip("%").replace(",", "."))
    except ValueError:
        return ""
    return f" Did you mean {number / 100 if percent else number:g}?"


def _not_allowed(path: str, value: Any, allowed: Any, schema: Any) -> str:
    near = nearest(value, allowed) if isinstance(value, str) else None
    guess = f" Did you mean {near}?" if near else ""
    return f"{path} must be {' or '.join(allowed)}, not {shown(value)}.{guess}"


def _out_of_range(path: str, value: Any, limit: Any, schema: Any) -> str:
    least = (
        f"from {schema['minimum']}"
        if "minimum" in schema
        else (f"above {schema['exclusiveMinimum']}")
    )
    between = f"{least} and below {schema['exclusiveMaximum']}"
    percent = f" Did you mean {value / 100:g}?" if 50 < value < 100 else ""
    return f"{path} must be {between}, not {value}.{percent}"


def _out_of_limits(path: str, value: Any, limit: Any, schema: Any) -> str:
    if "exclusiveMaximum" in schema:
        return _out_of_range(path, value, limit, schema)
    limits = f"from {schema['minimum']:,} to {schema['maximum']:,}"
    return f"{path} must be a number {limits}, not {value:,}."


def _too_long(path: str, value: Any, limit: Any, schema: Any) -> str:
    return f"{path} is longer than {limit} characters: {shown(value)}."


def _too_many(path: str, value: Any, limit: Any, schema: Any) -> str:
    return f"{path} has {len(value):,} entries, more than {limit:,}."


def _is_empty(path: str, value: Any, limit: Any, schema: Any) -> str:
    return f"{path} is empty. Give it a value, or remove the key."


def _bad_id(path: str, value: Any, pattern: Any, schema: Any) -> str:
    return (
        f"{path}: {shown(value)} can't be an id. Use letters without accents, digits, dots, "
        "hyphens and underscores, at most 100, the first a letter or digit."
    )


def _control(path: str, value: Any, excluded: Any, schema: Any) -> str:
    return f"{path} has a control character in it: {shown(value)}. Remove it."


def _one_source(path: str, value: Any, choices: Any, schema: Any) -> str:
    if "file" in value:
        return f"{path} has both file and files. Keep one."
    return f"{path} needs either file (one data file) or files (a pattern)."


def _any_other(path: str, value: Any, expected: Any, schema: Any) -> str:
    meaning = schema.get("description", "") if isinstance(schema, Mapping) else ""
    return f"{path} can't be {shown(value)}. {meaning}".strip()


_SENTENCES: dict[str, Callable[[str, Any, Any, Any], str]] = {
    "type": _wrong_type,
    "enum": _not_allowed,
    "minimum": _out_of_limits,
    "maximum": _out_of_limits,
    "exclusiveMinimum": _out_of_range,
    "exclusiveMaximum": _out_of_range,
    "maxLength": _too_long,
    "minLength": _is_empty,
    "minItems": _is_empty,
    "maxItems": _too_many,
    "maxProperties": _too_many,
    "minProperties": _is_empty,
    "pattern": _bad_id,
    "not": _control,
    "oneOf": _one_source,
}


def _kind(value: object) -> str:
    """What YAML read, in words."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"{str(value).lower()} (which YAML also makes of yes, no, on and off)"
    if isinstance(value, Mapping):
        return f"keys with values ({listed(map(str, value), 3)})"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str):
        return f"the text {shown(value)}"
    if isinstance(value, int | float):
        return f"the number {value}"
    return f"the date or time {value}" if hasattr(value, "isoformat") else shown(value)
