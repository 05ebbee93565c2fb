"""Every check is in the registry, finds something where it should, and nothing in sound data."""

import importlib
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest

from multilevel.ingest import checks
from multilevel.ingest.checks import (
    column_sets,
    missing_codes,
    plausible_values,
    similar_ids,
    thousands,
)
from multilevel.ingest.checks.material import Columns, Members, Separator
from multilevel.records.findings import Finding

PLACE = Path(checks.__file__).parent
NO_CHECK = {"__init__", "material"}
REGISTERED = (*checks.OF_COLUMNS, *checks.OF_MEMBERS)
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


Check = Callable[[Columns], Iterable[Finding]] | Callable[[Members], Iterable[Finding]]
# For each check what it is there for, and the code that it then gives.
FAULTS: dict[Check, tuple[object, str]] = {
    column_sets.check: (
        Columns(names=NAMES, labels=dict.fromkeys(NAMES, ""), outcomes=(NAMES[1], NAMES[3])),
        "values_left_out",
    ),
    similar_ids.check: (of(group_ids=["North", "north", *map(str, range(10))]), "similar_ids"),
    thousands.check: (
        of(separators={"y": Separator(mark=".", verdict="likely", least_whole=946.0)}),
        "thousands",
    ),
    missing_codes.check: (with_code(), "suspects"),
    plausible_values.check: (with_copies(), "copied_values"),
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
