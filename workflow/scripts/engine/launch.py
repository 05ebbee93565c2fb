"""What a rule's shell runs: hand the job to the warm server, or run it cold, without one.

    python -I -S launch.py JOB LOG

JOB is JSON (see jobs.py). Imports only what Python has built in, so that it starts
in a few milliseconds. Exit status: the job's.
"""

import json
import os
import select
import socket
import sys

SERVER = "MULTILEVEL_SERVER"
# How often to look whether Snakemake is still there, in seconds.
LOOK = 1.0
ABANDONED = 75


def main(job: str, log: str) -> int:
    """Run the job; its exit status."""
    folder = os.getcwd()  # noqa: PTH109 - pathlib takes long to import
    reply = ask(os.environ.get(SERVER, ""), {"job": job, "log": log, "folder": folder})
    if reply is None:
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "supervision.py")  # noqa: PTH118, PTH120, PTH100
        sys.stderr.flush()
        os.execv(sys.executable, [sys.executable, "-P", script, job, log])
    sys.stderr.write(reply["said"])
    return int(reply["status"])


def ask(address: str, request: dict[str, str]) -> dict[str, str] | None:
    """The server's answer, None when there is no server or it went away."""
    if not address or not hasattr(socket, "AF_UNIX"):
        return None
    parent = os.getppid()
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.connect(address)
            connection.sendall(json.dumps(request).encode() + b"\n")
            answer = b""
            while not answer.endswith(b"\n"):
                if os.getppid() != parent:
                    return {"status": str(ABANDONED), "said": ""}
                if not select.select([connection], [], [], LOOK)[0]:
                    continue
                part = connection.recv(65536)
                if not part:
                    return None
                answer += part
    except OSError:
        return None
    found: dict[str, str] = json.loads(answer)
    return found


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
