"""What is said of files: the form of a data file, and which one is joined to it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

DecimalSign = Literal["point", "comma"]


@dataclass(frozen=True, kw_only=True)
class Form:
    """What is said of a file's form, for what the file doesn't say itself.

    Attributes
    ----------
    sheet
        Of a workbook, by name or number from 1; None for the first.
    encoding
        Of text, by its name; None for what the file says, else is recognised; "" for what is
        recognised whatever it says.
    header_row
        The row with the columns' names, from 1; None for what is recognised.
    skip_rows
        Rows that are passed over: the first so many, or these, from 1.
    decimal
        The decimal sign of numbers that are text; None for what is recognised.
    """

    sheet: str | int | None = None
    encoding: str | None = None
    header_row: int | None = None
    skip_rows: int | tuple[int, ...] = ()
    decimal: DecimalSign | None = None

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> "Form":
        """The form of a data file by its entry in the configuration."""
        skipped = entry.get("skip_rows", ())
        return cls(
            sheet=entry.get("sheet"),
            encoding=entry.get("encoding"),
            header_row=entry.get("header_row"),
            skip_rows=skipped if isinstance(skipped, int) else tuple(skipped),
            decimal=entry.get("decimal"),
        )

    @property
    def entry(self) -> dict[str, Any]:
        """What an entry in the configuration says of it."""
        given = {key: value for key, value in asdict(self).items() if value}
        if isinstance(self.skip_rows, tuple) and self.skip_rows:
            given["skip_rows"] = list(self.skip_rows)
        return given

    def commas_may_be_decimal(self, delimiter: str | None = None) -> bool:
        """Whether "5,2" may be a number; `delimiter` is what separates values in text."""
        return self.decimal == "comma" or (self.decimal is None and delimiter != ",")

    @property
    def passed_over(self) -> frozenset[int]:
        """The rows, counted from 1, that hold neither names nor values."""
        skipped = self.skip_rows
        rows = range(1, skipped + 1) if isinstance(skipped, int) else skipped
        return frozenset((*rows, *range(1, self.header_row or 1)))


@dataclass(frozen=True, kw_only=True)
class Join:
    """A file with a row per group.

    Attributes
    ----------
    by
        Pairs of the data file's column and this file's.
    name
        Column with the groups' names.
    """

    file: str
    by: tuple[tuple[str, str], ...]
    name: str | None = None
    sheet: str | int | None = None
