"""Sets of numbered columns: what belongs to one, and what one lacks."""

import pytest

from multilevel.wording.families import families, gaps, left_out, siblings, span


@pytest.mark.parametrize(
    ("names", "absent"),
    [
        (["PV1MATH", "PV2MATH", "PV4MATH"], ("PV3MATH",)),
        (["A01", "A02", "A04", "A05"], ("A03",)),
        ([f"W_FSTR{k}" for k in range(1, 81) if k not in (17, 40)], ("W_FSTR17", "W_FSTR40")),
        ([f"A{k:02d}" for k in (1, 2, 3, 4, 5, 6, 7, 8, 10)], ("A09",)),
        (["PV2MATH", "PV3MATH", "PV4MATH"], ("PV1MATH",)),
        (["pv3", "pv1", "pv4"], ("pv2",)),
        (["PV1CMP2", "PV2CMP2", "PV4CMP2"], ("PV3CMP2",)),
        # No sets with gaps.
        (["PV1MATH", "PV2MATH", "PV3MATH"], ()),
        (["PV1MATH", "PV9MATH"], ()),
        (["score2015", "score2019", "score2023"], ()),
        (["PV1MATH", "PV3MATH", "ESCS"], ()),
        (["PV1CMP1", "PV2CMP2", "PV4CMP4"], ()),
        (["a", "b", "c"], ()),
        ([], ()),
    ],
)
def test_gaps(names: list[str], absent: tuple[str, ...]) -> None:
    assert gaps(names) == absent


@pytest.mark.parametrize(
    ("names", "last", "absent"),
    [
        (["PV1MATH", "PV2MATH", "PV3MATH"], 5, ("PV4MATH", "PV5MATH")),
        (["PV1MATH", "PV2MATH"], 5, ("PV3MATH", "PV4MATH", "PV5MATH")),
        ([f"W_FSTR{k}" for k in range(1, 80)], 80, ("W_FSTR80",)),
        ([f"BSMMAT0{k}" for k in (1, 2, 4)], 5, ("BSMMAT03", "BSMMAT05")),
        ([f"PV{k}MATH" for k in range(1, 6)], 5, ()),
        ([f"PV{k}MATH" for k in range(1, 8)], 5, ()),
        (["PV1MATH"], 5, ()),
        (["a", "b"], 5, ()),
    ],
)
def test_gaps_in_a_set_of_known_end(names: list[str], last: int, absent: tuple[str, ...]) -> None:
    assert gaps(names, last) == absent


def test_what_is_left_out_of_a_set() -> None:
    names = [f"PV{k}_D{d}" for d in range(1, 11) for k in range(1, 6)]
    assert left_out(["PV1_D3", "PV2_D3", "PV4_D3"], names) == ("PV3_D3", "PV5_D3")
    assert left_out(["PV1_D3", "PV1_D4"], ["PV1_D3", "PV1_D4", "PV1_D5", "PV2_D3"]) == ("PV1_D5",)
    assert left_out([f"PV{k}_D3" for k in range(1, 6)], names) == ()
    assert left_out(["PV1_D3", "PV2_D4"], names) == left_out(["PV1_D3"], names) == ()


def test_a_span_says_what_is_not_in_it() -> None:
    assert span(["y"]) == "y"
    assert span(["PV1M", "PV2M", "PV3M"]) == "PV1M to PV3M"
    assert span(["PV1M", "PV2M"]) == "PV1M, PV2M"
    assert span(["PV3M", "PV1M", "PV2M"]) == "PV3M, PV1M, PV2M"
    assert span(["PV1M", "PV1S", "PV3M"]) == "PV1M, PV1S, PV3M"
    assert span([f"{'abcdefghijklm'[k]}{k}" for k in range(12)]).endswith("j9 and 2 more")
    assert span(["PV1M", "PV2M", "PV4M"]) == 'PV1M to PV4M without "PV3M"'


def test_siblings_differ_in_one_number() -> None:
    names = ["PV1MATH", "PV2MATH", "PV4MATH", "PV1READ", "ESCS", "PV1CMP1", "PV1CMP2"]
    assert siblings("PV2MATH", names) == ("PV1MATH", "PV4MATH")
    assert siblings("PV1CMP1", names) == ("PV1CMP2",)
    assert siblings("ESCS", names) == ()


def test_a_family_has_no_gaps() -> None:
    assert [one.pattern for one in families(["A01", "A02", "A03"])] == ["A0[1-3]"]
    assert families(["A01", "A02", "A04"]) == ()
