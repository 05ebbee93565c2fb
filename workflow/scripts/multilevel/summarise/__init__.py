"""What follows from the data and from the fit: naive and model-based summaries, checks."""
