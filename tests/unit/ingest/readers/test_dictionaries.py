"""SPSS and Stata files: encodings they don't name, and what they say of columns' use."""

import struct
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from tests.unit.ingest.test_dressed_files import codes, taken

from multilevel.ingest.discovery import survey
from multilevel.ingest.readers import READERS, read_source
from multilevel.ingest.readers.dictionaries import told

LATIN = ["École Nord", "Collège É", "Lycée Hôtel", "Señor Peña"]
SCRIPTS = {
    "cp1252": (LATIN, "note"),
    "cp1251": (["Школа первая", "Лицей", "Гимназия", "Средняя школа"], "note"),
    "shift_jis": (["東校", "西校", "南校", "北校"], "note"),
    "mac_roman": (LATIN, "caution"),
    "utf-8": (LATIN, "note"),
}
SCORES = [round(float(one), 1) for one in np.random.default_rng(3).normal(500, 60, 24)]
MARK = b"\x07\0\0\0\x14\0\0\0\x01\0\0\0\x05\0\0\0UTF-8"
MACHINE = b"\x07\0\0\0\x03\0\0\0\x04\0\0\0\x08\0\0\0"


def as_bytes(names: list[str], codec: str) -> list[str]:
    """Texts of letters that stand for the bytes of these names."""
    return [name.encode(codec).decode("latin-1") for name in names]


def sav(path: Path, names: list[str], codec: str, *, by_label: bool) -> bytes:
    """An SPSS file in this encoding, which it doesn't name."""
    own = as_bytes(names, codec)
    # Each letter is two bytes of UTF-8 there, one here: the places below are of the same length.
    width = max(len(one.encode()) for one in own)
    schools = [place // 6 + 1.0 for place in range(24)] if by_label else [
        own[place // 6].ljust(width) for place in range(24)]  # fmt: skip
    frame = pd.DataFrame({"school": schools, "score": SCORES})
    labels = {"school": dict(enumerate(own, 1))} if by_label else {}
    pyreadstat.write_sav(frame, path, variable_value_labels=labels, row_compress=False)
    content = path.read_bytes()
    for one in own:
        stored = one.encode()
        content = content.replace(stored, one.encode("latin-1").ljust(len(stored)))
    return unmarked(content)


def unmarked(content: bytes) -> bytes:
    assert content.count(MARK) == 1
    content = content.replace(MARK, b"")
    place = content.index(MACHINE) + len(MACHINE) + 28
    return content[:place] + b"\2\0\0\0" + content[place + 4 :]


def dta(path: Path, names: list[str], codec: str, *, by_label: bool) -> bytes:
    """A Stata file of release 115, which can't name its encoding."""
    own = names if codec == "utf-8" else as_bytes(names, codec)
    schools = [place // 6 + 1 for place in range(24)] if by_label else [
        own[place // 6] for place in range(24)]  # fmt: skip
    frame = pd.DataFrame({"school": schools, "score": SCORES})
    kept = {"school": dict(enumerate(own, 1))} if by_label else {}
    if codec != "utf-8":
        frame.to_stata(path, write_index=False, version=114, value_labels=kept or None)
    else:
        pyreadstat.write_dta(frame, path, version=12, variable_value_labels=kept)
    return path.read_bytes()


@pytest.mark.parametrize("by_label", [False, True], ids=["ids", "labels"])
@pytest.mark.parametrize("write", [sav, dta])
@pytest.mark.parametrize("codec", SCRIPTS)
def test_an_encoding_that_no_mark_names(
    codec: str, write: object, by_label: bool, tmp_path: Path
) -> None:
    names, level = SCRIPTS[codec]
    content = write(tmp_path / "b", names, codec, by_label=by_label)
    ending = f".{write.__name__}"
    ingested, found = taken(tmp_path, ending, content)
    assert ingested.refusal is None
    assert len(found.group_ids) == 4
    assert set(found.group_ids) == set(names) or level == "caution"
    assert ("encoding_guessed" in codes(ingested)) == (level == "caution")
    if level == "note":
        assert ingested.reading.encoding == codec
    named, found = taken(tmp_path, ending, content, encoding=codec)
    assert set(found.group_ids) == set(names)
    assert "encoding_guessed" not in codes(named)
    refused, _ = taken(tmp_path, ending, content, encoding="ascii")
    assert refused.refusal.code == "unreadable_file.other_encoding"


def test_a_mark_is_believed_and_an_encoding_named_comes_before_it(tmp_path: Path) -> None:
    frame = pd.DataFrame({"school": [LATIN[k // 6] for k in range(24)], "score": SCORES})
    pyreadstat.write_sav(frame, tmp_path / "b.sav")
    content = (tmp_path / "b.sav").read_bytes()
    ingested, found = taken(tmp_path, ".sav", content)
    assert set(found.group_ids) == set(LATIN)
    assert ingested.reading.encoding is None
    _, found = taken(tmp_path, ".sav", content, encoding="cp1252")
    assert set(found.group_ids) == {one.encode().decode("cp1252", "replace") for one in LATIN}


def test_a_mark_that_is_not_true(tmp_path: Path) -> None:
    content = sav(tmp_path / "b.sav", LATIN, "cp1252", by_label=False)
    place = content.index(MACHINE) + len(MACHINE) + 28
    marked = content[:place] + struct.pack("<i", 65001) + content[place + 4 :]
    ingested, found = taken(tmp_path, ".sav", marked)
    assert set(found.group_ids) == set(LATIN)
    assert ingested.reading.encoding == "cp1252"


def test_the_weight_and_roles_of_spss(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"a_class_of_mine": np.arange(60.0) // 6, "q": np.random.default_rng(2).normal(size=60),
         "math": np.random.default_rng(1).normal(size=60), "factor": np.tile([1.0, 2, 4], 20)}
    )  # fmt: skip
    pyreadstat.write_sav(frame, tmp_path / "a.sav")
    content = (tmp_path / "a.sav").read_bytes()
    roles = b"math:$@Role('0'\n)/q:$@Role('1'\n)$@x('y'\n)"
    record = b"\x07\0\0\0\x12\0\0\0\x01\0\0\0" + struct.pack("<i", len(roles)) + roles
    content = content.replace(MARK, MARK + record)
    content = content[:76] + struct.pack("<i", 4) + content[80:]
    (tmp_path / "a.sav").write_bytes(content)
    assert dict(told(content, ".sav").uses) == {"q": "outcome", "factor": "weight"}
    found = survey(read_source(tmp_path / "a.sav"), "a.sav")
    assert found.outcomes == ("q", "math")
    assert found.weights == ("factor",)


def characteristic(name: str, text: str, width: int, column: str = "_dta") -> bytes:
    both = b"".join(one.encode().ljust(width, b"\0") for one in (column, name))
    return both + text.encode() + b"\0"


@pytest.mark.parametrize("version", [114, 117, 118])
def test_the_characteristics_of_stata(version: int, tmp_path: Path) -> None:
    chance = np.random.default_rng(2)
    frame = pd.DataFrame(
        {"k": np.arange(60) // 10, "place": np.arange(60) // 6,
         "math": chance.normal(size=60), "share": np.tile([1, 2, 4], 20)}
    )  # fmt: skip
    frame.to_stata(tmp_path / "a.dta", write_index=False, version=version)
    content = (tmp_path / "a.dta").read_bytes()
    width = 129 if version == 118 else 33
    all_of_it = [characteristic("_svy_wvar", "share", width),
                 characteristic("iis", "k", width),
                 characteristic("note1", "about math", width, "math")]  # fmt: skip
    if version == 114:
        place = 109 + 4 * (1 + 33 + 49 + 33 + 81) + 2 * 5
        written = b"".join(struct.pack("<BI", 1, len(one)) + one for one in all_of_it)
        content = content[:place] + written + content[place:]
    else:
        written = b"".join(b"<ch>" + struct.pack("<I", len(one)) + one + b"</ch>"
                           for one in all_of_it)  # fmt: skip
        before = content.index(b"<characteristics>") + len(b"<characteristics>")
        content = content[:before] + written + content[before:]
        start = content.index(b"<map>") + 5
        places = list(struct.unpack_from("<14Q", content, start))
        places = [one + len(written) if one > before else one for one in places]
        content = content[:start] + struct.pack("<14Q", *places) + content[start + 112 :]
    (tmp_path / "a.dta").write_bytes(content)
    said = told(content, ".dta")
    assert dict(said.uses) == {"share": "weight", "k": "group"}
    assert said.encoded == (version == 118)
    found = survey(read_source(tmp_path / "a.dta"), "a.dta")
    assert found.groups[0] == "k"
    assert found.weights == ("share",)


@pytest.mark.parametrize("ending", [".sav", ".dta"])
def test_a_dictionary_in_disorder_says_nothing(ending: str, tmp_path: Path) -> None:
    content = {".sav": sav, ".dta": dta}[ending](tmp_path / "b", LATIN, "cp1252", by_label=True)
    for end in range(0, len(content), 7):
        assert not told(content[:end], ending).uses
    assert not told(b"", ending).encoded
    assert all(told(b"", one).encoded for one in READERS if one not in (".sav", ".zsav", ".dta"))
