"""Ids of groups that begin anew within another column, such as school 1 of each district."""

from collections.abc import Iterator

import numpy as np

from multilevel.ingest import vocabulary
from multilevel.ingest.checks.material import Records, different
from multilevel.records.findings import Finding, caution

# Of the groups' ids: fewer may be members who moved, or slips.
_SHARE = 0.2
_SHORT = 4  # letters of an id that says nothing by itself
_MOST_SHOWN = 3


def check(records: Records) -> Iterator[Finding]:
    """A caution where ids are short and stand under several values of a larger unit."""
    own = vocabulary.level(records.group) or vocabulary.SCHOOL
    for column in records.others:
        above = vocabulary.level(column)
        if above is None or above <= own:
            continue
        codes, used = records.codes(column)
        group = records.group_codes[used]
        width = int(codes.max(initial=0)) + 1
        pairs = different(group, codes[used])
        ids, times = np.unique(pairs // width, return_counts=True)
        again = ids[times > 1]
        short = [one for one in again.tolist() if len(records.group_ids[one]) <= _SHORT]
        if len(short) < max(_SHARE * len(ids), 1) or len(short) < len(again):
            continue
        examples = [records.group_ids[one] for one in short[:_MOST_SHOWN]]
        yield caution(
            "restarting_ids",
            records.group,
            by=column,
            ids=examples,
            n=len(short),
            n_ids=len(ids),
            n_pairs=len(pairs),
        )
        return
