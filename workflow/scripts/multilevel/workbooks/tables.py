"""Sections of results and comparisons as tables."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec

from multilevel.records.sections import Interval
from multilevel.wording.catalogue import Catalogue
from multilevel.workbooks.workbook import Table, Value

# Rows of a sheet that are written in a second; groups.csv has all.
MOST_SCHOOLS = 5_000
ENDS = ("low", "high")
TEXTS = tuple[str, ...]


def described_fields(section: object, prefix: str = "") -> Iterator[tuple[str, Value, str]]:
    """Name, value and meaning of each field of a section of results.json.

    An interval takes two rows, a section within it a row a field; lists of sections are left
    out, for they are tables of their own.
    """
    hints = get_type_hints(type(section), include_extras=True)
    for name in _names(type(section)):
        value, kind = getattr(section, name), _kind(hints[name])
        meaning = _meaning(hints[name])
        label = f"{prefix}{name.rstrip('_')}"
        if is_section(value):
            yield from described_fields(value, f"{label}.")
        elif kind == Interval:
            for end, number in zip(ENDS, value or (None, None), strict=True):
                yield f"{label}_{end}", number, meaning
        elif isinstance(value, tuple):
            if kind == TEXTS:
                yield label, " ".join(value), meaning
        elif value is None or isinstance(value, str | int | float):
            yield label, value, meaning


def field_names(kind: type, prefix: str = "") -> Iterator[str]:
    """The names that `described_fields` gives, whatever is defined in a record of this kind."""
    hints = get_type_hints(kind, include_extras=True)
    for name in _names(kind):
        of, label = _kind(hints[name]), f"{prefix}{name.rstrip('_')}"
        if isinstance(of, type) and (is_dataclass(of) or issubclass(of, msgspec.Struct)):
            yield from field_names(of, f"{label}.")
        elif of == Interval:
            yield from (f"{label}_{end}" for end in ENDS)
        elif of == TEXTS or get_origin(of) is not tuple:
            yield label


def fields_table(words: Catalogue, key: str, sections: Sequence[object]) -> Table:
    """A sheet of names, values and meanings; `key` names it in the catalogue."""
    heads = ("name", "value", "meaning")
    return Table(
        **_texts(words, key),
        columns=tuple(words.plain(f"workbook.head.{head}") for head in heads),
        rows=[row for section in sections for row in described_fields(section)],
    )


def records_table(words: Catalogue, key: str, records: Sequence[object]) -> Table:
    """A sheet with a row a record, a column a field; at least one record."""
    each = [list(described_fields(record)) for record in records]
    columns = list(dict.fromkeys(name for row in each for name, _, _ in row))
    by_name = [{name: value for name, value, _ in row} for row in each]
    return Table(
        **_texts(words, key),
        columns=tuple(columns),
        rows=[[row.get(name) for name in columns] for row in by_name],
    )


def rows_table(
    words: Catalogue, key: str, columns: Sequence[str], rows: Sequence[Sequence[Value]]
) -> Table:
    """A sheet of rows that have columns already, such as the schools."""
    return Table(**_texts(words, key), columns=tuple(columns), rows=rows)


def groups_rows(content: bytes) -> tuple[list[str], list[list[Value]]]:
    """Columns and rows of groups.csv as it is published; no rows beyond `MOST_SCHOOLS`."""
    columns, *rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")))) or [[]]
    if len(rows) > MOST_SCHOOLS:
        return columns, []
    return columns, [[first, *map(_number, rest)] for first, *rest in rows]


def _number(text: str) -> Value:
    try:
        return float(text) if text else None
    except ValueError:
        return text


def is_section(value: object) -> bool:
    """Whether a value is a dataclass or struct of results.json."""
    return is_dataclass(value) or isinstance(value, msgspec.Struct)


def _texts(words: Catalogue, key: str) -> dict[str, str]:
    return {part: words.plain(f"workbook.{key}.{part}") for part in ("name", "title", "note")}


def _names(kind: type) -> Sequence[str]:
    if issubclass(kind, msgspec.Struct):
        return kind.__struct_fields__
    return [field.name for field in fields(kind)]  # type: ignore[arg-type]


def _kind(hint: Any) -> Any:
    """The type that a hint names, without its description and without None."""
    bare = hint.__origin__ if hasattr(hint, "__metadata__") else hint
    if get_origin(bare) in (Union, UnionType):
        some = [kind for kind in get_args(bare) if kind is not type(None)]
        return some[0] if len(some) == 1 else bare
    return bare


def _meaning(hint: Any) -> str:
    notes = getattr(hint, "__metadata__", ())
    return next((m.description for m in notes if isinstance(m, msgspec.Meta) and m.description), "")
