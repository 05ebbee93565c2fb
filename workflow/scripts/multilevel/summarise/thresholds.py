"""From where on something is worth a warning."""

# So few groups say little about the variance between them.
FEW_GROUPS = 10
# A departure from equal variances.
CLEAR_P = 0.001
