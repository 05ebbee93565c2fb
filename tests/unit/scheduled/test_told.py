"""Every end is told, whatever names, streams and accounts are like."""

import io
import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from tests.helpers.running import clean_environment

from engine.jobs import SCRIPTS
from engine.places import RECORD
from scheduled import run as module
from scheduled.run import Place, notify, scheduled

from .conftest import NOW

TOLD = "told.txt"


@pytest.fixture(autouse=True)
def _telling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY", f'printf %s "$RUN_STATUS|$RUN_SUMMARY" > {TOLD}')


def unreadable(place: Place, *folders: str) -> int:
    """A run that met folders of these names which can't be read."""
    (place.folder / "plan.txt").write_text("a ok 1\nunreadable x")
    text = module.known

    def known(file: Path) -> dict[str, object]:
        return text(file) | ({"unreadable": folders} if file.name == RECORD.name else {})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "known", known)
        return scheduled(place, NOW)


def test_a_folder_named_to_write_a_mail_of_its_own(place: Place) -> None:
    name = "in/x\nBcc: all@example.org\r\n\u202egpj"
    assert unreadable(place, name) == 1
    told = (place.folder / TOLD).read_text()
    assert told.startswith("1|1 new, can't be read: in/x")
    assert not {"\n", "\r", "\u202e"} & set(told)


def test_a_folder_whose_name_is_no_text(place: Place) -> None:
    assert unreadable(place, "in/\udcff") == 1
    (record,) = (place.folder / "results" / ".runs").glob("2*.json")
    assert json.loads(record.read_bytes())["unreadable"] == ["in/\\udcff"]
    assert "in/\\udcff" in (place.folder / TOLD).read_text()


def test_more_folders_than_an_environment_holds(place: Place) -> None:
    assert unreadable(place, *(f"in/{number:04}{'x' * 200}" for number in range(2_000))) == 1
    assert "and 1997 more" in (place.folder / TOLD).read_text()


def test_a_summary_that_is_longer_than_the_system_takes(place: Place) -> None:
    assert scheduled(place, NOW) == 2
    notify(module._broken(place, NOW, "x" * 10**6), place)
    assert (place.folder / TOLD).read_text().startswith("2|The run broke: xxx")


def test_what_is_printed_in_letters_that_the_terminal_has_not(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(printed, encoding="ascii"))
    assert unreadable(place, "in/ü") == 1
    assert b"in/\\xfc" in printed.getvalue()
    assert "in/ü" in (place.folder / TOLD).read_text()


@pytest.mark.parametrize("closing", [">&-", "> /dev/full"])
def test_nobody_reads_what_is_printed(place: Place, closing: str) -> None:
    code = "import sys; from engine.run import say; say('told', sys.stdout); sys.exit(7)"
    shell = f"{sys.executable} -c {shlex.quote(code)} {closing}"
    done = subprocess.run(shell, shell=True, env=clean_environment() | {"PYTHONPATH": str(SCRIPTS)})
    assert done.returncode == 7
