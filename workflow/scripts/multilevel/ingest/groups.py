"""The ids of groups, batch by batch."""

import unicodedata
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from multilevel.errors import DataRefused
from multilevel.ingest.table import values
from multilevel.records.findings import Finding, note
from multilevel.wording.ordering import natural

# More ids than this are surely not schools; they would fill the memory.
MOST_GROUPS = 1_000_000


class Groups:
    """The different ids of a column, numbered in order of first appearance.

    Parameters
    ----------
    column
        Its name.
    """

    def __init__(self, column: str) -> None:
        self.column = column
        self.ids: list[str] = []
        self._place: dict[str, int] = {}
        self._place_spelled = dict.fromkeys(values.MISSING_IDS, -1)

    def add(self, column: Any) -> NDArray[np.int64]:
        """For each row of a batch the number of its group, -1 for none.

        Raises
        ------
        DataRefused
            `no_replication` for more than MOST_GROUPS different ids.
        """
        ids = values.arrow(column)
        encoded = ids if pa.types.is_dictionary(ids.type) else pc.dictionary_encode(ids)
        texts = values.texts(encoded.dictionary).to_pylist()
        places = np.array([self._place_of(text) for text in [*texts, ""]], dtype=np.int64)
        indices = pc.fill_null(encoded.indices.cast(pa.int64()), len(texts))
        return np.asarray(places[indices.to_numpy()])

    def order(self) -> NDArray[np.int64]:
        """The numbers of all groups in the natural order of their ids."""
        numbers = sorted(range(len(self.ids)), key=lambda number: natural(self.ids[number]))
        return np.array(numbers, dtype=np.int64)

    def findings(self, n_unscored: int) -> Iterator[Finding]:
        """Notes on ids in two Unicode forms, and on the groups that lost all their members."""
        n_joined = len(self._place) - len(set(map(_spelled, self._place)))
        if n_joined:
            yield note("unicode_ids", self.column, n=n_joined)
        if n_unscored:
            yield note("groups_without_scores", self.column, n=n_unscored)

    def _place_of(self, text: str) -> int:
        if text not in self._place:
            spelled = _spelled(text)
            if spelled not in self._place_spelled:
                self._place_spelled[spelled] = self._new(spelled)
            self._place[text] = self._place_spelled[spelled]
        return self._place[text]

    def _new(self, spelled: str) -> int:
        if len(self.ids) == MOST_GROUPS:
            raise DataRefused("no_replication.too_many_ids", self.column, most=MOST_GROUPS)
        self.ids.append(spelled)
        return len(self.ids) - 1


def _spelled(text: str) -> str:
    return unicodedata.normalize("NFC", text)
