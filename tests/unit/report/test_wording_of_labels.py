"""Labels of a dataset are words in its report, never markup."""

from multilevel.report.compose import compose


def test_hostile_labels_are_only_words(simulated):
    evil = "<script>alert(1)</script>"
    c = simulated([12] * 9, 0.5, title=evil, labels={"outcome": evil, "group": evil})
    report = compose(c)
    assert "<script>" not in str(report.claim)
    assert "&lt;script&gt;" in str(report.claim)
