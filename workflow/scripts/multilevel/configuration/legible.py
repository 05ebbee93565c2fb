"""Whether a configuration file can be read as it was meant, and where not."""

from collections.abc import Iterator
from pathlib import Path

import yaml

from multilevel.errors import ConfigError
from multilevel.hints import shown


def check_legible(file: Path) -> None:
    """Find what a reader of YAML would pass over or explain badly.

    Raises
    ------
    ConfigError
        When the file can't be read, isn't YAML, doesn't consist of keys with values,
        or has a key twice in one place, of which YAML's readers silently take the
        last. The message names the file and, where it can, the line.
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
    if not isinstance(node, yaml.MappingNode):
        found = "is empty" if node is None else "holds something else"
        raise ConfigError(f"{file} {found}: it must consist of keys with values, as datasets: is.")
    repeated = list(_repeated_keys(node))
    if repeated:
        raise ConfigError("\n".join(f"{file}, {sentence}" for sentence in repeated))


def _where(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = str(getattr(error, "problem", None) or error)
    if mark is None:
        return f" isn't YAML: {problem}"
    place = f", line {mark.line + 1}, column {mark.column + 1}: "
    if "'\\t'" in problem:
        return f"{place}a tab. YAML is indented by spaces only."
    return f"{place}this isn't YAML: {problem}."


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
