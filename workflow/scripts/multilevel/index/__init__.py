"""The batch: one line per dataset, refused ones included."""
