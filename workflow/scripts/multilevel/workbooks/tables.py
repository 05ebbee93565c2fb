"""Sections of results and comparisons as tables."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, get_type_hints

import msgspec

from multilevel.wording.catalogue import Catalogue
from multilevel.workbooks.workbook import Table, Value

# Rows of a sheet that are written in a second; groups.csv has all.
MOST_SCHOOLS = 5_000


def described_fields(section: object, prefix: str = "") -> Iterator[tuple[str, Value, str]]:
    """Name, value and meaning of each field of a section of results.json.

    An interval takes two rows, a section within it a row a field; lists of sections are left
    out, for they are tables of their own.
    """
    hints = get_type_hints(type(section), include_extras=True)
    for name in _names(section):
        value = getattr(section, name)
        meaning = _meaning(hints[name])
        label = f"{prefix}{name.rstrip('_')}"
        if is_section(value):
            yield from described_fields(value, f"{label}.")
        elif _is_interval(value):
            for end, number in zip(("low", "high"), value, strict=True):
                yield f"{label}_{end}", number, meaning
        elif isinstance(value, tuple):
            if all(isinstance(part, str) for part in value):
                yield label, " ".join(value), meaning
        elif value is None or isinstance(value, str | int | float):
            yield label, value, meaning


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
    """A sheet of what has columns already, such as the schools."""
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
    """Whether it is a dataclass or struct of results.json."""
    return is_dataclass(value) or isinstance(value, msgspec.Struct)


def _texts(words: Catalogue, key: str) -> dict[str, str]:
    return {part: words.plain(f"workbook.{key}.{part}") for part in ("name", "title", "note")}


def _names(section: object) -> Sequence[str]:
    if isinstance(section, msgspec.Struct):
        return section.__struct_fields__
    return [field.name for field in fields(section)]  # type: ignore[arg-type]


def _is_interval(value: object) -> bool:
    return (
        isinstance(value, tuple)
        and len(value) == 2
        and all(isinstance(end, float) for end in value)
    )


def _meaning(hint: Any) -> str:
    notes = getattr(hint, "__metadata__", ())
    return next((m.description for m in notes if isinstance(m, msgspec.Meta) and m.description), "")
