"""Compressed files, decompressed within bounds."""

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO

import pyarrow as pa

from multilevel.errors import DataRefused
from multilevel.ingest.readers.raw import (
    expanded_limit,
    incomplete,
    nothing_in,
    too_much,
)

_CHUNK = 2**20
# xz needs as much memory as its dictionary, which the file sets: 64 MiB at its highest level.
_XZ_MEMORY = 512 * 2**20

Chunks = Callable[[bytes], Iterator[bytes]]


def expanded(content: bytes, ending: str, name: str) -> bytes:
    """The decompressed content of a file with this ending, such as ".gz".

    Raises
    ------
    DataRefused
        `unreadable_file` when it is damaged, of another kind, or decompresses to
        more than is plausible; `empty` when nothing is in it.
    """
    chunks, form = _KINDS[ending]
    try:
        return _within_bounds(chunks(content), len(content), name)
    except (EOFError, OSError, zlib.error, lzma.LZMAError, ValueError) as error:
        raise incomplete(name, form, content, error) from error


def unzipped(content: bytes, name: str) -> tuple[str, bytes]:
    """Name and content of the only file in a zip archive; DataRefused as `expanded`."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            member = _only_member(archive, name)
            with archive.open(member) as file:
                return member.filename, _within_bounds(_chunks(file), len(content), name)
    except (
        EOFError, OSError, RuntimeError, NotImplementedError, ValueError,
        zlib.error, lzma.LZMAError, zipfile.BadZipFile,
    ) as error:  # fmt: skip
        raise incomplete(name, "zip archive", content, error) from error


def inner(content: bytes, name: str) -> bytes:
    """What an R file holds, which R itself compresses by gzip, bzip2 or xz."""
    for start, ending in ((b"\x1f\x8b", ".gz"), (b"BZh", ".bz2"), (b"\xfd7zXZ", ".xz")):
        if content.startswith(start):
            return expanded(content, ending, name)
    return content


def _within_bounds(chunks: Iterator[bytes], compressed: int, name: str) -> bytes:
    limit = expanded_limit(compressed)
    found, size = [], 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise too_much(name, limit)
        found.append(chunk)
    if not size:
        raise nothing_in(name)
    return b"".join(found)


def _chunks(file: IO[bytes] | gzip.GzipFile | bz2.BZ2File) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


def _gzip(content: bytes) -> Iterator[bytes]:
    with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
        yield from _chunks(file)


def _bzip2(content: bytes) -> Iterator[bytes]:
    with bz2.BZ2File(io.BytesIO(content)) as file:
        yield from _chunks(file)


def _xz(content: bytes) -> Iterator[bytes]:
    waiting = content
    while waiting.strip(b"\0"):
        unpack = lzma.LZMADecompressor(memlimit=_XZ_MEMORY)
        chunk = unpack.decompress(waiting, _CHUNK)
        while not unpack.eof:
            yield chunk
            if unpack.needs_input:
                raise EOFError("it ends too early")
            chunk = unpack.decompress(b"", _CHUNK)
        yield chunk
        waiting = unpack.unused_data


def _zstd(content: bytes) -> Iterator[bytes]:
    with pa.CompressedInputStream(pa.BufferReader(content), "zstd") as file:
        yield from _chunks(file)


_KINDS: dict[str, tuple[Chunks, str]] = {
    ".gz": (_gzip, "gzip file"),
    ".bz2": (_bzip2, "bzip2 file"),
    ".xz": (_xz, "xz file"),
    ".zst": (_zstd, "zstd file"),
}
ENDINGS = (*_KINDS, ".zip")


def _only_member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    members = [
        member
        for member in archive.infolist()
        if not member.is_dir() and not member.filename.startswith("__MACOSX/")
    ]
    if len(members) != 1:
        names = [member.filename for member in members]
        case = "several" if names else "none"
        raise DataRefused(
            "unreadable_file.members", case=case, file=name, n=len(names), members=names
        )
    if members[0].flag_bits & 1:
        raise DataRefused("unreadable_file.encrypted", file=name)
    return members[0]
