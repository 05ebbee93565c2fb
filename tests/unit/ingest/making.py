"""Small data files in every format, for tests."""

import bz2
import gzip
import io
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pyreadr
import pyreadstat
from tests.unit.ingest import workbook_files

HERE = Path(__file__).parent
N = 24
SCORE = [round(float(score), 3) for score in np.random.default_rng(7).normal(500, 100, N)]
SCHOOL = [100 + place // 6 for place in range(N)]
FRAME = pd.DataFrame({"IDSCHOOL": SCHOOL, "Math": SCORE, "Name": ["Ä b", "x"] * (N // 2)})

LABELS = {"IDSCHOOL": "School ID", "Math": "MATHEMATICS ACHIEVEMENT", "Name": "Who"}


def sav(path: Path, frame: pd.DataFrame = FRAME, **options: object) -> None:
    pyreadstat.write_sav(frame, path, column_labels=LABELS, **options)


def zsav(path: Path, frame: pd.DataFrame = FRAME) -> None:
    pyreadstat.write_sav(frame, path, column_labels=LABELS, compress=True)


def por(path: Path, frame: pd.DataFrame = FRAME) -> None:
    upper = frame.rename(columns=str.upper).replace("Ä b", "a b")
    pyreadstat.write_por(upper, path, column_labels=[LABELS[name] for name in frame.columns])


def dta(path: Path, frame: pd.DataFrame = FRAME, **options: object) -> None:
    pyreadstat.write_dta(frame, path, column_labels=LABELS, **options)


def xpt(path: Path, frame: pd.DataFrame = FRAME) -> None:
    pyreadstat.write_xport(frame, path, column_labels=LABELS)


def sas7bdat(path: Path) -> None:
    path.write_bytes(gzip.decompress((HERE / "files" / "scores.sas7bdat.gz").read_bytes()))


def rds(path: Path, frame: pd.DataFrame = FRAME) -> None:
    pyreadr.write_rds(path, frame, compress="gzip")


def rda(path: Path, frame: pd.DataFrame = FRAME) -> None:
    pyreadr.write_rdata(path, frame, df_name="scores")


def xlsx(path: Path, frame: pd.DataFrame = FRAME, sheets: tuple[str, ...] = ("Data",)) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title in sheets:
        sheet = book.create_sheet(title)
        sheet.append([str(name) for name in frame.columns])
        for row in frame.itertuples(index=False):
            sheet.append([None if value != value else value for value in row])
    book.save(path)


def cells(frame: pd.DataFrame = FRAME) -> list[list[str | float | None]]:
    rows = ([None if value != value else value for value in row]
            for row in frame.itertuples(index=False))  # fmt: skip
    return [[str(name) for name in frame.columns], *rows]


def ods(path: Path, frame: pd.DataFrame = FRAME) -> None:
    path.write_bytes(workbook_files.ods(cells(frame)))


def xlsb(path: Path, frame: pd.DataFrame = FRAME) -> None:
    path.write_bytes(workbook_files.xlsb(cells(frame)))


def xls(path: Path, frame: pd.DataFrame = FRAME) -> None:
    path.write_bytes(workbook_files.xls(cells(frame)))


def parquet(path: Path, frame: pd.DataFrame = FRAME) -> None:
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), path)


def feather_file(path: Path, frame: pd.DataFrame = FRAME) -> None:
    feather.write_feather(frame, path, compression="zstd")


def arrow_stream(path: Path, frame: pd.DataFrame = FRAME) -> None:
    table = pa.Table.from_pandas(frame, preserve_index=False)
    with pa.ipc.new_stream(path, table.schema) as writer:
        writer.write_table(table)


def csv(path: Path, frame: pd.DataFrame = FRAME) -> None:
    frame.to_csv(path, index=False)


def tsv(path: Path, frame: pd.DataFrame = FRAME) -> None:
    frame.to_csv(path, index=False, sep="\t")


def blanks(path: Path, frame: pd.DataFrame = FRAME) -> None:
    frame.to_csv(path, index=False, sep=" ", na_rep="NA")


TEXT = (".csv", ".tsv", ".txt", ".dat", ".asc")
WRITERS: dict[str, Callable[[Path], None]] = {
    ".csv": csv,
    ".tsv": tsv,
    ".txt": csv,
    ".dat": blanks,
    ".asc": blanks,
    ".xlsx": xlsx,
    ".xlsm": xlsx,
    ".xlsb": xlsb,
    ".xls": xls,
    ".ods": ods,
    ".sav": sav,
    ".zsav": zsav,
    ".por": por,
    ".dta": dta,
    ".sas7bdat": sas7bdat,
    ".xpt": xpt,
    ".rds": rds,
    ".rda": rda,
    ".rdata": rda,
    ".parquet": parquet,
    ".feather": feather_file,
    ".arrow": arrow_stream,
}
BINARY = tuple(ending for ending in WRITERS if ending not in TEXT)


def written(folder: Path, ending: str) -> Path:
    """A file of the standard students."""
    path = folder / f"scores{ending}"
    WRITERS[ending](path)
    return path


def zstd(content: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(content)
    return bytes(sink.getvalue())


def zipped(content: bytes, *names: str) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names or ("scores.csv",):
            archive.writestr(name, content)
    return sink.getvalue()


COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": lambda content: gzip.compress(content, mtime=0),
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstd,
    ".zip": zipped,
}
