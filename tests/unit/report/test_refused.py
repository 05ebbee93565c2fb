from datetime import date
from typing import Any

import pypdfium2
import pytest

from multilevel.records.results import InputFile, Labels, Provenance, Reason, Results
from multilevel.report.attachments import refused_enclosure
from multilevel.report.refused import render_refused_html, render_refused_pdf
from multilevel.report.tools import Link, Tools

PRODUCED = "23 November 2026"


def refused(pages: Any, title: str = "Pilot") -> Results:
    return Results(
        schema_version="1.0",
        id="pilot",
        status="refused",
        reason=Reason(
            code="one_group",
            message=f"pilot.csv has one school only, {title}.",
            remedy="Give data of at least two schools.",
        ),
        labels=Labels(
            title=title,
            subtitle="",
            outcome="score",
            group="school",
            groups="schools",
            member="student",
            members="students",
        ),
        data=None,
        naive=None,
        model=None,
        between=None,
        intervals=None,
        tests=None,
        groups=None,
        comparisons=None,
        influence=None,
        bootstrap=None,
        checks=None,
        plausible_values=None,
        averaged=None,
        weighted=None,
        cross_check=None,
        provenance=Provenance(
            input=InputFile(path=f"data/{title}.csv", sha256=None, bytes=None),
            rows_read=None,
            produced=None,
            software={"numpy": "2.4.0"},
            config={"outcome": "score", "labels": {"group": title}, "columns": ["a", "b"]},
            notes=("1 row was dropped.",),
            self_test=None,
        ),
    )


def test_page_says_why_and_what_to_do(pages: Any) -> None:
    page = render_refused_html(
        refused(pages),
        pages.templates,
        pages.words,
        produced=PRODUCED,
        tools=Tools(links=(Link("PDF", "report.pdf"),)),
    )
    for text in ("one_group", "one school only", "at least two schools", "numpy 2.4.0", PRODUCED):
        assert text in page
    assert "a, b" in page
    assert page.count("not read") == 2
    assert 'href="report.pdf"' in page


def test_hostile_texts_are_shown_not_run(pages: Any) -> None:
    results = refused(pages, pages.hostile)
    page = render_refused_html(results, pages.templates, pages.words, produced=PRODUCED)
    assert "<script>alert" not in page
    assert page.count("<script") == 1


@pytest.mark.xdist_group("pdf")
def test_pdf_says_the_same_and_repeats_byte_for_byte(pages: Any) -> None:
    def draw() -> bytes:
        return render_refused_pdf(
            refused(pages),
            pages.templates,
            pages.words,
            produced=PRODUCED,
            created=date(2026, 11, 23),
            enclosure=refused_enclosure(b"{}", pages.words.plain),
        )

    drawn = draw()
    assert draw() == drawn
    with pypdfium2.PdfDocument(drawn) as document:
        text = document[0].get_textpage().get_text_range()
        assert len(document) == 1
    assert "one_group" in text
    assert "at least two schools" in text
    assert "Attached to this PDF: results.json" in text


def test_a_fitted_dataset_has_no_such_page(pages: Any) -> None:
    results = refused(pages)
    fitted = Results(
        **{name: getattr(results, name) for name in results.__dataclass_fields__}
        | {"status": "ok", "reason": None}
    )
    with pytest.raises(ValueError, match="pilot was not refused"):
        render_refused_html(fitted, pages.templates, pages.words, produced=PRODUCED)
