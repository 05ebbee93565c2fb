"""Values of a column that can't be used."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass
class Faults:
    """Values of one column that can't be used: how many, and the first with its row from 0."""

    n: int = 0
    row: int = -1
    value: Any = None

    def add(self, wrong: NDArray[np.bool_], values: Any, rows: NDArray[np.int64]) -> None:
        """Take in a batch: where it is wrong, its values, and the row of each in the file."""
        places = np.flatnonzero(wrong)
        if len(places) and not self.n:
            self.row, self.value = int(rows[places[0]]), values[int(places[0])]
        self.n += len(places)

    @property
    def alike(self) -> int:
        """How many values are like the one that a message names; 0 for that one alone."""
        return self.n if self.n > 1 else 0
