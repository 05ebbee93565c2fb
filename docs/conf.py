"""Sphinx builds the repository's own Markdown pages into a site: `make docs`.

The source folder is the project's folder, so that a link from one page to another, or to a
file beside it, leads to the same place on the site as in the repository. Which pages there
are, and in what order, is read from the lists of links in docs/index.md.
"""

import re
import sys
from pathlib import Path

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from multilevel import __version__  # noqa: E402

project = "Multilevel Reports"
author = "Multilevel Reports contributors"
copyright = f"2026 {author}"
release = version = __version__

root_doc = "docs/index"
include_patterns = ["*.md", "docs/**.md", "config/*.md", "data/**.md", "tests/oracle/**.md"]
exclude_patterns = [".*", "results", "docs/_build", "tests/browser", "workflow", "templates"]
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
autodoc_member_order = "bysource"
autodoc_typehints = "none"
napoleon_use_ivar = True

html_theme = "furo"
html_title = f"{project} {version}"
html_additional_pages = {"index": "redirect.html"}
templates_path = ["_templates"]
# Pages ask nothing of the network: no MathJax from elsewhere, type from the reader's system.
html_math_renderer = "mathml"
html_copy_source = False
html_show_sphinx = False

INDEX = ROOT / "docs" / "index.md"
# Written by `make bench`; the site stands without it.
BENCHMARKS = ROOT / "docs" / "benchmarks.md"


def contents() -> str:
    """The table of contents, a part for each heading of docs/index.md."""
    parts = []
    for section in INDEX.read_text(encoding="utf-8").split("\n## ")[1:]:
        caption, _, body = section.partition("\n")
        pages = re.findall(r"^- \[[^]]+\]\(([^)]+\.md)\)", body, re.M)
        if caption == "Trust" and BENCHMARKS.exists():
            pages.append(BENCHMARKS.name)
        lines = ["```{toctree}", ":hidden:", f":caption: {caption}", "", *pages, "```"]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def add_contents(_app: Sphinx, page: str, source: list[str]) -> None:
    """Give the first page its table of contents."""
    if page == root_doc:
        source[0] += f"\n\n{contents()}\n"


def inline(translator: nodes.NodeVisitor, node: nodes.math) -> None:
    """Write an equation within a line as MathML."""
    translator.body.append(convert(node.astext()))
    raise nodes.SkipNode


def displayed(translator: nodes.NodeVisitor, node: nodes.math_block) -> None:
    """Write an equation on lines of its own as MathML."""
    translator.body.append(f"<p>{convert(node.astext(), display='block')}</p>")
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Add what is ours to Sphinx."""
    app.add_html_math_renderer("mathml", (inline, None), (displayed, None))
    app.connect("source-read", add_contents)
