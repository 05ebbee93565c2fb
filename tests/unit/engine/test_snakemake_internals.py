"""Each thing that is asked of Snakemake beyond its public interface is there, and can be missed."""

import inspect
from types import SimpleNamespace
from typing import Any

import pytest
from snakemake.api import Workflow
from snakemake.dag import DAG
from snakemake.io import IOCache
from snakemake.modules import WorkflowModifier
from snakemake.path_modifier import PathModifier
from snakemake.rules import Rule
from snakemake.scheduling.job_scheduler import JobScheduler

from engine import snakemake_internals as internals


@pytest.mark.parametrize(
    ("workflow", "expected"),
    [
        ({}, True),
        ({"executor_plugin": None}, False),
        ({"is_main_process": False}, False),
        ({"dryrun": True}, False),
        ({"touch": True}, False),
    ],
)
def test_whether_a_process_is_about_to_run_jobs(workflow: dict[str, Any], expected: bool) -> None:
    usual = {"is_main_process": True, "executor_plugin": "local", "dryrun": False, "touch": False}
    assert internals.executes(SimpleNamespace(**{**usual, **workflow})) == expected


@pytest.mark.parametrize(
    "name",
    ["is_main_process", "executor_plugin", "dryrun", "touch", "local_exec", "modifier"],
)
def test_snakemakes_workflow_has_these(name: str) -> None:
    assert isinstance(getattr(Workflow, name), property)


def test_snakemake_knows_which_jobs_are_due() -> None:
    assert "self.dag" in inspect.getsource(Workflow)
    assert inspect.isfunction(DAG.needrun_jobs)


@pytest.mark.parametrize(("local", "limit"), [(True, None), (False, "100 a second")])
def test_only_a_cluster_is_spared_by_a_limit(local: bool, limit: str | None) -> None:
    scheduler = SimpleNamespace(job_rate_limiter="100 a second")
    internals.lift_rate_limit(SimpleNamespace(local_exec=local, scheduler=scheduler))
    assert scheduler.job_rate_limiter == limit


def test_snakemake_has_that_limit_and_can_be_without_it() -> None:
    """Under another name each look at the jobs would call for one more again."""
    assert "self.job_rate_limiter =" in inspect.getsource(JobScheduler.__init__)
    assert "if self.job_rate_limiter is None" in inspect.getsource(JobScheduler.job_selector)


def test_snakemake_is_told_of_a_file() -> None:
    workflow = SimpleNamespace(iocache=IOCache(10))
    internals.remember(workflow, "results/.stages/fit.key")
    assert workflow.iocache.exists_local["results/.stages/fit.key"] is True
    assert "self.iocache = " in inspect.getsource(Workflow)


def test_snakemakes_rules_say_what_they_make() -> None:
    rule = SimpleNamespace(is_producer="scores.csv".__eq__)
    assert internals.makes(SimpleNamespace(rules=[rule]), "scores.csv")
    assert not internals.makes(SimpleNamespace(rules=[rule]), "others.csv")
    assert inspect.isfunction(Rule.is_producer)
    assert isinstance(Workflow.rules, property)


def test_snakemakes_modules_have_a_prefix() -> None:
    modifier = WorkflowModifier.__new__(WorkflowModifier)
    modifier.path_modifier = PathModifier(
        None,
        "north",
        SimpleNamespace(storage_settings=SimpleNamespace(default_storage_provider=None)),
    )
    assert internals.placed(SimpleNamespace(modifier=modifier), "results") == "north/results"


def test_without_them_plain_behaviour_remains() -> None:
    later = object()
    assert internals.executes(later)
    assert internals.due(later) == []
    internals.lift_rate_limit(later)
    internals.remember(later, "file")
    assert not internals.makes(later, "file")
    assert internals.placed(later, "results") == "results"
