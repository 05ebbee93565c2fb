"""Files too large for memory, read in batches.

A format that can be streamed is a module with a `Stream` and its line in `STREAMS`.
"""

from collections.abc import Callable
from pathlib import Path

from multilevel.ingest.streams import delimited, parquet
from multilevel.ingest.streams.stream import Batches, Facts, Stream

__all__ = ["STREAMS", "Batches", "Facts", "Stream", "stream_of"]

STREAMS: dict[str, Callable[[Path], Stream | None]] = {
    ".csv": delimited.stream_of,
    ".tsv": delimited.stream_of,
    ".txt": delimited.stream_of,
    ".parquet": parquet.stream_of,
}


def stream_of(path: Path) -> Stream | None:
    """How to read `path` in batches, or None for a file that fits into memory or can't be read."""
    suffixes = path.suffixes[-2:] if path.suffix.lower() == ".gz" else path.suffixes[-1:]
    opened = STREAMS.get(suffixes[0].lower()) if suffixes else None
    return None if opened is None else opened(path)
