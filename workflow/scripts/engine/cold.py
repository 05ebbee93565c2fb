"""A job without the server: in a Python of its own, watched as the server watches its jobs.

    python cold.py JOB LOG

The exit status is the job's.
"""

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from engine import child
from engine.endings import passed_on, settled, worth_another_try
from engine.jobs import Job

INSIDE = "--inside"
# How often to look whether Snakemake is still there, in seconds.
LOOK = 1.0
ABANDONED = 75


def main(text: str, log: str) -> int:
    """Run the job; its exit status."""
    job = Job.decoded(text)
    if passed_on(job):
        return 0
    code = attempt(text, log)
    if worth_another_try(code):
        code = attempt(text, log)
    answer = settled(job, code, log)
    sys.stderr.write(answer.said)
    return answer.status


def attempt(text: str, log: str) -> int:
    """The exit code of the job's process, which ends when this one's parent does."""
    parent = os.getppid()
    command = [sys.executable, "-P", __file__, INSIDE, str(os.getpid()), text, log]
    with subprocess.Popen(command) as process:
        while True:
            try:
                return process.wait(LOOK)
            except subprocess.TimeoutExpired:
                if os.getppid() != parent:
                    process.kill()
                    sys.exit(ABANDONED)


if __name__ == "__main__":
    if sys.argv[1] == INSIDE:
        child.end_with(int(sys.argv[2]))
        sys.exit(child.perform(Job.decoded(sys.argv[3]), sys.argv[4]))
    sys.exit(main(*sys.argv[1:3]))
