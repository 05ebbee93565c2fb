"""What the files of TIMSS, PIRLS and PISA look like, and what is right for them.

A study's columns and weights stand in a YAML file beside this module.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import get_args

import msgspec

from multilevel.configuration import Dataset
from multilevel.configuration.datasets import Preset, Replicates, Weights
from multilevel.configuration.expansion import stem
from multilevel.configuration.patterns import is_pattern
from multilevel.errors import DataRefused
from multilevel.ingest.readers.table import find
from multilevel.records.findings import Finding, note
from multilevel.wording.families import families
from multilevel.wording.quoting import nearest

# Sets of more columns are no plausible values.
MOST_VALUES = 20
_IEA_FILE = re.compile(r"^[a-z]{3}[a-z0-9]{3}[mr](?P<cycle>[1-9])$", re.I)
_YEAR = re.compile(r"(?<![0-9])(199[5-9]|20[0-9][0-9])(?![0-9])")
_SHORT_YEAR = re.compile(r"(?:timss|pirls|pisa)[-_ ]?([0-9]{2})(?![0-9])", re.I)
# From this year on the jackknife takes both halves of a zone in turn.
_BOTH_HALVES = 2015


@dataclass(frozen=True, kw_only=True)
class Study:
    """A study's files.

    Attributes
    ----------
    cycles
        The year of each cycle, by the number at the end of a file's name.
    subjects
        The columns of each subject's plausible values as a regular expression
        whose group is the number; the first is taken when none is asked for.
    groups, weights, school_weights
        Columns that may hold the school, the student's weight over both stages
        and the school's weight (of which several are multiplied), the first there is.
    class_weights
        For a column of classes, the columns of which the product is a class's weight.
    countries
        Columns that may hold the country, within which a school's id is unique.
    values, replicates
        How many plausible values, and how many replicate weights, a complete file has; None
        for the latter where sampling errors are found by zones.
    zones
        Columns of jackknife zones and of their halves, the first there are.
    replicate_columns
        Replicate weights by regular expressions, the first that fits any.
    """

    title: str
    subjects: Mapping[str, str]
    groups: tuple[str, ...]
    weights: tuple[str, ...]
    school_weights: tuple[tuple[str, ...], ...]
    countries: tuple[str, ...]
    class_weights: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cycles: Mapping[int, int] = field(default_factory=dict)
    values: tuple[int, ...] = (5,)
    zones: tuple[tuple[str, str], ...] = ()
    replicate_columns: tuple[str, ...] = ()
    replicates: int | None = None


def _study(preset: Preset) -> Study:
    file = Path(__file__).with_name(f"{preset}.yaml")
    return msgspec.yaml.decode(file.read_bytes(), type=Study)


STUDIES: Mapping[Preset, Study] = {preset: _study(preset) for preset in get_args(Preset)}


@dataclass(frozen=True)
class Filled:
    """A dataset with what its preset stands for.

    Attributes
    ----------
    subject
        The word for what is measured; None when the entry names the columns.
    country
        Column that must have one value where the dataset is no part of a file.
    n_values, n_replicates
        How many plausible values and replicate weights a complete file has; None where the entry
        names the columns.
    findings
        What was chosen, and what else there is.
    """

    dataset: Dataset
    subject: str | None
    country: str | None
    n_values: int | None
    n_replicates: int | None
    findings: tuple[Finding, ...]


def filled(dataset: Dataset, names: Sequence[str], elsewhere: Sequence[str] = ()) -> Filled:
    """The dataset with what its preset stands for; what the entry says itself stays.

    Parameters
    ----------
    names, elsewhere
        Columns of the data file and of the joined file.

    Raises
    ------
    DataRefused
        `missing_column` when the file isn't laid out as the study's files are: a
        question back, which names the candidates found.
    """
    if dataset.preset is None:
        return Filled(dataset, None, None, None, None, ())
    study = STUDIES[dataset.preset]
    subject, outcome = _outcome(dataset, study, names)
    year = cycle_year(dataset.file, dataset.preset)
    group = dataset.group or _group(dataset, study, names)
    found = replace(
        dataset,
        outcome=outcome,
        group=group,
        weights=_weights(dataset.weights, study, group, (*names, *elsewhere)),
        replicates=_replicates(dataset.replicates, study, names, year),
        cycle=dataset.cycle or ("" if year is None else str(year)),
    )
    country = None if dataset.split else _first(study.countries, names)
    told = tuple(_findings(dataset, found, study, subject, names, year))
    own = dataset.replicates is None or not dataset.replicates.columns
    n_values = _n_values(study, subject, outcome) if subject else None
    return Filled(found, subject, country, n_values, study.replicates if own else None, told)


def cycle_year(file: str, preset: Preset) -> int | None:
    """The year that a file's name tells: bsgnzlm8.sav is of 2023, TIMSS11_AUT.csv of 2011."""
    name = stem(file)
    cycle = _IEA_FILE.match(name)
    if cycle and STUDIES[preset].cycles:
        return STUDIES[preset].cycles.get(int(cycle["cycle"]))
    years = {int(year) for year in _YEAR.findall(name)}
    years |= {int(year) + (1900 if year >= "90" else 2000) for year in _SHORT_YEAR.findall(name)}
    return years.pop() if len(years) == 1 else None


def subject_of(preset: Preset, columns: Sequence[str]) -> str | None:
    """What these columns are plausible values of; None where they are not of one subject."""
    for subject, pattern in STUDIES[preset].subjects.items():
        if len(_subject_columns(pattern, columns)) == len(columns):
            return subject
    return None


def _outcome(
    dataset: Dataset, study: Study, names: Sequence[str]
) -> tuple[str | None, str | tuple[str, ...]]:
    """Subject and columns, as the entry has them or the first subject that the file has."""
    asked = dataset.outcomes[0] if len(dataset.outcomes) == 1 else ""
    if dataset.outcome and asked.casefold() not in study.subjects:
        if asked and not is_pattern(asked) and not find(names, asked)[0]:
            raise _no_subject(dataset, study, asked, names)
        return None, dataset.outcome
    if any(name.casefold() == asked.casefold() for name in names if asked):
        return None, dataset.outcome
    subjects = [asked.casefold()] if asked else list(study.subjects)
    for subject in subjects:
        columns = _subject_columns(study.subjects[subject], names)
        if len({name[:1].upper() for name in columns}) > 1:
            raise DataRefused(
                "missing_column.several_scores",
                file=PurePath(dataset.file).name,
                study=study.title,
                subject=subject,
                sets=columns,
            )
        if columns:
            return subject, tuple(columns)
    sets = [family.pattern for family in families(names) if len(family.names) <= MOST_VALUES]
    raise DataRefused(
        "missing_column.no_scores",
        file=PurePath(dataset.file).name,
        study=study.title,
        subjects=subjects,
        sets=sets,
        names=[] if sets else list(names),
        other=_other_study(study, names),
    )


def _other_study(study: Study, names: Sequence[str]) -> str | None:
    """The preset of another study whose plausible values there are."""
    return next(
        (
            preset
            for preset, other in STUDIES.items()
            if other is not study
            and any(_subject_columns(pattern, names) for pattern in other.subjects.values())
        ),
        None,
    )


def _no_subject(dataset: Dataset, study: Study, asked: str, names: Sequence[str]) -> DataRefused:
    """The refusal of an outcome that is neither a subject nor a column."""
    there = [one for one, pattern in study.subjects.items() if _subject_columns(pattern, names)]
    return DataRefused(
        "missing_column.no_subject",
        file=PurePath(dataset.file).name,
        asked=asked,
        preset=dataset.preset,
        subjects=there,
        none_of="" if there else study.title,
        near=nearest(asked, (*there, *names)),
    )


def _n_values(study: Study, subject: str, columns: Sequence[str]) -> int | None:
    """Of files that have these ones at least."""
    fits = re.compile(study.subjects[subject], re.I).fullmatch
    last = max(int(found[1]) for name in columns if (found := fits(name.strip())))
    return next((n for n in study.values if n >= last), None)


def _subject_columns(pattern: str, names: Sequence[str]) -> list[str]:
    fits = re.compile(pattern, re.I).fullmatch
    found = [(match, name) for name in names if (match := fits(name.strip()))]
    return [name for _, name in sorted(found, key=lambda one: (one[1][:1], int(one[0][1])))]


def _group(dataset: Dataset, study: Study, names: Sequence[str]) -> str:
    found = _first(study.groups, names)
    if found is not None:
        return found
    ids = [name for name in names if re.search(r"school|sch|idgr|^id|id$", name, re.I)]
    raise DataRefused(
        "missing_column.no_schools",
        file=PurePath(dataset.file).name,
        study=study.title,
        groups=list(study.groups),
        ids=ids,
    )


def _weights(
    given: Weights | None, study: Study, grouped_by: str, names: Sequence[str]
) -> Weights | None:
    member = given.member if given and given.member else _first(study.weights, names)
    if member is None:
        return given
    group = given.group if given and given.group else _group_weight(study, grouped_by, names)
    return replace(given or Weights(), member=member, group=group)


def _group_weight(study: Study, group: str, names: Sequence[str]) -> str | None:
    """Of the schools, or of what else the students are grouped by; None where that isn't known."""
    by_column: dict[str, tuple[tuple[str, ...], ...]] = {
        one.casefold(): (factors,) for one, factors in study.class_weights.items()
    }
    by_column |= {one.casefold(): study.school_weights for one in study.groups}
    for factors in by_column.get(group.strip().casefold(), ()):
        found = [_first((factor,), names) for factor in factors]
        if all(found):
            return "*".join(name for name in found if name)
    return None


def _replicates(
    given: Replicates | None, study: Study, names: Sequence[str], year: int | None
) -> Replicates | None:
    if study.replicate_columns:
        columns = _replicate_columns(study, names)
        if given is None:
            return Replicates(method="brr-fay", columns=columns) if columns else None
        needs = given.method == "brr-fay" and not given.columns
        return replace(given, columns=columns) if needs else given
    zones = [
        (zone, code)
        for pair in study.zones
        if (zone := _first(pair[:1], names)) and (code := _first(pair[1:], names))
    ]
    if given is None and zones:
        zone, code = zones[0]
        one_half = year is not None and year < _BOTH_HALVES
        return Replicates(method="jk2-half" if one_half else "jk2", zone=zone, code=code)
    if given is not None and given.method != "brr-fay" and zones:
        return replace(given, zone=given.zone or zones[0][0], code=given.code or zones[0][1])
    return given


def _replicate_columns(study: Study, names: Sequence[str]) -> tuple[str, ...]:
    for pattern in study.replicate_columns:
        found = _subject_columns(pattern, names)
        if found:
            return tuple(sorted(found, key=lambda name: int(re.findall(r"\d+", name)[-1])))
    return ()


def _first(wanted: Sequence[str], names: Sequence[str]) -> str | None:
    """The first of the wanted columns that there is, as it is written in the file."""
    for one in wanted:
        for name in names:
            if name.strip().casefold() == one.casefold():
                return name
    return None


def _findings(
    given: Dataset,
    filled: Dataset,
    study: Study,
    subject: str | None,
    names: Sequence[str],
    year: int | None,
) -> Iterator[Finding]:
    """What the preset chose, and what else the file has."""
    of_schools = _first(study.groups, [filled.group]) is not None
    unit = "school" if of_schools else "group"
    yield note(
        "preset",
        *filled.outcomes,
        preset=given.preset,
        study=study.title,
        year=year,
        unit=unit,
        group=filled.group,
    )
    yield _weights_found(filled.weights, unit)
    yield _replicates_found(filled.replicates)
    others = [
        other
        for other, pattern in study.subjects.items()
        if subject and other != subject and _subject_columns(pattern, names)
    ]
    if others and not given.outcome:
        yield note("preset_subjects", others=others, every=[subject, *others])
    replicates = filled.replicates
    jackknife = replicates is not None and replicates.method == "jk2" and given.replicates is None
    if jackknife and year is None:
        yield note("preset_year", since=str(_BOTH_HALVES))


def _weights_found(weights: Weights | None, unit: str) -> Finding:
    if weights is None or not weights.member:
        return note("preset_weights", case="none")
    case = "both" if weights.group else "member"
    return note("preset_weights", case=case, member=weights.member, group=weights.group, unit=unit)


def _replicates_found(replicates: Replicates | None) -> Finding:
    if replicates is None:
        return note("preset_replicates", case="none")
    columns = replicates.columns or (replicates.zone or "", replicates.code or "")
    return note("preset_replicates", *columns, case="some", method=replicates.method)
