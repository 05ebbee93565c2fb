"""Files that appear whole or not at all."""

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

UNFINISHED = ".part"
# A larger file is read in batches or not at all: whole it takes a few times its size.
WHOLE_LIMIT = 4 * 2**30
_LEFT = re.compile(rf"\..*\.[0-9a-f]{{16}}\{UNFINISHED}(\..*)?", re.DOTALL)


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` to write to; it takes `path`'s place at the end.

    The temporary name is ``.<name>.<random>.part<suffix>``: it keeps the suffix
    for libraries that choose a format by it. When the block raises, `path` is
    as it was and the temporary file is gone. Folders are made as needed.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Cut, so that the longer temporary name stays within 255 bytes.
    name = f".{path.stem[:40]}.{secrets.token_hex(8)}{UNFINISHED}{path.suffix[:10]}"
    temporary = path.with_name(name)
    try:
        yield temporary
        # Else a power cut soon after could leave an empty file under the name.
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` to `path`, replacing what was there in one step."""
    # "x": never follow a link that someone put in the name's place.
    with whole(path) as temporary, temporary.open("xb") as file:
        file.write(content)


def forget_unfinished(folder: Path) -> None:
    """Remove the temporary files of processes that were killed; none must be at work there."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if _LEFT.fullmatch(path.name) and not path.is_dir():
            path.unlink()
