"""A dataset's complete outputs take the place of the former ones in one step."""

import json
import secrets
import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from multilevel.configuration.choices import REPORTS
from multilevel.publication.approval import WAITING
from multilevel.storage.exchange import link_or_copy, move, replace
from multilevel.storage.files import write_whole
from multilevel.storage.hidden_folders import RELEASED
from multilevel.storage.snapshots import REMOVED

BUILDING = ".publish-"
# In a dataset's folder of stages: what disclosure control is to remember.
LEDGER = "ledger.json"
# What Snakemake leaves in folders that it has made.
_NOT_OURS = shutil.ignore_patterns(".snakemake_timestamp")


def run(results: Path, published: Path, ledger: Path, printed: Path, **others: Path) -> None:
    """Let results/<id> hold these files and no older ones; then write `published`.

    The files of results/.stages and those published are the same on the disk, where its file
    system can do that.

    Parameters
    ----------
    results
        results.json, whose status says what became of the dataset.
    published
        Will hold the names of the files, and that status.
    ledger
        What disclosure control is to remember of this release.
    printed
        The folder of what was made beside the page; its files come to stand beside the others.
    others
        Further files and folders.
    """
    _put((results, *others.values(), *_in(printed)), published, published.parents[2], ledger)


def prepare(results: Path, published: Path, ledger: Path, printed: Path, **others: Path) -> None:
    """Let results/.waiting/<id> hold these files: what is public stays until it is released."""
    sources = (results, *others.values(), *_in(printed))
    _put(sources, published, published.parents[2] / WAITING, ledger)


def run_comparison(results: Path, published: Path, printed: Path, **others: Path) -> None:
    """Publish a comparison, whose stage lies in a folder of all comparisons.

    Parameters
    ----------
    results
        comparison.json, whose status says whether the datasets can be compared.
    published, printed, others
        As of `run`.
    """
    public = published.parents[3]
    _remember(results, published.parents[2], public)
    _put((results, *others.values(), *_in(printed)), published, public)


def prepare_comparison(results: Path, published: Path, printed: Path, **others: Path) -> None:
    """Let a comparison wait in results/.waiting/<id> until it is released."""
    waiting = published.parents[3] / WAITING
    _remember(results, published.parents[2], waiting)
    _put((results, *others.values(), *_in(printed)), published, waiting)


def _remember(results: Path, stages: Path, public: Path) -> None:
    """Remember what a comparison shows of datasets: reports of their own may have failed."""
    for one in json.loads(results.read_bytes()).get("datasets", ()):
        ledger = (stages / one["id"] / LEDGER).read_bytes()
        write_whole(public / RELEASED / f"{one['id']}.json", ledger)


def _in(printed: Path) -> list[Path]:
    """The files of the folder, but for what Snakemake leaves in it."""
    return sorted(printed.glob("[!.]*"))


def _put(
    sources: Sequence[Path], published: Path, public: Path, ledger: Path | None = None
) -> None:
    """Put the files into a folder of `public`; results.json is the first of them."""
    results, stage = sources[0], published.parent
    target = public / stage.name
    for left in stage.glob(f"{BUILDING}*"):
        shutil.rmtree(left)
    building = stage / f"{BUILDING}{secrets.token_hex(8)}"
    building.mkdir(parents=True)
    for source in sources:
        if source.is_dir():
            shutil.copytree(
                source, building / source.name, copy_function=link_or_copy, ignore=_NOT_OURS
            )
        else:
            link_or_copy(source, building / source.name)
    if ledger is not None:
        # Before the files are public: what was shown must be remembered even if this is the last
        # step.
        write_whole(public / RELEASED / f"{stage.name}.json", ledger.read_bytes())
    replace(building, target, REPORTS)
    record = {
        "published": [source.name for source in sources],
        "status": json.loads((target / results.name).read_bytes())["status"],
    }
    write_whole(published, json.dumps(record).encode())


def publish_index(
    datasets: Path,
    comparisons: Path,
    html: Path,
    csv: Path,
    workbook: Path,
    public_html: Path,
    public_csv: Path,
    public_workbook: Path,
) -> None:
    """Let the public names hold the index; then move aside what it no longer names.

    Each file is replaced in one step.
    """
    pairs = ((csv, public_csv), (workbook, public_workbook), (html, public_html))
    for source, target in pairs:
        part = target.with_name(f".{target.name}.{secrets.token_hex(8)}.part")
        shutil.copyfile(source, part)
        part.replace(target)
    set_aside(datasets, public_html.parent, comparisons)


def set_aside(datasets: Path, public: Path, comparisons: Path | None = None) -> None:
    """Move what has left the index, datasets and comparisons, to results/.removed/<date>/.

    Only what an earlier index named is moved: other folders are not this batch's. Of a
    dataset that left, intermediate files and logs are deleted.
    """
    stages = datasets.parent
    results = stages.parent
    kept = stages / "datasets-before.json"
    listed = [datasets] if comparisons is None else [datasets, comparisons]
    now = [str(name) for file in listed for name in json.loads(file.read_bytes())]
    before: list[str] = json.loads(kept.read_bytes()) if kept.is_file() else []
    today = datetime.now(UTC).date().isoformat()
    for name in sorted(set(before) - set(now)):
        aside = results / REMOVED / today / name
        while aside.exists():
            aside = aside.with_name(f"{aside.name}-again")
        if (public / name).is_dir():
            aside.parent.mkdir(parents=True, exist_ok=True)
            move(public / name, aside)
        rests = (stages / name, stages / ".comparisons" / name, results / ".logs" / name)
        for rest in rests:
            shutil.rmtree(rest, ignore_errors=True)
    write_whole(kept, json.dumps(now).encode())


def present(published: Path, **files: Path) -> None:
    """Check that a dataset's public files are there, for rules that take them as input."""
    missing = [str(file) for file in files.values() if not file.exists()]
    if missing:
        failed = json.loads(published.read_bytes()).get("failed")
        why = f" Stage {failed['stage']} failed: {failed['message']}" if failed else ""
        sys.exit(f"There is no {' and no '.join(missing)}.{why}\n")
