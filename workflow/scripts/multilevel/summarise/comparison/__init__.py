"""Datasets side by side: their variances, means and distributions, and how they differ."""
