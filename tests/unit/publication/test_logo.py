"""Logos as publishers have them, and as attackers make them."""

import base64
import io
import os
import struct
import xml.etree.ElementTree as ET
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from multilevel.publication import logo
from multilevel.publication.logo import png_logo, read_logo, svg_logo

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"'
XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'


def svg(inside: str, more: str = "") -> bytes:
    return f"{HEAD} {more}>{inside}</svg>".encode()


def text_of(content: bytes) -> str:
    return svg_logo(content).content.decode()


def test_an_editor_s_file_keeps_what_draws() -> None:
    drawn = text_of(
        svg(
            "<!-- made by hand --><title>Ours</title><metadata>x</metadata>"
            '<i:view i:path="C:\\me\\logo.svg"/><style>.a, .b { fill: #123456; /* c */ }</style>'
            '<defs><linearGradient id="g" x1="0%" x2="1"><stop offset="0" stop-color="red"/>'
            '</linearGradient><linearGradient id="h" xlink:href="#g"/></defs>'
            '<g class="a" transform="translate(1, 2)"><path d="M0,0 L1-1z" style="stroke:#fff;'
            'filter:none" data-name="x"/></g><rect fill="url(#h)" width="5" height="5"/>',
            f'{XLINK} xmlns:i="urn:editor"',
        )
    )
    root = ET.fromstring(drawn)
    assert [element.tag.rpartition("}")[2] for element in root.iter()] == [
        "svg", "defs", "linearGradient", "stop", "linearGradient", "g", "path", "rect",
    ]  # fmt: skip
    assert root[1].attrib == {"fill": "#123456", "transform": "translate(1, 2)"}
    assert root[1][0].attrib == {"d": "M0,0 L1-1z", "stroke": "#fff"}
    assert root[0][1].get("href") == "#g"
    assert (root.get("width"), root.get("height")) == ("10", "10")
    assert "me" not in drawn


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (svg("<script>alert(1)</script>"), "script"),
        (svg('<x:script xmlns:x="http://www.w3.org/1999/xhtml">1</x:script>'), "script"),
        (svg('<path d="M0 0" onload="alert(1)"/>'), "script"),
        (svg("", 'ONCLICK="alert(1)"'), "script"),
        (svg("<foreignObject><body/></foreignObject>"), "page of its own"),
        (svg(f'<image {XLINK} xlink:href="http://x.test/a.png"/>'), "picture"),
        (svg('<image href="data:image/png;base64,AAAA"/>'), "picture"),
        (svg('<use href="#a"/>'), "repeats parts"),
        (svg("<text>a</text>"), "text"),
        (svg('<set attributeName="href" to="javascript:alert(1)"/>'), "set"),
        (svg('<a href="javascript:alert(1)"><path d="M0 0"/></a>'), '"a"'),
        (svg("<filter><feImage/></filter>"), "filter"),
        (svg(f'<linearGradient {XLINK} xlink:href="file:///etc/passwd#a"/>'), "outside"),
        (svg('<rect fill="url(http://x.test/#a)"/>'), "outside"),
        (svg('<rect style="fill: u\\72l(http://x.test/#a)"/>'), "outside"),
        (svg('<rect style="fill: ur/**/l(http://x.test)"/>'), "outside"),
        (svg("<style>@import 'http://x.test/a.css';</style>"), "style sheet"),
        (svg("<style>.a{fill:url(//x.test)}</style><g class='a'/>"), "outside"),
        (svg("<style>g{fill:red}</style>"), "style sheet"),
        (b'<!DOCTYPE svg SYSTEM "file:///etc/passwd"><svg/>', "DOCTYPE"),
        (b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg>&b;</svg>', "DOCTYPE"),
        (svg("<g>" * 40 + "</g>" * 40), "within each"),
        (svg("<g/>" * 3000), "2,000"),
        (b"<svg/>", "no SVG"),
        (b"<html/>", "no SVG"),
        (b"<svg", "no XML"),
        (b"", "no XML"),
        (b'<?xml version="1.0" encoding="x-none"?><svg/>', "encoding"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "shape"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 0 9"/>', "shape"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1e99 9"/>', "shape"),
    ],
)  # fmt: skip
def test_what_could_run_load_or_never_end_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        svg_logo(content)


ATTRIBUTES = ("d", "points", "fill", "transform", "style", "class", "href", "id", "x", "onload")


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*logo.ALLOWED, *logo.SILENT, "script", "use"]),
            st.dictionaries(
                st.sampled_from(ATTRIBUTES),
                st.text(st.characters(blacklist_categories=["Cc", "Cs"]), max_size=40)
                | st.sampled_from(("url(#a)", "URL( //x )", "javascript:1", "&#10;@import", "#a")),
            ),
        ),
        max_size=6,
    )
)
def test_nothing_but_the_list_comes_through(parts: list[tuple[str, dict[str, str]]]) -> None:
    root = ET.Element(f"{{{logo.SVG}}}svg", viewBox="0 0 9 9")
    for name, attributes in parts:
        ET.SubElement(root, f"{{{logo.SVG}}}{name}", attributes)
    try:
        drawn = text_of(ET.tostring(root))
    except ValueError:
        return
    for element in ET.fromstring(drawn).iter():
        name = element.tag.rpartition("}")[2]
        assert name in logo.ALLOWED
        assert "class" not in element.attrib
        assert "style" not in element.attrib
        assert "onload" not in element.attrib
    assert not any(mark in drawn.lower() for mark in ("javascript", "//x", "@import"))


@pytest.mark.parametrize(
    "value",
    ["1" * 90_000 + "x", "translate(1" * 9_000, "/*" * 40_000, "url(#" * 20_000],
    ids=["digits", "translate", "comments", "addresses"],
)
def test_no_value_is_looked_at_for_long(value: str) -> None:
    """An expression that goes back and forth in these never ends."""
    names = ("points", "transform", "style", "fill", "width")
    element = ET.Element(f"{{{logo.SVG}}}svg", dict.fromkeys(names, value))
    element.set("viewBox", "0 0 9 9")
    assert "fill=" not in text_of(ET.tostring(element))


def png(width: int = 40, height: int = 20) -> bytes:
    written = io.BytesIO()
    told = PngInfo()
    told.add_text("Author", "a person")
    Image.new("RGB", (width, height), "#14619f").save(written, "PNG", pnginfo=told)
    return written.getvalue()


def test_a_png_is_written_anew_and_no_larger_than_shown() -> None:
    made = png_logo(png(1300, 650))
    image = Image.open(io.BytesIO(made.content))
    assert image.size == (640, 320)
    assert image.getpixel((3, 3)) == (0x14, 0x61, 0x9F, 255)
    assert b"a person" not in made.content
    assert made.url == f"data:image/png;base64,{base64.b64encode(made.content).decode()}"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no whole PNG"),
        (png()[:60], "no whole PNG"),
        (b"GIF89a" + png(), "no whole PNG"),
        (
            b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(b"\0" * 100_000)),
            "whole PNG|pixels",
        ),
        (
            b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", 5_000, 10, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(b"\0" * 150_010)),
            "5,000 by 10 pixels",
        ),
    ],
)
def test_what_is_no_picture_of_a_logo_s_size_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        png_logo(content)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "logo.svg")
    with pytest.raises(ValueError, match="no regular file"):
        read_logo(tmp_path / "logo.svg")


def test_files_are_refused_by_kind_and_size(tmp_path: Path) -> None:
    (tmp_path / "logo.gif").write_bytes(png())
    (tmp_path / "large.svg").write_bytes(svg("<g/>") + b" " * logo.LARGEST_SVG)
    for name, reason in (("logo.gif", "ends in"), ("large.svg", "bytes"), ("no.png", "No such")):
        with pytest.raises(ValueError, match=reason):
            read_logo(tmp_path / name)
    (tmp_path / "good.SVG").write_bytes(svg("<g/>"))
    assert read_logo(tmp_path / "good.SVG").kind == "image/svg+xml"
