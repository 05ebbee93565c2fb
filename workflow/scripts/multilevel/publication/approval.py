"""Releases on purpose: what waits in results/.waiting, what it would change, and putting it out.

A release is a folder results/_releases/<moment>, which stays: later reports link to it. What is
public are second names of the files of the latest one.
"""

import csv
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from multilevel.configuration.choices import REPORTS
from multilevel.releases.ledger import RELEASES, Ledger, read_ledger, write_ledger
from multilevel.storage.exchange import link_or_copy, move, replace
from multilevel.storage.files import write_whole
from multilevel.storage.hidden_folders import RELEASED
from multilevel.storage.snapshots import compare, stamp

WAITING = ".waiting"
INDEX = "datasets.csv"
# In what waits, what is about to be public.
PUT = ".put"
# How a comparison's folder is known.
COMPARISON = "*/comparison.json"
# How a report's link to one of an earlier release begins, beside the releases and within one.
# Text of others never looks so: its quotes are escaped.
BESIDE, WITHIN = f'href="../{RELEASES}/'.encode(), b'href="../../'
# In the order in which they are put in place. By the last one is known what was public before.
PAGES = ("history.csv", "index.html", "results.xlsx", INDEX)
# What makes a change a headline: standard errors, share of the students left, change of schools.
MANY_ERRORS, FEW_LEFT, MANY_GROUPS = 3.0, 0.5, 0.2
# Standard errors from the middle of a 95% interval to its end.
HALF_INTERVAL = 1.959964
Kind = Literal["new", "changed", "removed"]


@dataclass(frozen=True, kw_only=True)
class Move:
    """A headline number that differs.

    Attributes
    ----------
    number
        "gamma00" (the mean), "icc", "n_members" or "n_groups"; of mean and ICC those that lead.
    standard_errors
        How far it moved, in standard errors of what is public; None of counts, and where there is
        no standard error.
    headline
        Whether it is among what is named first.
    """

    number: str
    before: float
    now: float
    standard_errors: float | None
    headline: bool


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a release would change of a dataset.

    Attributes
    ----------
    status
        "ok", "refused" or "failed" from then on; "" of a dataset that is removed.
    same
        Whether it has headline numbers, and all of them are those that are public.
    """

    id: str
    title: str
    kind: Kind
    status: str
    moves: tuple[Move, ...] = ()
    same: bool = False

    @property
    def headline(self) -> bool:
        """Whether it is named first: a number moved much, or a report is no more."""
        lost = self.kind == "removed" or (self.kind == "changed" and self.status != "ok")
        return lost or any(move.headline for move in self.moves)


def changes(results: Path) -> tuple[Change, ...]:
    """What a release would change: what is named first, then by id."""
    waiting = results / WAITING
    now = rows(waiting / INDEX)
    if not now:
        return ()
    different = compare(results, waiting)
    before, now = {**rows(results / INDEX), **_compared(results)}, {**now, **_compared(waiting)}
    found: list[Change] = []
    for name, row in now.items():
        kind = _kind(name, row, before, name in {*different.new, *different.changed})
        if kind is not None:
            moves = tuple(_moves(before.get(name, {}), row))
            found.append(
                Change(
                    id=name,
                    title=row.get("title") or name,
                    kind=kind,
                    status=row["status"],
                    moves=moves,
                    same=kind == "changed" and bool(row.get("gamma00")) and not moves,
                )
            )
    found += [
        Change(id=name, title=row.get("title") or name, kind="removed", status="")
        for name, row in before.items()
        if name not in now
    ]
    return tuple(sorted(found, key=lambda change: (not change.headline, change.id)))


def _kind(
    name: str, row: Mapping[str, str], before: Mapping[str, Mapping[str, str]], differs: bool
) -> Kind | None:
    if name not in before:
        return "new"
    return "changed" if differs or row["status"] != before[name]["status"] else None


def _moves(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Move]:
    """The headline numbers that differ between two rows of datasets.csv."""
    before, now = _led_by(before, now), _led_by(now, before)
    for number in ("gamma00", "icc", "n_members", "n_groups"):
        was, value = _number(before, number), _number(now, number)
        if was is None or value is None or was == value:
            continue
        error = _standard_error(before, number)
        moved = abs(value - was) / error if error else None
        if number == "n_members":
            headline = value <= FEW_LEFT * was
        elif number == "n_groups":
            headline = abs(value - was) >= MANY_GROUPS * was
        else:
            headline = moved is None or moved > MANY_ERRORS
        yield Move(number=number, before=was, now=value, standard_errors=moved, headline=headline)


def _led_by(row: Mapping[str, str], other: Mapping[str, str]) -> Mapping[str, str]:
    """The row with the mean and the ICC that lead, where both rows lead with the same ones."""
    same = ("leading_mean_quantity", "leading_weighted")
    if any(not row.get(name) or row[name] != other.get(name) for name in same):
        return row
    low, high = row["leading_icc_low"], row["leading_icc_high"]
    leading = {"gamma00": row["leading_mean"], "se_gamma00": row["leading_mean_se"]}
    icc = {"icc": row["leading_icc"], "ci_icc_low": low, "ci_icc_high": high}
    return {**row, **leading, **icc}


def _standard_error(row: Mapping[str, str], number: str) -> float | None:
    if number == "gamma00":
        return _number(row, "se_gamma00")
    low, high = _number(row, "ci_icc_low"), _number(row, "ci_icc_high")
    if number != "icc" or low is None or high is None:
        return None
    return (high - low) / (2 * HALF_INTERVAL)


def _number(row: Mapping[str, str], name: str) -> float | None:
    try:
        return float(row.get(name, ""))
    except ValueError:
        return None


def rows(index: Path) -> dict[str, dict[str, str]]:
    """The rows of a datasets.csv by id; none where there is no file."""
    if not index.is_file():
        return {}
    with index.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def _compared(folder: Path) -> dict[str, dict[str, str]]:
    """Of each comparison what a row of datasets.csv says of a dataset, by its id."""
    found = {}
    for file in folder.glob(COMPARISON):
        said = json.loads(file.read_bytes())
        found[file.parent.name] = {"title": str(said["title"]), "status": str(said["status"])}
    return found


def _held(folder: Path) -> set[str]:
    """Ids of what the folder's index lists: datasets and comparisons."""
    return {*rows(folder / INDEX), *_compared(folder)}


def release(results: Path, moment: datetime) -> str:
    """Put out what waits; the name of the release's folder.

    Raises
    ------
    ValueError
        When nothing waits.
    """
    finish(results)
    if not changes(results):
        raise ValueError("nothing waits to be released")
    ledger = read_ledger(results)
    if not ledger.releases and (results / INDEX).is_file():
        # What was public before consent was asked for is the first one that can come back.
        public = datetime.fromtimestamp((results / INDEX).stat().st_mtime, tz=UTC)
        ledger = Ledger(releases=(_archive(results, results, public),))
    name = _archive(results, results / WAITING, moment)
    # Before it is public: disclosure control has to know what was shown, taken back or not.
    for remembered in sorted((results / WAITING / RELEASED).glob("*.json")):
        write_whole(results / RELEASED / remembered.name, remembered.read_bytes())
    write_ledger(results, Ledger(releases=(*ledger.releases, name), unfinished=True))
    finish(results)
    return name


def undo(results: Path) -> str:
    """Take the last release back; the name of the one that is public again, "" for none.

    What was taken back waits again, or what newer runs made of it.

    Raises
    ------
    ValueError
        When nothing was released.
    """
    finish(results)
    ledger = read_ledger(results)
    if not ledger.releases:
        raise ValueError("nothing was released")
    write_ledger(results, Ledger(releases=ledger.releases[:-1], unfinished=True))
    finish(results)
    return ledger.releases[-2] if len(ledger.releases) > 1 else ""


def finish(results: Path) -> None:
    """Put in place what the ledger says is public, where that was begun and not ended."""
    ledger = read_ledger(results)
    if not ledger.unfinished:
        return
    folder = results / RELEASES / ledger.releases[-1] if ledger.releases else None
    _put(results, folder)
    for kept in (results / RELEASES).glob("*"):
        if kept.name not in ledger.releases:
            shutil.rmtree(kept)
    write_ledger(results, Ledger(releases=ledger.releases))


def _archive(results: Path, source: Path, moment: datetime) -> str:
    """Second names of what is public, or waits, in a folder of its own; its name."""
    name = stamp(moment)
    while (results / RELEASES / name).exists():
        name += "-again"
    part = results / RELEASES / f"{name}.part"
    if part.exists():
        shutil.rmtree(part)
    part.mkdir(parents=True)
    for dataset in _held(source):
        # Of a dataset whose report failed the former one still stands.
        folder = next(
            (one / dataset for one in (source, results) if (one / dataset).is_dir()), None
        )
        if folder is not None:
            shutil.copytree(folder, part / dataset, copy_function=link_or_copy)
            _relink(part / dataset, BESIDE, WITHIN)
    for page in PAGES:
        if (source / page).is_file():
            link_or_copy(source / page, part / page)
    part.rename(part.with_name(name))
    return name


def _put(results: Path, folder: Path | None) -> None:
    """Let what is public be what the folder holds; nothing for None. To be repeated at will.

    All is ready before the first of it changes its name: what readers see changes in the time
    of a few renames, and what is killed within them is ended by the next command.
    """
    held = _held(folder) if folder else set()
    listed = _held(results)
    ready = results / WAITING / PUT
    shutil.rmtree(ready, ignore_errors=True)
    ready.mkdir(parents=True)
    if folder:
        _get_ready(folder, held, ready)
    for dataset in sorted(held):
        if (ready / dataset).is_dir():
            replace(ready / dataset, results / dataset, REPORTS)
    for dataset in sorted(listed - held):
        if (results / dataset).is_dir():
            move(results / dataset, ready / f"{dataset}-left")
    for page in PAGES:
        if (ready / page).is_file():
            (ready / page).replace(results / page)
        else:
            (results / page).unlink(missing_ok=True)
    shutil.rmtree(ready)


def _get_ready(folder: Path, held: set[str], ready: Path) -> None:
    for dataset in held:
        if (folder / dataset).is_dir():
            shutil.copytree(folder / dataset, ready / dataset, copy_function=link_or_copy)
            _relink(ready / dataset, WITHIN, BESIDE)
    for page in PAGES:
        if (folder / page).is_file():
            shutil.copyfile(folder / page, ready / page)


def _relink(dataset: Path, former: bytes, new: bytes) -> None:
    """Lead the page's links to an earlier release from where the page stands."""
    page = dataset / "report.html"
    if page.is_file() and former in (content := page.read_bytes()):
        write_whole(page, content.replace(former, new))
