"""The stage starts fast: what it must not import."""

import subprocess
import sys
from pathlib import Path

SCRIPTS = Path(__file__).parents[3] / "workflow" / "scripts"


def test_heavy_libraries_are_not_imported() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import multilevel.figures.registry;"
        "heavy = ('scipy.stats', 'statsmodels', 'matplotlib.pyplot', 'pandas');"
        "sys.exit(' '.join(name for name in heavy if name in sys.modules) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(SCRIPTS)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
