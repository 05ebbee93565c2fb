"""results.xlsx of a dataset and of the index, and the workbook of a comparison."""

from collections.abc import Mapping, Sequence

from multilevel.records.comparison import Comparison
from multilevel.records.distribution import Distribution
from multilevel.records.results import Results
from multilevel.wording.catalogue import Catalogue
from multilevel.workbooks.tables import fields_table, records_table, rows_table
from multilevel.workbooks.workbook import Cover, Table, Value, workbook


def dataset_workbook(
    results: Results,
    distribution: Distribution | None,
    columns: Sequence[str],
    schools: Sequence[Sequence[Value]],
    words: Catalogue,
    contact: Mapping[str, str] | None = None,
) -> bytes:
    """The bytes of a dataset's workbook.

    Parameters
    ----------
    distribution
        None where the dataset was refused.
    columns, schools
        The columns and rows of groups.csv; no rows where the dataset was refused.
    contact
        Label to text, such as publisher and address, on the first sheet.
    """
    tables = _summaries(words, results)
    if distribution is not None:
        tables += _distribution(words, distribution)
    if schools:
        tables.append(rows_table(words, "schools", columns, schools))
    notes = [results.labels.subtitle] if results.labels.subtitle else []
    if results.reason is not None:
        notes.append(f"{results.reason.message} {results.reason.remedy}")
    return workbook(_cover(words, results.labels.title, notes, contact), tables)


def index_workbook(
    columns: Sequence[str],
    fitted: Sequence[Sequence[Value]],
    others: Sequence[Sequence[Value]],
    words: Catalogue,
    contact: Mapping[str, str] | None = None,
) -> bytes:
    """The bytes of the workbook of all datasets.

    Parameters
    ----------
    columns
        The columns of datasets.csv.
    fitted
        The values of these columns, a row for each dataset with a report.
    others
        Id, title, code and reason of each dataset without a report.
    """
    tables = []
    if fitted:
        tables.append(rows_table(words, "datasets", columns, fitted))
    if others:
        heads = ("id", "title", "reason_code", "reason")
        tables.append(rows_table(words, "reasons", heads, others))
    notes = [words.plain("workbook.index.note")]
    return workbook(_cover(words, words.plain("workbook.index.title"), notes, contact), tables)


def comparison_workbook(
    comparison: Comparison,
    words: Catalogue,
    contact: Mapping[str, str] | None = None,
    sentences: Sequence[str] = (),
) -> bytes:
    """The bytes of a comparison's workbook.

    Parameters
    ----------
    contact
        Label to text, such as publisher and address, on the first sheet.
    sentences
        Notes on weights, levels and untested estimates, or why there is no comparison.
    """
    tables = []
    for key, records in (
        ("compared", comparison.datasets),
        ("differences", comparison.differences),
        ("untested", comparison.untested),
        ("unshared", comparison.unshared_benchmarks),
        ("left_out", comparison.left_out),
    ):
        if records:
            tables.append(records_table(words, key, records))
    for key in ("percentiles", "benchmarks"):
        rows = [
            (dataset.id, record)
            for dataset in comparison.datasets
            for record in getattr(dataset, key)
        ]
        if rows:
            tables.append(_of_datasets(words, key, rows))
    return workbook(_cover(words, comparison.title, sentences, contact), tables)


def _cover(
    words: Catalogue, title: str, notes: Sequence[str], contact: Mapping[str, str] | None
) -> Cover:
    return Cover(
        name=words.plain("workbook.cover"),
        title=title,
        notes=(
            *notes,
            words.plain("workbook.notes.precision"),
            words.plain("workbook.notes.empty"),
        ),
        contact=tuple((contact or {}).items()),
        contents=words.plain("workbook.contents"),
    )


def _summaries(words: Catalogue, results: Results) -> list[Table]:
    """The sheets of the sections that the dataset has."""
    sheets = {
        "data": (results.data, results.naive),
        "model": (results.model, results.between, results.intervals),
        "tests": (results.tests, results.checks),
        "weighted": (results.weighted,),
        "plausible_values": (results.plausible_values,),
    }
    tables = []
    for key, sections in sheets.items():
        present = [section for section in sections if section is not None]
        if present:
            tables.append(fields_table(words, key, present))
    if results.plausible_values is not None:
        tables.append(records_table(words, "per_value", results.plausible_values.per_value))
    return tables


def _distribution(words: Catalogue, distribution: Distribution) -> list[Table]:
    tables = [
        fields_table(words, "distribution", [distribution]),
        records_table(words, "percentiles", distribution.percentiles),
    ]
    if distribution.benchmarks:
        tables.append(records_table(words, "benchmarks", distribution.benchmarks))
    return tables


def _of_datasets(words: Catalogue, key: str, rows: Sequence[tuple[str, object]]) -> Table:
    """A table of several datasets' records, with the dataset's id before each."""
    table = records_table(words, key, [record for _, record in rows])
    return Table(
        table.name,
        table.title,
        table.note,
        (words.plain("workbook.head.dataset"), *table.columns),
        [(name, *row) for (name, _), row in zip(rows, table.rows, strict=True)],
    )
