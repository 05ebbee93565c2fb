import stat
from pathlib import Path

import pytest

from multilevel.storage.files import forget_unfinished, whole, write_whole


def test_content_and_permissions_are_those_of_an_ordinary_file(tmp_path: Path) -> None:
    write_whole(tmp_path / "new" / "a.json", b"\x00\xff")
    (tmp_path / "ordinary").touch()
    assert (tmp_path / "new" / "a.json").read_bytes() == b"\x00\xff"
    modes = [(tmp_path / name).stat().st_mode for name in ("new/a.json", "ordinary")]
    assert stat.S_IMODE(modes[0]) == stat.S_IMODE(modes[1])


def test_a_reader_sees_the_old_or_the_new_content(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_whole(path, b"old")
    with whole(path) as temporary:
        temporary.write_bytes(b"half")
        assert path.read_bytes() == b"old"
        assert temporary.parent == tmp_path
        assert temporary.suffix == ".csv"
        temporary.write_bytes(b"new")
    assert path.read_bytes() == b"new"
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize("fault", [ValueError, KeyboardInterrupt, OSError])
def test_after_a_fault_all_is_as_before(tmp_path: Path, fault: type[BaseException]) -> None:
    path = tmp_path / "a.csv"
    write_whole(path, b"old")

    def break_off() -> None:
        with whole(path) as temporary:
            temporary.write_bytes(b"half")
            raise fault

    with pytest.raises(fault):
        break_off()
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]
    assert path.read_bytes() == b"old"


def test_a_block_that_writes_nothing_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), whole(tmp_path / "a.csv"):
        pass


def test_the_longest_names_work(tmp_path: Path) -> None:
    path = tmp_path / f"{'é' * 120}.json"
    write_whole(path, b"x")
    assert path.read_bytes() == b"x"


def test_what_killed_processes_left_is_forgotten_and_nothing_else(tmp_path: Path) -> None:
    names = ("fit.json", ".fit.json", ".fit.part.json", "fit.0123456789abcdef.part", "results")
    for name in names:
        (tmp_path / name).touch()
    (tmp_path / ".folder.0123456789abcdef.part").mkdir()
    before = set(tmp_path.iterdir())
    # Never left: as in a process that ended within.
    blocks = [whole(tmp_path / name) for name in ("fit.json", "noext", f"{'long' * 50}.parquet")]
    for block in blocks:
        block.__enter__().touch()
    assert len(set(tmp_path.iterdir()) - before) == 3
    forget_unfinished(tmp_path)
    forget_unfinished(tmp_path / "missing")
    assert set(tmp_path.iterdir()) == before
