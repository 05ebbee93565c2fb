"""Side by side with other programs: `python tools/bench/peers/main.py [PART ...]`.

Parts: fit, companion, growth, report; without a name, all four. Each rewrites its section of
docs/benchmarks.md. `--largest N` stops at N students, `--datasets N` and `--repeats N` are for
the reports. Peers that aren't installed
are left out with a word: R's are the Debian packages r-cran-lme4, r-cran-nlme, r-cran-glmmtmb,
and for the reports r-cran-lmertest, r-cran-performance, r-cran-flextable, r-cran-ggplot2,
r-cran-rmarkdown, pandoc and chromium.
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "workflow" / "scripts"), str(ROOT / "tools" / "bench")]

import benchmarks_page as page  # noqa: E402
import companions  # noqa: E402
import fits  # noqa: E402
import growth  # noqa: E402
import reports  # noqa: E402

PARTS = ("fit", "companion", "growth", "report")


def main(arguments: list[str]) -> None:
    """Measure the parts that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="|".join(PARTS))
    parser.add_argument("--largest", type=int, default=10_000_000, metavar="N")
    parser.add_argument("--limit", type=float, default=fits.LIMIT, metavar="SECONDS")
    parser.add_argument("--datasets", type=int, default=50, metavar="N")
    parser.add_argument("--repeats", type=int, default=3, metavar="N")
    given = parser.parse_args(arguments)
    parts = given.parts or PARTS
    if "fit" in parts:
        sizes = [n for n in fits.SIZES if n <= given.largest]
        page.write_section("fit", fits.section(fits.compare(sizes, given.limit)))
    if "companion" in parts:
        sizes = [n for n in companions.SIZES if n <= given.largest]
        page.write_section("companion", companions.section(companions.compare(sizes)))
    if "growth" in parts:
        page.write_section("growth", growth.section(*growth.measure(given.largest)))
    if "report" in parts:
        page.write_section(
            "report", reports.section(reports.compare(given.datasets, given.repeats))
        )


if __name__ == "__main__":
    main(sys.argv[1:])
