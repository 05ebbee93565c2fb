"""From where on something is worth a warning."""

# So few groups say little about the variance between them.
FEW_GROUPS = 10
# Up to so many groups one that has more than this share of the members carries the model's mean
# where groups hardly differ: its interval then holds in .80 to .92 of samples.
FEW_BESIDE_ONE, MOST_OF_MEMBERS = 20, 0.5
# A departure from equal variances.
CLEAR_P = 0.001
# A slope on the schools' sizes.
SLOPE_P = 0.01
# Scores of so few values are no draws of a normal distribution.
FEW_VALUES = 10
