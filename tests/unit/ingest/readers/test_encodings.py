"""Encodings are recognised by the words that they give, and a guess is a caution."""

from pathlib import Path

import pytest
from tests.unit.ingest.test_dressed_files import (
    NAMES,
    ROWS,
    SCHOOLS,
    SCORES,
    codes,
    refusal,
    separated,
    students,
    taken,
)

from multilevel.ingest.readers import large

LATIN = ["École Nord", "Collège É", "Lycée Hôtel", "Señor Peña"]
SCRIPTS = {
    "cp1252": (LATIN, "note"),
    "mac_roman": (LATIN, "caution"),
    "cp850": (LATIN, "caution"),
    "cp1250": (["Szkoła Główna", "Łódź", "Kraków", "Częstochowa"], "note"),
    "cp1251": (["Школа первая", "Лицей", "Гимназия", "Средняя школа"], "note"),
    "cp1253": (["Σχολείο", "Γυμνάσιο", "Λύκειο", "Αθήνα"], "note"),
    "shift_jis": (["東校", "西校", "南校", "北校"], "note"),
    "big5": (["台北國小", "高雄中學", "台中高中", "新竹國中"], "note"),
    "euc_kr": (["서울학교", "부산학교", "대구중학교", "인천학교"], "note"),
    "utf-16-le": (LATIN, "note"),
    "utf-16-be": (LATIN, "note"),
}


@pytest.mark.parametrize("in_batches", [False, True])
@pytest.mark.parametrize("codec", SCRIPTS)
def test_encodings(
    codec: str, in_batches: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if in_batches:
        monkeypatch.setattr(large, "BYTES_IN_MEMORY", 0)
    names, level = SCRIPTS[codec]
    rows = [f"{names[place // 6]},{score}" for place, score in enumerate(SCORES)]
    content = "\n".join(["school,score", *rows]).encode(codec)
    ingested, found = taken(tmp_path, ".csv", content)
    assert len(found.group_ids) == 4
    assert set(found.group_ids) == set(names) or level == "caution"
    assert ("encoding_guessed" in codes(ingested)) == (level == "caution")
    named, found = taken(tmp_path, ".csv", content, encoding=codec)
    assert set(found.group_ids) == set(names)
    assert "encoding_guessed" not in codes(named)
    assert refusal(tmp_path, ".csv", content, encoding="ascii").code.endswith("other_encoding")


@pytest.mark.parametrize("in_batches", [False, True])
def test_no_byte_of_a_guess_is_trimmed(
    in_batches: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if in_batches:
        monkeypatch.setattr(large, "BYTES_IN_MEMORY", 0)
    ends = [b"", b"\x85", b"\xa0", b"\x8f\x81"]
    rows = [b"Coll %b,%f" % (ends[place // 6], score) for place, score in enumerate(SCORES)]
    _, found = taken(tmp_path, ".csv", b"\n".join([b"school,score", *rows]))
    assert len(found.group_ids) == 4


def test_an_encoding_that_there_is_not(tmp_path: Path) -> None:
    found = refusal(tmp_path, ".csv", b"school,score\na,1\n", encoding="shift-jsi")
    assert found.code == "unreadable_file.no_such_encoding"
    for name in ("rot13", "base64", "\u0130"):
        found = refusal(tmp_path, ".csv", b"school,score\na,1\n", encoding=name)
        assert found.code == "unreadable_file.no_such_encoding"


@pytest.mark.parametrize("name", ["utf-16", "utf-32"])
def test_an_encoding_that_needs_a_mark(name: str, tmp_path: Path) -> None:
    rows = "\n".join(f"{school},{score}" for school, _, score in ROWS)
    content = f"school,score\n{rows}\n"
    for codec in (name, f"{name}-le"):
        students(tmp_path, ".csv", content.encode(codec), encoding=name)
    found = refusal(tmp_path, ".csv", content.encode(), encoding=name)
    assert found.code in ("unreadable_file.other_encoding", "missing_column.absent")


WORDS = {
    ("Turkish", "cp1254"): ["Atatürk İlkokulu", "Şehit Işık Ortaokulu", "Çağdaş Lisesi", "Doğuş"],
    ("Polish", "cp1250"): ["Szkoła nr 5 w Łodzi", "Gimnazjum Śląsk", "Żak", "Źródło"],
    ("Polish 2", "iso8859_2"): ["Szkoła nr 5 w Łodzi", "Gimnazjum Śląsk", "Żak", "Źródło"],
    ("Czech", "cp1250"): ["Základní škola Říčany", "Gymnázium Děčín", "Střední", "Vyšší, Kolín"],
    ("Czech 2", "iso8859_2"): ["Základní škola Říčany", "Gymnázium Děčín", "Střední", "Šť"],
    ("Hungarian", "cp1250"): ["Petőfi Általános", "Győri Iskola", "Fűzfő", "Bükk"],
    ("Croatian", "cp1250"): ["Škola Đurđevac", "Osnovna Čakovec", "Sinković", "Žminj"],
    ("Romanian", "cp1250"): ["Şcoala Braşov", "Ţara", "Brăila", "Bârlad"],
    ("Lithuanian", "cp1257"): ["Šiaulių gimnazija", "Žemaičių", "Klaipėdos", "Mažųjų"],
    ("German", "cp1252"): ["Größe", "Äußere Schule", "Übung", "Köln"],
    ("French", "cp1252"): ["École", "Collège", "Lycée « Hôpital »", "Œuvre"],
    ("French spaces", "cp1252"): ["École", "Collège", "Lycée «\u00a0Hôpital\u00a0»", "Œuvre"],
    ("Portuguese", "cp1252"): ["São João", "Conceição", "Três Corações", "Colégio"],
    ("Spanish", "cp1252"): ["Señor Peña", "Colegio nº 5", "Martí", "Güell"],
    ("Swiss", "cp1252"): ["Genève", "Zürich", "Neuchâtel", "Schüpfen"],
    ("Danish", "cp1252"): ["Skole på Fyn", "Ærø", "Tårnby", "Søndre"],
    ("Icelandic", "cp1252"): ["Þór", "Garðabær", "Ísafjörður", "Akureyri"],
    ("Finnish", "cp1252"): ["Yhtenäiskoulu", "Åbo", "Töölö", "Äänekoski"],
}


@pytest.mark.parametrize("language", WORDS, ids=lambda key: key[0])
@pytest.mark.parametrize("in_batches", [False, True])
def test_languages_of_the_latin_alphabet_are_told_apart(
    language: tuple[str, str], in_batches: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their words have their own letters, and no caution where there are some of these."""
    if in_batches:
        monkeypatch.setattr(large, "BYTES_IN_MEMORY", 0)
    codec = language[1]
    schools = [name for name in WORDS[language] for _ in range(6)]
    rows = [[school, score] for school, score in zip(schools, SCORES, strict=True)]
    content = separated(";")([["school", "score"], *rows]).decode().encode(codec)
    ingested, found = taken(tmp_path, ".csv", content)
    assert set(found.group_ids) == set(WORDS[language])
    assert "encoding_guessed" not in codes(ingested)


@pytest.mark.parametrize(
    ("words", "codec"), [(["Kadýköy", "a"], "cp1252"), (["Michał", "b"], "cp1250")]
)
def test_a_single_letter_of_another_language_is_a_guess(
    words: list[str], codec: str, tmp_path: Path
) -> None:
    rows = [[word, score] for word, score in zip(words * 12, SCORES, strict=True)]
    content = separated(";")([["school", "score"], *rows]).decode().encode(codec)
    ingested, _ = taken(tmp_path, ".csv", content)
    assert "encoding_guessed" in codes(ingested)


@pytest.mark.parametrize("in_batches", [False, True])
def test_percent_signs_after_a_blank_that_does_not_break(
    in_batches: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if in_batches:
        monkeypatch.setattr(large, "BYTES_IN_MEMORY", 0)
    percent = [round(score / 10, 1) for score in SCORES]
    lines = [f"{school};{score}\u00a0%".replace(".", ",")
             for school, score in zip(SCHOOLS, percent, strict=True)]  # fmt: skip
    content = "\n".join(["school;score", *lines]).encode("cp1252")
    ingested, found = taken(tmp_path, ".csv", content)
    assert set(codes(ingested)) == {"percent_signs"}
    assert found.members.scores[:, 0].tolist() == percent


RUSSIAN = ["Школа № 1", "Лицей", "Гимназия № 7", "Средняя школа"]


@pytest.mark.parametrize("codec", ["cp1251", "koi8_r", "cp866"])
def test_russian_is_told_from_other_alphabets(codec: str, tmp_path: Path) -> None:
    names = [name.replace("№ ", "" if codec == "koi8_r" else "№ ") for name in RUSSIAN]
    rows = [[name, score] for name, score in zip(names * 6, SCORES, strict=True)]
    content = separated(";")([["школа", "балл"], *rows]).decode().encode(codec)
    ingested, found = taken(tmp_path, ".csv", content, outcome="балл", group="школа")
    assert set(found.group_ids) == set(names)
    assert "encoding_guessed" not in codes(ingested)


def test_a_mark_that_was_written_twice(tmp_path: Path) -> None:
    content = separated(",")([NAMES, *ROWS]).decode()
    students(tmp_path, ".csv", f"\ufeff{content}".encode("utf-8-sig"))
