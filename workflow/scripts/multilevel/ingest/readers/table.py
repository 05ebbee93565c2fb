"""What every reader gets and gives, and which of a file's columns are meant."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any, Literal, Protocol

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from multilevel.configuration.forms import DecimalSign, Form
from multilevel.errors import DataRefused
from multilevel.records.findings import Finding, note
from multilevel.records.reading import Difference, ReadFacts, Renamed
from multilevel.wording.quoting import nearest

Use = Literal["outcome", "group", "weight", "member"]

# From strict to lenient: how a name may differ.
_WAYS: tuple[tuple[Callable[[str], str], Difference | None], ...] = (
    (lambda name: name, None),
    (lambda name: " ".join(name.split()), "blanks"),
    (lambda name: " ".join(name.split()).casefold(), "case"),
)
# Where columns are named, in the configuration and on the command line; the latter has no parts.
_MAKE = {
    "outcome": "OUTCOME",
    "group": "GROUP",
    "member_id": "MEMBER_ID",
    "weights: member": "MEMBER_WEIGHT",
    "weights: group": "GROUP_WEIGHT",
    "replicates: zone": "ZONE",
    "replicates: code": "ZONE_CODE",
    "replicates: columns": "REPLICATE_WEIGHTS",
    "join: by": "JOIN_BY",
    "join: name": "JOIN_NAME",
    "where": "WHERE",
}


@dataclass(frozen=True, kw_only=True)
class Source:
    """A file's content.

    Attributes
    ----------
    path
        Where it is.
    name
        The file's name, for messages.
    content
        Its bytes, decompressed.
    sha256, bytes
        Digest and number of the bytes as they are in the file.
    compressed
        Whether `content` was compressed in the file.
    ending
        The format, such as ".sav": the file's ending without that of the compression.
    form
        What is said of its form.
    in_batches
        How to read a file too large for memory, of which `content` holds nothing.
    """

    path: Path
    name: str
    content: bytes
    sha256: str
    bytes: int
    compressed: bool
    ending: str = ""
    form: Form = field(default_factory=Form)
    in_batches: "LargeFile | None" = None


class LargeFile(Protocol):
    """A file that is read in batches."""

    def describe(self, looked_for: tuple[str, ...]) -> "Description":
        """The file's columns; DataRefused as a reader raises it."""

    def batches(self, source: Source, columns: tuple[str, ...]) -> "Iterator[Table]":
        """The columns of these names, batch by batch; DataRefused as a reader raises it."""


@dataclass(frozen=True, kw_only=True)
class Code:
    """A value that the file declares to mean "missing": a number, a range or a text.

    Attributes
    ----------
    low, high
        Ends of the range, both belong to it; equal for a single number.
    text
        A text, or the letter of a special missing value such as Stata's .a.
    """

    low: float | None = None
    high: float | None = None
    text: str | None = None


@dataclass(frozen=True, kw_only=True)
class Column:
    """What a file says about one of its columns.

    Attributes
    ----------
    name
        As in the file.
    label
        Its description, "" where the file has none.
    value_labels
        What values mean, by the value's text (1 for 1.0).
    missing
        The values declared as missing.
    readable
        Whether its values are of a kind that can be read: no lists or the like.
    measure
        Its level of measurement where the file tells: nominal, ordinal or scale; else "".
    use
        What the file says that it is used as: scores, ids of groups or members, or a weight.
    quoted
        Whether its values stand in quotation marks where other columns' don't, as programs write
        text that looks like numbers.
    """

    name: str
    label: str = ""
    value_labels: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[Code, ...] = ()
    readable: bool = True
    measure: str = ""
    use: Use | None = None
    quoted: bool = False


@dataclass(frozen=True, kw_only=True)
class Description:
    """What a file says about itself, before its data are read.

    Attributes
    ----------
    columns
        All columns, in the file's order; names may repeat.
    n_rows
        Rows, None where only reading tells.
    facts
        The form of the file.
    findings
        What stands beside names and values.
    """

    columns: tuple[Column, ...]
    n_rows: int | None = None
    facts: ReadFacts = field(default_factory=ReadFacts)
    findings: tuple[Finding, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names."""
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True, kw_only=True, eq=False)
class Table:
    """The needed columns of a file, or of a batch of its rows.

    Attributes
    ----------
    frame
        Columns by the names that were asked for, rows in file order, each as
        Arrow text, whole numbers or doubles; null where the file has no value or
        one that it declares missing.
    n_rows
        Rows read.
    n_left_out
        Rows read that a condition left out, which `n_rows` hasn't.
    name
        The file's name, for messages.
    sha256, bytes
        Of the bytes that were read.
    decimal_comma
        Whether "5,2" may be a number here.
    decimal
        The decimal sign of numbers that are text, where it is said.
    decimal_sign
        "." or "," where numbers of a text's first rows have that as their decimal sign and none
        the other.
    first_line
        The file's line of the first row where every row is one line, else None. Of batches
        the last one tells.
    facts
        The form of the file.
    findings
        What was found and done.
    columns
        What the file says about them, by the name asked for.
    reasons
        Why a value is missing, for columns where the file declares any: Arrow text,
        null where the value isn't missing or just empty.
    """

    frame: pd.DataFrame
    n_rows: int
    name: str
    sha256: str
    bytes: int
    n_left_out: int = 0
    decimal_comma: bool = False
    decimal: DecimalSign | None = None
    decimal_sign: str | None = None
    first_line: int | None = None
    facts: ReadFacts = field(default_factory=ReadFacts)
    findings: tuple[Finding, ...] = ()
    columns: Mapping[str, Column] = field(default_factory=dict)
    reasons: Mapping[str, Any] = field(default_factory=dict)


def of_rows(table: Table, kept: Any) -> Table:
    """The table of those of its rows where an Arrow mask says so; their lines aren't known."""
    columns: dict[str, Any] = {
        name: pa.array(table.frame[name], from_pandas=True).filter(kept)
        for name in table.frame.columns
    }
    return replace(
        table,
        frame=pa.table(columns).to_pandas(types_mapper=pd.ArrowDtype),
        n_rows=pc.sum(kept).as_py() or 0,
        first_line=None,
        reasons={name: why.filter(kept) for name, why in table.reasons.items()},
    )


def without_names(table: Table) -> Table:
    """The table without rows that are its names again, as where files were put together.

    All its columns of text must have their own names there, two or more.
    """
    again = None
    texts = [str(name) for name, kind in table.frame.dtypes.items() if _is_text(kind)]
    for name in texts if len(texts) > 1 else ():
        column = pa.array(table.frame[name], from_pandas=True)
        ways = (str, str.lower, str.upper, str.capitalize)
        spelled = {name, *(way(name.strip()) for way in ways)}
        same = pc.is_in(column, value_set=pa.array(sorted(spelled), column.type))
        again = same if again is None else pc.and_(again, same)
        if not pc.any(again).as_py():
            return table
    if again is None:
        return table
    n = pc.sum(again).as_py()
    found = of_rows(table, pc.invert(again))
    return replace(found, findings=(*table.findings, note("names_again", n=n)))


def _is_text(kind: Any) -> bool:
    stored = getattr(kind, "pyarrow_dtype", None)
    return stored is not None and (pa.types.is_string(stored) or pa.types.is_large_string(stored))


@dataclass(frozen=True, kw_only=True)
class Reader:
    """A format.

    Attributes
    ----------
    form
        What a file of it is called, such as "an SPSS file".
    describe
        The file's columns, without reading its data where the format allows it.
        The names that are looked for help where the form has to be guessed.
    read
        The columns of these names.
    """

    form: str
    describe: Callable[[Source, tuple[str, ...]], Description]
    read: Callable[[Source, tuple[str, ...]], Table]


def find(names: Sequence[str], wanted: str) -> tuple[list[int], Difference | None]:
    """The places of `wanted` among `names`, and how the name differs there."""
    for same, difference in _WAYS:
        places = [place for place, name in enumerate(names) if same(name) == same(wanted)]
        if places:
            return places, difference
    return [], None


def resolve(
    names: Sequence[str], wanted: Sequence[str], file: str, keys: Sequence[str] = ()
) -> tuple[tuple[int, ...], tuple[Renamed, ...]]:
    """Place of each of the `wanted` columns among a file's `names`, and which differ from these.

    `keys` are those of the configuration under which they are named, for the remedy.

    Raises
    ------
    DataRefused
        `missing_column` when one is missing, there twice, or the same as another.
    """
    places: list[int] = []
    renamed = []
    for name, key in zip_longest(wanted, keys[: len(wanted)]):
        found, difference = find(names, name)
        if len(found) != 1:
            raise (
                _missing(name, names, file, key) if not found else _twice(name, names, found, file)
            )
        if difference:
            renamed.append(Renamed(asked=name, name=names[found[0]], differs_by=difference))
        places.append(found[0])
    place = next((place for place in places if places.count(place) > 1), None)
    if place is not None:
        same = [name for name, other in zip(wanted, places, strict=True) if other == place]
        raise _same(same, names[place], file)
    return tuple(places), tuple(renamed)


def _missing(name: str, names: Sequence[str], file: str, key: str | None) -> DataRefused:
    named = [other for other in (one.strip() for one in names) if other]
    return DataRefused(
        "missing_column.absent",
        name,
        file=file,
        names=named,
        near=nearest(name, named),
        key=key,
        setting=_MAKE.get(key or ""),
    )


def _same(wanted: Sequence[str], column: str, file: str) -> DataRefused:
    """The refusal of names that all mean one column."""
    if len(set(wanted)) == 1:
        return DataRefused("missing_column.named_twice", wanted[0], file=file, n=len(wanted))
    return DataRefused("missing_column.same", column, file=file, names=list(wanted))


def _twice(name: str, names: Sequence[str], found: Sequence[int], file: str) -> DataRefused:
    spelled = [names[place] for place in found]
    return DataRefused("missing_column.ambiguous", name, file=file, n=len(spelled), names=spelled)
