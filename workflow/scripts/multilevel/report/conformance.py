"""What makes a drawn PDF a PDF/A-3a that is a PDF/UA-1 too.

WeasyPrint writes either profile, not both: the identification of PDF/UA-1 is added to the
metadata of a PDF/A-3a, with the description that PDF/A asks of every name it doesn't know.
"""

import warnings
import zlib
from collections.abc import Callable, Sequence
from typing import Any

import pydyf
from weasyprint import Document
from weasyprint.pdf.stream import Stream as Drawing

VARIANT = "pdf/a-3a"
# Two readers of a PDF disagree on where a stream ends whose last byte is a carriage return,
# so that validators find its length wrong. One file in some hundred draws has one.
AMBIGUOUS_END = b"\r\nendstream"
MOST_TRIES = 8

UA_METADATA = b"""\
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


def conformant_pdf(
    document: Document,
    identifier: str,
    attached: Callable[[], Sequence[Any]] = tuple,
    **options: Any,
) -> bytes:
    """`document` as a PDF/A-3a and PDF/UA-1.

    Parameters
    ----------
    identifier
        Stands in the file as its identity; the same for the same content.
    attached
        Gives WeasyPrint's attachments, new ones at each call.
    options
        Of `weasyprint.Document.write_pdf`.

    Raises
    ------
    RuntimeError
        When no file without an ambiguous stream came out: a bug.
    """
    for tries in range(MOST_TRIES):
        with warnings.catch_warnings():
            # WeasyPrint 70 leaves the file with its colour profile to be closed by itself.
            warnings.filterwarnings("ignore", "unclosed file .*sRGB", ResourceWarning)
            drawn: bytes = document.write_pdf(
                finisher=lambda _, pdf, tries=tries: _finish(pdf, tries),
                pdf_variant=VARIANT,
                pdf_identifier=identifier.encode(),
                # Anew for each try: WeasyPrint reads an attachment once.
                attachments=attached(),
                **options,
            )
        if AMBIGUOUS_END not in drawn:
            return drawn
    raise RuntimeError("every stream of objects ends ambiguously")


def _finish(pdf: pydyf.PDF, fillers: int) -> None:
    """Identify as PDF/UA-1; `fillers` empty objects move where streams end."""
    metadata = _object(pdf, pdf.catalog["Metadata"])
    packet = b"\n".join(metadata.stream).replace(b"</rdf:RDF>", UA_METADATA + b"</rdf:RDF>")
    metadata.stream, metadata.compress = [packet], False
    for stream in pdf.objects:
        if isinstance(stream, pydyf.Stream) and stream.compress:
            _compress(stream)
    for _ in range(fillers):
        pdf.add_object(pydyf.Dictionary())


def _compress(stream: pydyf.Stream) -> None:
    """Once and for all: pydyf would do it anew each time it looks at a stream."""
    raw = _raw(stream)
    packed = zlib.compress(raw, 9)
    if packed.endswith(b"\r") and isinstance(stream, Drawing):
        raw += b"\n"
        packed = zlib.compress(raw, 9)
    stream.compress = False
    if packed.endswith(b"\r"):
        stream.stream = [raw]
        return
    stream.stream = [packed]
    stream.extra["Filter"] = "/FlateDecode"


def _raw(stream: pydyf.Stream) -> bytes:
    """What the stream holds, not compressed."""
    bare = pydyf.Stream(stream.stream, stream.extra)
    content: bytes = bare.data.partition(b"\nstream\n")[2].removesuffix(b"\nendstream")
    return content


def _object(pdf: pydyf.PDF, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]
