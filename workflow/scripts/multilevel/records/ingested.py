"""What ingest hands on beside the data: ingest.json."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from multilevel.records.findings import Finding
from multilevel.records.reading import ReadFacts
from multilevel.records.results import Labels
from multilevel.records.sections import ColumnUse, InputFile, MissingCount, doc


@dataclass(frozen=True, kw_only=True)
class Ingested:
    """What became of a dataset's file."""

    id: Annotated[str, doc("The dataset's id and folder.")]
    status: Literal["ok", "refused"]
    refusal: Annotated[Finding | None, doc("Set when refused.")]
    labels: Labels
    rows_read: Annotated[int | None, doc("Rows in the file; null when it wasn't read.")]
    n_dropped_outcome: Annotated[int, doc("Rows dropped for a missing score.")]
    n_dropped_group: Annotated[int, doc("Rows dropped for a missing group (score present).")]
    n_dropped_weight: Annotated[int, doc("Rows dropped for a missing or zero weight.")]
    input: InputFile
    joined: Annotated[InputFile | None, doc("The file joined to it; null where none is.")]
    columns: Annotated[tuple[ColumnUse, ...], doc("The columns read.")]
    missing: Annotated[tuple[MissingCount, ...], doc("Missing values by column and reason.")]
    findings: Annotated[tuple[Finding, ...], doc("Cautions and notes, in the order of reading.")]
    reading: Annotated[ReadFacts, doc("The form of the file.")]
    produced: Annotated[str | None, doc("Date of the data: the report's date.")]
    config: Annotated[dict[str, Any], doc("This dataset's settings, defaults filled in.")]
