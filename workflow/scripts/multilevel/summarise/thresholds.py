"""From where on something is worth a warning."""

# So few groups say little about the variance between them.
FEW_GROUPS = 10
# A departure from equal variances.
CLEAR_P = 0.001
# A slope on the schools' sizes.
SLOPE_P = 0.01
# Scores of so few values are no draws of a normal distribution.
FEW_VALUES = 10
