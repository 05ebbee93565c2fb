"""A Slurm of one node for as long as a test runs: Debian's slurm-wlm and munge, as root.

Everything is in one folder: configuration, key, state and logs; no service of the
system is started or touched.
"""

import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "squeue", "sinfo")

CONF = """
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc={folder}/jobs.txt
SchedulerType=sched/backfill
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory={memory} State=UNKNOWN
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def missing() -> str:
    """Why no Slurm can be started here; "" when it can."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    absent = [program for program in PROGRAMS if shutil.which(program, path=path) is None]
    if absent:
        return f"not installed: {', '.join(absent)}"
    return "" if os.geteuid() == 0 else "slurmd must be started by root"


@contextmanager
def single_node(folder: Path, cpus: int = 2) -> Iterator[dict[str, str]]:
    """What clients of a Slurm need in their environment; it runs until the block ends."""
    folder.mkdir()
    (folder / "state").mkdir()
    (folder / "spool").mkdir()
    host = socket.gethostname().partition(".")[0]
    (folder / "slurm.conf").write_text(
        CONF.format(folder=folder, host=host, ports=_free_ports(2), cpus=cpus, memory=4000)
    )
    (folder / "cgroup.conf").write_text("IgnoreSystemd=yes\n")
    key = folder / "munge.key"
    key.write_bytes(secrets.token_bytes(128))
    key.chmod(0o400)
    added = {
        "PATH": f"{_clients(folder)}:{os.environ['PATH']}:/usr/sbin:/sbin",
        "SLURM_CONF": str(folder / "slurm.conf"),
    }
    environment = {**os.environ, **added}
    munged = ["munged", "--foreground", "--force", "--num-threads=2"]
    munged += [f"--key-file={key}", f"--socket={folder}/munge.socket"]
    munged += [f"--{name}-file={folder}/munge.{name}" for name in ("pid", "log", "seed")]
    conf = ["-D", "-f", str(folder / "slurm.conf")]
    with ExitStack() as running:
        for command in (munged, ["slurmctld", *conf], ["slurmd", *conf, "-N", host]):
            running.enter_context(_daemon(command, environment, folder))
        _wait_until_idle(environment, folder)
        yield added


def _clients(folder: Path) -> Path:
    """A folder with an srun that finds the configuration: jobs lose their SLURM variables."""
    programs = folder / "bin"
    programs.mkdir()
    srun = programs / "srun"
    srun.write_text(
        f'#!/bin/sh\nSLURM_CONF="{folder}/slurm.conf" exec {shutil.which("srun")} "$@"\n'
    )
    srun.chmod(0o755)
    return programs


@contextmanager
def _daemon(command: list[str], environment: dict[str, str], folder: Path) -> Iterator[None]:
    with (folder / f"{command[0]}.out").open("wb") as out:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_idle(environment: dict[str, str], folder: Path, seconds: float = 60) -> None:
    state, end = "", time.monotonic() + seconds
    while time.monotonic() < end:
        asked = subprocess.run(
            ["sinfo", "-h", "-o", "%T"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        state = asked.stdout.strip() or asked.stderr.strip()
        if state == "idle":
            return
        time.sleep(0.2)
    logs = "\n".join(
        f"== {log.name}\n{log.read_text(errors='replace')[-2000:]}"
        for log in sorted([*folder.glob("*.log"), *folder.glob("*.out")])
    )
    raise TimeoutError(f"Slurm's node isn't ready: {state}\n{logs}")


def _free_ports(n: int) -> list[int]:
    sockets = [socket.socket() for _ in range(n)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()
