"""The page of cases is what page one says today, whole and short enough."""

import sys

from tests.helpers.building import ROOT
from tests.helpers.page_one import CASES

sys.path.append(str(ROOT / "tools"))

import cases


def test_page_one_of_each_case_stands_in_the_documentation() -> None:
    """Made anew by `tools/python.sh tools/cases.py`."""
    written = cases.PAGE.read_text(encoding="utf-8")
    assert written == cases.page()
    assert all(f"\n## {name}\n" in written for name in CASES)
