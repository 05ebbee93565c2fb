"""The table of groups as it may be shown."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from multilevel.publication.ledger import MOST_RELEASES, Entry, Ledger, Roster
from multilevel.publication.rules import Kind, Rounding
from multilevel.publication.withholding import Booleans

if TYPE_CHECKING:
    import pandas as pd

NOT_UPDATED = "not updated: too few changes"
# A column without a rule is left out.
COLUMN_RULES: Mapping[str, Kind] = {
    "group": "keep",
    "n": "members",
    "mean": "score",
    "sd": "score",
    "error_variance": "inside",
    "reliability": "share",
    "eb_mean": "score",
    "eb_se": "score",
    "ci_low": "score",
    "ci_high": "score",
    "mean_ci_low": "score",
    "mean_ci_high": "score",
    "eb_se_lme4": "score",
    "eb_se_hlm": "score",
    "overlap_low": "score",
    "overlap_high": "score",
    "rank_low": "keep",
    "rank_high": "keep",
    "mean_se": "score",
    "ci_mean": "score",
    "ci_se": "score",
    "weighted_mean": "score",
    "weighted_reliability": "share",
    "weighted_eb_mean": "score",
    "weighted_eb_se": "score",
    "weighted_ci_low": "score",
    "weighted_ci_high": "score",
}


def shown_rows(
    schools: "pd.DataFrame", hidden: Booleans, sigma2: float, rounding: Rounding
) -> "pd.DataFrame":
    """The rows of groups that are not `hidden` (shape (J,)), each column by its rule.

    Error variances are those of `sigma2` and sizes as shown: exact ones would tell the size.
    """
    sigma2 = rounding.number("variance", sigma2)
    kept = schools[~hidden].reset_index(drop=True)
    for column in kept.columns:
        kind = COLUMN_RULES.get(str(column), "withhold")
        if kind == "withhold":
            kept = kept.drop(columns=column)
        elif kind not in ("keep", "inside"):
            kept[column] = [
                rounding.number(kind, value) if value == value else value for value in kept[column]
            ]
    variance = [rounding.number("variance", sigma2 / n) for n in kept["n"]]
    return kept.assign(error_variance=variance) if "error_variance" in kept else kept


def published_rows(
    schools: "pd.DataFrame",
    hidden: Booleans,
    lists: Sequence[Roster],
    sigma2: float,
    rounding: Rounding,
    before: Ledger,
    min_members: int,
) -> tuple["pd.DataFrame", dict[str, tuple[Entry, ...]]]:
    """The groups shown, by their names; those with few changes as they were published.

    Returns
    -------
    The rows, whose column ``note`` says which are not updated, and all that were published.
    """
    table = shown_rows(schools, hidden, sigma2, rounding)
    records: list[dict[Any, Any]] = table.assign(note="").to_dict(orient="records")
    entries = dict(before.entries)
    for place, j in enumerate(np.flatnonzero(~hidden).tolist()):
        name = str(records[place]["group"])
        old = before.row_near(name, lists[j], min_members)
        if old is not None:
            kept = {key: as_cell(value) for key, value in old.row.items()}
            nothing = dict.fromkeys(records[place], np.nan)
            records[place] = {**nothing, **kept, "group": name, "note": NOT_UPDATED}
            continue
        row = {str(key): _plain(value) for key, value in records[place].items()}
        mean = float(schools["mean"].iloc[j])
        others = [one for one in entries.get(name, ()) if one.roster.digest != lists[j].digest]
        made = Entry(roster=lists[j], row=row, mean=mean)
        entries[name] = (*others, made)[-MOST_RELEASES:]
    rows = type(table).from_records(records, columns=[*table.columns, "note"])
    return rows.astype({"n": np.int64}), entries


def coded(rows: "pd.DataFrame", codes: Mapping[str, str] | None) -> "pd.DataFrame":
    """Codes for names, in the order of the codes: that of names would tell them."""
    if codes is None:
        return rows
    named = rows.assign(group=[codes[str(name)] for name in rows["group"]])
    return named.sort_values("group", kind="stable").reset_index(drop=True)


def records_of(table: "pd.DataFrame") -> tuple[dict[str, Any], ...]:
    """The rows as JSON holds them."""
    rows = table.to_dict(orient="records")
    return tuple({str(key): _plain(value) for key, value in row.items()} for row in rows)


def as_cell(value: Any) -> Any:
    """What JSON holds as a cell."""
    return np.nan if value is None else value


def _plain(value: Any) -> Any:
    """A cell as JSON holds it."""
    value = value.item() if isinstance(value, np.generic) else value
    return None if value != value else value
