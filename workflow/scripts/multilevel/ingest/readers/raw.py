"""A file's bytes, what they look like, and how many more they may become."""

from pathlib import Path

from multilevel.errors import DataRefused
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
)


def read(path: Path) -> bytes:
    """The file's bytes.

    Raises
    ------
    DataRefused
        `unreadable_file` when it is missing, forbidden or no regular file; `empty`
        when it has no bytes.
    """
    content = _bytes(path)
    if not content:
        raise DataRefused("empty.no_bytes", file=path.name)
    return content


def looks_like(content: bytes) -> str | None:
    """What the first bytes say the file is, or None for what may be a table of text."""
    start = content[:512].removeprefix(b"\xef\xbb\xbf").lstrip(b" \r\n\t")
    for magic, meaning in _MAGIC:
        if start.startswith(magic) or start.lower().startswith(magic):
            return meaning
    return None


def _bytes(path: Path) -> bytes:
    name = path.name
    try:
        if path.is_dir():
            raise DataRefused("unreadable_file.folder", file=name)
        # Reading from a pipe or a device could wait forever.
        if path.exists() and not path.is_file():
            raise DataRefused("unreadable_file.not_regular", file=name)
        if path.exists() and path.stat().st_size > READ_LIMIT:
            raise DataRefused("unreadable_file.too_many_bytes", file=name, limit=READ_LIMIT)
        return path.read_bytes()
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
