"""Complete results in, what may be shown out: the whole of disclosure control, without files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np

from multilevel.publication import rounding as units
from multilevel.publication.derived import with_derived
from multilevel.publication.findings import shown_findings
from multilevel.publication.ledger import (
    MOST_RELEASES,
    Entry,
    Last,
    Ledger,
    Roster,
    Said,
    n_changed,
    n_changed_in_all,
    rosters,
    together,
)
from multilevel.publication.members import blurred
from multilevel.publication.population import population_of
from multilevel.publication.precision import OPEN, Precision, pooled_mean, precision, statements
from multilevel.publication.rows import shown_rows
from multilevel.publication.rules import Rounding
from multilevel.publication.withholding import Booleans, withheld
from multilevel.records.distribution import Distribution
from multilevel.records.publication import Publication, WithheldPart
from multilevel.records.results import Provenance, Results
from multilevel.records.students import Blurred, Students
from multilevel.summarise.schools import group_summary, unusual_spread

if TYPE_CHECKING:
    import pandas as pd

# Fewer groups than these are no report on groups.
LEAST_GROUPS = 2
NOT_UPDATED = "not updated: too few changes"


@dataclass(frozen=True, kw_only=True)
class Complete:
    """A fitted dataset at full precision.

    Attributes
    ----------
    schools
        The rows of groups.csv, one for each of the students' groups in their order.
    withheld
        What is to be remembered of groups that aren't shown.
    moved_unit
        The unit to which their means were rounded before anything was estimated; None where
        none was.
    """

    results: Results
    schools: "pd.DataFrame"
    students: Students
    withheld: Mapping[str, Entry] = field(default_factory=dict)
    moved_unit: float | None = None


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What may be shown of it, and what is to be remembered once it was.

    Attributes
    ----------
    schools
        Groups that are not withheld; the column ``note`` says where a row is not updated.
    """

    results: Results
    schools: "pd.DataFrame"
    students: Students
    ledger: Ledger


def shown(
    complete: Complete,
    *,
    min_members: int,
    codes: Mapping[str, str] | None = None,
    former: Ledger | None = None,
) -> Shown | None:
    """Withhold small groups, and round so that nothing of them can be worked out.

    Parameters
    ----------
    codes
        Codes in place of the groups' names; None to show these.
    former
        What was published before.

    Returns
    -------
    None where fewer than two groups could be shown.
    """
    before = former or Ledger()
    results = complete.results
    lists = rosters(complete.students)
    n = complete.schools["n"].to_numpy()
    hidden = withheld(n, min_members)
    if (~hidden).sum() < LEAST_GROUPS:
        return None
    everyone = together(lists)
    if before.last is not None and _too_few(before.last, everyone, results, min_members):
        return _as_before(before, before.last, results)
    population = population_of(results, complete.schools, complete.students, _keys(complete, lists))
    said = [one for one in before.releases if one.state != everyone.digest]
    steps = precision(population, hidden, [one for each in said for one in each.statements])
    places = np.flatnonzero(hidden).tolist()
    roster = together([lists[j] for j in places])
    if places and not _may_be_pooled(before.pooled, roster, min_members):
        steps = replace(steps, pooled=None)
    rounding = Rounding(steps)
    rows, entries = _rows(complete, hidden, lists, rounding, before, min_members)
    figures = _figures(complete, hidden, lists, rows, steps, before, min_members)
    present = tuple(statements(population, places, steps.mean, steps.pooled)) if places else ()
    pooled = _pooled(population, places, steps)
    section = _publication(complete, hidden, steps, rows, min_members, codes, pooled, rounding)
    public = replace(_results(complete, rows, rounding, codes, min_members), publication=section)
    table = _coded(rows, codes)
    return Shown(
        results=public,
        schools=table,
        students=replace(Students.none(), blurred=figures[1]),
        ledger=Ledger(
            entries=entries,
            withheld=complete.withheld,
            pooled=before.pooled if pooled is None else roster,
            blurred=(figures[0], *_listed(figures[1])),
            releases=(*said, Said(state=everyone.digest, statements=present))[-MOST_RELEASES:],
            last=Last(roster=everyone, results=public, rows=_records(table)),
        ),
    )


def _too_few(last: Last, everyone: Roster, results: Results, min_members: int) -> bool:
    """Whether fewer members changed than may be told apart, and nothing that was asked for."""
    same = last.results.provenance.config == without_paths(results.provenance).config
    return same and 0 < n_changed_in_all(last.roster, everyone) < min_members


def _as_before(before: Ledger, last: Last, results: Results) -> Shown:
    """All numbers as they were published: their differences would be those of a few members."""
    import pandas as pd

    said = last.results.publication
    if said is None or before.blurred is None:
        raise ValueError("what was published has its section and figures")
    _, residuals, tenths = before.blurred
    rows = pd.DataFrame.from_records(
        [{key: _cell(value) for key, value in row.items()} for row in last.rows]
    )
    blurred = Blurred(residuals=np.array(residuals), tenths=np.array(tenths, float))
    return Shown(
        results=replace(
            last.results,
            labels=results.labels,
            provenance=without_paths(results.provenance),
            publication=replace(said, as_before=True),
        ),
        schools=rows,
        students=replace(Students.none(), blurred=blurred),
        ledger=before,
    )


def _records(table: "pd.DataFrame") -> tuple[dict[str, Any], ...]:
    rows = table.to_dict(orient="records")
    return tuple({str(key): _plain(value) for key, value in row.items()} for row in rows)


def _publication(
    complete: Complete,
    hidden: Booleans,
    steps: Precision,
    rows: "pd.DataFrame",
    min_members: int,
    codes: Mapping[str, str] | None,
    pooled: float | None,
    rounding: Rounding,
) -> Publication:
    """What was withheld, for results.json."""
    n = complete.schools["n"].to_numpy()
    return Publication(
        disclosure="safe",
        min_members=min_members,
        names="shown" if codes is None else "coded",
        n_small=int((n < min_members).sum()),
        n_withheld=int(hidden.sum()),
        n_members_withheld=units.members(int(n[hidden].sum())),
        mean_withheld=pooled,
        parts_withheld=_parts_withheld(complete.results),
        n_not_updated=int((rows["note"] != "").sum()),
        score_unit=steps.score,
        mean_unit=steps.mean,
        moved_unit=complete.moved_unit,
        range_within_scores=_range_within_scores(complete.results),
        reliability_below=_reliability_at(complete.results, min_members, rounding),
    )


def _parts_withheld(results: Results) -> tuple[WithheldPart, ...]:
    parts: dict[WithheldPart, bool] = {
        "companion": results.companion is not None,
        "no_companion": any(one.code == "no_companion" for one in results.findings),
        "influence": results.influence is not None,
    }
    return tuple(part for part, made in parts.items() if made)


def _keys(complete: Complete, lists: Sequence[Roster]) -> tuple[str, ...]:
    names = complete.schools["group"].astype(str)
    return tuple(f"{name}#{one.digest}" for name, one in zip(names, lists, strict=True))


def _may_be_pooled(before: Roster | None, now: Roster, min_members: int) -> bool:
    """Whether two pooled means differ by no members, or by enough."""
    changed = 0 if before is None else n_changed(before, now)
    return not 0 < changed < min_members


def _pooled(population: Any, places: Sequence[int], steps: Precision) -> float | None:
    if steps.pooled is None or not places:
        return None
    return units.to_unit(pooled_mean(population, places).values[0], steps.pooled)


def _rows(
    complete: Complete,
    hidden: Booleans,
    lists: Sequence[Roster],
    rounding: Rounding,
    before: Ledger,
    min_members: int,
) -> tuple["pd.DataFrame", dict[str, Entry]]:
    """The groups shown, by their names; those with few changes as they were published."""
    table = shown_rows(complete.schools, hidden, rounding)
    records: list[dict[Any, Any]] = table.assign(note="").to_dict(orient="records")
    entries = dict(before.entries)
    for place, j in enumerate(np.flatnonzero(~hidden).tolist()):
        name = str(records[place]["group"])
        old = before.entries.get(name)
        if old is not None and 0 < n_changed(old.roster, lists[j]) < min_members:
            kept = {key: _cell(value) for key, value in old.row.items()}
            records[place] = {**records[place], **kept, "note": NOT_UPDATED}
            continue
        row = {str(key): _plain(value) for key, value in records[place].items()}
        mean = float(complete.schools["mean"].iloc[j])
        entries[name] = Entry(roster=lists[j], row=row, mean=mean)
    made = type(table).from_records(records, columns=[*table.columns, "note"])
    return made.astype({"n": np.int64}), entries


def _cell(value: Any) -> Any:
    """What JSON holds as a cell."""
    return np.nan if value is None else value


def _plain(value: Any) -> Any:
    """A cell as JSON holds it."""
    value = value.item() if isinstance(value, np.generic) else value
    return None if value != value else value


def _figures(
    complete: Complete,
    hidden: Booleans,
    lists: Sequence[Roster],
    rows: "pd.DataFrame",
    steps: Precision,
    before: Ledger,
    min_members: int,
) -> tuple[Roster, Blurred]:
    """What figures show of members: as before, unless enough of them changed."""
    model = complete.results.model
    roster = together([lists[j] for j in np.flatnonzero(~hidden).tolist()])
    if before.blurred is not None:
        old, residuals, tenths = before.blurred
        if 0 < n_changed(old, roster) < min_members:
            return old, Blurred(residuals=np.array(residuals), tenths=np.array(tenths, float))
    return roster, blurred(
        complete.students,
        hidden,
        rows["mean"].to_numpy(),
        min_members=min_members,
        sd_within=model.sd_sigma if model else 1.0,
        unit=steps.score,
    )


def _listed(one: Blurred) -> tuple[tuple[float, ...], tuple[tuple[float | None, ...], ...]]:
    tenths = tuple(
        tuple(None if value != value else value for value in row) for row in one.tenths.tolist()
    )
    return tuple(one.residuals.tolist()), tenths


def _coded(rows: "pd.DataFrame", codes: Mapping[str, str] | None) -> "pd.DataFrame":
    """Codes for names, in the order of the codes: that of names would tell them."""
    if codes is None:
        return rows
    coded = rows.assign(group=[codes[str(name)] for name in rows["group"]])
    return coded.sort_values("group", kind="stable").reset_index(drop=True)


def _results(
    complete: Complete,
    rows: "pd.DataFrame",
    rounding: Rounding,
    codes: Mapping[str, str] | None,
    min_members: int,
) -> Results:
    """Each field by its rule; what is known of groups from the rows that are shown."""
    results = complete.results
    public = with_derived(results, rounding.record(results), rounding)
    model, checks, data = public.model, public.checks, public.data
    if model is None or checks is None or data is None or results.groups is None:
        raise ValueError("only a fitted dataset is shown")
    groups = group_summary(_coded(rows, codes), model.gamma00, model.confidence)
    coverage = ("eb_coverage", "eb_coverage_smallest", "eb_coverage_top", "eb_coverage_draws")
    kept = {name: getattr(results.groups, name) for name in (*coverage, "eb_method")}
    sizes = rows["n"].to_numpy()
    none_withheld = len(rows) == data.n_groups
    return replace(
        public,
        groups=rounding.record(replace(groups, **kept), "groups"),
        checks=replace(
            checks, n_unusual_spread=unusual_spread(rows, model.sigma2, model.confidence)
        ),
        data=replace(
            data, n_max=int(sizes.max()), n_min=int(sizes.min()) if none_withheld else None
        ),
        distribution=_distribution(public, min_members, rounding),
        findings=shown_findings(public, rounding),
        provenance=without_paths(public.provenance),
    )


def _range_within_scores(results: Results) -> bool | None:
    data, ends = results.data, results.leading
    if data is None or ends is None or data.score_min is None or data.score_max is None:
        return None
    return data.score_min <= ends.group_minus_1sd and ends.group_plus_1sd <= data.score_max


def _distribution(public: Results, min_members: int, rounding: Rounding) -> Distribution | None:
    """Percentiles with few members beyond them, and shares, as coarse as single members need."""
    found, model = public.distribution, public.model
    if found is None or model is None:
        return None
    few = units.unit_above(OPEN * model.sd_sigma)
    share = max(0.01, units.unit_above(units.MEMBERS / found.n_members))
    return replace(
        found,
        percentiles=tuple(
            one
            if min(one.p, 100 - one.p) / 100 * found.n_members >= min_members
            else replace(one, value=units.to_unit(one.value, few))
            for one in found.percentiles
        ),
        benchmarks=tuple(
            replace(one, share_at_or_above=units.to_unit(one.share_at_or_above, share))
            for one in found.benchmarks
        ),
    )


def _reliability_at(results: Results, n: int, rounding: Rounding) -> float | None:
    model = results.model
    if model is None:
        return None
    exact = model.tau00 * n / (model.tau00 * n + model.sigma2)
    return rounding.number("share", exact)


def without_paths(origin: Provenance) -> Provenance:
    """Of files their names only."""
    config = dict(origin.config)
    if "file" in config:
        config["file"] = PurePath(config["file"]).name
    if isinstance(config.get("join"), dict):
        config["join"] = {**config["join"], "file": PurePath(config["join"]["file"]).name}
    joined = origin.joined
    return replace(
        origin,
        input=replace(origin.input, path=PurePath(origin.input.path).name),
        joined=joined and replace(joined, path=PurePath(joined.path).name),
        config=config,
    )
