"""Parquet files of many rows."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from multilevel.errors import DataRefused
from multilevel.ingest.readers import columns, isolated
from multilevel.ingest.streams.stream import Batches, Facts, changed_meanwhile, digest, state
from multilevel.records.reading import ReadFacts

# Above this a file is streamed.
ROWS_IN_MEMORY = 2_000_000
BATCH_ROWS = 2**20


class ParquetStream:
    """A Parquet file in batches."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._path = path

    def readings(self, wanted: tuple[str, ...]) -> Iterator[Callable[[], Batches]]:
        """One way only: its columns have types."""
        yield partial(_Batches, self._path, wanted)

    def digest(self) -> tuple[str, int]:
        """SHA-256 and number of the file's bytes."""
        return digest(self._path)


class _Batches:
    decimal_comma = False

    def __init__(self, path: Path, wanted: tuple[str, ...]) -> None:
        self._path = path
        self._state = state(path)
        # Not a whole column of a row group at once, which may have all rows.
        self._file = pq.ParquetFile(path, pre_buffer=False, buffer_size=2**20)
        names = self._file.schema_arrow.names
        places, self._renamed = columns.resolve(names, wanted, path.name, columns.OUTCOME_AND_GROUP)
        self._names = [names[place] for place in places]

    def __iter__(self) -> Iterator[tuple[pa.Array, ...]]:
        try:
            for batch in self._file.iter_batches(BATCH_ROWS, columns=self._names):
                yield tuple(batch.column(name) for name in self._names)
        except (pa.ArrowInvalid, OSError) as error:
            raise DataRefused(
                "unreadable_file.form",
                file=self._path.name,
                form="a Parquet file",
                error=str(error),
            ) from error

    def close(self) -> None:
        self._file.close()

    def facts(self) -> Facts:
        sha256, size = digest(self._path)
        if state(self._path) != self._state:
            raise changed_meanwhile(self._path.name)
        return Facts(
            sha256=sha256, bytes=size, read=ReadFacts(renamed=self._renamed), first_line=None
        )


def stream_of(path: Path) -> ParquetStream | None:
    """A stream over a file of more than ROWS_IN_MEMORY rows."""
    if not path.is_file():
        return None
    try:
        rows = isolated.call(
            lambda: str(pq.read_metadata(path).num_rows).encode(),
            path.name,
            path.stat().st_size,
            "a Parquet file",
        )
    except DataRefused:
        return None  # the reader says what is wrong with it
    return ParquetStream(path) if int(rows) > ROWS_IN_MEMORY else None
