"""The report: sections of blocks in words, as an HTML page and a PDF."""
