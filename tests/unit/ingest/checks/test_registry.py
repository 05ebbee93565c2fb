"""Every check is in the registry, finds something where it should, and nothing in sound data."""

import importlib
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from multilevel.ingest import checks
from multilevel.ingest.checks import (
    aggregated_rows,
    column_sets,
    lost_rows,
    missing_codes,
    plausible_values,
    repeated_members,
    restarting_ids,
    similar_ids,
    thousands,
    total_rows,
)
from multilevel.ingest.checks.material import Columns, Members, Records, Separator
from multilevel.records.findings import Finding

PLACE = Path(checks.__file__).parent
NO_CHECK = {"__init__", "material", "repeated_rows"}
REGISTERED = (*checks.OF_COLUMNS, *checks.OF_MEMBERS, *checks.OF_RECORDS)
NAMES = ("school", "PV1MATH", "PV2MATH", "PV3MATH")


def sound_columns() -> Columns:
    return Columns(names=NAMES, labels=dict.fromkeys(NAMES, ""), outcomes=NAMES[1:])


def sound_members(scale: float = 1.0) -> Members:
    chance = np.random.default_rng(4)
    ability = chance.normal(500, 90, (120, 1))
    return Members(
        outcomes=NAMES[1:],
        scores=(ability + chance.normal(0, 30, (120, 3))) * scale,
        group="school",
        group_ids=[f"School {k}" for k in range(1, 13)],
        sizes=np.full(12, 10),
        weights={"w": ("member_weight", chance.uniform(1, 5, 120))},
        separators={"PV1MATH": Separator(mark=".", verdict="no", least_whole=np.inf)},
    )


def sound_records(scale: float = 1.0) -> Records:
    group, place = np.repeat(np.arange(12), 10), np.arange(120)
    return Records(
        file="a.csv",
        outcomes=("score",),
        group="school",
        group_ids=[str(number) for number in range(1, 13)],
        group_codes=group,
        scores=np.random.default_rng(4).normal(500, 90, (120, 1)) * scale,
        others={
            "student": pa.array(map(str, place)).dictionary_encode(),
            "district": pa.array(map(str, group // 6)).dictionary_encode(),
            "n_students": pa.array(map(str, group + 10)).dictionary_encode(),
        },
        n_rows=120,
    )


def rows(**changes: object) -> Records:
    return Records(**(vars(sound_records()) | changes))


def with_column(name: str, numbers: NDArray[np.int64]) -> Records:
    texts = pa.array(map(str, numbers)).dictionary_encode()
    return rows(others={**sound_records().others, name: texts})


def with_code() -> Members:
    members = sound_members()
    members.scores[7, 2] = 9999
    return members


def with_copies() -> Members:
    members = sound_members()
    members.scores[:, 1] = members.scores[:, 0]
    return members


def of(**changes: object) -> Members:
    return Members(**(vars(sound_members()) | changes))


Check = (
    Callable[[Columns], Iterable[Finding]]
    | Callable[[Members], Iterable[Finding]]
    | Callable[[Records], Iterable[Finding]]
)
# For each check what it is there for, and the code that it then gives.
FAULTS: dict[Check, tuple[object, str]] = {
    column_sets.check: (
        Columns(names=NAMES, labels=dict.fromkeys(NAMES, ""), outcomes=(NAMES[1], NAMES[3])),
        "values_left_out",
    ),
    similar_ids.check: (of(group_ids=["North", "north", *map(str, range(10))]), "similar_ids"),
    thousands.check: (
        of(separators={"y": Separator(mark=".", verdict="possible", least_whole=np.inf)}),
        "thousands",
    ),
    missing_codes.check: (with_code(), "suspects"),
    plausible_values.check: (with_copies(), "copied_values"),
    lost_rows.check: (rows(n_rows=130, n_without_group=10), "rows_lost"),
    repeated_members.check: (with_column("student", np.arange(120) // 2), "repeated_members"),
    total_rows.check: (
        rows(
            group_ids=[*map(str, range(1, 13)), "Total"],
            group_codes=np.append(np.repeat(np.arange(12), 10)[1:], 12),
        ),
        "total_rows",
    ),
    restarting_ids.check: (with_column("district", np.arange(120) % 10 // 5), "restarting_ids"),
    aggregated_rows.check: (with_column("n_students", np.arange(120) + 10), "aggregated_rows"),
}


def test_every_module_is_registered() -> None:
    modules = sorted(file.stem for file in PLACE.glob("*.py") if file.stem not in NO_CHECK)
    found = [importlib.import_module(f"multilevel.ingest.checks.{name}").check for name in modules]
    assert set(found) == set(REGISTERED), "name each check in ingest/checks/__init__.py"


@pytest.mark.parametrize("check", REGISTERED, ids=lambda check: check.__module__)
def test_a_check_finds_what_it_is_for(check: Check) -> None:
    assert check in FAULTS, "add a dataset for which the check finds something"
    faulty, code = FAULTS[check]
    assert code in [one.code for one in check(faulty)]  # type: ignore[arg-type]


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_sound_data_are_not_doubted_on_any_scale(scale: float) -> None:
    assert checks.of_members(sound_members(scale)) == ()
    assert checks.of_columns(sound_columns()) == ()
    assert checks.of_records(sound_records(scale)) == ()
