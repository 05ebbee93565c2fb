"""The stage: complete results become what may be shown, and no later stage sees more."""

import csv
import io
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

import msgspec
import pandas as pd

from multilevel.configuration.disclosure import Disclosure
from multilevel.publication import codes as keys
from multilevel.publication.estimated import estimated
from multilevel.publication.ledger import Ledger
from multilevel.publication.refused import shown_refusal, too_small
from multilevel.publication.shown import Complete, Shown, shown
from multilevel.records.ingested import Ingested
from multilevel.records.publication import Publication
from multilevel.records.results import Results, decode, encode
from multilevel.records.students import Students
from multilevel.releases.history import FILE, Previous, read_previous
from multilevel.releases.ledger import release_folder
from multilevel.storage.arrays import from_parquet, to_parquet
from multilevel.storage.files import write_whole
from multilevel.storage.hidden_folders import RELEASED
from multilevel.wording.catalogue import Catalogue
from multilevel.wording.cells import neutralised
from multilevel.wording.publication import withheld_row

UNREADABLE = (
    "What was published before can't be read, so that new numbers can't be held against it: "
    "{file} in the folder .released of the results ({error}). Restore it from a backup. If former "
    "reports were handed out to nobody, remove it."
)


def run(
    complete_results: Path,
    complete_groups: Path,
    complete_schools: Path,
    complete_students: Path,
    ingested: Path,
    templates: Path,
    results: Path,
    groups: Path,
    schools: Path,
    students: Path,
    ledger: Path,
    previous: Path,
) -> None:
    """Write results.json, groups.csv, schools and students as they may be shown.

    `ledger` will hold what is to be remembered when they were published, and `previous` the
    release before. What was remembered and published is looked up in the results folder and is
    no input whose change would make anything again.
    """
    found = decode(complete_results.read_bytes(), Results)
    setting = disclosure_of(found)
    words = Catalogue.load(templates / "text" / "en", "publication")
    former = former_ledger(results.parents[2] / RELEASED, found)
    if setting.disclosure == "off" or found.status == "refused":
        public = (
            shown_refusal(found, words)
            if setting.disclosure == "safe"
            else unlimited(found, pd.read_parquet(complete_schools), setting)
        )
        write_whole(results, encode(public))
        for source, target in (
            (complete_groups, groups),
            (complete_schools, schools),
            (complete_students, students),
        ):
            write_whole(target, source.read_bytes())
        # A night without data, or one for internal use, makes nothing forgotten.
        write_whole(ledger, encode(former))
    else:
        complete = Complete(
            results=found,
            schools=pd.read_parquet(complete_schools),
            students=from_parquet(complete_students, Students),
        )
        read = decode(ingested.read_bytes(), Ingested)
        parts = shown(
            estimated(complete, read, former, setting.min_members),
            min_members=setting.min_members,
            codes=_codes(complete),
            former=former,
        )
        public = parts.results if parts else too_small(found, setting.min_members)
        table = groups_csv(parts, words) if parts else b""
        _write(public, parts, results, groups, schools, students, table)
        write_whole(ledger, encode(parts.ledger if parts else former))
    write_whole(previous, encode(_former_release(previous.parents[2], public)))


def _codes(complete: Complete) -> Mapping[str, str] | None:
    """What stands for the groups' names; None where they are shown."""
    if disclosure_of(complete.results).names != "coded":
        return None
    names = complete.schools["group"].astype(str)
    return keys.kept_codes(keys.FOLDER / f"{complete.results.id}.csv", names)


def _former_release(folder: Path, public: Results) -> Previous:
    """The release before this one, by the history of what was published from the folder."""
    former = read_previous(folder / FILE, public)
    if former.release is None:
        return former
    kept = release_folder(folder, former.release.id, asdict(former.release))
    return replace(former, kept=kept)


def disclosure_of(results: Results) -> Disclosure:
    """What the dataset's settings say."""
    given: Mapping[str, object] | None = results.provenance.config.get("publication")
    return Disclosure() if given is None else msgspec.convert(given, Disclosure)


def former_ledger(folder: Path, results: Results) -> Ledger:
    """What is remembered of former releases, under a former id too; nothing where there is none.

    Raises
    ------
    SystemExit
        When it can't be read: unprotected nothing is published, and the last report stands.
    """
    for name in (results.id, results.provenance.config.get("was")):
        file = folder / f"{name}.json"
        if name and file.is_file():
            try:
                return decode(file.read_bytes(), Ledger)
            except msgspec.DecodeError as error:
                raise SystemExit(UNREADABLE.format(file=file.name, error=error)) from error
    return Ledger()


def groups_csv(public: Shown, words: Catalogue) -> bytes:
    """A row per group that is shown, then one for all that are withheld."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = [str(column) for column in public.schools.columns]
    writer.writerow(columns)
    for row in public.schools.to_dict(orient="records"):
        writer.writerow([_cell(row[column]) for column in columns])
    pooled = withheld_row(public.results, words)
    if pooled is not None:
        writer.writerow([_cell(pooled.get(column)) for column in columns])
    return text.getvalue().encode("utf-8")


def _cell(value: object) -> str:
    if value is None or value != value:
        return ""
    return neutralised(value) if isinstance(value, str) else f"{value:.12g}"


def _write(
    public: Results,
    parts: Shown | None,
    results: Path,
    groups: Path,
    schools: Path,
    students: Path,
    table: bytes = b"",
) -> None:
    write_whole(results, encode(public))
    write_whole(groups, table)
    buffer = io.BytesIO()
    (pd.DataFrame() if parts is None else parts.schools).to_parquet(buffer, index=False)
    write_whole(schools, buffer.getvalue())
    write_whole(students, to_parquet(Students.none() if parts is None else parts.students))


def unlimited(found: Results, schools: pd.DataFrame, setting: Disclosure) -> Results:
    """Everything, with a word on how many groups are small."""
    return replace(
        found,
        publication=Publication(
            disclosure="off",
            min_members=setting.min_members,
            names="shown",
            n_small=int((schools["n"] < setting.min_members).sum()),
        ),
    )
