"""What formats that are read by foreign libraries have in common."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from multilevel.errors import DataRefused
from multilevel.ingest.readers import isolated, typed
from multilevel.ingest.readers.columns import resolve
from multilevel.ingest.readers.raw import looks_like
from multilevel.ingest.readers.table import Description, Reader, Source, Table

Describe = Callable[[Source], Description]
# Arrow arrays by name, special missing values already null, and the reasons for those.
Columns = Callable[
    [Source, tuple[str, ...], Description], tuple[Mapping[str, Any], Mapping[str, Any]]
]


def reader(
    form: str, describe: Describe, columns: Columns, starts: tuple[bytes, ...] = ()
) -> Reader:
    """A reader whose `describe` and `columns` run in a process of their own.

    Parameters
    ----------
    form
        What such a file is called, such as "an SPSS file".
    starts
        The first bytes that such a file may have; empty when they tell nothing.
    """

    def description(source: Source, _: tuple[str, ...]) -> Description:
        _check_start(source, form, starts)
        content = isolated.call(
            lambda: msgspec.msgpack.encode(describe(source)),
            source.name,
            len(source.content),
            form,
        )
        return msgspec.msgpack.decode(content, type=Description)

    def table(source: Source, names: tuple[str, ...]) -> Table:
        _check_start(source, form, starts)

        def work() -> bytes:
            found = describe(source)
            places, renamed = resolve(found.names, names, source.name)
            chosen = tuple(found.columns[place] for place in places)
            own = tuple(column.name for column in chosen)
            about = Description(columns=chosen, facts=replace(found.facts, renamed=renamed))
            return typed.packed(about, *columns(source, own, found))

        content = isolated.call(work, source.name, len(source.content), form)
        return typed.unpacked(source, names, content)

    return Reader(form=form, describe=description, read=table)


def _check_start(source: Source, form: str, starts: tuple[bytes, ...]) -> None:
    if not starts or source.content.startswith(starts):
        return
    raise DataRefused(
        "unreadable_file.not_as_ending",
        file=source.name,
        form=form,
        looks_like=looks_like(source.content),
    )
