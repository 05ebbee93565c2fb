"""The warm server's start and end, from the process that runs the jobs."""

import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from engine.launch import SERVER

# What a socket's path may have on the system that allows least, less some.
LONGEST_PATH = 100
_PREFIX = "multilevel-"
# Libraries count threads at import, and a fork copies but one of them.
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
# How long a server may take until it is warm, unless the variable says it: seconds are usual,
# a minute happens on a network drive.
START_SECONDS = 300.0
LIMIT = "MULTILEVEL_SERVER_SECONDS"


def start(module: str, function: str) -> bool:
    """Start a server that ends with this process, and let launchers know; whether there is one.

    One that isn't warm in time is ended: launchers lose their connection and go on without it.

    Parameters
    ----------
    module, function
        What it imports before the first job, and what of it, if any, it calls.
    """
    seconds = os.environ.get(LIMIT) or str(START_SECONDS)
    folder = _private_folder()
    if folder is None:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        address = folder / "socket"
        listening.bind(str(address))
        address.chmod(0o600)
        # From here on launchers can connect: they wait until the server is warm.
        listening.listen(socket.SOMAXCONN)
        program = str(Path(__file__).with_name("server.py"))
        process = subprocess.Popen(
            [sys.executable, "-P", program, str(listening.fileno()), module, function, seconds],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            pass_fds=[listening.fileno()],
            env={**os.environ, **dict.fromkeys(ONE_THREAD, "1")},
            start_new_session=True,
        )
    os.environ[SERVER] = str(address)
    ending = threading.Event()
    atexit.register(_end, process, folder, ending)
    threading.Thread(target=_watch, args=(process, seconds, ending), daemon=True).start()
    return True


def _watch(process: "subprocess.Popen[bytes]", seconds: str, ending: threading.Event) -> None:
    """Say so when the server ends before it is told to."""
    code = process.wait()
    if ending.is_set():
        return
    late = code == -signal.SIGALRM
    what = f"was not ready after {float(seconds):g} s" if late else f"ended (exit code {code})"
    sys.stderr.write(
        f"The server that keeps Python warm {what}. The jobs go on without it, each in a Python "
        "of its own: the same results, more slowly.\n"
    )


def _end(process: "subprocess.Popen[bytes]", folder: Path, ending: threading.Event) -> None:
    ending.set()
    if process.stdin:
        process.stdin.close()
    process.wait()
    # One that was ended could not tidy up itself.
    shutil.rmtree(folder, ignore_errors=True)


def _private_folder() -> Path | None:
    """A new folder for this user alone whose path is short enough for a socket's."""
    for place in map(Path, (tempfile.gettempdir(), "/tmp")):
        if len(os.fsencode(place)) + len(_PREFIX) + 30 <= LONGEST_PATH and place.is_dir():
            _sweep(place)
            return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=place))
    return None


def _sweep(place: Path) -> None:
    """Remove folders that servers of this user left which were killed."""
    for folder in place.glob(f"{_PREFIX}*-*"):
        try:
            os.kill(int(folder.name.removeprefix(_PREFIX).partition("-")[0]), 0)
        except ProcessLookupError:
            # Of other users the system lets nothing be removed.
            shutil.rmtree(folder, ignore_errors=True)
        except (PermissionError, ValueError):
            continue
