"""Sufficient statistics in, estimates and inference out."""
