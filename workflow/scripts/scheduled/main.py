"""The command: a run, or with --install what starts it each day."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scheduled import install, run

if __name__ == "__main__":
    sys.exit(install.main() if "--install" in sys.argv[1:] else run.main())
