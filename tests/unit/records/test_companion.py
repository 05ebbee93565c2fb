"""The section `companion` survives its journey through JSON."""

import msgspec
import numpy as np
import pytest
from tests.unit.fit.companion import datasets

from multilevel.fit.companion.companion import CompanionWeights, fit_companions
from multilevel.records.companion import Companion, CompanionRefusal
from multilevel.records.results import decode, encode


@pytest.fixture(scope="module")
def companion():
    rows = datasets.small()
    weight = np.empty(rows.group.max() + 1)
    weight[rows.group] = rows.frame["weight_group"]
    statistics = rows.accumulated(("y",), ("x", "track"), ("climate",), "conditional")
    weights = CompanionWeights(weight=weight, scaling="size")
    return fit_companions(statistics, weights=weights).companion


def test_a_companion_reads_back_as_it_was(companion):
    assert decode(encode(companion), Companion) == companion


def test_names_that_others_hold_on_to(companion):
    document = msgspec.json.decode(encode(companion))
    model, term = document["models"][-1], document["models"][-1]["terms"][0]
    assert {"name", "estimate", "se", "df", "t", "p", "ci"} <= term.keys()
    assert {
        "name", "terms", "tau00", "sigma2", "icc", "log_likelihood", "deviance_ml", "aic", "bic",
        "r2_between", "r2_within", "r2_marginal", "n_members", "n_groups", "boundary", "n_optima",
    } <= model.keys()  # fmt: skip
    assert [model["name"] for model in document["models"]] == ["null", "member", "full"]
    assert [model["name"] for model in document["weighted"]["models"]] == ["null", "member", "full"]


def test_a_refusal_reads_back_as_it_was():
    refusal = CompanionRefusal("aliased", ("ses", "female"))
    assert decode(encode(refusal), CompanionRefusal) == refusal
