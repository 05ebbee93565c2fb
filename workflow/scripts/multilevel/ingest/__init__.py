"""Stage 1: a data file becomes a table of students, or is refused with the reason."""
