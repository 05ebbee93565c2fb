"""Every accumulator of the registry: batches and the numbering of groups change nothing."""

from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pytest

from multilevel.ingest.statistics import ACCUMULATORS, Rows
from multilevel.ingest.statistics.rows import CovariateValues, Labelled
from multilevel.records.covariates import CovariateStatistics
from multilevel.records.students import Students

J, N = 7, 120
RANDOM = np.random.default_rng(8)
GROUP = np.concatenate([np.arange(J), RANDOM.integers(0, J, N - J)])
ROWS = Rows(
    group=GROUP,
    scores=RANDOM.normal(500, 90, (N, 3)),
    total=RANDOM.uniform(1, 9, N),
    group_weight=1.0 + GROUP,
    zone=np.where(np.arange(N) == 5, np.nan, 10.0 + GROUP // 2),
    half=RANDOM.integers(1, 3, N).astype(float),
    replicate=RANDOM.uniform(0, 9, (N, 4)),
    covariates=(
        CovariateValues(name="x", level="member", values=RANDOM.normal(3, 1, N)),
        CovariateValues(
            name="track", level="member", values=Labelled.of(RANDOM.choice(["a", "b", "c"], N))
        ),
    ),
)


def some(rows: Rows, at: np.ndarray) -> Rows:
    covariates = tuple(one.of_rows(at) for one in rows.covariates or ())
    arrays = {field.name: getattr(rows, field.name) for field in fields(rows)}
    del arrays["covariates"]
    return replace(rows, **{k: v[at] for k, v in arrays.items()}, covariates=covariates)


def result(name: str, rows: Rows, cuts: list[int], order: np.ndarray) -> Any:
    accumulator = ACCUMULATORS[name][0]()
    for at in np.split(np.arange(N), cuts):
        accumulator.add(some(rows, at))
    return accumulator.result(order)


def uncentred(value: Any, centre: np.ndarray) -> dict[str, np.ndarray]:
    """A result by numbers that don't depend on what was subtracted from the scores."""
    if isinstance(value, tuple):
        parts = [uncentred(part, centre) for part in value]
        return {f"{i}.{name}": one for i, part in enumerate(parts) for name, one in part.items()}
    if isinstance(value, np.ndarray):
        return {"": value}
    assert is_dataclass(value)
    if isinstance(value, CovariateStatistics):
        return _uncentred_covariates(value)
    numbers = {field.name: np.asarray(getattr(value, field.name)) for field in fields(value)}
    centre = numbers.pop("centre", centre)
    if "unit" in numbers:
        unit = numbers.pop("unit")
        numbers["mean"] = centre + unit * numbers["mean"]
        for power in (2, 3, 4):
            numbers[f"m{power}"] = unit**power * numbers[f"m{power}"]
    if "offset" in numbers:
        numbers["offset"] = centre[:, None] + numbers["offset"]
    if "cells" in numbers:
        cells = numbers.pop("cells").item()
        numbers |= {field.name + " of cells": getattr(cells, field.name) for field in fields(cells)}
    if "weighted" in numbers:
        numbers["weighted"] = numbers["weighted"] + centre * numbers["weight"][..., None]
    return numbers


def _uncentred_covariates(value: CovariateStatistics) -> dict[str, np.ndarray]:
    """Products by columns in one order: labels get their places as they come."""
    places = [0, 1, 2, *(place for one in value.covariates for place in one.places)]
    numbers: dict[str, np.ndarray] = {}
    for name, products in (("products", value.products), ("weighted", value.weighted)):
        assert products is not None
        numbers[f"{name}.n"], numbers[f"{name}.weight"] = products.n, products.weight
        numbers[f"{name}.mean"] = (products.mean + products.centre)[:, places]
        numbers[f"{name}.within"] = products.within[..., places, :][..., places]
    return numbers


def test_each_fills_a_field() -> None:
    assert set(ACCUMULATORS) <= {field.name for field in fields(Students)}


@pytest.mark.parametrize("cuts", [[1, 60], [40, 41, 100], [119]])
@pytest.mark.parametrize("name", ACCUMULATORS)
def test_batches_do_not_matter(name: str, cuts: list[int]) -> None:
    order = np.arange(J)
    first = ROWS.scores[: cuts[0]].mean(axis=0)
    one = uncentred(result(name, ROWS, [], order), ROWS.scores.mean(axis=0))
    other = uncentred(result(name, ROWS, cuts, order), first)
    assert one.keys() == other.keys()
    for key in one:
        np.testing.assert_allclose(other[key], one[key], rtol=1e-9, atol=1e-6, err_msg=key)


@pytest.mark.parametrize("name", ACCUMULATORS)
def test_groups_come_in_the_order_asked_for(name: str) -> None:
    number = np.array([3, 0, 6, 1, 5, 2, 4])  # of each group, in another numbering
    one = result(name, ROWS, [], np.arange(J))
    other = result(name, replace(ROWS, group=number[ROWS.group]), [], number)
    for mine, theirs in zip(
        uncentred(one, 0.0).values(), uncentred(other, 0.0).values(), strict=True
    ):
        np.testing.assert_allclose(theirs, mine, rtol=1e-12)
