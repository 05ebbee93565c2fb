"""What of Snakemake's log is shown, and how far a run is."""

import io
import json
from pathlib import Path
from signal import SIGTERM, Signals

import pytest

from engine import shown
from engine.failures import Failure
from engine.progress import Progress, essential, span

LOG = """\
Building DAG of jobs...
Job stats:
fit  1

Select jobs to execute...
Execute 1 jobs...

[Mon Nov 23 22:14:37 2026]
localrule fit:
    output: a
    wildcards: id=<Error>

WARNING: disk nearly full
[Mon Nov  3 22:14:39 2026]
Finished jobid: 0 (Rule: fit)
1 of 400 steps (0%) done
2 of 400 steps (0%) done
[Mon Nov 23 22:14:39 2026]
Error in rule fit:
    jobid: 2
    log: results/x.log
"""
SHOWN = """\
Job stats:
fit  1

WARNING: disk nearly full
[Mon Nov 23 22:14:39 2026]
Error in rule fit:
    jobid: 2
    log: results/x.log
"""


def kept(log: str) -> str:
    return "".join(essential(log.splitlines(keepends=True), Progress()))


def test_only_the_routine_is_left_out() -> None:
    assert kept(LOG) == SHOWN


def test_an_exception_is_named_only_with_its_message() -> None:
    assert kept("RuleException:\nCalledProcessError in file x, line 7:\nlast\n") == "last\n"
    assert kept("RuleException:\nOSError in file x, line 7:\nNo.\n").startswith(
        "RuleException:\nOS"
    )


def test_when_datasets_have_no_report_their_reasons_stay_and_the_failed_rule_goes() -> None:
    log = """\
1 of 2 datasets have no report:
  one: empty. No rows.
[Mon Nov 23 22:14:39 2026]
CalledProcessError in file "index.smk", line 75:
Command 'set -euo pipefail;  exec python' returned non-zero exit status 1.
[Mon Nov 23 22:14:39 2026]
Error in rule check:
    jobid: 2
    input: a, b
Exiting because a job execution failed. Look above for error messages
"""
    assert kept(log) == "1 of 2 datasets have no report:\n  one: empty. No rows.\n"


class Clock:
    """Says what it is set to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def a_job(progress: Progress, clock: Clock, number: int, rule: str, seconds: float) -> None:
    """A job that begins now and takes so long."""
    progress.note(f"rule {rule}:")
    progress.note(f"    jobid: {number}")
    clock.now += seconds
    progress.note(f"Finished jobid: {number} (Rule: {rule})")


def a_run(clock: Clock) -> Progress:
    """A hundred reports of which 25 are made, by 100 short jobs and 25 long ones."""
    progress = Progress(clock=clock)
    for rule in ("fit", "publish", "total"):
        progress.note(f"{rule}     100")
    progress.note("index  1")
    for number in range(100):
        a_job(progress, clock, number, "fit", 0.25)
    for number in range(25):
        a_job(progress, clock, 100 + number, "publish", 3.0)
    progress.note("125 of 201 steps (62%) done")
    return progress


def test_progress_has_counts_rate_and_time_left() -> None:
    # 75 times 3 s are to come, one after the other.
    expected = "125 of 201 steps, 25 of 100 datasets, 15.0 a minute, about 3 min 45 s left"
    assert str(a_run(Clock())) == expected


def test_two_jobs_at_a_time_take_half_as_long() -> None:
    clock = Clock()
    progress = Progress(clock=clock)
    progress.note("fit  4")
    for number in (1, 2):
        progress.note("rule fit:")
        progress.note(f"    jobid: {number}")
    clock.now = 10
    for number in (1, 2):
        progress.note(f"Finished jobid: {number} (Rule: fit)")
    assert progress.left == 10


def test_nothing_is_said_of_the_time_left_before_each_kind_of_job_was_done_once() -> None:
    clock = Clock()
    progress = Progress(clock=clock)
    for rule in ("fit", "publish"):
        progress.note(f"{rule}  9")
    for number in range(9):
        a_job(progress, clock, number, "fit", 1.0)
        progress.note(f"{number + 1} of 18 steps (50%) done")
        assert "left" not in str(progress)
    a_job(progress, clock, 9, "publish", 1.0)
    assert str(progress).endswith("about 8 s left")


@pytest.mark.parametrize(
    ("due", "stopped", "said"),
    [
        (3, None, "Made: 1 of 6, refused 1, failed 1, up to date before 2, refused before and "),
        (4, SIGTERM, "Made 1 of 6, refused 1, failed 1, left 1, up to date before 1, refused bef"),
    ],
)
def test_what_became_of_datasets_adds_up_to_all_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, due: int, stopped: Signals | None, said: str
) -> None:
    progress = Progress(clock=Clock())
    progress.note(f"publish     {due}")
    holds = {"a": '{"status": "ok"}', "b": '{"status": "refused"}', "c": "{}"}
    record = Failure("fit", "Crashed.", "c.log", ()).encoded()
    for job, (name, results) in enumerate(holds.items()):
        folder = tmp_path / ".stages" / name
        folder.mkdir(parents=True)
        (folder / "results.json").write_text(results)
        (folder / "published.json").write_bytes(record if name == "c" else b"{}")
        for line in (
            "rule publish:",
            f"    output: {folder}/published.json",
            f"    jobid: {job}",
            f"Finished jobid: {job} (Rule: publish)",
        ):
            progress.note(line)
    (tmp_path / "datasets.csv").write_text("id,status\nd,refused\ne,ok\nleft,refused\n")
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps({"results": str(tmp_path), "datasets": list("abcdef")}))
    monkeypatch.setattr(shown, "FACTS", facts)
    stream = io.StringIO()
    shown.Shown(stream, progress, quiet=False).end(stopped)
    assert said in stream.getvalue()
    if stopped:
        assert stream.getvalue().startswith("Stopped by SIGTERM after 0 s. ")
        assert stream.getvalue().endswith("run again to go on.\n")


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0.4, "0 s"), (59.6, "1 min 0 s"), (3599, "59 min 59 s"), (7500, "2 h 5 min")],
)
def test_spans_of_time(seconds: float, expected: str) -> None:
    assert span(seconds) == expected


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "quiet", "expected"),
    [
        (Terminal(), False, "\r\x1b[K{}\r\x1b[K{}\nWARNING\n"),
        (io.StringIO(), False, "{}\nWARNING\n"),
        (io.StringIO(), True, "WARNING\n"),
    ],
    ids=["terminal", "log", "quiet"],
)
def test_progress_is_one_line_on_a_terminal_and_few_in_a_log(
    stream: io.StringIO, quiet: bool, expected: str
) -> None:
    progress = a_run(Clock())
    show = shown.Shown(stream, progress, quiet)
    for line in ("", "", "WARNING\n"):
        show.line(line)
    assert stream.getvalue() == expected.replace("{}", str(progress))


def test_quiet_leaves_out_the_table_of_what_is_due() -> None:
    stream = io.StringIO()
    show = shown.Shown(stream, Progress(), quiet=True)
    table = "Job stats:\njob      count\n-----  -------\nfit          1\ntotal        1\n\n"
    for line in (*table.splitlines(keepends=True), "WARNING\n", "Nothing to be done (all).\n"):
        show.line(line)
    assert stream.getvalue() == "WARNING\n"
