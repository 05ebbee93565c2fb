"""The words of the shipped reports, as they stood when somebody last read them.

Rewritten only by `--update-golden`; read the difference before committing it.
"""

import html
import re

import pytest
from tests.helpers.building import build, shipped

DATASETS = ("timss2019-usa-grade8", "hsb82", "valdoria-reading", "ostrana-grade8")
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
    built = build(shipped(dataset), tmp_path)
    matches_golden(f"{dataset}.txt", lines(built.page))
