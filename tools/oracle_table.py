"""Digits to which this engine and others agree with the references: docs/validation/oracles.md.

`tools/python.sh tools/oracle_table.py` writes the page from tests/oracle: our fits are made
now, those of the R packages are what they printed when the references were made.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from multilevel.fit.model import fit_random_intercept  # noqa: E402
from multilevel.fit.self_test import digits_of_agreement  # noqa: E402
from multilevel.fit.sufficient import SufficientStatistics  # noqa: E402

ORACLES = ROOT / "tests" / "oracle"
PAGE = ROOT / "docs" / "validation" / "oracles.md"
# More digits than these depend on the machine.
MOST = 10
PEERS = {"lme4": "lmer_default", "nlme": "nlme", "glmmTMB": "glmmTMB"}
TEXT = """\
# Digits of agreement

Written by `tools/oracle_table.py` from [tests/oracle](../../tests/oracle/README.md), where an
independent evaluation in 50-digit arithmetic is the authority. Whole decimal digits to which REML
estimates agree with it, {most} standing for {most} or more; other programs with their default
settings. "b" marks a variance between schools of 0, "o" several optima, "-" no answer, or a small
number where the answer is 0; `sim_` are traps made for this purpose.

| data | students | schools | | tau00: here | {peers} | SE: here | {peers} | exact ICC | df |
|---|---|---|---|{line}{line}---|---|
{rows}

{n} references of {all} have an answer; the others must be refused, each for its reason: {refused}.

The tests hold every number, by REML and by ML, at the tolerances that
[the references](../../tests/oracle/README.md) ask for: `tests/unit/fit/test_oracle.py` and
`tests/unit/summarise/test_oracle.py`.
"""


def statistics(name: str) -> SufficientStatistics:
    """Of a reference's data."""
    frame = pd.read_csv(ORACLES / "data" / f"{name}.csv", dtype={"group": str}).dropna()
    codes, _ = pd.factorize(frame["group"])
    return SufficientStatistics.from_members(codes.astype(np.int64), frame["y"].to_numpy(float))


def whole(digits: float | None) -> str:
    """Whole digits, at most MOST; a dash where a program gave no answer."""
    return "-" if digits is None else str(min(MOST, int(digits)))


def ours(value: float | None, known: float) -> int:
    """Digits of a number of ours."""
    return 0 if value is None else min(MOST, digits_of_agreement(value, known))


def row(name: str, document: dict[str, Any]) -> str:
    """The row of one reference."""
    known, agreement = document["reference"]["REML"], document["agreement_digits"]
    fit = fit_random_intercept(statistics(name))
    model = fit.model
    icc = zip(fit.ci_icc, document["reference"]["wald_exact"]["icc_ci"], strict=True)
    theirs = [agreement.get(key) or {} for key in PEERS.values()]
    cells = [
        f"`{name}`",
        f"{document['reference']['N']:,}",
        f"{document['reference']['J']:,}",
        "b" * model.boundary + "o" * (model.n_optima > 1),
        str(ours(model.tau00, known["tau00"])),
        *(whole(their.get("tau00")) for their in theirs),
        str(ours(model.se_gamma00, known["se"])),
        *(whole(their.get("se")) for their in theirs),
        str(min(ours(end, value) for end, value in icc)),
        str(ours(model.df_satterthwaite, known["df_satterthwaite"])),
    ]
    return f"| {' | '.join(cells)} |"


def page() -> str:
    """The page, with all fits made now."""
    documents = {
        file.stem: json.loads(file.read_bytes())
        for file in sorted((ORACLES / "expected").glob("*.json"))
    }
    refused = {
        name: document["reference"]["degenerate"]
        for name, document in documents.items()
        if "degenerate" in document["reference"]
    }
    rows = [row(name, one) for name, one in documents.items() if name not in refused]
    return TEXT.format(
        most=MOST,
        peers=" | ".join(PEERS),
        line="---|" * len(PEERS) + "---|",
        rows="\n".join(rows),
        n=len(rows),
        all=len(documents),
        refused=", ".join(f"`{code}`" for code in sorted(set(refused.values()))),
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
