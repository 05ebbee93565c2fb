"""What of Snakemake's log is shown, and how far a run is."""

import importlib.util
import io
import json
from pathlib import Path
from types import ModuleType

import pytest
from tests.helpers.running import ROOT

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


def shown(log: str) -> str:
    return "".join(essential(log.splitlines(keepends=True), Progress()))


def test_only_the_routine_is_left_out() -> None:
    assert shown(LOG) == SHOWN


def test_an_exception_is_named_only_with_its_message() -> None:
    assert shown("RuleException:\nCalledProcessError in file x, line 7:\nlast\n") == "last\n"
    assert shown("RuleException:\nOSError in file x, line 7:\nNo.\n").startswith(
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
    assert shown(log) == "1 of 2 datasets have no report:\n  one: empty. No rows.\n"


def a_run(times: list[float]) -> Progress:
    """A hundred reports of which 25 are made; `times` are what the clock says."""
    progress = Progress(clock=iter(times).__next__)
    progress.note("publish     100")
    for _ in range(25):
        progress.note("Finished jobid: 7 (Rule: publish)")
    progress.note("150 of 600 steps (25%) done")
    return progress


def test_progress_has_counts_rate_and_time_left() -> None:
    expected = "150 of 600 steps, 25 of 100 datasets, 15.0 a minute, about 5 min 0 s left"
    assert str(a_run([0.0, 100.0, 100.0])) == expected


def test_refused_and_failed_datasets_are_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    show = runner()
    progress = a_run([0.0] + [100.0] * 9)
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
    progress.due = 3
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps({"results": str(tmp_path), "datasets": 5}))
    monkeypatch.setattr(show, "FACTS", facts)
    stream = io.StringIO()
    show.Shown(stream, progress, quiet=False).end()
    assert "Made: 1 of 5, refused 1, failed 1, up to date before 2. It took" in stream.getvalue()


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
    progress = a_run([0.0] + [100.0] * 9)
    show = runner().Shown(stream, progress, quiet)
    for line in ("", "", "WARNING\n"):
        show.line(line)
    assert stream.getvalue() == expected.replace("{}", str(progress))


def runner() -> ModuleType:
    spec = importlib.util.spec_from_file_location("runner", ROOT / "tools" / "snakemake.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
