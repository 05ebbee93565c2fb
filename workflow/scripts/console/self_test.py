"""`multilevel self-test`: data with known answers through the whole pipeline, and compared.

The answers are other programs': an evaluation in 50-digit arithmetic, and R. See
tests/oracle/README.md and tests/oracle/surveys/README.md for what made them and how.
"""

import contextlib
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from console import run
from engine.jobs import PROJECT
from multilevel.fit.self_test import digits_of_agreement
from multilevel.records.results import Results, decode
from multilevel.wording import numbers

ORACLES = PROJECT / "tests" / "oracle"
# Where a number stands in results.json, and in the answers.
EVALUATED = {
    "naive.sd_of_group_means": "reference.naive.sd_group_means",
    "model.gamma00": "reference.REML.gamma00",
    "model.se_gamma00": "reference.REML.se",
    "model.df_kenward_roger": "reference.REML.kr_df",
    "model.tau00": "reference.REML.tau00",
    "model.sigma2": "reference.REML.sigma2",
    "model.deviance": "reference.REML.deviance",
    "between.icc": "reference.REML.icc",
    "between.reliability": "reference.REML.reliability_mean",
    "between.design_effect": "reference.REML.deff.nbar",
    "intervals.ci_sigma2_profile.1": "reference.REML.ci_profile_sigma2.1",
    "tests.f.p": "reference.anova.p",
}
OF_A_SURVEY = {
    "model.gamma00": "gamma00.estimate",
    "model.se_gamma00": "gamma00.se",
    "model.tau00": "tau00",
    "model.sigma2": "sigma2",
    "plausible_values.between": "gamma00.between",
    "weighted.official_mean": "jk2.mean",
    "weighted.official_se": "jk2.se",
}


@dataclass(frozen=True)
class Known:
    """A dataset whose answers are known.

    Attributes
    ----------
    data, answers
        Files under tests/oracle.
    source
        What the answers are from.
    digits
        How many of them must be met: fewer than the source has right.
    entry
        The dataset's in the configuration, without its file.
    compared
        Names in results.json to names in the answers.
    """

    data: str
    answers: str
    source: str
    digits: int
    entry: Mapping[str, Any]
    compared: Mapping[str, str]


def _evaluated(name: str) -> Known:
    entry = {"outcome": "y", "group": "group"}
    files = (f"data/{name}.csv", f"expected/{name}.json")
    return Known(*files, "50-digit arithmetic", 7, entry, EVALUATED)


KNOWN = {
    "unequal-sizes": _evaluated("sim_unbal_a"),
    "no-variance-between": _evaluated("dyestuff2"),
    "survey": Known(
        "surveys/small.csv",
        "surveys/small.json",
        "R (lme4, survey)",
        5,
        {
            "outcome": "PV[1-3]",
            "group": "school",
            "weights": {"member": "total", "group": "group"},
            "replicates": {"method": "jk2", "zone": "zone", "code": "half"},
        },
        OF_A_SURVEY,
    ),
}


def main() -> int:
    """Run, compare and print; the exit status is 0 when everything agrees."""
    began = time.monotonic()
    print(f"{len(KNOWN)} datasets with known answers, from file to report:", flush=True)
    with tempfile.TemporaryDirectory() as name, contextlib.chdir(name):
        entries = {
            dataset: {"file": str(ORACLES / known.data), **known.entry}
            for dataset, known in KNOWN.items()
        }
        Path("config.yaml").write_text(yaml.safe_dump({"datasets": entries}), encoding="utf-8")
        status = run.snakemake(["--configfile", "config.yaml", "--quiet"])
        if status:
            sys.stderr.write(f"The pipeline ended with status {status}; see above.\n")
            return 1
        wrong = [line for dataset in KNOWN for line in _compared(dataset, Path("results", dataset))]
    for line in wrong:
        sys.stderr.write(f"WRONG: {line}\n")
    seconds = time.monotonic() - began
    print("Everything agrees." if not wrong else "Don't trust the numbers made here.", end=" ")
    print(f"It took {seconds:.0f} s.")
    return 1 if wrong else 0


def _compared(dataset: str, folder: Path) -> Iterator[str]:
    """Print how a dataset's numbers agree, and yield those that don't."""
    known = KNOWN[dataset]
    content = (folder / "results.json").read_bytes()
    results = json.loads(content)
    answers = json.loads((ORACLES / known.answers).read_bytes())
    print(f"\n{dataset}, against {known.source}\n  {'':30} {'here':>18} {'known':>18}  digits")
    for ours, theirs in known.compared.items():
        here, there = _at(results, ours), _at(answers, theirs)
        digits = digits_of_agreement(here, there)
        print(f"  {ours:30} {here:18.10g} {there:18.10g}  {digits:6}")
        if digits < known.digits:
            yield f"{dataset}: {ours} is {here!r}, not {there!r}"
    yield from _pages(dataset, folder, decode(content, Results))


def _pages(dataset: str, folder: Path, results: Results) -> Iterator[str]:
    """The faults of a dataset's page and PDF."""
    assert results.naive is not None
    assert results.model is not None
    scores = numbers.ScoreFormat.of(results.naive.sd_total, results.model.se_gamma00)
    mean = scores.headline(results.model.gamma00)
    if mean not in (folder / "report.html").read_text(encoding="utf-8"):
        yield f"{dataset}: the page doesn't state the overall mean, {mean}"
    if not (folder / "report.pdf").read_bytes().startswith(b"%PDF-"):
        yield f"{dataset}: the PDF is none"
    print(f"  {'report.html, report.pdf':30} {'overall mean ' + mean:>37}")


def _at(document: Any, path: str) -> float:
    """The number at a path such as intervals.ci_sigma2_profile.1."""
    for key in path.split("."):
        document = document[int(key)] if isinstance(document, list) else document[key]
    return float(document)
