"""Ids of groups as they are shown: by the file's own words, of several columns together."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from multilevel.configuration import Dataset
from multilevel.ingest.readers import Table
from multilevel.ingest.table import values
from multilevel.records.findings import Finding, note


def shown(table: Table, dataset: Dataset) -> Table:
    """The table with its groups' ids as they are shown.

    An id that has a label in the file is called by it, unless another file has the names. Labels
    that several ids share keep the id beside them. Ids of several columns are written after one
    another, as in "North, 12", so that different ids stay different.
    """
    columns = dataset.group_columns or (dataset.group,)
    named = dataset.join is None or dataset.join.name is None
    findings: list[Finding] = []
    arrays = []
    for name in columns:
        array = values.arrow(table.frame[name])
        if named and table.columns[name].value_labels:
            array = _labelled(array, table.columns[name].value_labels, name, findings)
        arrays.append(array)
    if len(arrays) == 1 and not findings:
        return table
    column = arrays[0] if len(arrays) == 1 else together(arrays)
    series = pd.Series(pd.arrays.ArrowExtensionArray(column))
    frame = table.frame.assign(**{dataset.group: series})
    return replace(table, frame=frame, findings=(*table.findings, *findings))


def together(arrays: Sequence[Any]) -> Any:
    """Ids of several columns as one text, null where one of them is missing.

    A part with a comma or quotation mark in it is quoted.
    """
    texts = [_quoted(_present(array)) for array in arrays]
    return pc.binary_join_element_wise(*texts, pa.scalar(", ", pa.large_string()))


def _present(array: Any) -> Any:
    """Ids as text, null where there is none."""
    text = values.texts(array)
    absent = pc.is_in(text, value_set=pa.array(values.MISSING_IDS, pa.large_string()))
    return pc.if_else(absent, pa.scalar(None, pa.large_string()), text)


def _quoted(text: Any) -> Any:
    encoded = pc.dictionary_encode(text)
    words = [_cell(word) for word in encoded.dictionary.to_pylist()]
    return pa.array(words, pa.large_string()).take(encoded.indices)


def _cell(word: str) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow([word])
    return written.getvalue()


def _labelled(array: Any, labels: Any, column: str, findings: list[Finding]) -> Any:
    """Ids called by their labels; the ids themselves where none has any."""
    encoded = pc.dictionary_encode(array)
    ids = _texts(encoded.dictionary)
    named = [" ".join(labels.get(one, "").split()) for one in ids]
    if not any(named):
        return array
    uses = Counter(name or one for one, name in zip(ids, named, strict=True))
    words = [
        (name if uses[name] == 1 else f"{name} ({one})") if name else one
        for one, name in zip(ids, named, strict=True)
    ]
    findings.append(note("group_labels", column, n_without=sum(not name for name in named)))
    return pa.array(words, pa.large_string()).take(encoded.indices)


def _texts(ids: Any) -> list[str]:
    """Ids as labels have them: 1 for 1.0."""
    text = values.texts(ids)
    if not values.is_text(ids):
        text = pc.replace_substring_regex(text, r"\.0$", "")
    texts: list[str] = text.to_pylist()
    return texts
