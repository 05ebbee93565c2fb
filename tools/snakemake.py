"""Snakemake as `make reports` and `make report` run it.

One dataset's failure stops no other, and what an interrupted run left half done
is done again. Of what Snakemake says about each job only the progress is shown;
errors, warnings and all else pass. VERBOSE=1 shows everything. Arguments go to
Snakemake, whose exit status this has.
"""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator

JOB = re.compile(r"(local)?(rule|checkpoint) \w+:$")
STAMP = re.compile(r"\[\w{3} \w{3} [ \d]\d [\d:]{8} \d{4}\]$")
PROGRESS = re.compile(r"\d+ of \d+ steps \((\d+)%\) done$")
# Around the message of a WorkflowError, such as a fault of the configuration.
PLACE = re.compile(r'(WorkflowError in file|  File) "[^"]*/common\.smk", line \d+')
ROUTINE = (
    "Assuming unrestricted shared filesystem usage",
    "Building DAG of jobs",
    "Execute ",
    "Finished jobid: ",
    "Provided cores: ",
    "Rules claiming more threads",
    "Select jobs to execute",
    "Using shell: ",
)


def main(arguments: list[str]) -> int:
    """Run Snakemake; its exit status."""
    cores = os.environ.get("CORES") or "all"
    command = [sys.executable, "-m", "snakemake", "--cores", cores]
    command += ["--keep-going", "--rerun-incomplete"]
    if os.environ.get("VERBOSE"):
        return subprocess.run([*command, *arguments], check=False).returncode
    command += ["--quiet", "host", "reason", *arguments]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, encoding="utf-8", errors="replace", bufsize=1
    ) as process:
        # Snakemake gets the terminal's Ctrl-C itself; its last words are still to be passed on.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        for line in essential(process.stderr or ()):
            sys.stderr.write(line)
            sys.stderr.flush()
    return process.returncode if process.returncode >= 0 else 128 - process.returncode


def essential(lines: Iterable[str]) -> Iterator[str]:
    """Snakemake's log without what announces and ends each job that goes well.

    Only what is known to be routine is left out, so that a message nobody thought
    of is shown. Progress is shown once a percent.
    """
    in_job = False
    held = ""
    percent = ""
    blank = True
    for line in lines:
        text = line.rstrip("\n")
        in_job = bool(JOB.match(text)) or (in_job and text.startswith("    "))
        progress = PROGRESS.match(text)
        if STAMP.match(text):
            held = line
        elif (
            in_job
            or text.startswith(ROUTINE)
            or PLACE.match(text)
            or (progress and progress[1] == percent)
        ):
            held = ""
        elif text or not blank:
            yield held + line
            held, blank = "", not text
        percent = progress[1] if progress else percent


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
