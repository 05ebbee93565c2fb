"""What the figures are drawn from."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from multilevel.figures.data import FigureData, GroupTable, residuals, sample_students
from multilevel.records.students import Members, Students


def test_sample_is_fixed_sorted_and_bounded() -> None:
    rows = sample_students(50_000, 1_000)
    assert len(np.unique(rows)) == 1_000
    assert (np.diff(rows) > 0).all()
    assert abs(rows.mean() / 50_000 - 0.5) < 0.05
    np.testing.assert_array_equal(rows, sample_students(50_000, 1_000))
    np.testing.assert_array_equal(sample_students(7), np.arange(7))


def test_large_datasets_are_sampled(data_of: Callable[[str], FigureData]) -> None:
    data = data_of("schools_2000")
    assert len(data.score) == 20_000
    assert data.sampled
    assert not data_of("lecture").sampled


def test_data_cannot_be_changed(data_of: Callable[[str], FigureData]) -> None:
    with pytest.raises(ValueError, match="read-only"):
        data_of("lecture").groups.mean[0] = 1.0


def of(group: list[int], score: list[float]) -> Students:
    members = Members(group=np.array(group, np.int32), scores=np.array(score)[:, None])
    return replace(Students.none(), members=members)


def test_parts_that_do_not_fit_are_refused(data_of: Callable[[str], FigureData]) -> None:
    results = data_of("lecture").results
    columns = {name: [1.0, 2.0] for name in GroupTable.__dataclass_fields__}
    frame = pd.DataFrame(columns)
    with pytest.raises(ValueError, match="same length"):
        FigureData.build(results, frame, of([0, 1], [1.0]))
    with pytest.raises(ValueError, match="outside"):
        FigureData.build(results, frame, of([0, 2], [1.0, 2.0]))
    with pytest.raises(ValueError, match="refused"):
        FigureData.build(replace(results, status="refused"), frame, of([0], [1.0]))


def test_residuals_have_one_variance_whatever_the_size(
    simulated: Callable[..., FigureData],
) -> None:
    data = simulated("lecture", n_groups=4_000, n=2)
    assert np.std(residuals(data)) == pytest.approx(70.7, rel=0.03)


def test_students_alone_have_no_residual(data_of: Callable[[str], FigureData]) -> None:
    data = data_of("singletons")
    assert len(residuals(data)) == data.counts.n_members - data.counts.n_singletons
