"""Files made to run something, to read what lies elsewhere, or to take all time and memory."""

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.unit.ingest import making, r_files, workbook_files
from tests.unit.ingest.r_files import strings, text, vector

from multilevel.errors import DataRefused
from multilevel.ingest.readers import isolated, read_table

SECRET = "Hidden17"
ROWS = [["g", "y"], ["a", "1"], ["b", "2"], ["c", SECRET]]
# What is within what is worth 10^11 of it, and a file that lies elsewhere.
ENTITIES = (
    '<!DOCTYPE x [<!ENTITY e0 "lol">'
    + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    + '<!ENTITY secret SYSTEM "secret.txt">]>'
)


# What unpickling it would run.
PICKLE = b"cposix\nsystem\n(S'touch was-run'\ntR."


def edited(archive: bytes, part: str, edit: Callable[[str], str]) -> bytes:
    """An archive with one of its parts changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(made, "w", 8) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, edit(content.decode()) if name == part else content)
    return made.getvalue()


def with_entity(name: str) -> Callable[[str], str]:
    def edit(xml: str) -> str:
        head, mark, rest = xml.partition("?>")
        head, rest = (head + mark, rest) if mark else ("", xml)
        return head + ENTITIES + rest.replace(SECRET, f"&{name};")

    return edit


def ods(edit: Callable[[str], str]) -> bytes:
    return edited(workbook_files.ods(ROWS), "content.xml", edit)


def xlsx(edit: Callable[[str], str]) -> bytes:
    making.xlsx(Path("plain.xlsx"))
    return edited(Path("plain.xlsx").read_bytes(), "xl/worksheets/sheet1.xml", edit)


def repeated(what: str) -> bytes:
    """A workbook whose first row or cell stands for two thousand million."""
    times = f'<table:table-{what} table:number-{what}s-repeated="2000000000"'
    return ods(lambda xml: xml.replace(f"<table:table-{what}", times, 1))


def parquet(name: bytes) -> bytes:
    """A column whose values are said to be of a type that a pickle describes."""
    about = {
        b"ARROW:extension:name": name,
        b"ARROW:extension:metadata": PICKLE,
    }
    fields = [pa.field("g", pa.string()), pa.field("y", pa.float64(), metadata=about)]
    table = pa.table([pa.array(["a", "b"]), pa.array([1.0, 2.0])], schema=pa.schema(fields))
    pq.write_table(table, "a.parquet")
    return Path("a.parquet").read_bytes()


def r_call(kind: int) -> bytes:
    """A closure, a promise or a call of `system` in the place of a column."""
    call = (
        struct.pack(">ii", 6, 1) + text("system") + strings(["touch was-run"]) + r_files.nothing()
    )
    names = {"names": strings(["g", "y"]), "class": strings(["data.frame"])}
    item = struct.pack(">i", kind) + r_files.nothing() + call
    return r_files.rds(vector([strings(["a", "b"]), item], **names))


def r_nested(depth: int) -> bytes:
    return r_files.rds(struct.pack(">ii", 19, 1) * depth + strings(["a"]))


def sav(offset: int) -> bytes:
    """An SPSS file that says it has two thousand million cases, or columns."""
    making.sav(Path("plain.sav"))
    content = bytearray(Path("plain.sav").read_bytes())
    content[offset : offset + 4] = struct.pack("<i", 2_000_000_000)
    return bytes(content)


ATTACKS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "many entities in .xlsx": (".xlsx", lambda: xlsx(with_entity("e11"))),
    "a foreign entity in .xlsx": (".xlsx", lambda: xlsx(with_entity("secret"))),
    "many entities in .ods": (".ods", lambda: ods(with_entity("e11"))),
    "a foreign entity in .ods": (".ods", lambda: ods(with_entity("secret"))),
    "rows of .ods": (".ods", lambda: repeated("row")),
    "cells of .ods": (".ods", lambda: repeated("cell")),
    "a type of Arrow": (".parquet", lambda: parquet(b"arrow.py_extension_type")),
    "a closure": (".rds", lambda: r_call(3)),
    "a promise": (".rds", lambda: r_call(5)),
    "a call": (".rds", lambda: r_call(6)),
    "byte code": (".rds", lambda: r_call(21)),
    "lists in lists": (".rds", lambda: r_nested(200_000)),
    "cases of SPSS": (".sav", lambda: sav(80)),
    "columns of SPSS": (".sav", lambda: sav(68)),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_runs_and_nothing_else_is_read(
    attack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(isolated, "SECONDS", 2)
    monkeypatch.setattr(isolated, "MEMORY_FREE", 2**29)
    Path("secret.txt").write_text("out of the folder")
    ending, made = ATTACKS[attack]
    file = Path(f"attack{ending}")
    file.write_bytes(made())
    try:
        table = read_table(file, ("g", "y") if ending != ".sav" else ("IDSCHOOL", "Math"))
    except DataRefused as refused:
        assert refused.reason.remedy  # noqa: PT017 - either is right
    else:
        assert table.n_rows <= len(making.FRAME)
        assert "out of the folder" not in table.frame.to_string()
    assert not Path("was-run").exists()
