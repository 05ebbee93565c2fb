"""Foreign libraries in a process of their own: a file that crashes one is refused, no more.

Libraries in C that read foreign formats can be made to crash, to hang or to ask
for any amount of memory by a damaged or hostile file.
"""

import contextlib
import faulthandler
import math
import os
import resource
import select
import signal
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from multilevel.errors import DataRefused
from multilevel.ingest.readers import typed
from multilevel.ingest.readers.encodings import NotAsSaid
from multilevel.ingest.readers.raw import looks_like
from multilevel.ingest.readers.table import Description, Reader, Source, Table, resolve
from multilevel.records.findings import Finding

# Seconds of a processor's time for any file, and bytes that a reader must manage in each further
# one. By the clock it may take as long as a machine with much else to do needs.
SECONDS = 60
BYTES_A_SECOND = 2 * 2**20
CLOCK_SECONDS = 4 * 3600
# Memory beyond what the process has: for any file, and how many times the file's size.
MEMORY_FREE = 2 * 2**30
MEMORY_TIMES = 60
_PIECE = 2**20

# The file's columns; names that are looked for help where the form has to be guessed.
Describe = Callable[[Source, tuple[str, ...]], Description]
# Arrow arrays by name, special missing values already null, and the reasons for those.
Columns = Callable[
    [Source, tuple[str, ...], Description], tuple[Mapping[str, Any], Mapping[str, Any]]
]


def reader(
    form: str, describe: Describe, columns: Columns, starts: tuple[bytes, ...] = ()
) -> Reader:
    """A reader whose `describe` and `columns` run in a process of their own.

    Parameters
    ----------
    form
        What such a file is called, such as "an SPSS file".
    starts
        The first bytes that such a file may have; empty when they tell nothing.
    """

    def description(source: Source, looked_for: tuple[str, ...]) -> Description:
        _check_start(source, form, starts)
        content = call(
            lambda: msgspec.msgpack.encode(describe(source, looked_for)),
            source.name,
            len(source.content),
            form,
        )
        return msgspec.msgpack.decode(content, type=Description)

    def table(source: Source, names: tuple[str, ...]) -> Table:
        _check_start(source, form, starts)

        def read(source: Source) -> bytes:
            found = describe(source, names)
            places, renamed = resolve(found.names, names, source.name)
            chosen = tuple(found.columns[place] for place in places)
            own = tuple(column.name for column in chosen)
            about = replace(
                found,
                columns=chosen,
                facts=replace(found.facts, renamed=renamed),
                findings=tuple(one for one in found.findings if set(one.columns) <= set(own)),
            )
            return typed.packed(about, *columns(source, own, found))

        def work() -> bytes:
            try:
                return read(source)
            except NotAsSaid:
                return read(replace(source, form=replace(source.form, encoding="")))

        content = call(work, source.name, len(source.content), form)
        return typed.unpacked(source, names, content)

    return Reader(form=form, describe=description, read=table)


def _check_start(source: Source, form: str, starts: tuple[bytes, ...]) -> None:
    if not starts or source.content.startswith(starts):
        return
    raise DataRefused(
        "unreadable_file.not_as_ending",
        file=source.name,
        form=form,
        looks_like=looks_like(source.content),
    )


class _Failure(msgspec.Struct):
    """A refusal, or what a foreign reader said before it gave up."""

    refusal: Finding | None = None
    error: str = ""


def call(work: Callable[[], bytes], name: str, size: int, form: str) -> bytes:
    """What `work` returns, done in a forked process.

    Parameters
    ----------
    name, size
        The file's name, for messages, and its bytes, for limits.
    form
        What it is read as, such as "an SPSS file".

    Raises
    ------
    DataRefused
        As `work` raises it; `unreadable_file` when the process raises anything
        else, crashes, is killed, takes too long or too much memory.
    MemoryError
        When it needs more memory than is left to this process, which may be too little for
        a sound file.
    """
    with warnings.catch_warnings():
        # The child runs one library call and leaves; it takes no lock of another thread.
        warnings.simplefilter("ignore", DeprecationWarning)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            _work(work, writing, size)
        os.close(writing)
        status, content = _answer(child, reading)
    if status == 0:
        return content
    refused = _refusal(status, content, name, form)
    if refused.finding.code == "unreadable_file.memory" and _memory_left() < _memory(size):
        raise MemoryError
    raise refused


def _work(work: Callable[[], bytes], writing: int, size: int) -> None:
    """The child's whole life."""
    status = 1
    try:
        _limit(_memory(size), SECONDS + size / BYTES_A_SECOND)
        _quiet()
        content, status = work(), 0
    except DataRefused as error:
        content = msgspec.json.encode(_Failure(refusal=error.finding))
    except BaseException as error:  # noqa: BLE001 - said by the parent, in the refusal
        text = str(error) or type(error).__name__
        content = msgspec.json.encode(_Failure(error=text.encode("utf-8", "replace").decode()))
    with contextlib.suppress(OSError), os.fdopen(writing, "wb") as answer:
        answer.write(content)
        answer.flush()
        os._exit(status)
    os._exit(2)


def _memory(size: int) -> int:
    """Bytes of memory that reading a file of this size may take."""
    return MEMORY_FREE + MEMORY_TIMES * size


def _memory_left() -> float:
    """Bytes that this process may still take."""
    limit, _ = resource.getrlimit(resource.RLIMIT_DATA)
    if limit == resource.RLIM_INFINITY:
        return math.inf
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - no file
        return limit - int(statm.read().split()[5]) * resource.getpagesize()


def _limit(more: int, seconds: float) -> None:
    """Let the process have so many bytes more than it has, and so much of a processor's time."""
    with contextlib.suppress(OSError, ValueError):  # not on all platforms
        with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - no file
            has = int(statm.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (has + more, has + more))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        # A forked process begins with none.
        limit = math.ceil(seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))


def _quiet() -> None:
    """Handlers and messages of the parent aren't the child's."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    faulthandler.disable()  # it would tell of a crash that the parent answers for


def _answer(child: int, reading: int) -> tuple[int | None, bytes]:
    """The child's exit code, negative for a signal, and what it wrote.

    The code is None when it took too long by the clock and was ended. The child alone holds the
    other end of the pipe `reading`, which closes with it.
    """
    until, content = time.monotonic() + CLOCK_SECONDS, bytearray()
    try:
        while select.select([reading], [], [], max(0.0, until - time.monotonic()))[0]:
            piece = os.read(reading, _PIECE)
            if not piece:
                return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), bytes(content)
            content += piece
    except BaseException:
        _end(child)
        raise
    finally:
        os.close(reading)
    _end(child)
    return None, b""


def _end(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


# As when the machine runs out of memory, or a drive of the network breaks off.
_FROM_OUTSIDE = frozenset((signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGBUS))
_NO_MEMORY = ("allocate memory", "memoryerror")  # librdata's words, and Python's


def _refusal(status: int | None, content: bytes, name: str, form: str) -> DataRefused:
    if status is None or status == -signal.SIGXCPU:
        return DataRefused("unreadable_file.slow", file=name, form=form)
    if -status in _FROM_OUTSIDE:
        by = signal.Signals(-status).name
        return DataRefused("unreadable_file.killed", file=name, form=form, signal=by)
    if status != 1:
        return DataRefused("unreadable_file.broke_off", file=name, form=form)
    failure = msgspec.json.decode(content, type=_Failure)
    if failure.refusal is not None:
        return DataRefused.of(failure.refusal)
    if any(words in failure.error.lower() for words in _NO_MEMORY):
        return DataRefused("unreadable_file.memory", file=name, form=form)
    return DataRefused("unreadable_file.form", file=name, form=form, error=failure.error)
