"""One dataset's settings, complete."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Any, Literal

import msgspec

from multilevel.configuration import conditions
from multilevel.configuration.disclosure import Disclosure, disclosure_of
from multilevel.configuration.forms import DecimalSign, Form
from multilevel.configuration.forms import Join as Join
from multilevel.configuration.labels import labels_of, plain, scores_of
from multilevel.records.companion import Centring
from multilevel.records.results import Labels

# Draws: enough for two digits of an interval's end, a fraction of a second for any data.
BOOTSTRAP = 2_000
_NO_LABELS = Labels(title="", subtitle="", outcome="", group="", groups="", member="", members="")


Preset = Literal["timss", "pirls", "pisa"]


@dataclass(frozen=True, kw_only=True)
class Weights:
    """Sampling weights, each a column or a calculation with columns.

    Attributes
    ----------
    member
        Weight of a member: over both stages, or within its group by `member_is`.
    group
        Weight of a group.
    scaling
        Of the weights within groups.
    """

    member: str | None = None
    group: str | None = None
    member_is: Literal["total", "conditional"] = "total"
    scaling: Literal["none", "size", "effective"] = "size"

    @property
    def expressions(self) -> tuple[str, ...]:
        """The calculations that are given."""
        return tuple(one for one in (self.member, self.group) if one is not None)


@dataclass(frozen=True, kw_only=True)
class Replicates:
    """How the weighted student mean's sampling error is found.

    Attributes
    ----------
    zone, code
        Columns with the jackknife zone and the half of it.
    columns
        Replicate weights of brr-fay, or patterns for them.
    fay
        Fay's factor.
    """

    method: Literal["jk2", "jk2-half", "brr-fay"]
    zone: str | None = None
    code: str | None = None
    columns: tuple[str, ...] = ()
    fay: float = 0.5


@dataclass(frozen=True, kw_only=True)
class Split:
    """The part of a file that is the dataset.

    Attributes
    ----------
    column
        Whose value tells the parts apart.
    value
        The part's; None when the file's values couldn't be listed.
    """

    column: str
    value: str | None = None


@dataclass(frozen=True, kw_only=True)
class CompanionColumns:
    """The covariates of the model that stands beside the null model.

    Attributes
    ----------
    member, group
        Columns of members, and columns that are constant within groups.
    centre
        What numeric columns of members are about.
    numbers, categories
        Those of the columns whose values are numbers, or codes, whatever the file looks like.
    """

    member: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    centre: Centring = "group"
    numbers: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """All settings of one dataset, defaults filled in.

    As configured, columns may be patterns and a preset may stand for what isn't
    given; `multilevel.ingest.table.layout` puts the file's own columns in their place.

    Attributes
    ----------
    id
        Names the dataset's folder; unique without regard to case.
    file
        The data file as configured: relative to the project's folder, or absolute.
    outcome
        The column of scores, several columns (plausible values) or a pattern for them;
        "" until a preset fills it in.
    group
        The column of group ids, or what several columns of ids are called together; "" until a
        preset fills it in.
    group_columns
        The columns whose ids together are a group's; none where it is one column.
    labels
        The words for this dataset's things.
    method, confidence
        How the model is fitted; level of all intervals.
    missing
        Further values that mean "missing": numbers or texts.
    bootstrap
        Draws of the parametric bootstrap, 0 for none.
    preset, weights, replicates, split, join, companion
        As in the configuration; None where not given.
    sheet, encoding, header_row, skip_rows, decimal
        What is said of the data file's form.
    where
        The condition that rows must meet; None for all rows.
    member_id
        The column of the members' ids; None for what is recognised.
    accept_missing
        Whether a report is made though most rows lack their group or score.
    entry
        The entry of the configuration that this dataset comes from.
    scale
        Names the scale of the scores where the configuration does, else "".
    published
        Whether it has a publisher's block: its results then name files without their folders.
    was
        The id that the dataset had before, under which its history stands.
    publication
        What may be shown; None where nothing is said and no preset's licence says it.
    within
        Pairs of a file that a pattern stands for and the folder that it must lie in, links
        followed; None where there is none.
    benchmarks
        Levels of scores, each a name and the lowest score of it; None until a preset fills
        them in.
    country, cycle
        What comparisons follow changes within, and over; "" where not given.
    """

    id: str
    file: str
    outcome: str | tuple[str, ...]
    group: str
    labels: Labels
    group_columns: tuple[str, ...] = ()
    method: Literal["REML", "ML"] = "REML"
    confidence: float = 0.95
    missing: tuple[int | float | str, ...] = ()
    bootstrap: int = BOOTSTRAP
    preset: Preset | None = None
    weights: Weights | None = None
    replicates: Replicates | None = None
    split: Split | None = None
    join: Join | None = None
    companion: CompanionColumns | None = None
    sheet: str | int | None = None
    encoding: str | None = None
    header_row: int | None = None
    skip_rows: int | tuple[int, ...] = ()
    decimal: DecimalSign | None = None
    where: str | None = None
    member_id: str | None = None
    accept_missing: bool = False
    entry: str = ""
    scale: str = ""
    published: bool = False
    was: str | None = None
    publication: Disclosure | None = None
    within: tuple[tuple[str, str], ...] | None = None
    benchmarks: tuple[tuple[str, float], ...] | None = None
    country: str = ""
    cycle: str = ""

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The columns of scores: several for plausible values."""
        return (self.outcome,) if isinstance(self.outcome, str) else self.outcome

    @property
    def form(self) -> Form:
        """What is said of the data file's form."""
        return Form(
            sheet=self.sheet,
            encoding=self.encoding,
            header_row=self.header_row,
            skip_rows=self.skip_rows,
            decimal=self.decimal,
        )

    @property
    def inputs(self) -> tuple[str, ...]:
        """All files that are read, as configured."""
        return (self.file, self.join.file) if self.join else (self.file,)

    def folder_of(self, file: str) -> Path | None:
        """The folder that a file which a pattern stands for must lie in; None of others."""
        return next((Path(folder) for name, folder in self.within or () if name == file), None)

    @property
    def whole(self) -> "Dataset | None":
        """What decides how the file is read, the same for all its parts; None of a file not split.

        All else is as if it weren't configured.
        """
        if self.split is None or self.split.value is None:
            return None
        nothing = Dataset(id="", file=self.file, outcome="", group="", labels=_NO_LABELS)
        return replace(
            nothing,
            outcome=self.outcome,
            group=self.group,
            group_columns=self.group_columns,
            missing=self.missing,
            preset=self.preset,
            weights=self.weights,
            replicates=self.replicates,
            split=Split(column=self.split.column),
            join=self.join,
            companion=self.companion,
            sheet=self.sheet,
            encoding=self.encoding,
            header_row=self.header_row,
            skip_rows=self.skip_rows,
            decimal=self.decimal,
            where=self.where,
            within=self.within,
            member_id=self.member_id,
        )

    def settings(self) -> dict[str, Any]:
        """As plain values (dict, list, str, float) that JSON can hold."""
        settings: dict[str, Any] = _listed(msgspec.to_builtins(self))
        return settings

    @property
    def told(self) -> dict[str, Any]:
        """The settings as results tell them: of a published dataset without folders of files."""
        told = self.settings()
        if self.published:
            told["file"] = self.shown_name(self.file)
            told.pop("within", None)
            if self.join:
                told["join"]["file"] = self.shown_name(self.join.file)
        return told

    def shown_name(self, file: str) -> str:
        """A file as results tell it."""
        return PurePath(file).name if self.published else file

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> "Dataset":
        """The dataset whose `settings()` these are; msgspec.ValidationError if of none."""
        found = msgspec.convert(dict(settings), cls)
        # msgspec writes no field that it left at its default; a copy has them all.
        return replace(found, labels=replace(found.labels))


def dataset(name: str, file: str, entry: Mapping[str, Any], defaults: Mapping[str, Any]) -> Dataset:
    """The dataset `name` of a checked configuration entry, with the defaults under it."""
    settings, form = {**defaults, **entry}, Form.of(entry)
    return Dataset(
        id=name,
        file=file,
        outcome=_columns(entry.get("outcome", "")),
        group=group_name(entry.get("group", "")),
        group_columns=_several(entry.get("group", "")),
        labels=labels_of(
            name, entry, defaults.get("labels", {}), _columns(entry.get("outcome", ""))
        ),
        method=settings.get("method", "REML"),
        confidence=float(settings.get("confidence", 0.95)),
        missing=tuple(settings.get("missing", ())),
        bootstrap=int(settings.get("bootstrap", BOOTSTRAP)),
        preset=entry.get("preset"),
        weights=Weights(**entry["weights"]) if "weights" in entry else None,
        replicates=_replicates(entry["replicates"]) if "replicates" in entry else None,
        split=Split(column=entry["split_by"]) if "split_by" in entry else None,
        join=_join(entry["join"]) if "join" in entry else None,
        companion=_companion(settings["companion"]) if "companion" in settings else None,
        sheet=entry.get("sheet"),
        encoding=settings.get("encoding"),
        header_row=form.header_row,
        skip_rows=form.skip_rows,
        decimal=settings.get("decimal"),
        where=conditions.written(settings["where"]) if "where" in settings else None,
        member_id=settings.get("member_id"),
        accept_missing=settings.get("accept_missing", False),
        entry=name,
        scale=entry.get("scale", ""),
        published=bool(entry.get("publication") or defaults.get("publication")),
        was=entry.get("was"),
        publication=disclosure_of(entry, defaults),
        benchmarks=_benchmarks(entry["benchmarks"]) if "benchmarks" in entry else None,
        country=entry.get("country", ""),
        cycle=entry.get("cycle", ""),
    )


def of_outcome(one: Dataset, word: str, columns: Any, entry: Mapping[str, Any]) -> Dataset:
    """`one` for a further outcome of its file, called `word`."""
    label = entry.get("labels", {}).get("outcome") or scores_of(word)
    return replace(
        one,
        outcome=_columns(columns),
        labels=replace(one.labels, outcome=label),
        # Two outcomes are two scales.
        scale=f"{one.scale}, {word}" if one.scale else "",
    )


def _columns(given: str | list[str]) -> str | tuple[str, ...]:
    if isinstance(given, str):
        return given
    return given[0] if len(given) == 1 else tuple(given)


def _several(given: str | list[str]) -> tuple[str, ...]:
    """The columns of a list of more than one."""
    return tuple(given) if isinstance(given, list) and len(given) > 1 else ()


def group_name(given: str | Sequence[str]) -> str:
    """What the ids of several columns are called together: district, school."""
    return given if isinstance(given, str) else ", ".join(given)


def _replicates(given: Mapping[str, Any]) -> Replicates:
    columns = given.get("columns", ())
    each = (columns,) if isinstance(columns, str) else tuple(columns)
    return Replicates(**{**given, "columns": each, "fay": float(given.get("fay", 0.5))})


def _benchmarks(given: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    return tuple((name, float(cut)) for name, cut in given.items())


def _join(given: Mapping[str, Any]) -> Join:
    by = given["by"]
    named_alike = [by] if isinstance(by, str) else by
    pairs = by.items() if isinstance(by, Mapping) else zip(named_alike, named_alike, strict=True)
    return Join(**{**given, "by": tuple(pairs)})


def _companion(given: Mapping[str, Any]) -> CompanionColumns:
    keys = ("member", "group", "numbers", "categories")
    columns = {key: _list_of(given.get(key, ())) for key in keys}
    return CompanionColumns(**columns, centre=given.get("centre", "group"))


def _list_of(given: str | Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _listed(value: Any) -> Any:
    """Without tuples and keys that aren't set."""
    if isinstance(value, dict):
        return {key: _listed(one) for key, one in value.items() if one is not None}
    return [_listed(one) for one in value] if isinstance(value, list | tuple) else value


def named(one: Dataset, name: str, part: str) -> Dataset:
    """`one` under another id, its title made particular: "Nightly" to "Nightly: part"."""
    if not part:
        return replace(one, id=name)
    title = f"{one.labels.title[:200]}: {plain(part, 98)}"
    return replace(one, id=name, labels=replace(one.labels, title=title))
