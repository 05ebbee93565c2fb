"""Labels of a dataset are words in its report, never markup."""

from tests.helpers.building import simulated_csv
from tests.unit.report.test_wording import context

from multilevel.report.compose import compose


def test_hostile_labels_are_only_words(tmp_path):
    evil = "<script>alert(1)</script>"
    file = simulated_csv(tmp_path / "s.csv", [12] * 9, 0.5)
    c = context(file, title=evil, labels={"outcome": evil, "group": evil})
    report = compose(c)
    assert "<script>" not in str(report.claim)
    assert "&lt;script&gt;" in str(report.claim)
