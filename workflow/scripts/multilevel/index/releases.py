"""Today's releases join the history."""

import sys
from pathlib import Path

from multilevel.index.outcomes import outcomes
from multilevel.records.results import Results
from multilevel.releases import history as releases


def run(index: Path, datasets: Path, history: Path) -> None:
    """Add a row to history.csv for each dataset whose state isn't its last row's.

    `index`, the table of today's numbers, only says that there may be something new. What
    crashed or was refused gets no row. The rows before are those of what is public: where
    results wait to be released, `history` is another file than that.
    """
    fitted = [result for result in outcomes(datasets) if isinstance(result, Results)]
    now = [releases.release_of(result) for result in fitted]
    try:
        public = releases.read(datasets.parent.parent / releases.FILE)
        before = releases.rename(public, releases.former_ids(fitted))
    except ValueError as error:
        sys.exit(f"{error}\n")
    releases.write(history, releases.add(before, filter(None, now)))
