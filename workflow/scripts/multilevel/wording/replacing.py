"""What a sentence of a user's own must be like to stand in the place of one of ours.

It has the same places, since each is filled with a number or a name that its rule has checked, and
no markup but what sets letters and what our sentence has: it comes from outside.
"""

import re
import unicodedata
from collections.abc import Iterator
from string import Formatter

from multilevel.wording.quoting import shown

# Of a sentence; ours have at most a third of it.
MOST_LETTERS = 3_000
# Words for the dataset's things, which a sentence needn't say, and in either case of their first.
LABELS = frozenset(("outcome", "group", "groups", "member", "members"))
SYMBOL = "s_"
PLAIN_TAGS = frozenset(("b", "code", "em", "i", "strong", "sub", "sup"))
_TAG = re.compile(r"<[^<>]*>")
_NAME = re.compile(r"</?([a-z]+)")
_BARE = re.compile(r"&(?!(?:#\d{1,6}|#x[0-9a-fA-F]{1,5}|[a-zA-Z]{2,8});)")
_OPTIONAL = re.compile(r"\[\[(.*?)\]\]", re.S)
Places = tuple[set[str], set[str]]
# Turn the reading direction of what follows.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def cleaned(text: str) -> str:
    """On one line, with & and > written as markup wants them."""
    escaped = _BARE.sub("&amp;", " ".join(text.split()))
    tags = _TAG.findall(escaped)
    between = [part.replace(">", "&gt;") for part in _TAG.split(escaped)]
    return "".join(part + tag for part, tag in zip(between, [*tags, ""], strict=True))


def faults(text: str, ours: str, optional: bool = False) -> Iterator[str]:
    """What is wrong with a cleaned sentence in the place of `ours`, as ends of sentences.

    Parameters
    ----------
    optional
        Whether what stands in double brackets is left out where a value in it is missing.
    """
    if not text:
        yield "it is empty. Give it words, or remove the key"
        return
    if len(text) > MOST_LETTERS:
        yield f"it is longer than {MOST_LETTERS:,} letters"
        return
    if any(unicodedata.category(one) in ("Cc", "Co", "Cs") or one in _TURNING for one in text):
        yield "it has a control character in it. Remove it"
    yield from _markup_faults(text, ours)
    try:
        mine = _places(text, optional)
    except ValueError:
        yield "a brace { or } has no partner. Double one that is to be printed"
        return
    yield from _place_faults(mine, _places(ours, optional))


def _markup_faults(text: str, ours: str) -> Iterator[str]:
    """Tags that ours doesn't have, and those that aren't closed in their order."""
    if "<" in _TAG.sub("", text):
        yield "a < is no tag. Write &lt; for the sign"
        return
    tags, known = _TAG.findall(text), set(_TAG.findall(ours))
    plain = {f"{start}{name}>" for name in PLAIN_TAGS for start in ("<", "</")}
    for tag in dict.fromkeys(tags):
        if tag not in plain and tag not in known:
            own = f", and {', '.join(sorted(known - plain))}" if known - plain else ""
            names = ", ".join(f"<{name}>" for name in sorted(PLAIN_TAGS))
            yield f"the tag {shown(tag)} can't stand in it. Allowed are {names}{own}"
            return
    opened: list[str] = []
    for tag in tags:
        name = _NAME.match(tag)
        if name is None or not tag.startswith("</"):
            opened.append(name[1] if name else tag)
        elif not opened or opened.pop() != name[1]:
            yield f"the tag {shown(tag)} closes none that is open"
            return
    if opened:
        yield f"the tag {shown(f'<{opened[-1]}>')} isn't closed"


def _places(text: str, optional: bool) -> Places:
    """Places as they are written, and those of them that stand in double brackets alone."""
    outside = _OPTIONAL.sub("", text) if optional else text
    every, always = set(_fields(text)), set(_fields(outside))
    return every, every - always


def _fields(text: str) -> Iterator[str]:
    for _, name, spec, conversion in Formatter().parse(text):
        if name is not None:
            yield name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")


def _place_faults(mine: Places, ours: Places) -> Iterator[str]:
    (said, in_brackets), (known, may_lack) = mine, ours
    words = {word for name in known & _EITHER for word in (name, _other_case(name))}
    for name in sorted(said - known - words):
        places = ", ".join(f"{{{one}}}" for one in sorted(known)) or "none"
        yield f"it has no place {shown(f'{{{name}}}')}. Its places are: {places}"
    droppable = {name for name in known if name in _EITHER or name.startswith(SYMBOL)}
    for name in sorted(known - may_lack - droppable - (said - in_brackets)):
        yield f"the place {{{name}}} is missing"
    for name in sorted((said - in_brackets) & may_lack):
        yield f"the place {{{name}}} can be empty: it must stand in [[double brackets]]"


def _other_case(name: str) -> str:
    return name[:1].swapcase() + name[1:]


_EITHER = LABELS | {_other_case(name) for name in LABELS}
