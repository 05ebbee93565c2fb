"""A dataset's complete outputs take the place of the former ones in one step."""

import ctypes
import errno
import json
import os
import secrets
import shutil
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from multilevel.storage.files import write_whole
from multilevel.storage.hidden import RELEASED
from multilevel.storage.replaced import REMOVED

BUILDING = ".publish-"
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
# What file systems say that can't exchange two names, or can't link.
_UNABLE = frozenset(
    (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EPERM, errno.EMLINK, errno.EXDEV)
)
# What Snakemake leaves in folders that it has made.
_NOT_OURS = shutil.ignore_patterns(".snakemake_timestamp")


def run(results: Path, published: Path, ledger: Path, **others: Path) -> None:
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
    others
        Further files and folders.
    """
    stage = published.parent
    _publish(stage.parent.parent / stage.name, results, published, others, ledger)


def run_comparison(results: Path, published: Path, **others: Path) -> None:
    """The same for a comparison, whose stage lies in a folder of all comparisons.

    Parameters
    ----------
    results
        comparison.json, whose status says whether the datasets can be compared.
    published, others
        As of `run`.
    """
    stage = published.parent
    _publish(stage.parents[2] / stage.name, results, published, others)


def _publish(
    target: Path,
    results: Path,
    published: Path,
    others: Mapping[str, Path],
    ledger: Path | None = None,
) -> None:
    stage = published.parent
    for left in stage.glob(f"{BUILDING}*"):
        shutil.rmtree(left)
    building = stage / f"{BUILDING}{secrets.token_hex(8)}"
    building.mkdir(parents=True)
    sources = (results, *others.values())
    for source in sources:
        if source.is_dir():
            shutil.copytree(
                source, building / source.name, copy_function=link_or_copy, ignore=_NOT_OURS
            )
        else:
            link_or_copy(source, building / source.name)
    if ledger is not None:
        remembered = stage.parent.parent / RELEASED / f"{stage.name}.json"
        # Before the files are public: what was shown must be remembered even if this is the last
        # step.
        write_whole(remembered, ledger.read_bytes())
    replace(building, target)
    record = {
        "published": [source.name for source in sources],
        "status": json.loads((target / results.name).read_bytes())["status"],
    }
    write_whole(published, json.dumps(record).encode())


def publish_index(
    datasets: Path, comparisons: Path, html: Path, csv: Path, public_html: Path, public_csv: Path
) -> None:
    """Let the public names hold the index; then move aside what it no longer names.

    Each file is replaced in one step.
    """
    for source, target in ((csv, public_csv), (html, public_html)):
        part = target.with_name(f".{target.name}.{secrets.token_hex(8)}.part")
        shutil.copyfile(source, part)
        part.replace(target)
    set_aside(datasets, comparisons)


def set_aside(datasets: Path, comparisons: Path | None = None) -> None:
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
        if (results / name).is_dir():
            aside.parent.mkdir(parents=True, exist_ok=True)
            move(results / name, aside)
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


def replace(new: Path, target: Path) -> None:
    """Put the folder `new` in the place of `target`.

    On Linux the two change names in one step. Elsewhere `target` is missing for a moment,
    never mixed. Files that someone else put into `target` stay there.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    ours = {path.name for path in new.iterdir()}
    if not os.path.lexists(target):
        new.rename(target)
        return
    if not exchanged(new, target):
        old = new.with_name(f"{new.name}-old")
        move(target, old)
        move(new, target)
        new = old
    if new.is_symlink() or not new.is_dir():
        new.unlink()
        return
    for other in list(new.iterdir()):
        if other.name not in ours:
            move(other, target / other.name)
    shutil.rmtree(new)


def move(source: Path, target: Path) -> None:
    """Give a file or folder another name; by a copy where the file system can't rename it.

    An overlay can't rename folders of its lower layer, and says that they lie on another device.
    """
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        shutil.move(source, target)


def exchanged(one: Path, other: Path) -> bool:
    """Whether the system could let the two paths change names in one step."""
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "renameat2"):
        return False
    paths = os.fsencode(one), os.fsencode(other)
    if libc.renameat2(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _UNABLE:
        return False
    raise OSError(number, os.strerror(number), str(other))


def link_or_copy(source: str | Path, target: str | Path) -> None:
    """A second name for a file; a copy where that isn't possible."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in _UNABLE:
            raise
        shutil.copy2(source, target)
