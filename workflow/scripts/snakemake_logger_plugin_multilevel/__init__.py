"""`--logger multilevel`: what the commands show of a run. Snakemake finds it by its name."""

from engine.log_handler import LogHandler

__all__ = ["LogHandler"]
