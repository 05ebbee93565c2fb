"""The server ends with the process that started it, and leaves nothing."""

import os
import stat

import psutil
import pytest
from tests.helpers.places import Place, a_main, comes

from engine import server_process
from engine.launch import SERVER


def test_only_its_user_may_use_it(warm: Place) -> None:
    assert stat.S_IMODE(warm.socket.stat().st_mode) == 0o600
    assert stat.S_IMODE(warm.socket.parent.stat().st_mode) == 0o700
    assert len(os.fsencode(warm.socket)) <= server_process.LONGEST_PATH


@pytest.mark.parametrize("killed", [True, False], ids=["kill -9", "its end"])
def test_it_ends_with_its_starter_and_so_do_its_jobs(warm: Place, killed: bool) -> None:
    assert warm.main is not None
    server = warm.server
    with warm.start("wait_for_ever") as launcher:
        started = warm.stages / "one" / "pid"
        assert comes(lambda: started.exists() and bool(started.read_text()))
        job = psutil.Process(int(started.read_text()))
        if killed:
            warm.main.kill()
        else:
            assert warm.main.stdin is not None
            warm.main.stdin.close()
        assert launcher.wait() != 0
    assert comes(lambda: not server.is_running() or server.status() == psutil.STATUS_ZOMBIE)
    assert comes(lambda: not job.is_running())
    assert not warm.socket.parent.exists()
    assert not warm.target.exists()


def test_when_it_is_killed_jobs_run_cold(warm: Place) -> None:
    with warm.start("be_killed_once") as launcher:
        mark = warm.stages / "one" / "mark"
        assert comes(mark.exists)
        warm.server.kill()
        launcher.communicate()
    assert launcher.returncode == 0
    assert warm.run("copy") == (0, "")
    assert warm.target.read_text() == "content"


def test_when_it_is_never_ready_jobs_run_cold_and_that_is_said(cold: Place) -> None:
    environment = {**cold.environment, "WARM": "never_ready", server_process.LIMIT: "0.001"}
    with a_main(cold, environment) as main:
        assert main.stdout is not None
        assert main.stderr is not None
        _, address = main.stdout.readline().split()
        cold.environment[SERVER] = address
        assert cold.run("copy") == (0, "")
        said = main.stderr.readline()
        main.communicate("")
    assert cold.target.read_text() == "content"
    assert said.startswith("The server that keeps Python warm was not ready after 0.001 s. ")
    assert not cold.socket.parent.exists()


def test_a_server_that_is_told_to_end_is_no_news(warm: Place) -> None:
    assert warm.main is not None
    _, said = warm.main.communicate("")
    assert not said


def test_what_a_killed_server_left_is_removed_by_the_next(
    tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = tmp_path / "multilevel-999999999-x"
    alive = tmp_path / f"multilevel-{os.getpid()}-x"
    for folder in (dead, alive):
        folder.mkdir()
        (folder / "socket").touch()
    server_process._sweep(tmp_path)
    assert not dead.exists()
    assert alive.exists()


def test_nonsense_on_the_socket_does_no_harm(warm: Place) -> None:
    import socket

    for nonsense in (b"", b"\n", b"{}\n", b"\x00\xff\n"):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(warm.socket))
            connection.sendall(nonsense)
    assert warm.run("copy") == (0, "")
