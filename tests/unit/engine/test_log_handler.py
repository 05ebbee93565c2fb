"""What of Snakemake's events is shown, fed through Snakemake's own logging."""

import io
import json
import logging
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from snakemake.logging import LoggerManager
from snakemake.settings.types import OutputSettings
from snakemake_interface_logger_plugins.common import LogEvent
from snakemake_interface_logger_plugins.registry import LoggerPluginRegistry

from engine import disk_space, outcomes
from engine.batch import Batch
from engine.failures import Failure
from engine.log_handler import LogHandler
from engine.progress import QUIET


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Run:
    """Snakemake's logger with our handler on it."""

    def __init__(self, stream: io.StringIO) -> None:
        settings = LoggerPluginRegistry().get_plugin("multilevel").get_settings(None)
        self.logger = logging.Logger("a run", logging.INFO)
        self.manager = LoggerManager(
            self.logger, OutputSettings(log_handler_settings={"multilevel": settings})
        )
        (handler,) = self.manager.plugin_handlers
        assert isinstance(handler, LogHandler)
        self.stream = handler.stream = stream

    def tell(
        self, event: LogEvent | None, text: str = "", level: int = logging.INFO, **values: Any
    ) -> None:
        self.logger.log(level, text, extra={**values, **({"event": event} if event else {})})

    def job(self, number: int, rule: str, dataset: str) -> None:
        self.tell(LogEvent.JOB_INFO, jobid=number, rule_name=rule, wildcards={"id": dataset})
        self.tell(LogEvent.JOB_FINISHED, job_id=number)

    def failed(self, rule: str) -> None:
        self.tell(LogEvent.ERROR, f"RuleException: {rule}", 40, exception="RuleException")
        self.tell(
            LogEvent.JOB_ERROR, "x", 40, rule_name=rule, rule_msg="", jobid=2, input=[], output=[],
            log=["x.log"], conda_env=None, shellcmd="", aux={}
        )  # fmt: skip

    def end(self) -> str:
        self.manager.stop()
        return self.stream.getvalue()


@pytest.fixture(autouse=True)
def a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(outcomes, "BATCHES", [])
    monkeypatch.setattr(logging, "raiseExceptions", True)
    handler = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, handler)


def test_only_the_routine_is_left_out() -> None:
    run = Run(io.StringIO())
    run.tell(None, "Building DAG of jobs...")
    run.tell(LogEvent.RUN_INFO, "Job stats:\nfit  1\n", stats={"fit": 1, "total": 1})
    run.job(0, "fit", "<Error>")
    run.tell(None, "WARNING: disk nearly full", logging.WARNING)
    run.tell(LogEvent.SHELLCMD, "exec python")
    run.failed("fit")
    run.tell(None, "Nobody thought of this.", logging.ERROR)
    said = run.end()
    shown = ["Job stats:", "fit  1", "WARNING: disk nearly full", "RuleException: fit"]
    shown += ["Error in rule fit:", "    jobid: 2", "Nobody thought of this."]
    lines = iter(said.splitlines())
    assert all(line in lines for line in shown), said
    assert "Building" not in said
    assert "exec" not in said


def test_when_datasets_have_no_report_their_reasons_stay_and_the_failed_rule_goes() -> None:
    run = Run(io.StringIO())
    run.failed("north_check")
    run.tell(LogEvent.ERROR, "At least one job failed.", 40, exception="WorkflowError")
    assert run.end() == ""


def test_a_fault_of_the_workflow_is_shown() -> None:
    run = Run(io.StringIO())
    run.tell(LogEvent.ERROR, "No such rule.", 40, exception="WorkflowError")
    assert run.end() == "No such rule.\n"


def test_a_disk_that_takes_nothing_is_said_once_in_place_of_what_follows_from_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_: Path) -> None:
        raise disk_space.UnwritableError("No space is left on the disk.")

    run = Run(io.StringIO())
    monkeypatch.setattr(disk_space, "check", refuse)
    for text in ("Error recording metadata", "OSError: [Errno 28] No space left on device"):
        run.tell(None, text, logging.ERROR)
    assert run.end() == "No space is left on the disk.\n"
    assert not logging.raiseExceptions


@pytest.mark.parametrize(
    ("stream", "quiet", "expected"),
    [
        (Terminal(), "", "\r\x1b[K{}\r\x1b[K{}\nWARNING\n"),
        (io.StringIO(), "", "{}\nWARNING\n"),
        (io.StringIO(), "yes", "WARNING\n"),
    ],
    ids=["terminal", "log", "quiet"],
)
def test_progress_is_one_line_on_a_terminal_and_few_in_a_log(
    stream: io.StringIO, quiet: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(QUIET, quiet)
    run = Run(stream)
    for _ in range(2):
        run.tell(LogEvent.PROGRESS, done=125, total=201)
    run.tell(None, "WARNING", logging.WARNING)
    assert run.end() == expected.replace("{}", "125 of 201 steps")


def test_quiet_leaves_out_the_table_of_what_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(QUIET, "yes")
    run = Run(io.StringIO())
    run.tell(LogEvent.RUN_INFO, "Job stats:\nfit  1\n", stats={"fit": 1, "total": 1})
    run.tell(None, "WARNING", logging.WARNING)
    run.tell(None, "Nothing to be done.")
    assert run.end() == "WARNING\n"


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (3, "Made 1 of 6, refused 1, failed 1, up to date before 2, refused before and "),
        (4, "Made 1 of 6, refused 1, failed 1, left 1, up to date before 1, refused bef"),
    ],
)
def test_what_became_of_datasets_adds_up_to_all_of_them(
    tmp_path: Path, due: int, said: str
) -> None:
    holds = {"a": "ok", "b": "refused", "c": "failed", "d": "refused", "e": "ok"}
    record = Failure("fit", "Crashed.", "c.log", ()).encoded()
    for name, status in holds.items():
        folder = tmp_path / ".stages" / name
        folder.mkdir(parents=True)
        content = json.dumps({"published": [], "status": status}).encode()
        (folder / "published.json").write_bytes(record if status == "failed" else content)
    made = Batch.__new__(Batch)
    made._datasets = dict.fromkeys("abcdef")
    made.results = made.public = tmp_path
    made.stages = tmp_path / ".stages"
    outcomes.BATCHES.append(made)
    run = Run(io.StringIO())
    run.tell(LogEvent.RUN_INFO, "", stats={"publish": due, "total": due})
    for number, name in enumerate("abc"):
        run.job(number, "publish", name)
    assert said in run.end()


def test_when_nobody_reads_any_more_the_run_goes_on() -> None:
    class Closed(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    run = Run(Closed())
    for _ in range(2):
        run.tell(None, "WARNING", logging.WARNING)
    assert run.end() == ""
