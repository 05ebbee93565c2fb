"""A file with a row per group, joined to the students by an id."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from multilevel.configuration.datasets import Join
from multilevel.errors import DataRefused
from multilevel.ingest.readers import Table
from multilevel.ingest.table import values
from multilevel.records.findings import Finding, note

_BETWEEN = "\x1f"  # of the parts of a key, in no text that people type
_WHOLE = r"^-?[0-9]+(\.0+)?$"


def joined(table: Table, other: Table, join: Join, columns: Sequence[str]) -> Table:
    """The table with these `columns` of the other one, null in rows that have none there.

    Missing values must be null in both. Notes count the rows on either side that
    found no partner, and name the first id.

    Raises
    ------
    DataRefused
        `duplicate_key` when an id stands twice in the other file; `missing_column`
        when no id stands in both.
    """
    mine, theirs = _keys(table, other, join)
    place = _places(theirs, other, join)
    encoded = pc.dictionary_encode(mine)
    words = encoded.dictionary.to_pylist()
    places = np.array([place.get(word, -1) for word in words] + [-1], dtype=np.int64)
    found = places[pc.fill_null(encoded.indices, len(words)).to_numpy()]
    if not (found >= 0).any():
        raise _nothing_in_common(table, other, join, words, list(place))
    rows = pa.array(found, mask=found < 0)
    frame = pa.table(
        {
            **{name: values.arrow(table.frame[name]) for name in table.frame.columns},
            **{name: values.arrow(other.frame[name]).take(rows) for name in columns},
        }
    )
    return replace(
        table,
        frame=frame.to_pandas(types_mapper=pd.ArrowDtype),
        decimal_comma=table.decimal_comma or other.decimal_comma,
        columns={**table.columns, **{name: other.columns[name] for name in columns}},
        reasons={
            **table.reasons,
            **{name: other.reasons[name].take(rows) for name in columns if name in other.reasons},
        },
        facts=replace(table.facts, renamed=(*table.facts.renamed, *other.facts.renamed)),
        findings=(*table.findings, *other.findings, _note(other, words, found, place)),
    )


def named(table: Table, group: str, name: str) -> Table:
    """The table with groups' names for their ids; a name that several share keeps its id beside it.

    Groups without a name keep their id alone.
    """
    ids, names = values.texts(table.frame[group]), values.texts(table.frame[name])
    pairs = dict.fromkeys(zip(ids.to_pylist(), names.to_pylist(), strict=True))
    first: dict[str, str] = {}
    for one, text in pairs:
        if one:
            first[one] = first.get(one) or " ".join(text.split())
    shared = pd.Series(list(first.values())).value_counts()
    new = {
        one: (text if shared[text] == 1 else f"{text} ({one})") if text else one
        for one, text in first.items()
    }
    encoded = pc.dictionary_encode(ids)
    words = pa.array([new.get(word) for word in encoded.dictionary.to_pylist()], pa.large_string())
    column = pd.Series(pd.arrays.ArrowExtensionArray(words.take(encoded.indices)))
    unnamed = sum(not text for text in first.values())
    named = note("group_names", name, n_without=unnamed)
    frame = table.frame.assign(**{group: column})
    return replace(table, frame=frame, findings=(*table.findings, named))


def _keys(table: Table, other: Table, join: Join) -> tuple[Any, Any]:
    """For each row of either file the id as text, null where a part of it is missing."""
    parts = [_alike(_ids(table.frame[mine]), _ids(other.frame[theirs])) for mine, theirs in join.by]
    if len(parts) == 1:
        return parts[0]
    ours, others = zip(*parts, strict=True)
    return (
        pc.binary_join_element_wise(*ours, _BETWEEN),
        pc.binary_join_element_wise(*others, _BETWEEN),
    )


def _ids(column: Any) -> Any:
    text = values.texts(column)
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.large_string()), text)


def _alike(mine: Any, theirs: Any) -> tuple[Any, Any]:
    """Ids 100.0, as programs write whole numbers of a column with gaps, as 100 in both files.

    Only where all ids are whole numbers, and no file has one in both forms.
    """
    short = []
    for ids in (mine, theirs):
        whole = pc.all(pc.match_substring_regex(ids, _WHOLE)).as_py()
        cut = pc.replace_substring_regex(ids, r"\.0+$", "")
        if not whole or pc.count_distinct(cut).as_py() < pc.count_distinct(ids).as_py():
            return mine, theirs
        short.append(cut)
    return short[0], short[1]


def _places(keys: Any, other: Table, join: Join) -> dict[str, int]:
    place: dict[str, int] = {}
    for row, key in enumerate(keys.to_pylist()):
        if key is None:
            continue
        if key in place:
            raise DataRefused(
                "duplicate_key",
                *(name for _, name in join.by),
                file=other.name,
                key=key.split(_BETWEEN),
                first=place[key] + 1,
                second=row + 1,
            )
        place[key] = row
    return place


def _nothing_in_common(
    table: Table, other: Table, join: Join, mine: Sequence[str], theirs: Sequence[str]
) -> DataRefused:
    return DataRefused(
        "missing_column.nothing_in_common",
        *(name for name, _ in join.by),
        file=table.name,
        other=other.name,
        columns_there=[name for _, name in join.by],
        key=_key(mine),
        key_there=_key(theirs),
    )


def _note(other: Table, words: Sequence[str], found: Any, place: dict[str, int]) -> Finding:
    lost = [word for word in words if word not in place]
    used = set(words)
    unused = [key for key in place if key not in used]
    rows = int(np.count_nonzero(found < 0))
    return note(
        "joined",
        case="some" if rows or unused else "all",
        file=other.name,
        n_rows=other.n_rows,
        n_without=rows,
        n_ids_without=len(lost),
        id_without=_key(lost),
        n_unused=len(unused),
        id_unused=_key(unused),
    )


def _key(keys: Sequence[str]) -> list[str]:
    """The parts of the first key; none where there is no key."""
    return keys[0].split(_BETWEEN) if keys else []
