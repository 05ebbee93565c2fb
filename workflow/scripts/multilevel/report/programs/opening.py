"""What kind of file a program is asked to open."""

from pathlib import PurePosixPath

# By a file's ending. What isn't here, compressed files too, is saved as CSV first.
FORMS = {
    ".sav": "spss",
    ".zsav": "spss",
    ".por": "portable",
    ".dta": "stata",
    ".sas7bdat": "sas",
    ".xpt": "transport",
    ".xlsx": "excel",
    ".xls": "excel",
    ".rds": "rds",
    ".parquet": "parquet",
    ".feather": "feather",
}


def form_of(file: str) -> str:
    """What the file is, "" for text and for all that no program reads."""
    return FORMS.get(PurePosixPath(file).suffix.lower(), "")


def key(program: str, form: str) -> str:
    """Where the catalogue has the lines that open such a file."""
    return f"programs.open.{program}.{form or 'text'}"
