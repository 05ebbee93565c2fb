"""What of the results may be handed out, and what not together."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path

# Of datasets, in one line.
MOST_NAMED = 10


def may_be_handed_out(results: Path) -> str:
    """Which reports may be handed out, by datasets.csv, and what of the folder never may."""
    table = results / "datasets.csv"
    if not table.is_file():
        return ""
    with table.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["status"] == "ok"]
    internal = [row["id"] for row in rows if row.get("disclosure") != "safe"]
    apart = not_together(results, [row["id"] for row in rows if row["id"] not in internal])
    if not internal:
        return (
            f"What stands openly in {results} may be handed out: small groups are withheld. "
            f"Its hidden folders, which hold all numbers, may not.{apart}"
        )
    safe = len(rows) - len(internal)
    named = ", ".join(internal[:MOST_NAMED]) + (", ..." if len(internal) > MOST_NAMED else "")
    told = f"For internal use, as they show small groups or single members: {named}."
    if safe:
        return f"May be handed out: {safe} of {len(rows)} reports.{apart} {told}"
    return f"{told} To withhold these: publication: {{disclosure: safe}}."


def not_together(results: Path, safe: Iterable[str]) -> str:
    """That of several entries on the same scores only one may be handed out; "" without such.

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
    told = "; ".join(
        " or ".join(", ".join(names[:MOST_NAMED]) for names in entries)
        for entries in several[:MOST_NAMED]
    )
    return (
        " But of the same scores hand out one side alone, for taken from each other they tell "
        f"what is withheld: {told}."
        if told
        else ""
    )
