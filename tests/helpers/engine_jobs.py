"""Stand-ins for stages: jobs that go well, and that end in every other way."""

import os
import resource
import signal
import tempfile
import warnings
from pathlib import Path

import psutil


def copy(source: Path, target: Path) -> None:
    target.write_bytes(source.read_bytes())


def speak(source: Path, target: Path) -> None:
    warnings.warn("a warning", UserWarning, stacklevel=1)
    print("printed")  # noqa: T201 - that is what is tried
    os.write(2, b"written by a library\n")
    copy(source, target)


def fail(source: Path, target: Path) -> None:
    target.write_text("half")
    raise ValueError("this went wrong")


def end_by(source: Path, target: Path) -> None:
    """Be ended by the signal that the source names, each time; count the times."""
    with target.with_name("times").open("a") as times:
        times.write("x")
    os.kill(os.getpid(), signal.Signals[source.read_text()])


def be_killed_once(source: Path, target: Path) -> None:
    mark = target.with_name("mark")
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    copy(source, target)


def fill_memory(source: Path, target: Path) -> None:
    bytearray(resource.getrlimit(resource.RLIMIT_DATA)[0])


def abort_for_memory(source: Path, target: Path) -> None:
    os.write(2, b"terminate called after throwing an instance of 'std::bad_alloc'\n")
    os.abort()


def fill_disk(source: Path, target: Path) -> None:
    with Path("/dev/full").open("wb", buffering=0) as full:
        full.write(b"x")


def write_to_what_is_read(source: Path, target: Path) -> None:
    """Plays another program that goes on writing to the file."""
    copy(source, target)
    with source.open("a") as opened:
        opened.write("more")


def wait_for_ever(source: Path, target: Path) -> None:
    target.with_name("pid").write_text(str(os.getpid()))
    signal.pause()


def pids(source: Path, target: Path) -> None:
    """Of the job, its session, and the server, which is above the job's supervisor."""
    _, server, *_ = psutil.Process().parents()
    target.write_text(f"{os.getpid()} {os.getsid(0)} {server.pid}")


def leave_temporary_files(source: Path, target: Path) -> None:
    _, name = tempfile.mkstemp()
    target.write_text(name)


def leave_temporary_files_and_die(source: Path, target: Path) -> None:
    tempfile.mkdtemp()
    os.kill(os.getpid(), signal.SIGKILL)
