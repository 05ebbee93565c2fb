"""Snakemake as the commands run it; see engine/run.py. Arguments go to Snakemake."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "workflow" / "scripts"))

from engine import run

if __name__ == "__main__":
    sys.exit(run.main(sys.argv[1:]))
