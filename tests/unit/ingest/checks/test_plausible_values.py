"""Plausible values that are damaged: empty, copied, or with codes among the scores."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.helpers import findings
from tests.unit.ingest.table.test_layout import one, timss

from multilevel.configuration import Dataset
from multilevel.ingest.checks.plausible_values import unlike
from multilevel.ingest.stage import Ingested, ingest
from multilevel.records.results import Labels
from multilevel.wording.findings import reason

LABELS = Labels(
    title="T", subtitle="", outcome="score", group="school", groups="schools", member="student",
    members="students",
)  # fmt: skip
COLUMNS = ("pv1", "pv2", "pv3")


def values() -> pd.DataFrame:
    chance = np.random.default_rng(2)
    frame = pd.DataFrame({name: chance.normal(500, 90, 60) for name in COLUMNS})
    return frame.assign(school=np.repeat(np.arange(6), 10))


def ingested(
    folder: Path, frame: pd.DataFrame, outcome: str | tuple[str, ...] = COLUMNS
) -> Ingested:
    frame.to_csv(folder / "a.csv", index=False)
    dataset = Dataset(id="t", file="a.csv", outcome=outcome, group="school", labels=LABELS)
    return ingest(dataset, folder / "a.csv")[0]


def test_codes_are_suspected_in_every_column(tmp_path: Path) -> None:
    frame = values()
    assert findings.of(ingested(tmp_path, frame), "suspects") == []
    frame.loc[7, "pv3"] = 9999
    frame.loc[3, "pv1"] = -99999
    found = findings.of(ingested(tmp_path, frame), "suspects")
    assert [(*one.columns, one.values["value"], one.values["n"]) for one in found] == [
        ("pv1", -99999, 1),
        ("pv3", 9999, 1),
    ]


@pytest.mark.parametrize(
    ("empty", "message"),
    [
        (["pv3"], 'no row has all 3 plausible values; "pv3" is missing in all 60 rows'),
        (["pv1", "pv3"], '3 plausible values; "pv1", "pv3" are missing in all 60 rows'),
        (list(COLUMNS), 'the columns "pv1", "pv2", "pv3" are missing in all 60 rows'),
    ],
)
def test_the_empty_column_is_named(empty: list[str], message: str, tmp_path: Path) -> None:
    refused = reason(ingested(tmp_path, values().assign(**dict.fromkeys(empty))).refusal)
    assert refused is not None
    assert (refused.code, message in refused.message) == ("empty", True), refused.message


def test_values_that_are_never_together(tmp_path: Path) -> None:
    frame = values()
    frame.loc[:29, "pv1"] = np.nan
    frame.loc[30:, "pv2"] = np.nan
    refused = reason(ingested(tmp_path, frame).refusal)
    assert refused is not None
    assert "no row has all 3 plausible values among all 60 rows" in refused.message


@pytest.mark.parametrize(
    ("outcome", "message"),
    [
        (("pv1", "pv1"), 'The column "pv1" of "a.csv" is named 2 times.'),
        (("pv1", "pv[1-3]"), 'The column "pv1" of "a.csv" is named 2 times.'),
        (("pv1", "School"), 'The column "school" of "a.csv" is named 2 times.'),
        ("*", 'The pattern "*" under outcome takes in "school", which is the column of groups.'),
        (("pv1", "s*"), 'The pattern "s*" under outcome takes in "school"'),
    ],
)
def test_names_that_meet_are_named(
    outcome: str | tuple[str, ...], message: str, tmp_path: Path
) -> None:
    refused = reason(ingested(tmp_path, values(), outcome).refusal)
    assert refused is not None
    assert (refused.code, refused.message.startswith(message)) == ("missing_column", True), refused


def test_copies_are_doubted(tmp_path: Path) -> None:
    frame = values()
    assert findings.of(ingested(tmp_path, frame), "copied_values") == []
    frame["pv3"] = frame["pv1"]
    found = ingested(tmp_path, frame)
    assert found.status == "ok"
    (doubt,) = findings.of(found, "copied_values")
    assert (doubt.code, doubt.columns, doubt.values["n"]) == ("copied_values", ("pv1", "pv3"), 3)
    frame.loc[0, "pv3"] += 1
    assert findings.of(ingested(tmp_path, frame), "copied_values") == []


@pytest.mark.parametrize(
    ("outcome", "kept", "codes", "said"),
    [
        (
            "BSMMAT0[2-2]",
            5,
            ["pattern_of_one", "one_value"],
            'pattern "BSMMAT0[2-2]" under outcome fits one column only',
        ),
        ("bsmmat02", 5, ["one_value"], "outcome: BSMMAT0[1-5] takes all that the file has"),
        (
            "BSMMAT01",
            1,
            ["one_value"],
            '"BSMMAT01" is one of several plausible values. Alone it gives',
        ),
        ("BSMMAT0[1-5]", 5, [], ""),
        ("TOTWGT", 5, [], ""),
    ],
)
def test_a_plausible_value_alone_is_told(
    outcome: str, kept: int, codes: list[str], said: str, tmp_path: Path
) -> None:
    frame = timss().drop(columns=[f"BSMMAT0{k}" for k in range(kept + 1, 6)])
    frame.to_csv(tmp_path / "a.csv", index=False)
    _, _, files = one(tmp_path, file="a.csv", outcome=outcome, group="IDSCHOOL")
    assert [one.code for one in files.layout.findings] == codes
    assert said in findings.told(files.layout, *codes)


def draws(seed: int, n: int, reliability: float, m: int = 5) -> np.ndarray:
    """Plausible values of a test: what students share, and what each draw adds."""
    chance = np.random.default_rng(seed)
    known = chance.normal(0, np.sqrt(reliability), (n, 1))
    return 500 + 90 * (known + chance.normal(0, np.sqrt(1 - reliability), (n, m)))


@pytest.mark.parametrize("n", [10, 60, 4_000])
@pytest.mark.parametrize("reliability", [0.6, 0.9])
def test_draws_of_one_score_are_alike(n: int, reliability: float) -> None:
    names = [f"pv{k}" for k in range(5)]
    assert not [seed for seed in range(20) if unlike(names, draws(seed, n, reliability))]


@pytest.mark.parametrize(
    "odd",
    [
        lambda own: (own - 500) / 90,  # another scale
        lambda own: np.random.default_rng(9).permutation(own),  # other students
        lambda own: own + 120,
        lambda own: 500 + 3 * (own - 500),
        lambda own: np.full_like(own, 500.0),
    ],
    ids=["scale", "shuffled", "shifted", "spread", "constant"],
)
def test_the_value_that_is_no_draw_is_named(odd: Callable[[np.ndarray], np.ndarray]) -> None:
    scores = draws(1, 300, 0.8)
    scores[:, 2] = odd(scores[:, 2])
    (found,) = unlike(["a", "b", "c", "d", "e"], scores)
    assert found.columns == ("c",)
    of = found.values
    mean, sd = scores[:, 2].mean(), scores[:, 2].std()
    assert (of["mean"], of["sd"]) == pytest.approx((mean, sd))
    np.testing.assert_allclose((of["others_mean"], of["others_sd"]), (500, 90), rtol=0.1)
    if of["correlation"] is not None:
        r = np.corrcoef(scores, rowvar=False)[2]
        assert of["correlation"] == pytest.approx(np.median(np.delete(r, 2)))
    else:
        assert of["sd"] == 0


def test_of_two_unlike_values_both_are_named() -> None:
    both = np.column_stack([draws(1, 300, 0.8)[:, 0], draws(2, 300, 0.8)[:, 0]])
    assert [name for one in unlike(["math", "escs"], both) for name in one.columns] == [
        "math",
        "escs",
    ]


def test_sets_of_columns_hint_at_mistakes(tmp_path: Path) -> None:
    def doubts(**entry: Any) -> list[tuple[str, tuple[str, ...], int]]:
        timss().drop(columns="BSMMAT03").to_csv(tmp_path / "a.csv", index=False)
        _, _, files = one(tmp_path, file="a.csv", group="IDSCHOOL", **entry)
        return [
            (found.code, found.columns, found.values["n"])
            for found in findings.cautions(files.layout)
        ]

    assert doubts(outcome="BSMMAT0*") == [("values_gap", ("BSMMAT03",), 4)]
    assert doubts(outcome=["BSMMAT01", "BSSSCI01"]) == [
        ("several_sets", ("BSMMAT01", "BSSSCI01"), 2)
    ]
    assert doubts(outcome="BSSSCI0[1-5]") == []
    assert doubts(outcome="BSMMAT01") == [("one_value", ("BSMMAT01",), 1)]
    assert doubts(outcome="BSMMAT0[12]") == [
        ("values_gap", ("BSMMAT03",), 2),
        ("values_left_out", ("BSMMAT04", "BSMMAT05"), 2),
    ]
    assert doubts(outcome=["BSSSCI01", "BSSSCI03", "BSSSCI05"]) == [
        ("values_left_out", ("BSSSCI02", "BSSSCI04"), 3)
    ]
    assert doubts(preset="timss") == [("values_gap", ("BSMMAT03",), 4)]


def test_one_score_of_several_with_plausible_values_each(tmp_path: Path) -> None:
    """Each is a numbered set, although more columns differ in the other number."""
    chance = np.random.default_rng(3)
    names = [f"PV{k}_D{d}" for d in range(1, 11) for k in range(1, 6)]
    frame = pd.DataFrame(chance.normal(500, 90, (60, 50)), columns=names)
    frame.assign(school=np.arange(60) // 6).to_csv(tmp_path / "a.csv", index=False)
    _, _, files = one(tmp_path, file="a.csv", outcome="PV[1-5]_D3", group="school")
    assert findings.cautions(files.layout) == []


@pytest.mark.parametrize(
    ("values", "replicates", "expected"),
    [
        (range(1, 11), range(1, 81), []),
        (range(1, 6), (), []),
        (range(1, 10), range(1, 80), [("values_gap", "PV10MATH"), ("replicates_gap", "W_FSTR80")]),
        (range(1, 5), range(1, 81), [("values_gap", "PV5MATH")]),
        (range(2, 6), range(2, 81), [("values_gap", "PV1MATH"), ("replicates_gap", "W_FSTR1")]),
    ],
)
def test_a_preset_knows_how_many_columns_a_set_has(
    values: range, replicates: range, expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    chance = np.random.default_rng(4)
    columns = {f"PV{k}MATH": chance.normal(500, 90, 60) for k in values}
    columns |= {f"W_FSTR{k}": np.ones(60) for k in replicates}
    columns |= {"SCHOOLID": np.arange(60) // 6, "W_FSTUWT": np.ones(60)}
    pd.DataFrame(columns).to_csv(tmp_path / "a.csv", index=False)
    _, _, files = one(tmp_path, file="a.csv", preset="pisa")
    assert [(one.code, *one.columns) for one in findings.cautions(files.layout)] == expected


def test_a_value_whose_set_has_gaps_is_not_called_alone(tmp_path: Path) -> None:
    timss().drop(columns="BSMMAT03").to_csv(tmp_path / "a.csv", index=False)
    _, _, files = one(tmp_path, file="a.csv", outcome="BSMMAT01", group="IDSCHOOL")
    assert findings.told(files.layout, "one_value").endswith(
        'The file also has "BSMMAT02", "BSMMAT04", "BSMMAT05", but not "BSMMAT03".'
    )
