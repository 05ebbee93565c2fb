"""What Snakemake says about a run, made short: progress in a line, problems in full."""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

JOB = re.compile(r"(?:local)?(?:rule|checkpoint) (\w+):$")
STAMP = re.compile(r"\[\w{3} \w{3} [ \d]\d [\d:]{8} \d{4}\]$")
STEPS = re.compile(r"(\d+) of (\d+) steps \(\d+%\) done$")
DUE = re.compile(r"(\w+) +(\d+)$")
# What Snakemake says once when it was asked to stop, and what is said instead.
ASKED = "Will exit after finishing currently running jobs"
STOPPING = "Stopping as soon as the jobs at work have ended. To end them at once, ask again.\n"
PUBLISHING = re.compile(r"    output: \S+/([^/\s]+)/published\.json$")
JOBID = re.compile(r"    jobid: (\d+)$")
FINISHED = re.compile(r"Finished jobid: (\d+) \(Rule: (\w+)\)$")
# The rule that fails when datasets have no report has said which and why by then.
CHECK_FAILED = re.compile(r"Error in rule check:$")
# What stands before a failed command, or the message of an error that is worth reading.
EXCEPTION = re.compile(r"RuleException:$")
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
    "Using workflow specific profile",
    "Conda environments: ignored",
)
# What Snakemake says after a failed job, of which the job itself said more.
AFTERMATH = (
    "CalledProcessError in file ",
    "Command 'set -euo pipefail;",
    "Shutting down, this might take some time",
    "Exiting because a job execution failed",
    "At least one job did not complete successfully",
    "WorkflowError:",
)
# Rules that every dataset has; how long others take hardly matters.
OF_A_DATASET = frozenset({"ingest", "fit", "summarise", "figures", "report"})


@dataclass
class Progress:
    """How far a run is.

    Attributes
    ----------
    done, total
        Steps.
    made
        Datasets whose outputs were published.
    published
        The ids of those, refused ones and failed ones among them.
    """

    clock: Callable[[], float] = time.monotonic
    done: int = 0
    total: int = 0
    made: int = 0
    published: list[str] = field(default_factory=list)
    began: float = field(init=False)
    _due: Counter[str] = field(default_factory=Counter)
    _finished: Counter[str] = field(default_factory=Counter)
    _spent: dict[str, float] = field(default_factory=dict)
    _running: dict[str, tuple[str, str, float]] = field(default_factory=dict)
    _rule: str = ""
    _dataset: str = ""
    _first: float | None = None

    def __post_init__(self) -> None:
        self.began = self.clock()

    @property
    def seconds(self) -> float:
        """Since the start."""
        return self.clock() - self.began

    @property
    def due(self) -> int:
        """Datasets that are to be published."""
        return self._due["publish"]

    def note(self, line: str) -> bool:
        """Take in a line of Snakemake's; whether steps were done since the last."""
        if steps := STEPS.match(line):
            self.done, self.total = int(steps[1]), int(steps[2])
            return True
        if due := DUE.match(line):
            self._due[due[1]] = int(due[2])
        elif job := JOB.match(line):
            self._rule, self._dataset = job[1], ""
        elif publishing := PUBLISHING.match(line):
            self._dataset = publishing[1]
        elif number := JOBID.match(line):
            self._start(number[1])
        elif finished := FINISHED.match(line):
            self._finish(finished[1], finished[2])
        return False

    def _start(self, job: str) -> None:
        now = self.clock()
        self._first = now if self._first is None else self._first
        self._running[job] = self._rule, self._dataset, now

    def _finish(self, job: str, rule: str) -> None:
        self._finished[rule] += 1
        _, dataset, started = self._running.pop(job, (rule, "", None))
        if started is not None:
            self._spent[rule] = self._spent.get(rule, 0.0) + self.clock() - started
        if rule == "publish":
            self.made += 1
            self.published += [dataset] if dataset else []

    @property
    def left(self) -> float | None:
        """Seconds until the end; None until each rule of a dataset has shown what a job takes."""
        if self._first is None:
            return None
        work = 0.0
        for rule, due in self._due.items():
            finished = self._finished[rule]
            if finished:
                work += (due - finished) * self._spent.get(rule, 0.0) / finished
            elif rule in OF_A_DATASET or (due > 1 and rule != "total"):
                return None
        at_a_time = sum(self._spent.values()) / max(self.clock() - self._first, 0.1)
        return work / at_a_time if at_a_time else None

    def __str__(self) -> str:
        parts = [f"{self.done} of {self.total} steps"]
        if self.due:
            parts.append(f"{self.made} of {self.due} datasets")
        if self.made:
            parts.append(f"{60 * self.made / max(self.seconds, 0.1):.1f} a minute")
        if self.done < self.total and (left := self.left) is not None:
            parts.append(f"about {span(left)} left")
        return ", ".join(parts)


def span(seconds: float) -> str:
    """40 s, 3 min 20 s, 2 h 5 min"""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def essential(lines: Iterable[str], progress: Progress) -> Iterator[str]:
    """Snakemake's log without what announces and ends each job that goes well.

    Only what is known to be routine is left out, so that a message nobody thought of is
    shown. Each time steps were done "" is yielded, for the caller to show the progress.
    """
    inside = False
    held = ""
    blank = True
    for line in lines:
        text = line.rstrip("\n")
        inside = bool(JOB.match(text) or CHECK_FAILED.match(text)) or (
            inside and text.startswith("    ")
        )
        stepped = progress.note(text)
        if stepped:
            yield ""
        if text.startswith(ASKED):
            yield STOPPING
        elif STAMP.match(text):
            held = line
        elif EXCEPTION.match(text):
            held += line
        elif inside or stepped or PLACE.match(text) or text.startswith((*ROUTINE, *AFTERMATH)):
            held = ""
        elif text or not blank:
            yield held + line
            held, blank = "", not text
