"""What may be the moment's doing is no verdict on a file; what ends alike twice is."""

import errno
import faulthandler
import gzip
import hashlib
import json
import os
import resource
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.unit.ingest.datasets import configured
from tests.unit.ingest.making import FRAME
from tests.unit.ingest.test_stage import dataset

from engine.failures import listed
from engine.jobs import Job
from engine.supervision import supervise
from multilevel.configuration import Dataset
from multilevel.configuration.datasets import Join, Split
from multilevel.errors import DataRefused
from multilevel.ingest import partition
from multilevel.ingest.readers import isolated, large, opening, raw
from multilevel.ingest.stage import ingest, run
from multilevel.records.ingested import Ingested
from multilevel.records.results import decode
from multilevel.storage import attempts
from multilevel.storage.attempts import PassingFault

GOOD = b"g,y\n" + b"".join(b"s%d,%d\n" % (row % 4, 400 + row * 7 % 90) for row in range(40))
OTHER = GOOD.replace(b"s1", b"z1")


class Night:
    """A dataset's folder of stages, and ingest called on it as its rule does."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, name: str = "a.csv") -> None:
        monkeypatch.chdir(folder)
        self.file = folder / name
        self.stages = folder / "results" / ".stages" / "t"
        self.stages.mkdir(parents=True)

    def begin(self, **settings: Any) -> None:
        """Describe the dataset as at the start of a run."""
        attempts.begin(self.stages)
        given = dataset(file=self.file.name, **settings)
        inputs = {file: digest(Path(file)) for file in given.inputs}
        described = {"settings": given.settings(), "inputs": inputs, "source_date_epoch": None}
        (self.stages / "dataset.json").write_text(json.dumps(described))

    def ingest(self) -> Ingested:
        paths = [self.stages / name for name in ("dataset.json", "students.parquet", "ingest.json")]
        run(*paths)
        return decode(paths[-1].read_bytes(), Ingested)

    def publish(self) -> None:
        """As if a report of it stood."""
        public = self.stages.parents[1] / "t"
        public.mkdir()
        (public / "results.json").write_text('{"status": "ok"}')


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "missing"


@pytest.fixture
def night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Night:
    return Night(tmp_path, monkeypatch)


def test_a_file_swapped_for_another_and_put_back(night: Night) -> None:
    night.file.write_bytes(GOOD)
    night.begin()
    night.file.write_bytes(OTHER)
    with pytest.raises(PassingFault, match="another one than when the run began"):
        night.ingest()
    night.file.write_bytes(GOOD)
    assert night.ingest().input.sha256 == hashlib.sha256(GOOD).hexdigest()


def test_a_swapped_file_is_none_of_the_formats_faults(night: Night) -> None:
    night.file = night.file.with_name("a.csv.gz")
    night.file.write_bytes(gzip.compress(GOOD))
    night.begin()
    for content in (b"", b"no gzip file", gzip.compress(GOOD)[:50]):
        night.file.write_bytes(content)
        with pytest.raises(PassingFault, match="another one"):
            night.ingest()


def test_a_joined_file_swapped(night: Night, tmp_path: Path) -> None:
    night.file.write_bytes(GOOD)
    joined = tmp_path / "schools.csv"
    joined.write_text("g,name\ns0,A\ns1,B\ns2,C\ns3,D\n")
    night.begin(join=Join(file="schools.csv", by=(("g", "g"),), name="name"))
    joined.write_text("g,name\ns0,A\ns1,X\ns2,C\ns3,D\n")
    with pytest.raises(PassingFault, match=r'"schools\.csv" is another one'):
        night.ingest()


def test_a_large_file_swapped(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large, "BYTES_IN_MEMORY", 100)
    night.file.write_bytes(GOOD)
    night.begin()
    assert night.ingest().status == "ok"
    night.file.write_bytes(OTHER)
    with pytest.raises(PassingFault, match="another one"):
        night.ingest()


def test_a_large_file_swapped_after_its_digest_was_taken(
    night: Night, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large, "BYTES_IN_MEMORY", 100)
    night.file.write_bytes(GOOD)
    night.begin()
    (tmp_path / "other.csv").write_bytes(OTHER)
    check = opening.check_same

    def swapping(*given: Any) -> None:
        check(*given)
        (tmp_path / "other.csv").replace(night.file)

    monkeypatch.setattr(opening, "check_same", swapping)
    with pytest.raises(PassingFault, match="changed while it was being read"):
        night.ingest()


def test_what_a_split_kept_of_another_file(
    night: Night, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    night.file.write_bytes(GOOD.replace(b"g,y", b"c,y"))
    night.begin(group="c", split=Split(column="c", value="s1"))
    described = json.loads((night.stages / "dataset.json").read_bytes())
    whole = Dataset.from_settings(described["settings"]).whole
    assert whole is not None
    described["settings"] = whole.settings()
    (tmp_path / "whole.json").write_text(json.dumps(described))
    night.file.write_bytes(OTHER.replace(b"g,y", b"c,y"))
    with pytest.raises(PassingFault, match="another one"):
        partition.run(tmp_path / "whole.json", tmp_path / "parts.parquet")


@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE, errno.ENOENT, errno.EACCES])
def test_a_file_away_for_a_moment(
    number: int, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    night.file.write_bytes(GOOD)
    night.begin()

    def broken(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as away:
        away.setattr(opening, "opened", broken)
        with pytest.raises(PassingFault, match="When the run began it could be read"):
            night.ingest()
    assert night.ingest().status == "ok"


def test_a_file_back_since_the_run_began(night: Night) -> None:
    night.begin()
    night.file.write_bytes(GOOD)
    with pytest.raises(PassingFault, match="another one"):
        night.ingest()


def test_a_file_that_is_away_never_takes_the_place_of_a_report(night: Night) -> None:
    night.begin()
    refused = night.ingest()
    assert refused.refusal is not None
    assert refused.refusal.code == "unreadable_file.not_there"
    night.publish()
    with pytest.raises(PassingFault, match="stands until it is back"):
        night.ingest()


def slow() -> bytes:
    until = time.process_time() + 30
    while time.process_time() < until:
        pass
    return b""


def killed() -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def crashed() -> bytes:
    faulthandler.disable()
    os.kill(os.getpid(), signal.SIGSEGV)
    return b""


def greedy() -> bytes:
    return bytes(2**42)


@pytest.mark.parametrize("work", [slow, killed, crashed, greedy])
def test_only_what_ends_the_same_way_in_two_runs_the_second_time_alone_is_refused(
    work: Callable[[], bytes], night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = isolated.call
    monkeypatch.setattr(isolated, "SECONDS", 0.1)
    monkeypatch.setattr(isolated, "call", lambda _, *rest: call(work, *rest))
    night.file = night.file.with_name("a.parquet")
    FRAME.to_parquet(night.file)

    def passes(alone: str) -> None:
        monkeypatch.setenv(attempts.ALONE, alone)
        with pytest.raises(PassingFault, match="is taken for the cause"):
            night.ingest()

    night.begin()
    passes("")
    passes("yes")
    night.begin()
    passes("")
    monkeypatch.setenv(attempts.ALONE, "yes")
    assert night.ingest().status == "refused"
    # Other bytes begin anew.
    FRAME.iloc[1:].to_parquet(night.file)
    night.begin()
    passes("")
    passes("yes")
    night.begin()
    monkeypatch.setattr(isolated, "call", call)
    night.ingest()
    assert not [path for path in night.stages.iterdir() if "attempt" in path.name]


def test_memory_that_is_lacking_here_is_no_fault_of_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(DataRefused, match="as damaged files do"):
        isolated.call(greedy, "a.sav", 0, "an SPSS file")
    monkeypatch.setattr(isolated, "_memory_left", lambda: 2**30)
    with pytest.raises(MemoryError):
        isolated.call(greedy, "a.sav", 0, "an SPSS file")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory caps need Linux")
def test_a_file_that_is_larger_than_the_memory(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Text is read in batches.
    night.file = night.file.with_suffix(".sav")
    with night.file.open("wb") as file:
        file.truncate(2**29)
    night.begin()
    made = {"students": "students.parquet", "ingested": "ingest.json"}
    job = Job(
        stage="ingest",
        call="multilevel.ingest.stage:run",
        inputs={"dataset": str(night.stages / "dataset.json")},
        outputs={name: str(night.stages / file) for name, file in made.items()},
        project={},
    )
    pages = int(Path("/proc/self/statm").read_text().split()[5])
    limit = pages * resource.getpagesize() // 2**20 + 256
    monkeypatch.setenv("MULTILEVEL_MEMORY_MB", str(limit))
    assert supervise(job, "ingest.log").status == 0
    (failure,) = listed(night.stages.parent).values()
    assert failure.message.startswith("It needed more memory than a job may have.")


def test_readers_need_no_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    assert isolated.call(lambda: b"x" * 2_000_000, "a.sav", 0, "an SPSS file") == b"x" * 2_000_000


def test_a_reader_may_take_long_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    def waiting() -> bytes:
        time.sleep(1.5)
        return b"read"

    monkeypatch.setattr(isolated, "SECONDS", 0.1)
    assert isolated.call(waiting, "a.xlsx", 0, "an Excel workbook") == b"read"
    monkeypatch.setattr(isolated, "CLOCK_SECONDS", 0.2)
    with pytest.raises(DataRefused, match="it took too long"):
        isolated.call(waiting, "a.xlsx", 0, "an Excel workbook")


def test_a_link_put_there_after_the_start(night: Night, tmp_path: Path) -> None:
    folder = tmp_path / "incoming"
    folder.mkdir()
    (folder / "a.csv").write_bytes(GOOD)
    (tmp_path / "secret.csv").write_bytes(GOOD)
    assert raw.read(folder / "a.csv", None, folder)[0] == GOOD
    (folder / "a.csv").unlink()
    (folder / "a.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(DataRefused, match="a link that leads out"):
        raw.read(folder / "a.csv", None, folder)
    (folder / "deep").symlink_to(tmp_path)
    with pytest.raises(DataRefused, match="a link that leads out"):
        raw.read(folder / "deep" / "secret.csv", None, folder)
    assert raw.read(folder / "a.csv")[0] == GOOD


def test_a_joined_file_of_a_pattern_put_there_after_the_start(tmp_path: Path, night: Night) -> None:
    for folder in ("in", "names"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.csv").write_bytes(GOOD)
    join = {"file": "names/*.csv", "by": "g"}
    entry = {"files": "in/*.csv", "outcome": "y", "group": "g", "join": join}
    (given,) = configured(Path(), **entry).datasets
    (tmp_path / "secret.csv").write_bytes(GOOD)
    (tmp_path / "names" / "a.csv").unlink()
    (tmp_path / "names" / "a.csv").symlink_to(tmp_path / "secret.csv")
    refused, _ = ingest(given, Path(given.file))
    assert refused.refusal is not None
    assert refused.refusal.code == "unreadable_file.leads_out"
