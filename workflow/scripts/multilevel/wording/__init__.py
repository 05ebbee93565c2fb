"""What makes numbers and facts readable: the catalogue, formats, quotes."""
