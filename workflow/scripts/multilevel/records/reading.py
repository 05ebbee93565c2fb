"""What reading a file found out about its form."""

from dataclasses import dataclass
from typing import Annotated, Literal

from multilevel.records.sections import doc

Difference = Literal["blanks", "case"]


@dataclass(frozen=True, kw_only=True)
class Renamed:
    """A column whose name differs between the configuration and the file."""

    asked: Annotated[str, doc("As it was asked for.")]
    name: Annotated[str, doc("As it is in the file.")]
    differs_by: Annotated[
        Difference, doc("Blanks around the name, or upper and lower case (and blanks).")
    ]


@dataclass(frozen=True, kw_only=True)
class ReadFacts:
    """The form of a file as it was read; null where the format settles it."""

    encoding: Annotated[
        str | None,
        doc("Codec of the text, by Python's name; null where the file itself declares it."),
    ] = None
    delimiter: Annotated[
        str | None, doc("The character between values; null of files that aren't delimited text.")
    ] = None
    dressed: Annotated[
        bool,
        doc(
            "Whether more than names in the first row and values below stood there: titles, units, "
            "row names, notes, blanks between values."
        ),
    ] = False
    decimal_commas: Annotated[
        tuple[str, ...], doc("Columns of numbers written with a decimal comma.")
    ] = ()
    sheet: Annotated[str | None, doc("The sheet of the workbook that was read.")] = None
    sheets: Annotated[tuple[str, ...], doc("All sheets of the workbook.")] = ()
    renamed: Annotated[
        tuple[Renamed, ...], doc("Columns named otherwise in the configuration.")
    ] = ()
