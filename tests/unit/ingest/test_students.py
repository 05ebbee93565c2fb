import random
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers import findings

from multilevel.errors import DataRefused
from multilevel.ingest.readers import Table
from multilevel.ingest.students import Intake, to_students
from multilevel.ingest.table.missing import without
from multilevel.ingest.table.values import LARGEST_SCORE

NAN = float("nan")


def table(groups: list[Any], scores: list[Any], **more: Any) -> Table:
    frame = pd.DataFrame(
        {"g": pd.Series(groups, dtype=object), "y": pd.Series(scores, dtype=object)}
    )
    return Table(frame=frame, n_rows=len(frame), name="a.csv", sha256="", bytes=0, **more)


def students(groups: list[Any], scores: list[Any], missing: Any = (), **more: Any) -> Intake:
    read = without(table(groups, scores, **more), missing, {"g"})
    intake = to_students(read, outcome="y", group="g")
    return replace(intake, findings=(*read.findings, *intake.findings))


def scores_of(intake: Intake) -> list[float]:
    return intake.students.members.scores[:, 0].tolist()


def one_score(text: str, missing: Any = (), **more: Any) -> list[float]:
    return scores_of(students(["a", "a"], [text, "1"], missing, **more))[:-1]


def refusal(*arguments: Any, **more: Any) -> DataRefused:
    with pytest.raises(DataRefused) as caught:
        students(*arguments, **more)
    return caught.value


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5", 5.0),
        (" 5.25\t", 5.25),
        ("\u00a05", 5.0),
        ("+5", 5.0),
        ("-.5", -0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("1E-3", 0.001),
        ("0.1", 0.1),
        ("538.9790000000001", 538.9790000000001),
        ("9007199254740993", 9007199254740992.0),
        ("1e-999", 0.0),
        ("005", 5.0),
    ],
)
def test_numbers(text: str, number: float) -> None:
    assert one_score(text) == [number]


@pytest.mark.parametrize(
    ("text", "number"),
    [("1,532", 1532.0), ("1'532", 1532.0), ("1 532.5", 1532.5), ("1.532,5", 1532.5)],
)
def test_separated_thousands_are_read_and_said(text: str, number: float) -> None:
    found = students(["a", "a"], [text, "1"])
    assert scores_of(found) == [number, 1.0]
    assert found.findings


def test_numbers_written_in_another_way_are_no_codes() -> None:
    text = "500,25"
    remedy = refusal(["a", "a"], [text, "1.5"]).reason.remedy
    assert f'write "{text}" in the way of the column' in remedy and "codes" not in remedy
    for other in ("x", "1,", "?5", "-"):
        assert (
            f'add "{other}" to the missing codes' in refusal(["a", "a"], [other, "1"]).reason.remedy
        )


@pytest.mark.parametrize(
    "text", ["", " ", "NA", "na", "N/A", "NaN", "nan", ".", "null", "None", None]
)
def test_missing_scores(text: str | None) -> None:
    found = students(["a", "b", "b"], [text, "1", "2"])
    assert (found.n_dropped_outcome, found.n_dropped_group) == (1, 0)
    assert found.students.group_ids == ("b",)
    assert any('Ids in "g" without any score: 1.' in note for note in findings.notes(found))


@pytest.mark.parametrize(
    ("text", "missing", "kept"),
    [
        ("999", [999], []),
        ("999.0", [999], []),
        ("9.99e2", [999], []),
        ("999", [999.0], []),
        ("999", ["999"], []),
        ("999.0", ["999"], [999.0]),
        (" Omitted ", ["Omitted"], []),
        ("x", [" x "], []),
        ("999", [99, 9999], [999.0]),
        ("-9", [-9], []),
    ],
)
def test_configured_codes(text: str, missing: list[Any], kept: list[float]) -> None:
    assert one_score(text, missing) == kept


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("abc", '"abc"'),
        ("omitted", '"omitted"'),
        ("inf", '"inf"'),
        ("-Infinity", '"-Infinity"'),
        ("1e999", '"1e999"'),
        ("1_000", '"1_000"'),
        ("0x10", '"0x10"'),
        ("5 6", '"5 6"'),
        ("nan(1)", '"nan(1)"'),
        ("2019-01-01", '"2019-01-01"'),
        ("a\x1b[31m", '"a\\x1b[31m"'),
        ("x" * 5000, "x" * 59 + "…"),
        ("<script>", '"<script>"'),
    ],
)
def test_no_numbers(text: str, value: str) -> None:
    refused = refusal(["a"] * 4, ["1", "", text, text], first_line=2)
    assert refused.reason.code == "not_numeric"
    assert '"y" of "a.csv"' in refused.reason.message
    assert "row 3 (line 4) has" in refused.reason.message
    assert value in refused.reason.message
    assert refused.reason.message.endswith("(2 rows are like that).")
    assert value in refused.reason.remedy
    assert len(str(refused)) < 500


def test_a_decimal_comma_among_whole_numbers_is_read_and_said() -> None:
    found = students(["a", "a"], ["5,2", "1"])
    assert scores_of(found) == [5.2, 1.0]
    assert found.decimal_commas == ("y",)


def test_the_line_is_left_out_where_it_is_not_known() -> None:
    assert "row 1 has" in refusal(["a"], ["x"]).reason.message


@pytest.mark.parametrize(
    ("scores", "numbers"),
    [
        (["5,25", "6"], [5.25, 6]),
        (["5,25", "", "-,5", "1,5e2"], [5.25, -0.5, 150]),
        (["5.25", "6"], [5.25, 6]),
        (["5", "6"], [5, 6]),
    ],
)
def test_decimal_commas(scores: list[str], numbers: list[float]) -> None:
    found = students(["a"] * len(scores), scores, decimal_comma=True)
    assert scores_of(found) == numbers
    assert (found.decimal_commas == ("y",)) == any("," in score for score in scores)


@pytest.mark.parametrize(
    ("scores", "row"),
    [
        (["5,2", "6,1", "7.5"], 3),
        (["5.2", "6.1", "7,5"], 3),
        (["5,2", "x"], 2),
        (["5,2,1", "6"], 1),
    ],
)
def test_mixed_decimal_marks_are_refused(scores: list[str], row: int) -> None:
    refused = refusal(["a"] * len(scores), scores, decimal_comma=True)
    assert f"row {row} has" in refused.reason.message


def test_groups_are_text_in_natural_order() -> None:
    groups = ["10", "007", "7", "5007.0", " 10 ", "Zoë", "e\u0301", "é", "na", "."]
    found = students(groups, [str(i) for i in range(10)])
    assert found.students.group_ids == ("007", "7", "10", "5007.0", ".", "é", "na", "Zoë")
    assert [found.students.group_ids[code] for code in found.students.members.group] == [
        "10", "007", "7", "5007.0", "10", "Zoë", "é", "é", "na", ".",
    ]  # fmt: skip
    assert found.students.members.group.dtype == np.int32
    assert scores_of(found) == list(range(10))
    assert any("two Unicode forms" in note for note in findings.notes(found))


@pytest.mark.parametrize(
    "group", ["", "  ", "NA", "NaN", "nan", None, "999", "999.0", "none given"]
)
def test_missing_groups(group: str | None) -> None:
    found = students([group, "a", group], ["1", "2", ""], [999, "none given"])
    assert found.students.group_ids == ("a",)
    assert (found.n_dropped_outcome, found.n_dropped_group) == (1, 1)


def test_a_code_that_drops_groups_is_said() -> None:
    found = students(["999", "1", "", "NA"], ["1", "2", "3", "4"], [999, "NA"])
    assert findings.notes(found) == ['As configured, "999" in "g" means that the id is missing.']


@pytest.mark.parametrize(
    ("groups", "scores", "message"),
    [
        (["a", "b"], ["", "NA"], 'the column "y" is missing in all 2 rows'),
        (["", "NA"], ["1", "2"], 'the column "g" is missing in all 2 rows'),
        (["a", ""], ["", "2"], 'no row has both "y" and "g" among all 2 rows'),
    ],
)
def test_nothing_left(groups: list[str], scores: list[str], message: str) -> None:
    refused = refusal(groups, scores)
    assert refused.reason.code == "empty"
    assert message in refused.reason.message


@pytest.mark.parametrize("dtype", [object, "str", "string", "category"])
def test_any_column_of_text_will_do(dtype: Any) -> None:
    frame = pd.DataFrame({"g": ["a", "b"], "y": ["1", None]}).astype(dtype)
    found = to_students(
        Table(frame=frame, n_rows=2, name="a.csv", sha256="", bytes=0), outcome="y", group="g"
    )
    assert (found.students.group_ids, scores_of(found)) == (("a",), [1.0])


@pytest.mark.parametrize("score", [1e262, -1e301])
def test_a_damaged_score_is_refused_with_its_row(score: float) -> None:
    frame = pd.DataFrame({"g": ["a", "a", "b", "b"], "y": [1.0, 2.0, score, 3.0]})
    read = Table(frame=frame, n_rows=4, name="a.sav", sha256="", bytes=0)
    with pytest.raises(DataRefused) as caught:
        to_students(read, outcome="y", group="g")
    assert caught.value.reason.code == "not_numeric" and "damaged" in caught.value.reason.remedy
    assert f"row 3 has {score:g}, too large" in caught.value.reason.message
    kept = to_students(without(read, [score], {"g"}), outcome="y", group="g")
    assert scores_of(kept) == [1.0, 2.0, 3.0]


finite = st.floats(-LARGEST_SCORE, LARGEST_SCORE)
ids = st.text(alphabet="aé0129 ", max_size=3)


@given(
    st.lists(st.tuples(ids, finite | st.none()), min_size=1, max_size=30),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_every_score_survives_and_order_of_rows_is_kept(
    rows: list[tuple[str, float | None]], comma: bool, shuffler: random.Random
) -> None:
    shuffler.shuffle(rows)
    texts = ["" if score is None else repr(score) for _, score in rows]
    if comma:
        texts = [text.replace(".", ",") for text in texts]
    expected = [
        (group.strip(), score) for group, score in rows if group.strip() and score is not None
    ]
    groups = [group for group, _ in rows]
    if not expected:
        assert refusal(groups, texts, decimal_comma=comma).reason.code == "empty"
        return
    found = students(groups, texts, decimal_comma=comma)
    kept = [
        (found.students.group_ids[code], score)
        for code, score in zip(found.students.members.group, scores_of(found), strict=True)
    ]
    assert kept == expected
    assert set(found.students.group_ids) == {group for group, _ in expected}
    assert len(rows) == len(kept) + found.n_dropped_outcome + found.n_dropped_group
