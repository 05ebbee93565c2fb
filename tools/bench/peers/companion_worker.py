"""Our model with six covariates, again and again: `python companion_worker.py FOLDER SECONDS`.

Prints a line of JSON: seconds of each adding up and of each fit, tau00, and the slope of x1.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from fit_worker import measured

from multilevel.fit.companion.companion import FittedCompanion, fit_companions
from multilevel.ingest.statistics.covariates import Covariates
from multilevel.ingest.statistics.rows import CovariateValues, Rows
from multilevel.records.covariates import CovariateStatistics

MEMBER, GROUP = ("x1", "x2", "x3", "x4"), ("z1", "z2")


def main(folder: Path, limit: float) -> None:
    """Time both parts of ours, and print."""
    group = np.fromfile(folder / "group.bin", np.int32).astype(np.int64)
    columns = {
        name: np.fromfile(folder / f"{name}.bin", np.float64) for name in ("score", *MEMBER, *GROUP)
    }
    rows = Rows(
        group=group,
        scores=columns["score"][:, None],
        covariates=tuple(
            CovariateValues(name=name, level="member" if name in MEMBER else "group", values=values)
            for name, values in columns.items()
            if name != "score"
        ),
    )
    order = np.arange(int(group.max()) + 1)

    def added() -> CovariateStatistics:
        covariates = Covariates()
        covariates.add(rows)
        found = covariates.result(order)
        assert found is not None
        return found

    statistics = added()

    def fitted() -> FittedCompanion:
        found = fit_companions(statistics, centre="none")
        assert isinstance(found, FittedCompanion)
        return found

    def timed(call: Callable[[], object]) -> list[float]:
        seconds, _ = measured(lambda: call() and None, limit)  # type: ignore[func-returns-value]
        return seconds

    told = {"statistics": timed(added), "fit": timed(fitted)}
    fullest = fitted().companion.models[-1]
    slope = next(term.estimate for term in fullest.terms if term.name == "x1")
    print(json.dumps({**told, "tau00": fullest.tau00, "slope": slope}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
