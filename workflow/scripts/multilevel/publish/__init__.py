"""A dataset's complete outputs take the place of the former ones at once."""
