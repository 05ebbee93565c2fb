"""How much memory a job may ask for that reads whole data files: by their size and form."""

from collections.abc import Iterable
from pathlib import Path

from multilevel.storage.files import WHOLE_LIMIT

# For Python, the libraries and what the stages after it take.
BASE = 1_000
# Times its size that a file takes while its columns are read. Measured at 100,000 rows of 600
# columns: SPSS 1.1 plain, 1.8 and 3.2 compressed; CSV 3.2, gzipped 11.4; Parquet 3.5.
_TIMES = {".sav": 2, ".dta": 2, ".sas7bdat": 2, ".por": 2}
_PLAIN, _COMPRESSED = 4, 15
_COMPRESSING = frozenset((".gz", ".zip", ".bz2", ".xz", ".zst", ".xlsx", ".xlsm", ".xlsb", ".ods"))


def needed(files: Iterable[str]) -> int:
    """Megabytes for a job that reads these files; files that don't exist take none."""
    return BASE + sum(_taken(Path(file)) for file in files)


def _taken(file: Path) -> int:
    try:
        size = file.stat().st_size
    except OSError:
        return 0
    ending = file.suffix.lower()
    times = _COMPRESSED if ending in _COMPRESSING else _TIMES.get(ending, _PLAIN)
    # Batches hold a bounded piece, which the base covers twice.
    return BASE if size > WHOLE_LIMIT else times * size // 2**20
