"""From files to one table: layout, joining, values and what is missing."""
