"""How the data file was read, for code that has to read it alike."""

from multilevel.records.reading import ReadFacts

# What a codec is called in R (empty for plain UTF-8), Python and Stata.
_ENCODINGS = {
    "utf-8": ("", "utf-8", "utf-8"),
    "utf-8-sig": ("UTF-8-BOM", "utf-8-sig", "utf-8"),
    "utf-16": ("UTF-16", "utf-16", "utf-16"),
    "utf-32": ("UTF-32", "utf-32", "utf-32"),
    "cp1252": ("CP1252", "cp1252", "windows-1252"),
    "mac_roman": ("macintosh", "mac_roman", "macintosh"),
    "latin-1": ("latin1", "latin-1", "latin1"),
}


def delimiter(facts: ReadFacts) -> str:
    """One character: of data that have yet to be exported as CSV, a comma."""
    return facts.delimiter or ","


def encodings(facts: ReadFacts) -> tuple[str, str, str]:
    """The encoding of a delimited text by R's, Python's and Stata's name."""
    codec = facts.encoding or "utf-8" if facts.delimiter else "utf-8"
    return _ENCODINGS.get(codec, (codec.upper().replace("_", "-"), codec, codec))


def column(facts: ReadFacts, name: str) -> str:
    """The column's name as it stands in the file."""
    names = {one.asked: one.name for one in facts.renamed}
    return names.get(name, name)
