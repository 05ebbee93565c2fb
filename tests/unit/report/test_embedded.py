import base64
import csv
import gzip
import io
import math

import pytest
from markupsafe import Markup

from multilevel.report.blocks import Cell, Column, MadeRows, Row, Table
from multilevel.report.embedded import embedded_csv, embedded_json, embedded_table, packed


def content(text: str) -> bytes:
    return gzip.decompress(base64.b64decode(text))


def groups(n: int) -> bytes:
    """An id with a comma and a point, a whole number, three measurements."""

    def row(j: int) -> str:
        measured = ",".join(repr(500 + 80 * math.sin(k * j)) for k in (1, 2, 3))
        return f'"s,{j}.25",{123456 + j},{measured}\n'

    return ("group,n,mean,low,high\n" + "".join(row(j) for j in range(n))).encode()


def test_what_is_small_is_whole() -> None:
    file = embedded_csv("groups.csv", groups(50))
    assert file is not None
    assert (file.name, file.key, file.digits) == ("groups.csv", "file-groups", 0)
    assert content(file.packed) == groups(50)
    assert content(embedded_json("results.json", b"{}").packed) == b"{}"


def test_the_same_content_gives_the_same_text() -> None:
    assert packed(b"abc" * 50) == packed(b"abc" * 50)


def test_what_is_big_is_rounded_to_the_most_digits_that_fit() -> None:
    limit = len(packed(groups(3_000))) // 2
    file = embedded_csv("groups.csv", groups(3_000), limit)
    assert file is not None
    assert 4 <= file.digits <= 12
    assert 0.5 * limit < len(file.packed) <= limit
    wanted = list(csv.reader(io.StringIO(groups(3_000).decode())))
    found = list(csv.reader(io.StringIO(content(file.packed).decode())))
    assert found[0] == wanted[0]
    for ours, whole in zip(found[1:], wanted[1:], strict=True):
        assert ours[:2] == whole[:2]
        for near, exact in zip(ours[2:], whole[2:], strict=True):
            assert float(near) == pytest.approx(float(exact), rel=10.0 ** (1 - file.digits))


def test_what_has_no_room_is_left_out() -> None:
    assert embedded_csv("groups.csv", groups(3_000), 2_000) is None
    assert embedded_table(table("a"), 10) == ""


def test_of_a_long_table_the_rows_are_made_that_are_shown_or_tell_its_size() -> None:
    made: list[int] = []

    def row(j: int) -> Row:
        made.append(j)
        return Row((Cell(Markup(str(math.sin(j)))),))

    rows = MadeRows(100_000, row)
    long = Table("schools", Markup("T"), (Column(Markup("a")),), rows, sortable=True)
    first, last = long.ends(40)
    assert (len(first), len(last), last[-1]) == (20, 20, row(99_999))
    assert made == [*range(20), *range(99_980, 100_000), 99_999]
    assert long.ends(100_000) == (tuple(rows), ())
    made.clear()
    assert embedded_table(long) == ""
    assert len(made) < 5_000


def table(text: str) -> Table:
    row = Row((Cell(Markup.escape(text)), Cell(Markup("1.5"))))
    columns = (Column(Markup("School")), Column(Markup("Mean"), "number"))
    return Table("schools", Markup("Schools"), columns, (row, row))


def test_a_tables_rows_are_texts_again() -> None:
    assert content(embedded_table(table("<b>&amp;"))).decode() == "<b>&amp;\t1.5\n<b>&amp;\t1.5"


def test_markup_in_a_long_table_is_a_bug() -> None:
    marked = Row((Cell(Markup("<b>a</b>")),))
    with pytest.raises(ValueError, match="plain texts"):
        embedded_table(Table("a", Markup("a"), (Column(Markup("a")),), (marked,)))
