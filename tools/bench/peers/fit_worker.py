"""One engine fits one file, again and again: `python fit_worker.py ENGINE FOLDER SECONDS`.

Prints a line of JSON: seconds of each fit, tau00, the process's peak memory, the version.
"""

import json
import re
import sys
import time
import warnings
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

MOST = 15
FEWEST = 3
Fit = Callable[[], float | None]


def arrays(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """School and score of each student, as the engines are handed them."""
    group = np.fromfile(folder / "group.int32", np.int32).astype(np.int64)
    return group, np.fromfile(folder / "score.float64", np.float64)


def ours(folder: Path) -> Fit:
    """The engine with all its inference, from arrays."""
    from multilevel.fit.model import fit_random_intercept
    from multilevel.fit.sufficient import SufficientStatistics

    group, score = arrays(folder)
    return lambda: fit_random_intercept(SufficientStatistics.from_members(group, score)).model.tau00


def ours_from(name: str) -> Callable[[Path], Fit]:
    """The same from a file, checked as the pipeline checks it."""

    def prepared(folder: Path) -> Fit:
        from multilevel.configuration import load
        from multilevel.fit.model import fit_random_intercept
        from multilevel.fit.sufficient import SufficientStatistics
        from multilevel.ingest.stage import ingest

        schema = _config_schema()
        entry = {"file": name, "outcome": "score", "group": "school"}
        (dataset,) = load({"datasets": {"bench": entry}}, schema, folder).datasets

        def fit() -> float:
            ingested, students = ingest(dataset, folder / name)
            if ingested.refusal is not None:
                raise SystemExit(ingested.refusal.code)
            statistics = SufficientStatistics.of(students.moments[0])
            return fit_random_intercept(statistics).model.tau00

        return fit

    return prepared


def _config_schema() -> dict[str, object]:
    import yaml

    file = ROOT / "workflow" / "schemas" / "config.schema.yaml"
    schema: dict[str, object] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return schema


def read_csv(folder: Path) -> Fit:
    """No fit: pyarrow reads the CSV file into arrays."""
    import pyarrow.csv

    def read() -> None:
        pyarrow.csv.read_csv(folder / "students.csv")

    return read


def read_csv_pandas(folder: Path) -> Fit:
    """No fit: pandas reads the CSV file by its default reader."""
    import pandas as pd

    def read() -> None:
        pd.read_csv(folder / "students.csv")

    return read


def read_parquet(folder: Path) -> Fit:
    """No fit: pyarrow reads the Parquet file into arrays."""
    import pyarrow.parquet

    def read() -> None:
        pyarrow.parquet.read_table(folder / "students.parquet")

    return read


def statsmodels(folder: Path) -> Fit:
    """statsmodels' MixedLM."""
    from statsmodels.regression.mixed_linear_model import MixedLM

    return _mixedlm(MixedLM, folder)


def mixedlm_rs(folder: Path) -> Fit:
    """mixedlm-rs, of the same interface."""
    from mixedlm_rs import MixedLM

    return _mixedlm(MixedLM, folder)


def _mixedlm(model: Callable[..., object], folder: Path) -> Fit:
    group, score = arrays(folder)
    ones = np.ones((len(score), 1))

    def fit() -> float:
        fitted = model(score, ones, groups=group).fit(reml=True)  # type: ignore[attr-defined]
        return float(np.asarray(fitted.cov_re)[0, 0])

    return fit


ENGINES: dict[str, tuple[Callable[[Path], Fit], str]] = {
    "ours": (ours, "numpy"),
    "ours-csv": (ours_from("students.csv"), "numpy"),
    "ours-parquet": (ours_from("students.parquet"), "pyarrow"),
    "read-csv": (read_csv, "pyarrow"),
    "read-csv-pandas": (read_csv_pandas, "pandas"),
    "read-parquet": (read_parquet, "pyarrow"),
    "statsmodels": (statsmodels, "statsmodels"),
    "mixedlm-rs": (mixedlm_rs, "mixedlm-rs"),
}


def measured(fit: Fit, limit: float) -> tuple[list[float], float | None]:
    """Seconds of each fit after one to warm up, and the last tau00.

    A fit that alone takes a third of the limit or more isn't repeated.
    """
    begun = time.perf_counter()
    tau00 = fit()
    first = time.perf_counter() - begun
    if first > limit / 3:
        return [first], tau00
    seconds: list[float] = []
    while len(seconds) < FEWEST or (
        len(seconds) < MOST and sum(seconds) + first < min(limit / 3, 5.0)
    ):
        begun = time.perf_counter()
        tau00 = fit()
        seconds.append(time.perf_counter() - begun)
    return seconds, tau00


def peak_bytes() -> int | None:
    """The most memory that this process has held; None where the system doesn't say."""
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found[1]) * 1024 if found else None


def main(engine: str, folder: str, limit: str) -> None:
    """Measure and print."""
    warnings.simplefilter("ignore")  # a peer's, about convergence: its digits tell
    prepare, package = ENGINES[engine]
    seconds, tau00 = measured(prepare(Path(folder)), float(limit))
    found = {"seconds": seconds, "tau00": tau00, "peak": peak_bytes(), "version": version(package)}
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
