import pytest
from hypothesis import given
from hypothesis import strategies as st

from multilevel.wording.ordering import natural


@pytest.mark.parametrize(
    "names",
    [
        ["2", "10", "100"],
        ["School 2", "school 10", "School 11"],
        ["007", "7", "8"],
        ["", "1", "a"],
        ["Eck", "Église", "Ende", "Zoo"],
        ["1.2", "1.10"],
        ["9", "1" + "0" * 5000],
        ["a1b2", "a1b10", "a2"],
        ["-2", "-10"],
    ],
)
def test_people_s_order(names: list[str]) -> None:
    assert sorted(set(names), key=natural) == names


@given(st.sets(st.text(max_size=6) | st.from_regex(r"[a-b0-9]{1,6}", fullmatch=True), max_size=20))
def test_any_names_have_one_order(names: set[str]) -> None:
    assert sorted(names, key=natural) == sorted(sorted(names), key=natural)
