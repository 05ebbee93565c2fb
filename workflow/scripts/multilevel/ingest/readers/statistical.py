"""SPSS, Stata and SAS files, by pyreadstat."""

import contextlib
import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pyarrow as pa

from multilevel.errors import DataRefused
from multilevel.ingest.readers import dictionaries, encodings, typed
from multilevel.ingest.readers.encodings import Encoding
from multilevel.ingest.readers.table import Code, Column, Description, Source
from multilevel.records.reading import ReadFacts
from multilevel.wording.numbers import as_typed

SPSS_STARTS = (b"$FL2", b"$FL3")
SAS_STARTS = (bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011"),)
XPORT_STARTS = (b"HEADER RECORD*******",)
STATA_STARTS = (b"<stata_dta>", *(bytes([release]) for release in range(102, 116)))
_FUNCTIONS = {
    ".sav": "read_sav",
    ".zsav": "read_sav",
    ".por": "read_por",
    ".dta": "read_dta",
    ".sas7bdat": "read_sas7bdat",
    ".xpt": "read_xport",
}
_XPORT_RECORD = 80  # bytes, of which such a file has a whole number
_KEEPS_CODES = (".sav", ".zsav", ".dta", ".sas7bdat")
_ENCODED = (".sav", ".zsav", ".dta", ".sas7bdat", ".xpt")
_WITHOUT_MARK = (".sav", ".zsav", ".dta")
_BYTES = "ISO-8859-1"  # in which each byte is a letter


def _call(source: Source, **options: Any) -> tuple[Any, Any]:
    """pyreadstat's data and metadata."""
    import pyreadstat

    function: Callable[..., tuple[Any, Any]] = getattr(pyreadstat, _FUNCTIONS[source.ending])
    codes = {"user_missing": True} if source.ending in _KEEPS_CODES else {}
    return function(io.BytesIO(source.content), **codes, **options)


def _as_said(source: Source, **options: Any) -> tuple[Any, Any]:
    """The same in the encoding that the file says; NotAsSaid where its texts are in another."""
    import pyreadstat

    try:
        return _call(source, **options)
    except (UnicodeDecodeError, pyreadstat.ReadstatError) as error:
        encoding = isinstance(error, UnicodeDecodeError) or "convert" in str(error).lower()
        if not encoding or source.ending not in _ENCODED:
            raise
        raise encodings.NotAsSaid from error


def _named(source: Source) -> str | None:
    """The encoding that is named for a file of a kind that may lack a mark of it."""
    return source.form.encoding if source.ending in _WITHOUT_MARK else None


def _described(source: Source, said: dictionaries.Told) -> tuple[Any, Encoding | None]:
    """The metadata, and the encoding of texts where letters stand for their bytes."""
    recognised = source.form.encoding == "" and source.ending in _ENCODED
    if said.encoded and not _named(source) and not recognised:
        with contextlib.suppress(encodings.NotAsSaid):
            return _as_said(source, metadataonly=True)[1], None
    _, meta = _call(source, encoding=_BYTES, metadataonly=True)
    return meta, _encoding(source, meta)


def _encoding(source: Source, meta: Any) -> Encoding | None:
    """The encoding named or recognised of a file that was read as bytes; None where all is ASCII.

    All of its texts are looked at, so that all of its columns are read in one encoding.
    """
    if name := _named(source):
        found = encodings.named(name, source.name)
        return encodings.UTF_8 if found.codec == "utf-8-sig" else found
    kinds = meta.readstat_variable_types
    texts = [one for one in meta.column_names if one and kinds[one] == "string"]
    content = "\n".join({*_words(meta), *_values(source, texts)})
    return encodings.of_words(content.encode("latin-1"))


def _words(meta: Any) -> Iterator[str]:
    yield from (one for one in (*meta.column_names, *meta.column_labels) if one)
    for labels in meta.variable_value_labels.values():
        yield from (one for pair in labels.items() for one in pair if isinstance(one, str))


def _values(source: Source, texts: list[str]) -> Iterator[str]:
    if texts:
        frame, _ = _call(source, encoding=_BYTES, usecols=texts)
        for name in texts:
            yield from (one for one in frame[name].unique() if isinstance(one, str))


def _decoder(encoding: Encoding | None, file: str) -> Callable[[str], str]:
    """What makes the text of letters that stand for its bytes; DataRefused where they aren't it."""
    if encoding is None:
        return str

    def decoded(text: str) -> str:
        content = text.encode("latin-1")
        try:
            return encoding.readable(content.decode(encoding.codec))
        except UnicodeDecodeError as error:
            raise encodings.other_than_told(file, encoding, content, error, lines=False) from None

    return decoded


def describe(source: Source, _: tuple[str, ...] = ()) -> Description:
    """The file's columns with their labels and missing codes."""
    if source.ending == ".xpt" and len(source.content) % _XPORT_RECORD:
        raise DataRefused("unreadable_file.cut_off", file=source.name)
    said = dictionaries.told(source.content, source.ending)
    meta, encoding = _described(source, said)
    text = _decoder(encoding, source.name)
    if None in meta.column_names:
        place = meta.column_names.index(None) + 1
        raise DataRefused("unreadable_file.nameless_column", file=source.name, place=place)
    rows = meta.number_rows
    return Description(
        columns=tuple(
            Column(
                name=text(name),
                label=typed.label(text(label or "")),
                value_labels=_value_labels(meta.variable_value_labels.get(name, {}), text),
                missing=_codes(
                    meta.missing_ranges.get(name, ()), meta.missing_user_values.get(name, ())
                ),
                measure=_measure(meta.variable_measure.get(name)),
                use=said.uses.get(name.casefold()),
            )
            for name, label in zip(meta.column_names, meta.column_labels, strict=True)
        ),
        n_rows=rows if rows is not None and rows >= 0 else None,
        facts=ReadFacts(encoding=encoding.codec if encoding else None),
        findings=(encoding.guess,) if encoding and encoding.guess else (),
    )


def _measure(level: str | None) -> str:
    return level if level in ("nominal", "ordinal", "scale") else ""


def _value_labels(given: Mapping[Any, str], text: Callable[[str], str]) -> dict[str, str]:
    return {
        as_typed(float(value)) if isinstance(value, int | float) else text(str(value)): (
            typed.label(text(label or ""))
        )
        for value, label in given.items()
    }


def _codes(ranges: Any, letters: Any) -> tuple[Code, ...]:
    codes = [
        Code(text=one["lo"])
        if isinstance(one["lo"], str)
        else Code(low=float(one["lo"]), high=float(one["hi"]))
        for one in ranges
    ]
    return (*codes, *(Code(text=str(letter)) for letter in letters))


def columns(
    source: Source, names: tuple[str, ...], found: Description
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns of these names as Arrow arrays, and why special values are missing.

    Raises
    ------
    DataRefused
        `unreadable_file` when rows are missing, `missing_column`.
    """
    own, options = dict(zip(found.names, found.names, strict=True)), {}
    encoding = _found(found)
    if encoding is not None:
        options = {"encoding": _BYTES}
        _, meta = _call(source, metadataonly=True, **options)
        own = dict(zip(found.names, meta.column_names, strict=True))
    wanted = [own[name] for name in dict.fromkeys(names)]
    frame, meta = (_call if options else _as_said)(source, usecols=wanted, **options)
    text = _decoder(encoding, source.name)
    if found.n_rows is not None and len(frame) != found.n_rows:
        raise DataRefused(
            "unreadable_file.rows_missing", file=source.name, n=found.n_rows, there=len(frame)
        )
    about = {column.name: column for column in found.columns}
    arrays, reasons = {}, {}
    for name in names:
        if own[name] not in frame:
            raise DataRefused("missing_column.unreadable", name, file=source.name)
        is_text = meta.readstat_variable_types[own[name]] == "string"
        arrays[name], why = _array(frame[own[name]], about[name], text if is_text else None)
        if why is not None:
            reasons[name] = why
    return arrays, reasons


def _found(found: Description) -> Encoding | None:
    """The encoding in which the texts of a file that was described are."""
    codec = found.facts.encoding
    guess = next((one for one in found.findings if one.code == "encoding_guessed"), None)
    return Encoding(codec, guess) if codec else None


def _array(series: Any, about: Column, text: Callable[[str], str] | None) -> tuple[Any, Any]:
    """The column, and why its special values, such as Stata's .a, are missing.

    `text` makes texts of its values; None of numbers.
    """
    if text is not None and text is not str:
        encoded = pa.array(series, pa.large_string(), from_pandas=True).dictionary_encode()
        words = [one and text(one) for one in encoded.dictionary.to_pylist()]
        return pa.array(words, pa.large_string()).take(encoded.indices), None
    if series.dtype != object:
        return pa.array(series, from_pandas=True), None
    values = [None if value is None or value != value else value for value in series]
    if text or not all(isinstance(value, int | float | str | None) for value in values):
        return pa.array([value and str(value) for value in values], pa.large_string()), None
    numbers = [value if isinstance(value, int | float) else None for value in values]
    reasons = [
        typed.reason(about, value, f".{value}") if isinstance(value, str) else None
        for value in values
    ]
    return pa.array(numbers, pa.float64()), pa.array(reasons, pa.large_string())
