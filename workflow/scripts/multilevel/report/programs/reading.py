"""How the data file was read, for code that has to read it alike."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# What the readers' notes say (ingest), and what it is called in R, Python and Stata.
_DELIMITERS = {"commas": ",", "semicolons": ";", "tabs": "\t", "vertical bars": "|"}
_ENCODINGS = {
    "UTF-8 with a byte-order mark": ("UTF-8-BOM", "utf-8-sig", "utf-8"),
    "Encoding UTF-8": ("", "utf-8", "utf-8"),
    "UTF-16": ("UTF-16", "utf-16", "utf-16"),
    "UTF-32": ("UTF-32", "utf-32", "utf-32"),
    "Read as Windows-1252": ("CP1252", "cp1252", "windows-1252"),
    "Read as Latin-1": ("latin1", "latin-1", "latin1"),
}
_SEPARATED = re.compile(r"^(?P<encoding>.+), values separated by (?P<delimiter>[a-z ]+)\.$", re.S)
_SPELLED = re.compile(r'The column "(?P<asked>[^"]*)" is "(?P<found>[^"\\…]*)" in the file: ')


@dataclass(frozen=True)
class Reading:
    """What code needs to know to read the file as this report did.

    Attributes
    ----------
    delimiter
        One character.
    encodings
        By R's (empty for plain UTF-8), Python's and Stata's name.
    decimal_comma
        Whether scores have decimal commas.
    spelled
        Names of columns that are written otherwise in the file than in the settings.
    """

    delimiter: str
    encodings: tuple[str, str, str]
    decimal_comma: bool
    spelled: Mapping[str, str]

    @classmethod
    def of(cls, notes: Sequence[str]) -> "Reading":
        """The reading that these notes of the provenance tell of."""
        found = [match for match in map(_SEPARATED.match, notes) if match]
        delimiter, encoding = (
            (found[0]["delimiter"], found[0]["encoding"]) if found else ("commas", "Encoding UTF-8")
        )
        return cls(
            delimiter=_DELIMITERS[delimiter],
            encodings=next(
                names for start, names in _ENCODINGS.items() if encoding.startswith(start)
            ),
            decimal_comma=any(note.startswith("Decimal commas in ") for note in notes),
            spelled={
                match["asked"]: match["found"]
                for match in map(_SPELLED.match, notes)
                if match is not None
            },
        )

    def column(self, name: str) -> str:
        """The column's name as it stands in the file."""
        return self.spelled.get(name, name)
