"""A file's bytes: read, told by what they look like, decompressed within bounds."""

import bz2
import gzip
import hashlib
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pyarrow as pa

from multilevel.errors import DataRefused
from multilevel.ingest.readers import opening
from multilevel.storage.files import WHOLE_LIMIT

# Decompressed bytes that are always allowed, those never exceeded, and how many
# times the compressed size they may be in between. Tables reach about 100 times;
# 1,030 is what gzip can do to a file of nothing but zeros.
EXPANDED_FREE = 256 * 2**20
EXPANDED_LIMIT = 8 * 2**30
EXPANDED_TIMES = 500
# Bytes of a file that is read whole.
READ_LIMIT = WHOLE_LIMIT

_MAGIC = (
    (b"PK\x03\x04", "a zip archive or an Excel workbook"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a gzip file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"),
    (b"$FL2", "an SPSS file (.sav)"),
    (b"$FL3", "an SPSS file (.zsav)"),
    (b"\0\0\0\0\0\0\0\0\0\0\0\0\xc2\xea\x81\x60", "a SAS file (.sas7bdat)"),
    (b"\x80\x03", "a Python pickle, which is never opened"),
    (b"\x80\x04", "a Python pickle, which is never opened"),
    (b"\x80\x05", "a Python pickle, which is never opened"),
    (b"<stata_dta>", "a Stata file (.dta)"),
    (b"HEADER RECORD*******", "a SAS transport file (.xpt)"),
    (b"PAR1", "a Parquet file"),
    (b"ARROW1", "a Feather file"),
    (b"RDX", "an R file (.rda)"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<table", "a web page"),
    (b"<?xml", "an XML file"),
    (b"[{", "a JSON file"),
    (b'{"', "a JSON file"),
)


def read(path: Path, expected: str | None = None, within: Path | None = None) -> tuple[bytes, str]:
    """The file's bytes, and their SHA-256.

    Parameters
    ----------
    expected
        That digest when the run began, or a word on why there was none; None where no run did.
    within
        The folder that the file must lie in, links followed.

    Raises
    ------
    DataRefused
        `unreadable_file` when it is missing, forbidden, no regular file or outside of the folder;
        `empty` when it has no bytes.
    PassingFault
        When it isn't as it was when the run began.
    """
    try:
        content = _bytes(path, within)
    except DataRefused as refused:
        opening.check_present(refused, expected)
        raise
    sha256 = hashlib.sha256(content).hexdigest()
    opening.check_same(path.name, sha256, expected)
    if not content:
        raise DataRefused("empty.no_bytes", file=path.name)
    return content, sha256


def looks_like(content: bytes) -> str | None:
    """What the first bytes say the file is, or None for what may be a table of text."""
    start = content[:512].removeprefix(b"\xef\xbb\xbf").lstrip(b" \r\n\t")
    for magic, meaning in _MAGIC:
        if start.startswith(magic) or start.lower().startswith(magic):
            return meaning
    return None


def _bytes(path: Path, within: Path | None) -> bytes:
    name = path.name
    try:
        if path.is_dir():
            raise DataRefused("unreadable_file.folder", file=name)
        # Reading from a pipe or a device could wait forever.
        if path.exists() and not path.is_file():
            raise DataRefused("unreadable_file.not_regular", file=name)
        if path.exists() and path.stat().st_size > READ_LIMIT:
            raise DataRefused("unreadable_file.too_many_bytes", file=name, limit=READ_LIMIT)
        with opening.opened(path, within) as file:
            return file.read()
    except FileNotFoundError:
        raise DataRefused("unreadable_file.not_there", file=name) from None
    except PermissionError:
        raise DataRefused("unreadable_file.forbidden", file=name) from None
    except OSError as error:
        why = str(error.strerror or error)
        raise DataRefused("unreadable_file.system", file=name, error=why) from error


def expanded_limit(compressed: int) -> int:
    """How many bytes so many compressed ones may become."""
    return min(EXPANDED_LIMIT, max(EXPANDED_FREE, EXPANDED_TIMES * compressed))


def too_much(name: str, limit: int) -> DataRefused:
    """The refusal of a file that decompresses to more than `limit` bytes."""
    return DataRefused("unreadable_file.expands", file=name, limit=limit)


def nothing_in(name: str) -> DataRefused:
    """The refusal of a file of nothing, or of nothing but blanks."""
    return DataRefused("empty.nothing", file=name)


def incomplete(name: str, form: str, content: bytes, error: Exception) -> DataRefused:
    """The refusal of a file that can't be decompressed; `content` is it or its first bytes."""
    kind = looks_like(content)
    return DataRefused(
        "unreadable_file.incomplete",
        file=name,
        form=form,
        error=str(error).rstrip("."),
        looks_like=kind if kind and form not in kind else "",
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
