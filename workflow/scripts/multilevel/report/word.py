"""The report as a Word file, which pandoc makes of the same blocks as the PDF's."""

import base64
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from markupsafe import Markup

from multilevel.configuration.choices import NO_PANDOC, PANDOC
from multilevel.publication.imprint import imprint, titled
from multilevel.report.assets import environment
from multilevel.report.attachments import moment
from multilevel.report.blocks import Equation, Figure, Report
from multilevel.report.docx import Furniture, finished
from multilevel.report.equations import mathml
from multilevel.report.page import place
from multilevel.report.paper import on_paper, without_terms
from multilevel.report.pdf import PrintPainter
from multilevel.wording.catalogue import Catalogue

# Seconds; a report takes two.
LONGEST = 300
PICTURE = "data:image/png;base64,"
# An address that is neither a picture inside the page nor a place in it.
_LEADS_OUT = re.compile(rf"""\b(?:src|href)\s*=\s*["'](?!{PICTURE}|#)""", re.I)


@dataclass(frozen=True)
class WordPainter(PrintPainter):
    """Figures as pictures of `pictures`, by their keys; equations as MathML."""

    pictures: Mapping[str, bytes]

    def figure(self, figure: Figure) -> tuple[Markup, Markup]:
        """The picture with its alt text."""
        content = base64.b64encode(self.pictures[figure.key]).decode()
        return Markup('<img src="{}" alt="{}">').format(PICTURE + content, figure.alt), Markup()

    def equation(self, equation: Equation) -> tuple[Markup, Markup]:
        """What pandoc makes a formula of, which Word can edit."""
        return mathml(equation.latex, upright="mtext"), Markup()


def render_word(
    report: Report,
    pictures: Mapping[str, bytes],
    templates: Path,
    words: Catalogue,
    produced: date | None,
) -> bytes:
    """The Word file of a report; the same input gives the same bytes with the same pandoc.

    Parameters
    ----------
    pictures
        PNGs by figure key.
    produced
        The date of the document; without one it bears none.

    Raises
    ------
    KeyError
        When a figure is missing.
    RuntimeError
        When pandoc isn't there, fails or takes too long.
    """
    report = on_paper(report)
    by, logo = report.publisher, report.publisher.logo
    summary, sections = place(report, WordPainter(words, templates / "fonts", pictures))
    said = imprint(by, words)
    # Word draws no SVG without a picture beside it, which nothing here could make.
    said = replace(said, logo=logo.url if logo and logo.url.startswith(PICTURE) else "")
    page = (
        environment(templates)
        .get_template("word.html.j2")
        .render(
            language=report.language,
            title=titled(report.title, by, words),
            description=report.claim.striptags(),
            keywords=report.keywords,
            imprint=said,
            report=report,
            words=words,
            summary=summary,
            sections=sections,
        )
    )
    made = by_pandoc(without_terms(page), produced)
    return finished(made, Furniture(said.mark, report.foot, words), produced)


def by_pandoc(page: str, produced: date | None) -> bytes:
    """A Word file of an HTML page whose pictures are inside it.

    Debian's pandoc makes none in its sandbox, where it lacks its own data. What would have it open
    a file or an address is refused here instead.
    """
    program = shutil.which(PANDOC)
    if program is None:
        raise RuntimeError(NO_PANDOC)
    if _LEADS_OUT.search(page):
        raise ValueError("a Word file would lead out of itself")
    with tempfile.TemporaryDirectory() as folder:
        command = [program, "--from=html", "--to=docx", f"--data-dir={folder}", "--output=-"]
        try:
            done = subprocess.run(
                command,
                input=page.encode("utf-8"),
                capture_output=True,
                check=False,
                cwd=folder,
                env={
                    "HOME": folder,
                    "LANG": "C.UTF-8",
                    "SOURCE_DATE_EPOCH": str(round(moment(produced).timestamp())),
                },
                timeout=LONGEST,
            )
        except subprocess.TimeoutExpired:
            raise RuntimeError(f"pandoc took longer than {LONGEST} seconds") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", errors="replace").strip()
        raise RuntimeError(f"pandoc failed: {said[-1_000:]}")
    return done.stdout
