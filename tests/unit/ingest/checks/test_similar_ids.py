"""Ids that a reader would take for the same are kept apart, and named."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.unit.ingest import making
from tests.unit.ingest.datasets import configured
from tests.unit.ingest.test_kinds import FORMATS

from multilevel.ingest.checks.material import Members
from multilevel.ingest.checks.similar_ids import check, look_alikes
from multilevel.ingest.stage import ingest
from multilevel.wording.findings import text


def notes(ids: list[str]) -> list[str]:
    sizes = np.ones(len(ids), np.int64)
    members = Members(
        outcomes=("y",), scores=np.ones((1, 1)), group="school", group_ids=ids, sizes=sizes
    )
    return [text(one) for one in check(members) if one.code != "padded_ids"]


@pytest.mark.parametrize(
    "same",
    [
        ("Riverside", "Riv\u0435rside"),
        ("PETEP", "\u0420\u0415\u0422\u0415\u0420"),
        ("North", "north"),
        ("St. Anne", "St.  Anne", "St.\u00a0Anne"),
        ("a\u200bb", "ab"),
        ("\uff21\uff11", "A1"),
        ("\u0391\u0392", "AB"),
        ("\u202eabc", "abc"),
        ("St. John's", "St. John\u2019s", "St. John\u00b4s", "St. John`s"),
        ("A-B", "A\u2013B", "A\u2014B", "A\u2212B", "A\u2010B"),
        ('"Nord"', "\u201eNord\u201c", "\u00abNord\u00bb"),
        ("K\u03b1k\u03b9", "Kaki"),
        ("\uff11\uff12", "12"),
    ],
    ids=[
        "e",
        "capitals",
        "case",
        "blanks",
        "unseen",
        "full width",
        "Greek",
        "direction",
        "apostrophes",
        "dashes",
        "quotes",
        "small Greek",
        "digits",
    ],
)
def test_what_looks_the_same(same: tuple[str, ...]) -> None:
    assert look_alikes(["other", *same, "1"]) == (same,)


@pytest.mark.parametrize(
    "ids",
    [
        ["School 1", "School 11", "School l"],
        ["01", "1", "1.0"],
        ["Lyc\u00e9e", "Lycee"],
        ["\u0428\u043a\u043e\u043b\u0430 1", "\u0428\u043a\u043e\u043b\u0430 2"],
        [],
    ],
)
def test_what_does_not(ids: list[str]) -> None:
    assert look_alikes(ids) == ()
    assert notes(ids) == []


def test_the_difference_is_named() -> None:
    (note,) = notes(["Riverside", "Riv\u0435rside"])
    assert 'Ids in "school" look the same and are kept apart' in note
    assert "Riv\u0435 (U+0435)rside" in note
    assert "write them alike" in note


def test_many_are_counted() -> None:
    ids = [f"{letter}{n}" for n in range(10) for letter in "aA"]
    (note,) = notes(ids)
    assert note.count("a") < 40
    assert "; and 7 more." in note


@pytest.mark.parametrize("ending", FORMATS)
def test_ids_that_were_read_wrongly_before(ending: str, tmp_path: Path) -> None:
    words = ["München", "École", "Şehir", "Łódź"]
    garbled = [one.encode().decode("cp1252", "ignore") for one in words]
    garbled[2] = "Fran?ais"
    frame = pd.DataFrame({"school": np.repeat([*garbled, "Plain"], 6)[:24], "score": making.SCORE})
    FORMATS[ending](tmp_path / f"a{ending}", frame)
    (dataset,) = configured(tmp_path, file=f"a{ending}", outcome="score", group="school").datasets
    found, _ = ingest(dataset, tmp_path / dataset.file)
    twice, lost = (one for one in found.findings if one.code == "garbled_ids")
    assert (twice.values["text"], twice.values["was"]) in zip(garbled, words, strict=True)
    assert lost.values["text"] == "Fran?ais"
    assert twice.level == lost.level == "caution"


def test_words_that_only_look_garbled_are_not() -> None:
    ids = ["SÃO PAULO", "Ã", "naïve", "Où?", "Why? Because", "Łódź", "学校", "Âme", "100 °C"]
    assert notes(ids) == []


@pytest.mark.parametrize("sign", ['"', "\u201c", "\u3003", "-", "???", "*"])
def test_a_sign_for_as_above_is_no_name(sign: str) -> None:
    (said,) = notes(["North", "South", sign])
    assert "nothing but signs" in said


def test_ids_that_a_spreadsheet_has_shortened_are_said() -> None:
    (said,) = notes(["1.23E+11", "1.24E+11", "20 E"])
    assert "shortened" in said
    assert "2" in said
    assert not notes(["1E5", "1.5", "E+10", "AE+11"])


@pytest.mark.parametrize("sign", [r"\N", "(null)", "<NA>"])
def test_words_of_databases_for_nothing_are_no_ids(sign: str) -> None:
    assert "nothing is known" in " ".join(notes(["a", "b", sign]))
