"""What a reader must know before believing a dataset's numbers, by name.

The report says each in a sentence under "Read with care", the index in a word or two.
"""

from multilevel.records.results import Results


def names(results: Results) -> tuple[str, ...]:
    """All that holds of a dataset: flags of the model, of its data, and of its weights.

    Empty for a refused dataset.
    """
    if results.checks is None:
        return ()
    provenance, weighted = results.provenance, results.weighted
    of_data: dict[str, bool] = {
        "thousands": bool(provenance.thousands),
        "suspects": bool(provenance.suspects),
        **{one.kind: True for one in provenance.doubts},
        "unlike": bool(provenance.unlike),
        "replicates_unused": replicates_unused(results),
        "averaged": results.averaged is not None,
    }
    return (
        *results.checks.flags,
        *(name for name, holds in of_data.items() if holds),
        *(weighted.flags if weighted else ()),
        *(("weighted_apart",) if weighted_apart(results) else ()),
    )


def replicates_unused(results: Results) -> bool:
    """Replicates of the design are named, but no weights."""
    return results.weighted is None and bool(results.provenance.config.get("replicates"))


def weighted_apart(results: Results) -> bool:
    """Weights move gamma00 out of its unweighted interval."""
    model, weighted = results.model, results.weighted
    if model is None or weighted is None:
        return False
    low, high = model.ci_gamma00
    return not low <= weighted.gamma00 <= high
