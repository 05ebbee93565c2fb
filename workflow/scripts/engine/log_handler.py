"""What people see of a run: its progress, its problems in full, what became of it at the end.

Snakemake hands its log here, as events with values (`--logger multilevel`).
"""

import logging
import os
import signal
import sys
from logging import LogRecord
from pathlib import Path
from types import FrameType
from typing import Any, TextIO

from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

from engine import disk_space, outcomes
from engine.progress import QUIET, Progress, span

# Seldom enough for a log.
EVERY_PERCENT = 5
# The rule that fails when datasets have no report has said which and why by then.
CHECK = "check"


class LogHandler(LogHandlerBase):
    """Lines and progress on a terminal, or in a log."""

    writes_to_stream = True
    writes_to_file = False
    has_filter = True
    has_formatter = False
    needs_rulegraph = False

    def __post_init__(self) -> None:
        self.progress = Progress()
        self.stream: TextIO = sys.stderr
        self._quiet = bool(os.environ.get(QUIET))
        self._percent = 0
        self._open = self._silent = self._disk_told = self._failed = False
        # The command that failed, until its job says which rule's it was.
        self._command = ""
        self._broken: list[str] = []
        # Python's own words for a line that a full disk didn't take; the disk is named here.
        logging.raiseExceptions = False
        signal.signal(signal.SIGINT, self._interrupt)

    def emit(self, record: LogRecord) -> None:
        """Take in one event of the run, and show what of it matters."""
        event = getattr(record, "event", None)
        values: dict[str, Any] = vars(record)
        if event == LogEvent.RUN_INFO:
            self.progress.plan(values["stats"])
            if not self._quiet:
                self.show(self.format(record))
        elif event == LogEvent.JOB_INFO:
            dataset = dict(values["wildcards"] or {}).get("id", "")
            self.progress.start(values["jobid"], values["rule_name"], dataset)
        elif event == LogEvent.JOB_FINISHED:
            self.progress.finish(values["job_id"])
        elif event == LogEvent.PROGRESS:
            self.progress.done, self.progress.total = values["done"], values["total"]
            self._step()
        elif record.levelno >= logging.WARNING:
            self._problem(record, event, values)

    def _problem(self, record: LogRecord, event: LogEvent | None, values: dict[str, Any]) -> None:
        """Show a warning or an error that says something new."""
        if self._disk_fails():
            return
        text = self.format(record)
        if event in (LogEvent.JOB_ERROR, LogEvent.GROUP_ERROR):
            self._failed = True
            rule = values.get("rule_name", "")
            if not rule.endswith(CHECK):
                self._broken.append(rule)
                self.show("\n".join(filter(None, (self._command, text))))
            self._command = ""
        elif event == LogEvent.ERROR and values["exception"] == "RuleException":
            self._command = text
        # What ends a run whose jobs failed says no more than they did.
        elif not (self._failed and self._is_end(record, values)):
            self.show(text)

    def _is_end(self, record: LogRecord, values: dict[str, Any]) -> bool:
        return record.module == "job_scheduler" or values.get("exception") == "WorkflowError"

    def _disk_fails(self) -> bool:
        """Whether nothing can be written, which explains all else and is said once."""
        try:
            disk_space.check(Path(".snakemake"))
        except disk_space.UnwritableError as error:
            if not self._disk_told:
                self.show(str(error))
            self._disk_told = True
        return self._disk_told

    def _step(self) -> None:
        percent = 100 * self.progress.done // max(self.progress.total, 1)
        if self._quiet:
            return
        if self.stream.isatty():
            self._write(f"\r\x1b[K{self.progress}")
            self._open = True
        elif percent >= self._percent + EVERY_PERCENT or percent == 100:
            self._percent = percent
            self._write(f"{self.progress}\n")

    def show(self, text: str) -> None:
        """Show text below the progress."""
        self._write("\n" * self._open + f"{text}\n")
        self._open = False

    def close(self) -> None:
        """Say what was made, in what time, and where it is."""
        if self._broken and outcomes.BATCHES:
            outcomes.record_broken(self._broken)
        progress, silent = self.progress, self._silent
        self._silent = False
        left = progress.due - len(progress.published)
        if outcomes.BATCHES and progress.due and (left or not self._quiet):
            counts, places = outcomes.count_outcomes(progress.published, left)
            self.show(f"Made {counts}. It took {span(progress.seconds)}. All in {places}")
        elif self._open:
            self.show("")
        self._silent = silent
        self.progress = Progress()
        super().close()

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        """Of jobs that are ended at once Snakemake speaks as of failed ones."""
        self._silent = True
        signal.default_int_handler(number, frame)

    def _write(self, text: str) -> None:
        """Show text; when nobody reads any more, as after a closed terminal, the run goes on."""
        if self._silent:
            return
        try:
            self.stream.write(text)
            self.stream.flush()
        except (OSError, ValueError):
            self._silent = True
