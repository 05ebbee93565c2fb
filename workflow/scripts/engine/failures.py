"""A crash as a result: a record in place of the outputs, which later stages pass on."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.jobs import Job
from multilevel.storage import attempts
from multilevel.storage.files import write_whole

STAGES, FOLDER = ".stages", ".failed"
TAIL = 20
# No stage's output begins like this.
_MAGIC = b'{"failed":'
_LONGEST_LINE = 2_000


@dataclass(frozen=True)
class Failure:
    """What became of a job that crashed.

    Attributes
    ----------
    stage
        Which stage it was.
    message
        What happened, in a sentence.
    log
        Path of the job's log.
    tail
        The log's last lines.
    """

    stage: str
    message: str
    log: str
    tail: tuple[str, ...]

    @classmethod
    def read(cls, file: Path) -> "Failure | None":
        """The record that `file` holds, None when it holds something else or isn't there."""
        if not file.is_file():
            return None
        with file.open("rb") as opened:
            if opened.read(len(_MAGIC)) != _MAGIC:
                return None
            fields = json.loads(_MAGIC + opened.read())["failed"]
        return cls(**{**fields, "tail": tuple(fields["tail"])})

    def encoded(self) -> bytes:
        """As JSON."""
        return json.dumps({"failed": asdict(self)}, separators=(",", ":")).encode()


def among(files: Iterable[str]) -> Failure | None:
    """The first record in any of the files."""
    return next((found for file in files if (found := Failure.read(Path(file)))), None)


def record(failure: Failure, job: Job) -> None:
    """Write the record in place of all outputs, and where failures are listed.

    An output without a suffix is a folder, which stays empty.
    """
    content = failure.encoded()
    for output in job.outputs.values():
        path = Path(output)
        if path.suffix:
            write_whole(path, content)
        else:
            path.mkdir(parents=True, exist_ok=True)
    folder = _folder_of(next(iter(job.outputs.values())))
    write_whole(folder.parent / FOLDER / f"{folder.name}.json", content)


def _folder_of(output: str) -> Path:
    """The dataset's own folder, in which an output may lie deeper.

    Split files and comparisons have theirs within a hidden one.
    """
    parts = Path(output).parts
    place = parts.index(STAGES) + 1
    place += parts[place].startswith(".")
    return Path(*parts[: place + 1])


def listed(stages: Path) -> dict[str, Failure]:
    """All failures by dataset; `stages` is results/.stages."""
    found = {file.stem: Failure.read(file) for file in sorted((stages / FOLDER).glob("*.json"))}
    return {name: failure for name, failure in found.items() if failure}


def forget(stages: Path) -> None:
    """Remove all records, so that the next run tries again what failed."""
    for dataset in listed(stages):
        attempts.begin(stages / dataset)
        for file in list((stages / dataset).rglob("*")):
            if Failure.read(file):
                file.unlink()
        (stages / FOLDER / f"{dataset}.json").unlink()


def tail(log: Path, lines: int = TAIL) -> tuple[str, ...]:
    """The log's last lines, each cut to a length."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - lines * _LONGEST_LINE))
            text = file.read().decode("utf-8", errors="replace")
    except OSError:
        return ()
    return tuple(line[:_LONGEST_LINE] for line in text.splitlines()[-lines:])
