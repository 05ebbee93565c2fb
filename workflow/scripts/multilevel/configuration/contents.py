"""Names of the files by which parts of the configuration reach the jobs that depend on them."""

import hashlib


def name_of_content(kind: str, content: str) -> str:
    """A file's name for JSON of a kind: the same for the same content."""
    return f"{kind}-{hashlib.sha256(content.encode()).hexdigest()[:16]}.json"
