"""From where on scores are few-valued."""

import pytest

from multilevel.summarise.thresholds import few_valued


@pytest.mark.parametrize(
    ("n_distinct", "n", "few"),
    [(2, 3, True), (2, 10_000, True), (4, 16, True), (10, 20, True), (10, 19, False),
     (10, 10, False), (11, 10_000, False)],
)  # fmt: skip
def test_few_values_are_few_for_the_number_of_scores(n_distinct: int, n: int, few: bool) -> None:
    assert few_valued(n_distinct, n) == few
