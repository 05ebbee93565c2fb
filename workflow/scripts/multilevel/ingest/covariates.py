"""A companion's covariates, batch by batch: whether a column holds numbers or labels."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from multilevel.configuration.datasets import CompanionColumns
from multilevel.errors import DataRefused
from multilevel.ingest.readers import Column, Table
from multilevel.ingest.statistics.covariates import MOST_VALUES
from multilevel.ingest.statistics.rows import CovariateValues, Floats, Labelled
from multilevel.ingest.table import values
from multilevel.ingest.table.values import MISSING_IDS, Numbers
from multilevel.records.companion import no_companion
from multilevel.records.covariates import Level
from multilevel.records.findings import Finding

# Share of numbers in a column that holds them, whatever else it has; with more different ones
# than codes of categories are, half will do.
MOSTLY, MOST_CODES = 0.9, 10


class CovariateColumns:
    """The columns of a companion, those of members first.

    Parameters
    ----------
    companion
        By the file's own names.
    """

    def __init__(self, companion: CompanionColumns) -> None:
        kinds: dict[str, bool] = dict.fromkeys(companion.numbers, False)
        kinds |= dict.fromkeys(companion.categories, True)
        self._columns = [_Column(name, "member", kinds.get(name)) for name in companion.member]
        self._columns += [_Column(name, "group", kinds.get(name)) for name in companion.group]

    def add(self, table: Table, first_row: int) -> tuple[CovariateValues, ...]:
        """Their values in a batch that begins at `first_row`."""
        return tuple(
            CovariateValues(name=one.name, level=one.level, values=one.add(table, first_row))
            for one in self._columns
        )

    def refusal(self, file: str, n_rows: int, first_line: int | None) -> Finding | None:
        """Why there is no companion: a column of numbers that holds something else, too."""
        for one in self._columns:
            try:
                one.numbers.check(file, n_rows, first_line)
            except DataRefused as refused:
                about = refused.finding
                if about.code == "not_numeric.too_long":
                    return no_companion("magnitude", one.name)
                places = {key: about.values.get(key) for key in ("row", "value", "alike")}
                return no_companion("not_numeric", one.name, **places)
        return None

    @property
    def numbers(self) -> tuple[Numbers, ...]:
        """Those of its columns that hold numbers."""
        return tuple(one.numbers for one in self._columns)

    @property
    def decimal_commas(self) -> tuple[str, ...]:
        """Columns with decimal commas."""
        return tuple(one.name for one in self._columns if one.numbers.comma)


class _Column:
    """One column; where nobody says so the first batch with values tells whether it has labels."""

    def __init__(self, name: str, level: Level, holds_labels: bool | None) -> None:
        self.name, self.level = name, level
        self.numbers = Numbers(name)
        self._holds_labels = holds_labels

    def add(self, table: Table, first_row: int) -> Floats | Labelled:
        stored = values.arrow(table.frame[self.name])
        about = table.columns[self.name]
        if self._holds_labels is None:
            self._holds_labels = _holds_labels(table, about, stored)
        if self._holds_labels:
            return _labelled(stored, about.value_labels)
        return self.numbers.add(table, first_row)


def _holds_labels(table: Table, about: Column, stored: Any) -> bool | None:
    """Whether a column is text, or numbers that are few and all have labels; None without values.

    Text is what is no number, or a few numbers in quotation marks. Numbers of which only some have
    labels, such as the ends of a scale, stay numbers; so do numbers with stray text among them,
    which `refusal` then names.
    """
    if values.is_text(stored):
        numbers = Numbers(about.name)
        known = numbers.add(table)
        try:
            numbers.check(table.name, table.n_rows, None)
        except DataRefused:
            return not _strayed(known, stored)
        if about.quoted and pc.count_distinct(stored).as_py() <= MOST_VALUES:
            return True
        if np.isnan(known).all():
            return None
    different = [text for text in pc.unique(values.texts(stored)).to_pylist() if text]
    if not different:
        return None
    return len(different) <= MOST_VALUES and all(about.value_labels.get(text) for text in different)


def _strayed(known: Floats, stored: Any) -> bool:
    """Whether a column of text is one of numbers but for some values."""
    numbers = known[~np.isnan(known)]
    share = len(numbers) / max(1, len(stored) - stored.null_count)
    return share >= MOSTLY or (share > 0.5 and len(np.unique(numbers)) > MOST_CODES)


def _labelled(stored: Any, named: Mapping[str, str]) -> Labelled:
    """Codes of the labels; two values with one label keep their own names beside it."""
    texts = values.texts(stored)
    absent = pc.is_in(texts, value_set=pa.array(MISSING_IDS, pa.large_string()))
    encoded = pc.dictionary_encode(pc.if_else(absent, pa.scalar(None, pa.large_string()), texts))
    uses = Counter(named.values())
    labels = []
    for text in encoded.dictionary.to_pylist():
        label = named.get(text) or text
        labels.append(label if uses[label] < 2 else f"{label} ({text})")
    code = pc.fill_null(encoded.indices.cast(pa.int64()), -1)
    return Labelled(np.asarray(code.to_numpy(zero_copy_only=False)), tuple(labels))
