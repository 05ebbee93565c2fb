"""Parts of the coverage study: what is simulated, and what is asked of each fit."""
