"""The engine's benchmarks.

    tools/python.sh tools/bench/batch/main.py [engine] [unchanged] [streaming] [release]

Without a name, all four. Each rewrites its section of docs/benchmarks.md when it has
ended. FULL=1 in the environment does what takes long: 1,000 datasets and 100 million
students. `--datasets`, `--unchanged`, `--rows` and `--countries` make shorter runs.
"""

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "workflow" / "scripts"), str(ROOT / "tools" / "bench")]

import benchmarks_page as page  # noqa: E402
import engine_speed  # noqa: E402
import release  # noqa: E402
import streaming  # noqa: E402

PARTS = ("engine", "unchanged", "streaming", "release")


def main(arguments: list[str]) -> None:
    """Measure the parts that were asked for."""
    full = os.environ.get("FULL") == "1"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="|".join(PARTS))
    parser.add_argument("--datasets", type=int, nargs="+", default=[1, 20, 100], metavar="N")
    parser.add_argument("--unchanged", type=int, default=1_000 if full else 100, metavar="N")
    parser.add_argument("--repeats", type=int, default=3, metavar="N")
    rows = [1e6, 1e7, 1e8] if full else [1e6, 1e7]
    parser.add_argument("--rows", type=float, nargs="+", default=rows, metavar="N")
    parser.add_argument("--countries", type=int, default=50, metavar="N")
    given = parser.parse_args(arguments)
    parts = given.parts or PARTS
    if "engine" in parts:
        speeds = engine_speed.compare(given.datasets, given.repeats)
        page.write_section("engine", engine_speed.section(speeds))
    if "unchanged" in parts:
        found = engine_speed.unchanged(given.unchanged)
        page.write_section("unchanged", engine_speed.unchanged_section(found))
    if "streaming" in parts:
        streamed = [streaming.measure(int(n)) for n in given.rows]
        page.write_section("streaming", streaming.section(streamed))
    if "release" in parts:
        page.write_section("release", release.section(release.measure(given.countries)))


if __name__ == "__main__":
    main(sys.argv[1:])
