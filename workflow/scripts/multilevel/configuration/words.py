"""A user's own words: a file of sentences laid over the catalogue, checked against it."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from multilevel.configuration.legible import check_legible
from multilevel.errors import ConfigError
from multilevel.wording.catalogue import Catalogue
from multilevel.wording.quoting import nearest, shown
from multilevel.wording.replacing import cleaned, faults

# Bytes of a file, five times our whole catalogue; faults that are told at once.
LARGEST, MOST_TOLD = 1_000_000, 20
# What is no sentence of a report, and the line that says that sentences were changed.
FIXED = ("companion_code.", "equation.", "programs.", "reading.", "symbol.", "terminal.")
MARK = "methods.words"
_FINDING = "finding."
# The catalogue's files that figures are drawn with.
FIGURE_TEXTS = ("figures", "shares", "distribution")


def read_words(given: str, root: Path, texts: Path) -> dict[str, str]:
    """The sentences of a file by key, ready to be laid over the catalogue.

    Parameters
    ----------
    given
        The file's path, within the folder `root` or absolute.
    texts
        The catalogue's folder, templates/text/en.

    Raises
    ------
    ConfigError
        With a line for each of the first faults, which names file, line and key.
    """
    file = _there(given, root)
    catalogue = Catalogue.load(texts)
    words: dict[str, str] = {}
    told: list[str] = []
    for key, line, text in _sentences(file):
        words[key] = cleaned(text)
        for fault in _faults(key, words[key], catalogue):
            told.append(f"{shown(given, 300)}, line {line}: {shown(key)[1:-1]}: {fault}")
        if len(told) >= MOST_TOLD:
            break
    if told:
        raise ConfigError("\n".join(told))
    return words


def _there(given: str, root: Path) -> Path:
    file = root / given
    if not Path(given).is_absolute() and root.resolve() not in file.resolve().parents:
        raise ConfigError(
            f"{shown(given, 300)} leads out of the project's folder. Give its whole path."
        )
    if not file.is_file():
        raise ConfigError(f"there is no file {shown(given, 300)}.")
    if file.stat().st_size > LARGEST:
        raise ConfigError(f"{shown(given, 300)} is larger than {LARGEST:,} bytes.")
    check_legible(file)
    return file


def _sentences(file: Path) -> Iterator[tuple[str, int, str]]:
    """Key, line and text of each sentence; keys within keys are joined by dots."""
    root = yaml.compose(file.read_text(encoding="utf-8"), yaml.SafeLoader)
    waiting = [] if root is None else [("", root)]
    while waiting:
        above, node = waiting.pop()
        if isinstance(node, yaml.MappingNode):
            waiting += [
                (f"{above}.{key.value}".removeprefix("."), value)
                for key, value in reversed(node.value)
            ]
        else:
            text = node.value if isinstance(node, yaml.ScalarNode) else ""
            yield above, node.start_mark.line + 1, text


def _faults(key: str, text: str, catalogue: Catalogue) -> Iterator[str]:
    if key not in catalogue:
        below = catalogue.keys_of(key)
        near = nearest(key, catalogue.keys_of(""))
        if below:
            yield f"it holds sentences, such as {below[0]}. Give one of these."
        else:
            yield f"there is no such sentence.{f' Did you mean {near}?' if near else ''}"
    elif not changeable(key, catalogue):
        yield "it can't be changed: it is code, a formula, or stands outside of reports too."
    else:
        found = faults(text, catalogue.raw(key), optional=key.startswith(_FINDING))
        yield from (f"{one}." for one in found)


def changeable(key: str, catalogue: Catalogue) -> bool:
    """Whether a sentence stands in reports only.

    Refusals and notes of reading are in results.json too, which is the same whatever a report
    says; cautions are there as codes and have a label.
    """
    if key.startswith(_FINDING):
        code = key.removeprefix(_FINDING).partition(".")[0]
        return f"{_FINDING}{code}.label" in catalogue
    return not key.startswith((*FIXED, MARK))


def of_figures(words: Mapping[str, str], texts: Path) -> dict[str, str]:
    """Those of the words that figures say."""
    known = Catalogue.load(texts, *FIGURE_TEXTS)
    return {key: text for key, text in words.items() if key in known}
