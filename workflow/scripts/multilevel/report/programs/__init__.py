"""A dataset's fit as code for other programs."""
