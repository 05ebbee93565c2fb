"""Rows of totals are said by their words and by their numbers, and ordinary rows aren't."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.unit.ingest.checks.test_rows import Frame, of, students


def with_totals(frame: Frame, word: str, place: str, of_all: bool = True) -> Frame:
    pieces = []
    for school, rows in frame.groupby("school"):
        name = word if place == "alone" else f"{school} {word}"
        name = f"{word} {school}" if place == "before" else name
        pieces += [rows, Frame({"school": [name], "score": [round(rows.score.mean(), 1)]})]
    if of_all:
        total = round(frame.score.mean(), 1)
        pieces.append(Frame({"school": [word.capitalize()], "score": [total]}))
    return pd.concat(pieces)[["school", "score"]]


WORDS_FOR_TOTALS = (
    "Total", "SUBTOTAL", "Gesamt", "Durchschnitt", "Moyenne", "Promedio", "Media", "Totaal",
    "Totalt", "Średnia", "Ogółem", "Celkem", "Yhteensä", "Итого", "Среднее", "合计", "小計", "평균",
    "Toplam", "Átlag", "Ukupno", "Iš viso", "Kopā", "Kokku", "Разом", "Общо", "Σύνολο", "المجموع",
    "סה\"כ", "कुल", "รวม", "Tổng cộng", "共计", "Samtals", "Rata-rata", "I alt", "Zusammen",
    "Mean", "average", "Ensemble",
)  # fmt: skip


@pytest.mark.parametrize("word", WORDS_FOR_TOTALS)
@pytest.mark.parametrize("place", ["before", "after"])
def test_totals_are_found_by_words_of_many_languages(word: str, place: str, tmp_path: Path) -> None:
    caution = of(with_totals(students(), word, place), tmp_path)["total_rows"]
    assert (caution.values["case"], caution.values["n"]) == ("ids", 6)


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
@pytest.mark.parametrize("place", ["last", "first"])
@pytest.mark.parametrize("how", ["mean", "sum"])
def test_totals_are_found_by_their_numbers(
    how: str, place: str, scale: float, tmp_path: Path
) -> None:
    pieces = []
    for school, rows in students().groupby("school"):
        own = Frame({"school": [school], "score": [round(rows.score.agg(how), 1)]})
        pieces.append(pd.concat([rows, own] if place == "last" else [own, rows]))
    frame = pd.concat(pieces)[["school", "score"]]
    frame["score"] = [float(f"{score * scale:.12g}") for score in frame["score"]]
    assert of(frame, tmp_path)["total_rows"].values["case"] == place


def with_unknown_totals(frame: Frame, how: str, names: str, decimals: int) -> Frame:
    """After each block its mean or sum, under a word that no list has."""
    pieces = []
    for number, (school, rows) in enumerate(frame.groupby("school")):
        name = {"alone": f"x{number}", "all alike": "xyz", "after": f"{school} xyz"}[names]
        own = Frame({"school": [name], "score": [round(rows.score.agg(how), decimals)]})
        pieces += [rows, own]
    return pd.concat(pieces)[["school", "score"]]


@pytest.mark.parametrize("decimals", [0, 1, 6])
@pytest.mark.parametrize("names", ["alone", "all alike", "after"])
@pytest.mark.parametrize("how", ["mean", "sum"])
def test_totals_of_blocks_are_found_whatever_they_are_called(
    how: str, names: str, decimals: int, tmp_path: Path
) -> None:
    frame = students()
    frame["score"] = frame["score"].round(min(decimals, 1))
    caution = of(with_unknown_totals(frame, how, names, decimals), tmp_path)["total_rows"]
    assert (caution.values["case"], caution.values["n"]) == (
        "ids",
        1 if names == "all alike" else 5,
    )


@pytest.mark.parametrize("place", ["first", "last"])
@pytest.mark.parametrize("how", ["mean", "sum"])
def test_a_total_of_all_is_found_by_its_number(how: str, place: str, tmp_path: Path) -> None:
    for frame in (students(), students().assign(score=lambda one: one.score.round())):
        own = Frame({"school": ["xyz"], "score": [round(frame.score.agg(how), 1)]})
        pieces = [frame, own] if place == "last" else [own, frame]
        caution = of(pd.concat(pieces)[["school", "score"]], tmp_path)["total_rows"]
        assert caution.values["ids"] == ["xyz"]


def test_further_columns_tell_a_total_where_scores_are_coarse(tmp_path: Path) -> None:
    chance = np.random.default_rng(8)
    frame = students(schools=8).drop(columns="student").assign(score=lambda one: one.score // 50)
    frame = frame.assign(**{name: chance.integers(1, 40, len(frame)) for name in ("aa", "bb")})
    small = frame.head(1).assign(school="small", score=3.0)
    total = frame.mean(numeric_only=True).round().to_frame().T.assign(school="xyz")
    assert of(pd.concat([frame, total, small]), tmp_path)["total_rows"].values["ids"] == ["xyz"]
    assert "total_rows" not in of(pd.concat([frame, small]), tmp_path)


@pytest.mark.parametrize("decimals", [0, 1, 2])
def test_small_groups_hit_a_mean_by_chance_alone(decimals: int, tmp_path: Path) -> None:
    """Of ordinary data with groups of one member, next to none is doubted."""
    doubted = []
    for seed in range(60):
        chance = np.random.default_rng(seed)
        sizes = chance.integers(1, chance.integers(2, 15), chance.integers(4, 30))
        group = np.repeat(np.arange(len(sizes)), sizes)
        if chance.random() < 0.3:
            chance.shuffle(group)
        score = chance.normal(50, chance.choice([3, 10, 60]), len(group)).round(decimals)
        frame = Frame({"school": group, "score": score, "age": chance.integers(10, 16, len(group))})
        if len(np.unique(group)) < len(group) and np.ptp(score) > 0:
            doubted.append("total_rows" in of(frame, tmp_path))
    assert sum(doubted) <= 1, sum(doubted)


def test_cells_that_say_all_students(tmp_path: Path) -> None:
    groups = ["All Students", "Female", "Male", "Low income"]
    frame = students(each=4).assign(subgroup=groups * 5).drop(columns="student")
    caution = of(frame, tmp_path)["total_rows"]
    assert (caution.values["case"], caution.values["ids"]) == ("cells", ["All Students"])


@pytest.mark.parametrize(
    "names",
    [
        ["Escuela Media", "Scuola Media 2", "Ensemble scolaire Nord", "All Saints", "Mean Street"],
        ["Total Learning Academy", "Summe School", "B", "C", "D"],
    ],
)
def test_schools_may_be_called_so(names: list[str], tmp_path: Path) -> None:
    frame = students()
    frame["school"] = frame["school"].map(dict(zip(frame["school"].unique(), names, strict=True)))
    assert "total_rows" not in of(frame, tmp_path)
    lone = Frame({"student": [1], "school": ["Secundaria Media"], "score": [432.1]})
    assert "total_rows" not in of(pd.concat([frame, lone]), tmp_path)


def test_totals_may_be_declared_missing(tmp_path: Path) -> None:
    ids = [f"School {letter} Total" for letter in "ABCDE"]
    totals = with_totals(students(), "Total", "after", of_all=False)
    assert "total_rows" not in of(totals, tmp_path, missing=tuple(ids))
