"""Columns of the three models, and what can't be a covariate."""

import numpy as np
import pytest
from tests.unit.fit.companion.datasets import Accumulator

from multilevel.fit.companion.design import LEAST_GROUPS, Design, design
from multilevel.ingest.statistics.rows import Labelled
from multilevel.records.companion import CompanionRefusal

J, N = 20, 6
GROUP = np.repeat(np.arange(J), N)
RANDOM = np.random.default_rng(11)
X = RANDOM.normal(size=J)[GROUP] + RANDOM.normal(size=J * N)
Z = RANDOM.normal(size=J)
Y = RANDOM.normal(size=J)[GROUP] + X + RANDOM.normal(size=J * N)
TEXT = RANDOM.choice(["a", "b", "c"], J * N, p=[0.2, 0.5, 0.3])


def planned(member, group=None, centre="group", outcomes=(Y,), rows=slice(None)):
    accumulator = Accumulator(tuple(member), tuple(group or {}), len(outcomes))
    columns = {**member, **(group or {})}
    accumulator.add(
        GROUP[rows],
        np.column_stack(outcomes)[rows],
        {
            name: Labelled.of(list(v[rows])) if v.dtype.kind == "U" else v[rows]
            for name, v in columns.items()
        },
    )
    return design(accumulator.statistics(), centre)


def names(plan):
    assert isinstance(plan, Design)
    return [column.name for column in plan.columns]


def refused(plan):
    assert isinstance(plan, CompanionRefusal)
    return plan.code, plan.columns


def test_columns_stand_members_first_then_their_means_then_groups():
    two = np.where(X > 0, 2.0, 1.0)
    sector = np.where(Z > 0, "church", "state")[GROUP]
    plan = planned({"x": X, "two": two, "text": TEXT}, {"sector": sector, "z": Z[GROUP]})
    most = "church" if (sector == "church").sum() > (sector == "state").sum() else "state"
    other = {"church": "state", "state": "church"}[most]
    assert names(plan) == [
        "x", "two", "text = a", "text = c", "mean of x", f"sector = {other}", "z"
    ]  # fmt: skip
    assert plan.models == (("null", 0), ("member", 4), ("full", 7))
    assert plan.contextual == (("x", 0, 4),)
    assert plan.aliased == ()


@pytest.mark.parametrize("centre", ["overall", "none"])
def test_without_group_centring_there_is_no_group_mean(centre):
    plan = planned({"x": X}, centre=centre)
    assert names(plan) == ["x"]
    assert plan.models == (("null", 0), ("member", 1)) and plan.contextual == ()


def test_group_columns_alone_make_one_model_more():
    plan = planned({}, {"z": Z[GROUP]})
    assert plan.models == (("null", 0), ("full", 1))


def test_a_column_with_equal_group_means_has_no_group_mean():
    balanced = np.tile(np.arange(N) - 2.5, J)
    plan = planned({"x": balanced})
    assert names(plan) == ["x"] and plan.aliased == ("mean of x",)


def test_aliased_columns_are_named_and_left_out():
    plan = planned({"x": X, "again": 3.0 - 2.0 * X}, {"z": Z[GROUP], "minus": -Z[GROUP]})
    assert names(plan) == ["x", "mean of x", "z"]
    assert plan.aliased == ("again", "mean of again", "minus")
    # Indicators that add up to another.
    either = np.where(TEXT == "b", 1.0, 0.0)
    assert planned({"text": TEXT, "either": either}).aliased == ("either",)


def test_a_column_of_members_that_is_constant_within_groups_keeps_its_group_mean():
    plan = planned({"z": Z[GROUP]})
    assert names(plan) == ["mean of z"] and plan.aliased == ("z",)


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_nearly_aliased_columns_stay_at_any_scale(scale):
    near = scale * (X + 1e-4 * RANDOM.normal(size=J * N))
    assert names(planned({"x": X, "near": near}, centre="none")) == ["x", "near"]
    assert planned({"x": X, "near": scale * X}, centre="none").aliased == ("near",)


def test_nothing_but_aliased_columns():
    plan = planned({"z": Z[GROUP]}, {}, "none")
    assert names(plan) == ["z"]
    # A column of two values isn't centred, so it is the group column itself.
    assert planned({"z": np.sign(Z)[GROUP]}, {"same": np.sign(Z)[GROUP]}).aliased == ("same",)


def test_constant_columns_are_refused():
    constant = np.full(J * N, 7.0)
    assert refused(planned({"x": X, "one": constant})) == ("constant", ("one",))
    text = np.full(J * N, "same")
    assert refused(planned({"x": X}, {"text": text})) == ("constant", ("text",))


def test_text_with_many_values_is_refused():
    many = np.array([f"v{k % 31}" for k in range(J * N)])
    assert refused(planned({"x": X, "many": many})) == ("too_many_values", ("many",))


def test_a_group_column_that_varies_is_refused():
    assert refused(planned({}, {"z": Z[GROUP], "x": X})) == ("varies_within_groups", ("x",))


@pytest.mark.parametrize("scale", [1e-90, 1e90, 1e200])
def test_values_whose_squares_leave_double_precision_are_refused(scale):
    assert refused(planned({"x": X, "far": scale * X})) == ("magnitude", ("far",))


def test_infinite_values_are_missing():
    infinite = np.where(np.arange(J * N) == 5, np.inf, X)
    accumulator = Accumulator(("x",), (), 1)
    accumulator.add(GROUP, Y[:, None], {"x": infinite})
    assert accumulator.statistics().n_left_out == 1


def test_few_groups_are_refused():
    needed = LEAST_GROUPS + 2
    for n_groups in (needed - 1, needed):
        plan = planned({"x": X}, {"z": Z[GROUP]}, rows=slice(0, N * n_groups))
        if n_groups < needed:
            assert refused(plan) == ("few_groups", ("mean of x", "z"))
        else:
            assert names(plan) == ["x", "mean of x", "z"]


def test_columns_that_are_left_out_need_no_groups():
    plan = planned({}, {"z": Z[GROUP], "again": 2 * Z[GROUP]}, rows=slice(0, N * 11))
    assert names(plan) == ["z"] and plan.aliased == ("again",)


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_columns_of_members_that_are_constant_within_groups_are_columns_of_groups(scale):
    z, text = scale * (7.0 + Z[GROUP]), np.where(Z > 0, "a", "b")[GROUP]
    plan = planned({"x": X, "z": z, "text": text}, centre="overall")
    assert plan.models == (("null", 0), ("member", 1), ("full", 3))
    assert names(plan)[0] == "x"
    refusal = refused(planned({"z": z, "text": text}, centre="none", rows=slice(0, N * 11)))
    assert refusal[0] == "few_groups"


def test_what_determines_the_outcome_is_refused():
    other = RANDOM.normal(size=J * N)
    assert refused(planned({"copy": 5.0 - 2.0 * Y}, centre="none"))[0] == "outcome_determined"
    assert refused(planned({"copy": Y}, outcomes=(other, Y)))[0] == "outcome_determined"
    assert refused(planned({"x": X}, outcomes=(Z[GROUP],)))[0] == "outcome_determined"
    assert names(planned({"x": X}, outcomes=(Y, Y + other))) == ["x", "mean of x"]


def test_ids_of_members_are_refused():
    ids = np.arange(J * N) * 1.0 + 5e7
    assert refused(planned({"x": X, "id": ids})) == ("member_id", ("id",))
    assert refused(planned({"id": ids[::-1].copy()})) == ("member_id", ("id",))
    of_groups = RANDOM.permutation(J)[GROUP] + 1.0
    assert refused(planned({"x": X}, {"number": of_groups})) == ("group_id", ("number",))
    # A value that stands in two groups names nobody.
    assert names(planned({"x": np.where(np.arange(J * N) == 5, ids[-1], ids)}))
