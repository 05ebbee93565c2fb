"""From where on something is worth a warning."""

# So few groups say little about the variance between them.
FEW_GROUPS = 10
# A group with more than this share of the members carries the model's mean where groups hardly
# differ: its interval then holds in .6 to .9 of samples.
MOST_OF_MEMBERS = 0.5
# A departure from equal variances.
CLEAR_P = 0.001
# A slope on the schools' sizes.
SLOPE_P = 0.01
# So few values, each of several members, are no draws of a normal distribution.
FEW_VALUES = 10


def few_valued(n_distinct: int, n: int) -> bool:
    """Whether `n` scores take few values for their number, or two."""
    return n_distinct <= 2 or (n_distinct <= FEW_VALUES and 2 * n_distinct <= n)
