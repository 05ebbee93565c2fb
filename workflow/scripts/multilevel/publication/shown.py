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
    Ledger,
    Quantiles,
    Release,
    Roster,
    n_changed,
    new_names,
    rosters,
    together,
)
from multilevel.publication.members import blurred
from multilevel.publication.population import population_of
from multilevel.publication.precision import OPEN, Precision, pooled_mean, precision, statements
from multilevel.publication.rows import as_cell, coded, published_rows, records_of
from multilevel.publication.rules import Rounding
from multilevel.publication.withholding import Booleans, alike, withheld
from multilevel.records.distribution import Distribution
from multilevel.records.publication import Publication, WithheldPart
from multilevel.records.results import Provenance, Results
from multilevel.records.students import Blurred, Students
from multilevel.releases.history import settings_of
from multilevel.summarise.schools import group_summary, unusual_spread

if TYPE_CHECKING:
    import pandas as pd

# Fewer groups than these are no report on groups.
LEAST_GROUPS = 2


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
    results, schools = complete.results, complete.schools
    lists = rosters(complete.students)
    groups = dict(zip(schools["group"].astype(str), lists, strict=True))
    before = former or Ledger()
    before = before.with_names(new_names(before, groups, min_members))
    hidden = hidden_in(schools, min_members)
    if (~hidden).sum() < LEAST_GROUPS:
        return None
    release = before.release_near(groups, min_members)
    if release is not None and _alike_published(release.results, results):
        return _as_before(before, release, results)
    return _anew(complete, groups, hidden, before, min_members, codes)


def _anew(
    complete: Complete,
    groups: Mapping[str, Roster],
    hidden: Booleans,
    before: Ledger,
    min_members: int,
    codes: Mapping[str, str] | None,
) -> Shown:
    """A release of its own, far enough from all before."""
    lists, model = tuple(groups.values()), complete.results.model
    if model is None:
        raise ValueError("only a fitted dataset is shown")
    state = together(lists).digest
    said = tuple(one for one in before.releases if one.state != state)
    population = population_of(
        complete.results, complete.schools, complete.students, _keys(complete, lists)
    )
    steps = precision(population, hidden, [one for each in said for one in each.statements])
    places = np.flatnonzero(hidden).tolist()
    pooled_of = together([lists[j] for j in places])
    if any(0 < n_changed(one, pooled_of) < min_members for one in before.pooled):
        steps = replace(steps, pooled=None)
    pooled, rounding = _pooled(population, places, steps), Rounding(steps)
    rows, entries = published_rows(
        complete.schools, hidden, lists, model.sigma2, rounding, before, min_members
    )
    quantiles = _quantiles(complete, hidden, lists, rows, steps, before, min_members)
    section = _publication(complete, hidden, steps, rows, min_members, codes, pooled, rounding)
    public = replace(_results(complete, rows, rounding, codes, min_members), publication=section)
    table = coded(rows, codes)
    made = Release(
        state=state,
        groups=groups,
        statements=tuple(statements(population, places, steps.mean, steps.pooled))
        if places
        else (),
        results=public,
        rows=records_of(table),
        quantiles=quantiles,
    )
    ledger = Ledger(
        entries=entries,
        withheld=complete.withheld,
        pooled=before.pooled if pooled is None else (*before.pooled, pooled_of)[-MOST_RELEASES:],
        releases=(*said, made)[-MOST_RELEASES:],
    )
    return Shown(results=public, schools=table, students=_students(quantiles), ledger=ledger)


def hidden_in(schools: "pd.DataFrame", min_members: int) -> Booleans:
    """Groups of a table that are shown singly nowhere, shape (J,)."""
    n = schools["n"].to_numpy()
    return withheld(n, min_members, alike(n, schools["sd"].to_numpy()))


def _alike_published(before: Results, now: Results) -> bool:
    """Whether both withhold and code alike: a stricter setting counts from the first run on."""
    return bool(before.provenance.config["publication"] == now.provenance.config["publication"])


def _as_before(before: Ledger, release: Release, results: Results) -> Shown:
    """All numbers as they were published: their differences would be those of a few members."""
    import pandas as pd

    said, config = release.results.publication, release.results.provenance.config
    if said is None:
        raise ValueError("what was published has its section")
    now = shown_provenance(results.provenance)
    waits = settings_of(config) != settings_of(now.config)
    rows = pd.DataFrame.from_records(
        [{key: as_cell(value) for key, value in row.items()} for row in release.rows]
    )
    return Shown(
        results=replace(
            release.results,
            labels=results.labels,
            provenance=replace(now, config=config) if waits else now,
            publication=replace(said, as_before=True, settings_wait=waits),
        ),
        schools=rows,
        students=_students(release.quantiles),
        ledger=before,
    )


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
        n_alike=int((alike(n, complete.schools["sd"].to_numpy()) & (n >= min_members)).sum()),
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
        "influence": results.influence is not None,
    }
    return tuple(part for part, made in parts.items() if made)


def _keys(complete: Complete, lists: Sequence[Roster]) -> tuple[str, ...]:
    names = complete.schools["group"].astype(str)
    return tuple(f"{name}#{one.digest}" for name, one in zip(names, lists, strict=True))


def _pooled(population: Any, places: Sequence[int], steps: Precision) -> float | None:
    if steps.pooled is None or not places:
        return None
    return units.to_unit(pooled_mean(population, places).values[0], steps.pooled)


def _quantiles(
    complete: Complete,
    hidden: Booleans,
    lists: Sequence[Roster],
    rows: "pd.DataFrame",
    steps: Precision,
    before: Ledger,
    min_members: int,
) -> Quantiles:
    """What figures show of members: as before, unless enough of them changed."""
    model = complete.results.model
    roster = together([lists[j] for j in np.flatnonzero(~hidden).tolist()])
    old = before.quantiles_near(roster, min_members)
    if old is not None:
        return old
    made = blurred(
        complete.students,
        hidden,
        rows["mean"].to_numpy(),
        min_members=min_members,
        # The unit of residuals is a part of it, which their places in figures tell exactly.
        sd_within=Rounding(steps).number("spread", model.sd_sigma) if model else 1.0,
        unit=steps.score,
    )
    tenths = tuple(
        tuple(None if value != value else value for value in row) for row in made.tenths.tolist()
    )
    return Quantiles(roster=roster, residuals=tuple(made.residuals.tolist()), tenths=tenths)


def _students(shown: Quantiles) -> Students:
    """The quantiles in place of members."""
    residuals, tenths = np.array(shown.residuals), np.array(shown.tenths, float)
    return replace(Students.none(), blurred=Blurred(residuals=residuals, tenths=tenths))


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
    groups = group_summary(coded(rows, codes), model.gamma00, model.confidence)
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
        provenance=shown_provenance(public.provenance),
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


def shown_provenance(origin: Provenance) -> Provenance:
    """Of files their names only, and nothing that quotes cells."""
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
        suspects=(),
        unlike=(),
        notes=(),
    )
