"""Whether a configuration file can be read as it was meant, and where not."""

from collections.abc import Iterator
from pathlib import Path

import yaml

from multilevel.errors import ConfigError
from multilevel.wording.quoting import shown


def check_legible(file: Path) -> None:
    """Find what a reader of YAML would pass over or explain badly.

    Raises
    ------
    ConfigError
        When the file can't be read, isn't YAML, doesn't consist of keys with values, asks for
        a program's objects by a tag, repeats itself without bound by aliases, or has a key twice
        in one place, of which YAML's readers silently take the last. The message names the file
        and, where it can, the line.
    """
    try:
        text = file.read_text(encoding="utf-8")
        if file.suffix == ".json":
            return
        node = yaml.compose(text, yaml.SafeLoader)
    except OSError as error:
        raise ConfigError(f"{file} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file} is not UTF-8 text: byte {error.start + 1} is wrong.") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{file}{_where(error)}") from error
    except RecursionError:
        raise ConfigError(f"{file} is nested too deep to be a configuration.") from None
    if not isinstance(node, yaml.MappingNode):
        found = "is empty" if node is None else "holds something else"
        raise ConfigError(f"{file} {found}: it must consist of keys with values, as datasets: is.")
    _check_size(file, node)
    wrong = [*_foreign_tags(node), *_repeated_keys(node)]
    if wrong:
        raise ConfigError("\n".join(f"{file}, {sentence}" for sentence in dict.fromkeys(wrong)))


def _where(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = str(getattr(error, "problem", None) or error)
    if mark is None:
        return f" isn't YAML: {problem}"
    place = f", line {mark.line + 1}, column {mark.column + 1}: "
    if "'\\t'" in problem:
        return f"{place}a tab. YAML is indented by spaces only."
    remedy = next((said for part, said in _REMEDIES.items() if part in problem), "")
    return f"{place}this isn't YAML: {problem}.{remedy}"


# By what PyYAML says: what people most often did to make it say so.
_REMEDIES = {
    "mapping values are not allowed": (
        " After each key stands a colon and a space, as in file: scores.csv (see the line before, "
        "too); a value with a colon in it needs quotes."
    ),
    "could not find expected ':'": (
        " After each key stands a colon and a space, as in file: scores.csv."
    ),
    "unknown escape character": (
        " In double quotes \\ has a meaning of its own: use single quotes, or / in paths."
    ),
    "but got ':'": " A value with a colon in it needs quotes.",
    "but got '<scalar>'": " A comma is missing, or an apostrophe within single quotes: write ''.",
    "but found '<scalar>'": " An apostrophe within single quotes is written ''.",
    "but got '<stream end>'": " A bracket or brace isn't closed.",
    "found unexpected end of stream": " A quotation mark isn't closed.",
    "but found '<block mapping start>'": " Indent the keys of one dataset by equally many spaces.",
    "but found another document": " Only one --- may stand in it, at the start.",
    "cannot start any token": " Put the value in quotes.",
    "undefined alias": " A value that begins with * needs quotes.",
    "expected alphabetic or numeric character": " A value that begins with * or & needs quotes.",
}

# Far above any configuration, and far below what takes a second to walk.
_MOST_VALUES = 200_000


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.SequenceNode):
        return list(node.value)
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return []


def _check_size(file: Path, root: yaml.Node) -> None:
    """Refuse aliases (*name) that unfold to more than memory or time could hold."""
    sizes: dict[int, int] = {}
    above: set[int] = set()

    def size(node: yaml.Node) -> int:
        if id(node) in above:
            line = node.start_mark.line + 1
            raise ConfigError(f"{file}, line {line}: a value contains itself by an alias (*name).")
        if id(node) not in sizes:
            above.add(id(node))
            sizes[id(node)] = 1 + sum(map(size, _children(node)))
            above.discard(id(node))
        return sizes[id(node)]

    if size(root) > _MOST_VALUES:
        raise ConfigError(
            f"{file} holds more than {_MOST_VALUES:,} values, aliases (*name) unfolded. "
            "That is no configuration: remove the aliases."
        )


def _foreign_tags(node: yaml.Node) -> Iterator[str]:
    """Tags such as !!python/object that aren't plain YAML's; nothing is ever made of them."""
    if node.tag not in {*yaml.SafeLoader.yaml_constructors, "tag:yaml.org,2002:merge"}:
        tag = node.tag.replace("tag:yaml.org,2002:", "!!")
        yield f"line {node.start_mark.line + 1}: the tag {shown(tag)} isn't understood. Remove it."
    for child in _children(node):
        yield from _foreign_tags(child)


def _repeated_keys(node: yaml.Node | None) -> Iterator[str]:
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _repeated_keys(item)
    if not isinstance(node, yaml.MappingNode):
        return
    lines: dict[str, int] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if isinstance(key, yaml.ScalarNode) and key.value in lines:
            yield (
                f"line {line}: the key {shown(key.value)} stands on line {lines[key.value]} "
                "already. Rename or remove one."
            )
        elif isinstance(key, yaml.ScalarNode):
            lines[key.value] = line
        yield from _repeated_keys(value)
