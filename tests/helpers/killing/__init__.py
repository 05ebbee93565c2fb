"""A folder for PYTHONPATH: programs started with it count their file operations."""
