"""CSV cells that a spreadsheet must not run."""

import pytest

from multilevel.wording.cells import neutralised


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "=HYPERLINK()",
        "\n=1",
        "＝1+1",
        "＠SUM(A1)",
    ],
)
def test_formulas_are_defused(text):
    assert neutralised(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-3", "+4.5", "-1e-3", "5007", "Lycée", "a=b", "", "'=1"])
def test_other_text_stays(text):
    assert neutralised(text) == text
