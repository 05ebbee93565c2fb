"""Jobs by the server and without it: what each ending leads to."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.helpers.places import Place, comes

from engine.exit_codes import FULL
from engine.failures import Failure, forget, listed
from engine.jobs import SCRIPTS
from engine.requirements import EnvironmentalError, check_environment


def failure(place: Place) -> Failure:
    found = Failure.read(place.target)
    assert found is not None
    return found


def test_a_job_that_goes_well(place: Place) -> None:
    assert place.run("copy") == (0, "")
    assert place.target.read_text() == "content"
    assert place.log == ""


def test_all_that_is_said_goes_to_the_log(place: Place) -> None:
    assert place.run("speak") == (0, "")
    for text in ("a warning", "printed", "written by a library"):
        assert text in place.log


def test_an_exception_becomes_the_output(place: Place) -> None:
    assert place.run("fail") == (0, "")
    assert failure(place).stage == "try"
    assert failure(place).message == "ValueError: this went wrong"
    assert failure(place).tail[0].startswith("Traceback")
    assert listed(place.stages) == {"one": failure(place)}


def test_a_job_whose_failure_is_no_result_fails_and_says_why(place: Place) -> None:
    status, said = place.run("fail", recorded=False)
    assert status == 1
    assert said.endswith("ValueError: this went wrong\n")
    assert place.target.read_text() == "half"


def test_what_failed_is_forgotten_for_the_next_run(place: Place) -> None:
    place.run("fail")
    forget(place.stages)
    assert not place.target.exists()
    assert not listed(place.stages)


KILLED = (
    "It was killed by the system (SIGKILL), most likely for lack of memory. "
    "Run fewer jobs at a time (CORES=1), or on a machine with more memory."
)
TOO_MUCH = (
    "It needed more memory than a job may have. "
    "Run on a machine with more memory, or allow it more (MULTILEVEL_MEMORY_MB)."
)


@pytest.mark.parametrize(
    ("name", "times", "message"),
    [
        ("SIGSEGV", 1, "It crashed (SIGSEGV)."),
        ("SIGABRT", 1, "It crashed (SIGABRT)."),
        ("SIGKILL", 2, KILLED),
    ],
)
def test_a_signal_is_named_and_tried_again_only_where_that_can_help(
    place: Place, name: str, times: int, message: str
) -> None:
    (place.folder / "source.txt").write_text(name)
    assert place.run("end_by") == (0, "")
    assert failure(place).message == message
    assert (place.stages / "one" / "times").read_text() == "x" * times


def test_a_job_that_was_killed_once_succeeds(place: Place) -> None:
    assert place.run("be_killed_once") == (0, "")
    assert place.target.read_text() == "content"


@pytest.mark.skipif(not Path("/proc/self/oom_score_adj").exists(), reason="memory caps need Linux")
def test_memory_is_capped(place: Place) -> None:
    assert place.run("fill_memory") == (0, "")
    assert failure(place).message == TOO_MUCH


def test_a_library_that_is_refused_memory_and_aborts(place: Place) -> None:
    assert place.run("abort_for_memory") == (0, "")
    assert failure(place).message == TOO_MUCH


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_fails_the_job_and_records_nothing(place: Place) -> None:
    status, said = place.run("fill_disk")
    assert status == FULL
    assert said.startswith("No space is left on the disk")
    assert not place.target.exists()
    assert not listed(place.stages)


def test_a_file_that_is_written_to_while_it_is_read(place: Place) -> None:
    assert place.run("write_to_what_is_read", steady=("source.txt",)) == (0, "")
    assert failure(place).message.startswith("The file 'source.txt' was written to while")


def test_a_failed_input_is_passed_on(place: Place) -> None:
    place.run("fail")
    content = place.target.read_bytes()
    (place.folder / "source.txt").write_bytes(content)
    place.target.unlink()
    assert place.run("copy") == (0, "")
    assert place.target.read_bytes() == content
    assert json.loads(content)["failed"]["message"] == "ValueError: this went wrong"


def test_each_job_has_a_process_and_a_session_of_its_own(warm: Place) -> None:
    found = []
    for _ in range(2):
        warm.run("pids")
        found.append([int(number) for number in warm.target.read_text().split()])
    (first, session, server), (second, _, same) = found
    assert first == session != second
    assert server == same == warm.server.pid


def test_a_job_ends_with_its_launcher(place: Place) -> None:
    with place.start("wait_for_ever") as launcher:
        started = place.stages / "one" / "pid"
        assert comes(lambda: started.exists() and bool(started.read_text()))
        launcher.kill()
    pid = int(started.read_text())
    assert comes(lambda: not lives(pid))


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_small_limit_on_virtual_memory_is_said_instead_of_waited_out() -> None:
    resource = pytest.importorskip("resource")
    script = (
        f"import resource, sys; sys.path.insert(0, {str(SCRIPTS)!r})\n"
        "from engine import requirements\n"
        f"resource.setrlimit(resource.RLIMIT_AS, ({2**30}, {resource.RLIM_INFINITY}))\n"
        "requirements.check_addresses()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert "(ulimit -v) is 1024 MB" in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MULTILEVEL_MEMORY_MB", "2G"),
        ("MULTILEVEL_MEMORY_MB", "-1"),
        ("MULTILEVEL_SERVER_SECONDS", "abc"),
        ("MULTILEVEL_SERVER_SECONDS", "nan"),
        ("MULTILEVEL_HOURS", "0"),
        ("SOURCE_DATE_EPOCH", "yesterday"),
    ],
)
def test_variables_that_make_no_sense(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    check_environment()
    monkeypatch.setenv(name, value)
    with pytest.raises(EnvironmentalError, match=f"^{name}= is a .*number.* not '{value}'"):
        check_environment()


def test_temporary_files_of_a_job_go_with_it(place: Place) -> None:
    assert place.run("leave_temporary_files")[0] == 0
    assert place.target.read_text().startswith(str(place.stages / ".temporary"))
    assert list((place.stages / ".temporary").iterdir()) == []
    assert place.run("leave_temporary_files_and_die")[0] == 0
    assert failure(place).message.startswith("It was killed by the system")
    assert list((place.stages / ".temporary").iterdir()) == []
