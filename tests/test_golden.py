"""The words of the shipped reports, as they stood when somebody last read them.

Rewritten only by `--update-golden`; read the difference before committing it.
"""

import html
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from tests.helpers.building import PAGE_ONLY, build, shipped

DATASETS = ("timss2019-usa-grade8", "hsb82", "valdoria-reading", "ostrana-grade8")
GOLDEN = Path(__file__).parent / "golden"
NUMBER = r"[<>]?-?\d[\d,]*(?:\.\d+)?"
# An estimate, and soon after it an interval.
TEXT = re.compile(
    rf"(?P<estimate>{NUMBER})[^.\d]{{0,40}}\((?:exact |pooled )?\d[\d.]*% (?:CI|interval),? "
    rf"(?P<low>{NUMBER}) to (?P<high>{NUMBER})"
)
SPAN = re.compile(rf"(?P<low>{NUMBER}) to (?P<high>{NUMBER})")
# Columns that stand between an estimate and its interval.
# Numbers between an estimate and its interval.
OF_SPREAD = {"SD", "SE", "Standard error", "Standard Error", "df", "statistic", "p-value"}
BLOCK_ENDS = re.compile(r"</(p|h[1-4]|li|tr|figcaption|caption|header|td|th)>")


def lines(page: str) -> bytes:
    """One line a paragraph, heading, list item or table row; versions of software left out."""
    body = re.sub(r"<(script|style|svg|head)\b.*?</\1>", " ", page, flags=re.S)
    body = re.sub(r"</t[dh]>\s*", " | ", body)
    text = html.unescape(re.sub(r"<[^>]+>", " ", BLOCK_ENDS.sub("\n", body)))
    text = re.sub(r"(multilevel-reports|statsmodels MixedLM) \d\S*", r"\1 VERSION", text)
    text = re.sub(r"Multilevel Reports \d\S*", "Multilevel Reports VERSION", text)
    text = re.sub(r"(Software \|).*", r"\1 VERSIONS", text)
    kept = (" ".join(line.split()) for line in text.splitlines())
    return ("\n".join(line for line in kept if line) + "\n").encode()


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_words_of_shipped_reports(dataset, tmp_path, matches_golden):
    built = build(shipped(dataset), tmp_path, choices=PAGE_ONLY)
    matches_golden(f"{dataset}.txt", lines(built.page))


def estimates_with_intervals(text: str) -> Iterator[tuple[str, str, str]]:
    """Of sentences, of key figures, and of tables: the number before an interval in its row."""
    for found in TEXT.finditer(text):
        yield found["estimate"], found["low"], found["high"]
    head: list[str] = []
    for previous, line in pairwise(text.splitlines()):
        cells = [cell.strip() for cell in line.split("|")]
        if "|" in line and "|" not in previous:
            head = cells
        key = re.fullmatch(rf"(?:exact |pooled )?\S+ CI {SPAN.pattern}", line)
        if key:
            yield previous, key["low"], key["high"]
        estimate = ""
        for title, cell in zip(head, cells, strict=False):
            span = SPAN.fullmatch(cell)
            if span and estimate:
                yield estimate, span["low"], span["high"]
            elif re.fullmatch(NUMBER, cell) and title not in OF_SPREAD:
                estimate = cell


def decimals(text: str) -> int:
    return len(text.partition(".")[2])


@pytest.mark.parametrize("dataset", DATASETS)
def test_an_interval_is_printed_as_its_estimate_is(dataset: str) -> None:
    """With the same decimals, and around it."""
    text = (GOLDEN / f"{dataset}.txt").read_text(encoding="utf-8")
    found = list(estimates_with_intervals(text))
    assert len(found) >= 30
    for printed in found:
        assert len({decimals(one) for one in printed}) == 1, printed
        value, low, high = (float(one.strip("<>").replace(",", "")) for one in printed)
        assert low <= value <= high, printed


def test_a_coarser_interval_would_be_seen() -> None:
    said = "is estimated as 504.03 (95% CI 495.1 to 512.9).\nA | SE | B |\n1.2 | 0.1 | 3 to 4 |"
    assert list(estimates_with_intervals(said)) == [
        ("504.03", "495.1", "512.9"),
        ("1.2", "3", "4"),
    ]
