"""Comparisons of datasets: their results read, held against each other, drawn and reported."""
