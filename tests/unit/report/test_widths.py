from pathlib import Path

import pytest
from markupsafe import Markup

from multilevel.report.blocks import Cell, Column, Row, Table
from multilevel.report.page import balanced
from multilevel.report.widths import GAP, PAPER_WIDTH, column_shares

FONTS = Path(__file__).parents[3] / "templates" / "fonts"


def ems_of(rows: list[tuple[str, ...]], *kinds: str) -> list[float]:
    """The width of each column in ems, without headings."""
    table = Table(
        key="t",
        title=Markup("t"),
        columns=tuple(Column(Markup(), kind) for kind in kinds),
        rows=tuple(Row(tuple(Cell(Markup.escape(text)) for text in row)) for row in rows),
    )
    shares = column_shares(table, table.rows, FONTS)
    assert sum(shares) == pytest.approx(100, abs=0.05)
    return [share * PAPER_WIDTH / 100 for share in shares]


# Inter's digits have 0.6 to 0.7 em, letters a third to one.
WIDE_NUMBER = "1" * 12
NUMBER_EMS = 12 * 0.6


def test_short_cells_share_the_room_by_their_length() -> None:
    one, two = ems_of([("a" * 6, "a" * 18)], "text", "text")
    assert 2 * one < two < 3 * one


@pytest.mark.parametrize("beside", ["x" * 300, "word " * 60, "<script>" * 40, "語" * 200])
def test_a_number_is_never_broken(beside: str) -> None:
    _, *numbers = ems_of([(beside, *[WIDE_NUMBER] * 4)], "text", *["number"] * 4)
    assert all(width > NUMBER_EMS + GAP / 2 for width in numbers)


def test_the_longest_column_is_broken_first() -> None:
    name, found, result = ems_of([("Short words", "long " * 40, "Looks fine")], *["text"] * 3)
    assert found > 40
    assert 5 < name < 9
    assert 4 < result < 8


def test_a_heading_inside_the_rows_counts_for_nothing() -> None:
    plain, headed = [("a", "1")], [("a very long heading " * 9,), ("a", "1")]
    assert ems_of(headed, "text", "number") == ems_of(plain, "text", "number")


def test_columns_of_points_are_about_as_long() -> None:
    items = tuple(Markup("word " * n) for n in (60, 20, 20, 20, 40, 30))
    left, right = balanced(items, 2)
    assert (*left, *right) == items
    assert len(left) in (2, 3)
    assert balanced(items, 1) == (items,)
    assert balanced((), 2) == ((), ())


def test_heads_are_broken_before_names() -> None:
    """Where all is too wide, a head of two words leaves its room to the column of names."""
    head = Markup("Model estimate of means")
    columns = (Column(Markup("School")), *[Column(head, "number")] * 5)
    name = Cell(Markup("A school of a long name"))
    rows = (Row((name, *[Cell(Markup("12.3"))] * 5)),)
    shares = column_shares(Table("t", Markup("t"), columns, rows), rows, FONTS)
    assert shares[0] * PAPER_WIDTH / 100 > 12.0


def test_a_mark_stays_beside_its_word() -> None:
    *_, side = ems_of([("word " * 60, "▲ above")], "text", "text")
    assert side > 4.0
