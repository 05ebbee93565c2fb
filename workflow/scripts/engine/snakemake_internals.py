"""What is asked of Snakemake beyond its public interface, each with a way to do without.

A later Snakemake may know these names no more: then its plain behaviour remains.
"""

import contextlib
from typing import Any


def executes(workflow: Any) -> bool:
    """Whether this process is about to run jobs.

    Dry runs, reports and jobs on a cluster read the same rules and must not write; a
    Snakefile has no public way to tell. Without: as if it ran jobs.
    """
    try:
        main = workflow.is_main_process and workflow.executor_plugin is not None
        return bool(main and not workflow.dryrun and not workflow.touch)
    except AttributeError:
        return True


def due(workflow: Any) -> list[str]:
    """The rules of the jobs that will run, one for each job.

    How many they are decides on the server and on the space needed. Without: none, so that
    jobs run without a server.
    """
    try:
        return [job.rule.name for job in workflow.dag.needrun_jobs()]
    except AttributeError:
        return []


def lift_rate_limit(workflow: Any) -> None:
    """Let local jobs start at any rate.

    The limit spares clusters. Here each look at the jobs would call for one more a second
    later, until looks by the hundred took more time than the jobs, and no option of the command
    line turns it off. Without: slower, by a third at a thousand datasets.
    """
    with contextlib.suppress(AttributeError):
        if workflow.local_exec and workflow.scheduler.job_rate_limiter:
            workflow.scheduler.job_rate_limiter = None


def remember(workflow: Any, file: str) -> None:
    """Tell Snakemake that a file is there now.

    It looks into each folder once while it plans, and may have done so before the file was
    written. Without: such a run ends with a missing input, and the next one succeeds.
    """
    with contextlib.suppress(AttributeError):
        workflow.iocache.exists_local[file] = True


def makes(workflow: Any, file: str) -> bool:
    """Whether a rule of the workflow makes the file.

    Only then may it be an input that has to be there. Without: files are read as they are
    when the run begins.
    """
    try:
        return any(rule.is_producer(file) for rule in workflow.rules)
    except AttributeError:
        return False


def placed(workflow: Any, path: str) -> str:
    """Where a path of a rule lies: under the prefix, in a module that has one.

    Without: where it says, so that prefixes end in a missing input.
    """
    try:
        return str(workflow.modifier.modify_path(path))
    except AttributeError:
        return path
