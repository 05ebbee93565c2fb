"""Workbooks in the forms that openpyxl doesn't write: .ods, .xlsb and .xls, a sheet each."""

import io
import struct
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

Cell = str | float | None
Rows = Sequence[Sequence[Cell]]


def ods(rows: Rows) -> bytes:
    body = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>"
                   for row in rows)  # fmt: skip
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="Data">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        "</manifest:manifest>"
    )
    return _zip(
        {
            "mimetype": kind.encode(),
            "META-INF/manifest.xml": manifest.encode(),
            "content.xml": content.encode(),
        }
    )


def _ods_cell(cell: Cell) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, str):
        text = f"<text:p>{escape(cell)}</text:p>"
        return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'
    if isinstance(cell, bool):
        value = str(cell).lower()
        return f'<table:table-cell office:value-type="boolean" office:boolean-value="{value}"/>'
    return f'<table:table-cell office:value-type="float" office:value="{cell!r}"/>'


def xlsb(rows: Rows) -> bytes:
    """[MS-XLSB]: a part of records, each a type, a size and its bytes."""
    size = struct.pack("<IIII", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)
    sheet = [_record(129), _record(148, size), _record(145)]
    for number, row in enumerate(rows):
        sheet.append(_record(0, struct.pack("<IIHBBBI", number, 0, 300, 0, 0, 0, 0)))
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.append(_record(6, struct.pack("<II", column, 0) + _wide(cell)))
            elif cell is not None:
                sheet.append(_record(5, struct.pack("<IId", column, 0, cell)))
    sheet += [_record(146), _record(130)]
    bundle = struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Data")
    book = [_record(131), _record(143), _record(156, bundle), _record(144), _record(132)]
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relation = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{office}/{{}}" Target="{{}}"/></Relationships>'
    )
    return _zip(
        {
            "[Content_Types].xml": b"<Types/>",
            "_rels/.rels": relation.format("officeDocument", "xl/workbook.bin").encode(),
            "xl/_rels/workbook.bin.rels": relation.format(
                "worksheet", "worksheets/sheet1.bin"
            ).encode(),
            "xl/workbook.bin": b"".join(book),
            "xl/worksheets/sheet1.bin": b"".join(sheet),
        }
    )


def _record(kind: int, content: bytes = b"") -> bytes:
    return _seven_bits(kind) + _seven_bits(len(content)) + content


def _seven_bits(number: int) -> bytes:
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + _seven_bits(rest) if rest else bytes([low])


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xls(rows: Rows) -> bytes:
    """[MS-XLS]: a stream of records in the one file of a compound file."""
    sheet = [_biff(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))]
    sheet.append(_biff(0x200, struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0)))
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            place = struct.pack("<HHH", number, column, 0)
            if isinstance(cell, str):
                text = struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le")
                sheet.append(_biff(0x204, place + text))
            elif cell is not None:
                sheet.append(_biff(0x203, place + struct.pack("<d", cell)))
    sheet.append(_biff(0x0A))
    start = _biff(0x809, struct.pack("<HHHHII", 0x600, 0x05, 0, 0, 0, 0))
    start += _biff(0x42, struct.pack("<H", 1200))
    length = len(start) + 4 + 6 + 2 + 4 + 4
    bound = struct.pack("<IBBBB", length, 0, 0, 4, 0) + b"Data"
    return _compound(start + _biff(0x85, bound) + _biff(0x0A) + b"".join(sheet))


def _biff(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _compound(stream: bytes) -> bytes:
    """[MS-CFB]: sector 0 says which follows which, sector 1 is the directory, then the stream."""
    stream = stream.ljust(4096, b"\0")  # a smaller one would stand elsewhere
    n = -(-len(stream) // 512)
    stream = stream.ljust(512 * n, b"\0")
    end, free, table = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    following = [table, end, *range(3, 2 + n), end]
    assert len(following) <= 128
    fat = struct.pack("<128I", *following, *[free] * (128 - len(following)))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0
    )
    header += struct.pack("<109I", 0, *[free] * 108)
    entries = _entry("Root Entry", 5, free, free, 1, end, 0)
    entries += _entry("Workbook", 2, free, free, free, 2, len(stream)) + bytes(256)
    return header + fat + entries + stream


def _entry(name: str, kind: int, left: int, right: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le").ljust(64, b"\0")
    size_of_name = 2 * len(name) + 2
    links = struct.pack("<HBBIII", size_of_name, kind, 1, left, right, child)
    return text + links + bytes(36) + struct.pack("<IQ", start, size)


def _zip(parts: dict[str, bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return sink.getvalue()
