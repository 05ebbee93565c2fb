"""Results as Excel workbooks: a sheet with contents and notes, then a table a sheet."""
