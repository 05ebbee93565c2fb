"""The program `multilevel`; all of it is in the room `console`.

A module of its own, because its name is nobody else's: it puts this folder first on the path,
so that the rooms beside it are found before other packages of their names.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from console.main import main

if __name__ == "__main__":
    sys.exit(main())
