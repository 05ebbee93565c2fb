"""Datasets of which twenty are broken in twenty ways: the others' reports, no more harm."""

import gzip
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.helpers.faults import breakable_code, config_of, failure, order, small, statuses
from tests.helpers.running import LAST, Run, chain, configure, snakemake

pytestmark = pytest.mark.xdist_group("broken")

GOOD = 5
# Data that no report can be made of: refused.
REFUSED: dict[str, bytes | None] = {
    "missing": None,
    "empty": b"",
    "header": b"school,score\n",
    "column": b"school,points\na,1\na,2\nb,3\nb,5\n",
    "text": b"school,score\na,1\na,two\nb,3\nb,5\n",
    "one-school": b"school,score\na,1\na,2\na,4\n",
    "one-each": b"school,score\na,1\nb,2\nc,4\n",
    "constant": b"school,score\na,1\na,1\nb,1\nb,1\n",
    "no-within": b"school,score\na,1\na,1\nb,2\nb,2\n",
    "binary": bytes(range(256)) * 20,
    "no-gzip": b"school,score\na,1\n",
    "cut-gzip": gzip.compress(b"school,score\n" + b"a,1.5\nb,2\n" * 500)[:40],
    "ragged": b"school,score\na,1\na,2,3,4\nb,5\n",
}
# Crashes: the stage that breaks, how, and what is said of it.
CRASHES = {
    "exception": ("fit", "fail", "RuntimeError: broken by order <b>"),
    "segfault": ("figures", "signal-self SIGSEGV", "It crashed (SIGSEGV)."),
    "killed": ("report", "signal-self SIGKILL", "It was killed by the system (SIGKILL)"),
    "aborted": ("summarise", "signal-self SIGABRT", "It crashed (SIGABRT)."),
    "left": ("ingest", "leave", "It ended with exit code 3"),
    "memory": ("summarise", "eat", "It needed more memory"),
    "written-to": ("ingest", "write-to written-to.csv", "was written to while it was read"),
}
SUFFIXES = {"no-gzip": ".csv.gz", "cut-gzip": ".csv.gz"}


@dataclass(frozen=True)
class Broken:
    """The run, and the next one, in which nothing breaks by order."""

    folder: Path
    first: Run
    first_status: dict[str, str]
    first_index: str
    said: dict[str, str]
    second: Run


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Broken:
    folder = tmp_path_factory.mktemp("broken")
    code = breakable_code(folder / "code")
    files = {name: f"{name}{SUFFIXES.get(name, '.csv')}" for name in (*REFUSED, *CRASHES)}
    files |= {f"good-{number:02}": f"good-{number:02}.csv" for number in range(GOOD)}
    assert len(files) == 20 + GOOD
    for number, (name, file) in enumerate(files.items()):
        content = REFUSED.get(name)
        if content is not None:
            (folder / file).write_bytes(content)
        elif name not in REFUSED:
            small(folder / file, seed=1 + number % 7)
    configure(folder, config_of(files))
    order(folder, {f"{stage}-{name}": what for name, (stage, what, _) in CRASHES.items()})
    first = snakemake(folder, repository=code)
    status, index = statuses(first.results), first.index
    said = {name: failure(first.results, name)["message"] for name in CRASHES}
    order(folder, {})
    return Broken(folder, first, status, index, said, snakemake(folder, repository=code))


def test_the_exit_status_tells_and_all_others_have_their_reports(broken: Broken) -> None:
    assert broken.first.status == 1
    assert f"20 of {20 + GOOD} datasets have no report:" in broken.first.said
    good = {name for name, status in broken.first_status.items() if status == "ok"}
    assert good == {f"good-{number:02}" for number in range(GOOD)}
    assert all((broken.first.results / name / "report.pdf").exists() for name in good)


def test_what_is_wrong_with_the_data_is_refused(broken: Broken) -> None:
    refused = {name for name, status in broken.first_status.items() if status == "refused"}
    assert refused == set(REFUSED)


@pytest.mark.parametrize("name", CRASHES)
def test_a_crash_is_named_with_the_end_of_its_log(broken: Broken, name: str) -> None:
    stage, _, message = CRASHES[name]
    assert broken.first_status[name] == "failed"
    assert message in broken.said[name]
    assert f"  {name}: failed. Stage {stage}: " in broken.first.said
    assert f"results/.logs/{name}/{stage}.log" in broken.first_index


def test_no_log_reaches_the_index_as_markup(broken: Broken) -> None:
    assert "broken by order &lt;b&gt;" in broken.first_index
    assert "by order <b>" not in broken.first_index


def test_the_next_run_tries_again_what_crashed_and_nothing_else(broken: Broken) -> None:
    again = [chain(name, start=stage) for name, (stage, _, _) in CRASHES.items()]
    assert broken.second.jobs == set().union(*again) | LAST
    now = statuses(broken.second.results)
    assert {name for name, status in now.items() if status != "ok"} == set(REFUSED)
    assert not list((broken.second.results / ".stages" / ".failed").iterdir())
