import pytest

from multilevel.wording.quoting import listed, nearest, shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", '"a"'),
        (7, '"7"'),
        ("é 日本 😀", '"é 日本 😀"'),
        ("a\x07\n", '"a\\x07\\x0a"'),
        ("\u202eabc", '"\\u202eabc"'),
        ("x" * 61, '"' + "x" * 59 + '…"'),
        ("x" * 60, '"' + "x" * 60 + '"'),
    ],
)
def test_shown(value: object, text: str) -> None:
    assert shown(value) == text


def test_nearest_ignores_case_and_gives_up_on_strangers() -> None:
    assert nearest("outcom", ["group", "outcome"]) == "outcome"
    assert nearest("BSMMATXX", ["idschool", "bsmmatxx"]) == "bsmmatxx"
    assert nearest("zzz", ["group", "outcome"]) is None
    assert nearest("x" * 100_000, ["x" * 100_000 + "y"]) is not None


def test_listed() -> None:
    assert listed(["a", "b"]) == '"a", "b"'
    assert listed("abcd", 2) == '"a", "b" and 2 more'
