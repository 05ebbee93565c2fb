"""What of the results may be handed out, and what not together."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import combinations
from pathlib import Path

from console.changes import Row, csv_rows

# Ids of datasets in a line.
MOST_NAMED = 10


def may_be_handed_out(results: Path, rows: Collection[Row]) -> str:
    """Which reports may be handed out, by the rows of datasets.csv, and what never may."""
    if not rows:
        return ""
    reports = [row for row in rows if row["status"] == "ok"]
    internal = [row["id"] for row in reports if row.get("disclosure") != "safe"]
    safe_ids = [row["id"] for row in reports if row["id"] not in internal]
    apart = not_together(results, safe_ids) + several_states(results, safe_ids)
    if not internal:
        return (
            f"What stands openly in {results} may be handed out: small groups are withheld. "
            f"Its hidden folders, which hold all numbers, may not.{apart}"
        )
    safe = len(reports) - len(internal)
    named = ", ".join(internal[:MOST_NAMED]) + (", ..." if len(internal) > MOST_NAMED else "")
    warning = f"For internal use, as they show small groups or single members: {named}."
    if safe:
        return f"May be handed out: {safe} of {len(reports)} reports.{apart} {warning}"
    return f"{warning} To withhold these: publication: {{disclosure: safe}}."


def not_together(results: Path, safe: Iterable[str]) -> str:
    """Say that of several entries on the same scores only one may be handed out; "" without such.

    Parameters
    ----------
    safe
        Ids of reports that withhold small groups.
    """
    sides: dict[str, dict[str, list[str]]] = {}
    for file in (results / name / "results.json" for name in safe):
        if file.is_file():
            origin = json.loads(file.read_bytes())["provenance"]
            config = origin["config"]
            scores = json.dumps([origin["input"]["sha256"], config["outcome"], config["group"]])
            of_entry = sides.setdefault(scores, {})
            of_entry.setdefault(config["entry"], []).append(file.parent.name)
    several = [list(entries.values()) for entries in sides.values() if len(entries) > 1]
    sides_named = "; ".join(
        " or ".join(", ".join(names[:MOST_NAMED]) for names in entries)
        for entries in several[:MOST_NAMED]
    )
    return (
        " But of the same scores hand out one side alone, for taken from each other they tell "
        f"what is withheld: {sides_named}."
        if sides_named
        else ""
    )


def several_states(results: Path, safe: Sequence[str]) -> str:
    """Say which reports show the same groups at two times under two ids; "" without such.

    One id is held against its former releases; two are not, and a group of ten less the same
    group of nine is one member. Groups are known by their numbers, as their names may be codes.
    """
    rows = {
        name: {
            (row["n"], row["mean"], row["sd"]) for row in csv_rows(results / name / "groups.csv")
        }
        for name in safe
    }
    holders: dict[tuple[str, ...], list[str]] = {}
    for name, own in rows.items():
        for row in own:
            holders.setdefault(row, []).append(name)
    shared = Counter(pair for names in holders.values() for pair in combinations(names, 2))
    pairs = [
        " or ".join(pair)
        for pair, n in shared.items()
        if 2 * n >= max(len(rows[name]) for name in pair) and rows[pair[0]] != rows[pair[1]]
    ]
    return (
        " But of the same groups at two times hand out one alone, for their differences tell who "
        f"came or left: {'; '.join(pairs[:MOST_NAMED])}. Under one id, later data would be held "
        "against what was published."
        if pairs
        else ""
    )
