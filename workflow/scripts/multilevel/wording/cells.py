"""Cells of CSV files that a spreadsheet must not run."""

# The full-width forms count in East Asian settings.
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def neutralised(text: str) -> str:
    """`text` with an apostrophe before it when a spreadsheet would take it for a formula.

    Plain numbers such as -3 stay as they are (OWASP, CSV injection).
    """
    if not text.startswith(_STARTS):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text
