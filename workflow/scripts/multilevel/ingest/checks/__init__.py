"""What may be wrong with the data."""
