"""Codes in place of groups' names, and the file that is the key to them."""

import csv
import io
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from multilevel.storage.files import write_whole

# Relative to the folder in which the command runs.
FOLDER = Path("keys")
COLUMNS = ("code", "group")


def codes_of(groups: Iterable[str], known: Mapping[str, str]) -> dict[str, str]:
    """A code for each group: the one it had, else the next, in an order by chance.

    Examples
    --------
    >>> codes_of(["North"], {"South": "S001"})
    {'South': 'S001', 'North': 'S002'}
    """
    new = [group for group in groups if group not in known]
    secrets.SystemRandom().shuffle(new)
    codes = dict(known)
    for number, group in enumerate(new, start=len(known) + 1):
        codes[group] = f"S{number:03d}"
    return codes


def kept_codes(file: Path, groups: Iterable[str]) -> dict[str, str]:
    """The codes of a dataset's key file, which is made, or gets lines for new groups.

    Only its owner may read the file.
    """
    known: dict[str, str] = {}
    if file.is_file():
        with file.open(encoding="utf-8", newline="") as text:
            known = {row["group"]: row["code"] for row in csv.DictReader(text)}
    codes = codes_of(groups, known)
    if codes != known:
        content = io.StringIO()
        writer = csv.writer(content, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows((code, group) for group, code in codes.items())
        file.parent.mkdir(mode=0o700, exist_ok=True)
        write_whole(file, content.getvalue().encode("utf-8"))
    file.chmod(0o600)
    return codes
