"""All sentences of the product, by key, from the catalogue in templates/text/<language>/.

A sentence is markup with named places: ``The ICC is <b>{icc}</b>.`` Values are
escaped when they are put in, so a label such as ``<script>`` is shown, not run.
"""

from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path

import yaml
from markupsafe import Markup


class Catalogue:
    """The sentences of one language.

    Parameters
    ----------
    sentences
        Key, such as ``icc.claim.half``, to markup with ``{named}`` places.
    replaced
        Keys of those that aren't ours.
    """

    def __init__(self, sentences: Mapping[str, str], replaced: Collection[str] = ()) -> None:
        self._sentences = dict(sentences)
        self._replaced = frozenset(replaced)

    @classmethod
    def load(cls, folder: Path, *areas: str) -> "Catalogue":
        """Read ``<area>.yaml``, or all ``*.yaml``, of a folder; a key must stand in one only."""
        found = areas or tuple(file.stem for file in sorted(folder.glob("*.yaml")))
        return _load(folder.resolve(), found)

    def laid_over(self, words: Mapping[str, str]) -> "Catalogue":
        """The same with other sentences in the place of those of these keys, as far as it has them.

        A place that our sentence fills by a word may stand in them with its first letter in the
        other case.
        """
        known = {key: text for key, text in words.items() if key in self}
        return Catalogue({**self._sentences, **known}, known) if known else self

    def __contains__(self, key: str) -> bool:
        return key in self._sentences

    def keys_of(self, area: str) -> tuple[str, ...]:
        """All keys that begin with ``area.``, sorted; all for ""."""
        start = f"{area}." if area else ""
        return tuple(sorted(key for key in self._sentences if key.startswith(start)))

    def raw(self, key: str) -> str:
        """The sentence as it stands in the catalogue, places unfilled."""
        return self._sentences[key]

    def say(self, key: str, /, **values: object) -> Markup:
        """The sentence `key` with `values` put in, escaped.

        Raises
        ------
        KeyError
            When the key, or a place of the sentence, has no value: a bug.
        """
        sentence = Markup(self._sentences[key])
        if key in self._replaced:
            return sentence.format_map(_EitherCase(values))
        return sentence.format(**values)

    def plain(self, key: str, /, **values: object) -> str:
        """The sentence as plain text: no tags, no entities. For alt texts and figures."""
        return self.say(key, **values).striptags()


class _EitherCase(dict[str, object]):
    """Values; a word is there with its first letter in either case."""

    def __missing__(self, name: str) -> object:
        word = self.get(name[:1].swapcase() + name[1:])
        if not isinstance(word, str):
            raise KeyError(name)
        first = word[:1].upper() if name[:1].isupper() else word[:1].lower()
        return first + word[1:]


@lru_cache
def _load(folder: Path, areas: tuple[str, ...]) -> Catalogue:
    sentences: dict[str, str] = {}
    for area in areas:
        file = folder / f"{area}.yaml"
        for key, text in _flat(yaml.safe_load(file.read_text(encoding="utf-8")) or {}).items():
            if key in sentences:
                raise ValueError(f"{file}: the key {key} stands in another file too")
            sentences[key] = text
    return Catalogue(sentences)


def _flat(node: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    """Nested mappings to dotted keys."""
    flat: dict[str, str] = {}
    for name, value in node.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{key}.")
        else:
            flat[key] = str(value).strip()
    return flat
