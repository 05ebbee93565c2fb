"""Graphics made small, and free of style attributes, for a page that forbids them.

What is drawn stays the same to a hundredth of a unit.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import count

# Letters of the paths that are worth keeping.
LONGEST_KEPT = 2_000
_PATH = re.compile(r'(?<= d=")[^"<>]*(?="[^<>]*>)')
_STYLE = re.compile(r'(?<=\s)style="([^"<>]*)"(?=[^<>]*>)')
_GROUP = re.compile(r"<g(?P<attributes>[^<>]*?)(?P<empty>/?)>\s*|</g>\s*")
_INVISIBLE = re.compile(r'<path [^<>]*style="fill: none"/>\s*')
_TOKEN = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)")
# Which coordinate each argument of a path's command moves along: x, y, x, y, ...
_AXES = {"m": (0, 1), "l": (0, 1), "h": (0,), "v": (1,), "q": (0, 1) * 2, "c": (0, 1) * 3, "z": ()}


def slim(svg: str) -> str:
    """An SVG without groups that do nothing or paths that show nothing, paths in short form."""
    return _PATH.sub(lambda path: short_path(path.group()), without_idle(svg))


def without_idle(svg: str) -> str:
    """An SVG without groups that do nothing or paths that show nothing."""
    return _without_bare_groups(_INVISIBLE.sub("", svg))


def short_path(path: str) -> str:
    """Path data in steps from point to point, in hundredths; with an arc, as it was.

    Steps are taken between rounded points, so that no rounding adds up.
    """
    return _short(path) if len(path) > LONGEST_KEPT else _short_kept(path)


def _short(path: str) -> str:
    tokens = _TOKEN.findall(path)
    if not {token.lower() for token in tokens if token.isalpha()} <= set(_AXES):
        return path
    parts: list[str] = []
    last = ""
    for command, steps in _steps(tokens):
        # A command that repeats needs no letter, nor does a line from where a path starts.
        repeated = (command == last and command not in "mz") or (command, last) == ("l", "m")
        letter = "" if repeated else command
        parts.append(_joined(letter, steps, after=parts[-1] if parts else ""))
        last = command
    return "".join(parts)


# Outlines of letters come again in each equation and each report.
_short_kept = lru_cache(maxsize=1024)(_short)


def shared_styles(svgs: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Moves the style attributes of many graphics into one sheet, each declaration once.

    Returns
    -------
    The sheet, with a class per declaration, and the graphics, which refer to them.
    """
    numbers = count()
    names: dict[str, str] = {}

    def named(match: re.Match[str]) -> str:
        if match[1] not in names:
            names[match[1]] = f"s{next(numbers)}"
        return f'class="{names[match[1]]}"'

    classed = tuple(_STYLE.sub(named, svg) for svg in svgs)
    return "\n".join(f".{name} {{{style}}}" for style, name in names.items()), classed


def _without_bare_groups(svg: str) -> str:
    """Without ``<g>`` elements that carry no attribute or hold nothing."""
    open_groups: list[bool] = []

    def kept(match: re.Match[str]) -> str:
        if match.group().startswith("</"):
            return match.group() if open_groups.pop() else ""
        if match["empty"]:
            return ""
        open_groups.append(bool(match["attributes"].strip()))
        return match.group() if open_groups[-1] else ""

    return _GROUP.sub(kept, svg)


def _steps(tokens: list[str]) -> Iterator[tuple[str, list[int]]]:
    """Each command in lower case with its arguments as steps, in hundredths."""
    at, start = [0, 0], [0, 0]
    command = ""
    position = 0
    while position < len(tokens):
        if tokens[position].isalpha():
            command = tokens[position]
            position += 1
        axes = _AXES[command.lower()]
        numbers = [round(100 * float(token)) for token in tokens[position : position + len(axes)]]
        position += len(axes)
        if command.islower():
            numbers = [number + at[axis] for number, axis in zip(numbers, axes, strict=True)]
        yield command.lower(), [n - at[axis] for n, axis in zip(numbers, axes, strict=True)]
        for number, axis in zip(numbers[-2:], axes[-2:], strict=True):
            at[axis] = number
        if command in "Mm":
            start = list(at)
            command = "L" if command == "M" else "l"
        elif command in "Zz":
            at = list(start)


def _joined(letter: str, steps: list[int], after: str) -> str:
    text = letter
    for step in steps:
        number = _hundredths(step)
        bare = bool(text or after) and (text or after)[-1].isdigit()
        text += f" {number}" if bare and not number.startswith("-") else number
    return text


def _hundredths(value: int) -> str:
    """-50 as -.5, 1200 as 12"""
    sign, whole, part = "-" if value < 0 else "", *divmod(abs(value), 100)
    decimals = f".{part:02d}".rstrip("0").rstrip(".")
    return f"{sign}{whole or ('' if decimals else 0)}{decimals}"
