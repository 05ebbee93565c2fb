from io import BytesIO

import pytest
from weasyprint import HTML, Attachment

from multilevel.report import conformance


def test_every_try_attaches_the_files_anew(monkeypatch):
    asked = []

    def attached():
        asked.append(1)
        return [Attachment(file_obj=BytesIO(b"{}"), name="results.json")]

    # Every file ends like this one here, so all tries are made.
    monkeypatch.setattr(conformance, "AMBIGUOUS_END", b"%PDF")
    document = HTML(string="<html lang=en><title>A</title><p>B").render(pdf_variant="pdf/a-3a")
    with pytest.raises(RuntimeError, match="ambiguously"):
        conformance.conformant_pdf(document, "0" * 32, attached)
    assert len(asked) == conformance.MOST_TRIES > 1
