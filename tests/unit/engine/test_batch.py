"""What a batch does before its first job."""

import inspect
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from snakemake.scheduling.job_scheduler import JobScheduler

from engine.batch import LAUNCHER, PYTHON, Batch
from engine.splits import Splits


def workflow(*, local: bool) -> Any:
    """As much of Snakemake's as a start looks at."""
    return SimpleNamespace(
        touch=False,
        local_exec=local,
        dag=SimpleNamespace(needrun_jobs=list),
        scheduler=SimpleNamespace(job_rate_limiter="100 a second"),
        deployment_settings=SimpleNamespace(deployment_method=frozenset()),
    )


@pytest.mark.parametrize(("local", "limit"), [(True, None), (False, "100 a second")])
def test_only_a_cluster_is_spared_by_a_limit(
    local: bool, limit: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (PYTHON, LAUNCHER):
        monkeypatch.setenv(name, "")
    running = workflow(local=local)
    Batch(running, str(tmp_path / "results"), [], Splits(tmp_path, dict)).start()
    assert running.scheduler.job_rate_limiter == limit


def test_snakemake_has_that_limit_and_can_be_without_it() -> None:
    """Under another name each look at the jobs would call for one more again."""
    assert "self.job_rate_limiter =" in inspect.getsource(JobScheduler.__init__)
    assert "if self.job_rate_limiter is None" in inspect.getsource(JobScheduler.job_selector)
