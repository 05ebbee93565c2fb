"""A log file per job."""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path


@contextmanager
def logged(path: str) -> Iterator[None]:
    """All that the block prints, warns or logs goes to `path`, and so does a crash."""
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8") as log, redirect_stdout(log), redirect_stderr(log):
        logging.basicConfig(stream=log, level=logging.WARNING, force=True)
        logging.captureWarnings(True)
        try:
            yield
        except BaseException:
            traceback.print_exc(file=log)
            raise
