"""What may be shown of results, and what is withheld from it."""
