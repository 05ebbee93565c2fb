"""How the scores are spread over students: percentiles, benchmarks, their standard errors.

Functions take arrays: scores of shape (N, M), weights, codes of schools. Percentiles, means and
shares are exact for any N: the whole column of scores is sorted once for each plausible value.
Work arrays hold `BLOCK_CELLS` numbers, however many replicates and students there are. Standard
errors by replicates and by leaving a school out are exact too; those of percentiles by drawing
schools are to first order where `schools.EXACT_CELLS` would be exceeded.
"""
