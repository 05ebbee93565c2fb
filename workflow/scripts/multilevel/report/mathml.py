"""Small pieces of presentation MathML, put together into equations by `equations`.

A piece is `Markup`. A plain string becomes the element that it looks like:
``"+"`` an operator, ``"5,227"`` a number, ``"j"`` an identifier; it is escaped.
"""

from markupsafe import Markup, escape

Piece = Markup | str


class Row(Markup):
    """Parts in a line; within a longer line they stand for themselves."""

    @property
    def parts(self) -> Markup:
        """Without the element around them."""
        return Markup(str(self).removeprefix("<mrow>").removesuffix("</mrow>"))


_OPERATORS = frozenset("=+-−/∼(),*")


def number(text: str) -> Markup:
    """A printed number, such as ``5,227`` or ``-0.4``."""
    return Markup("<mn>{}</mn>").format(text.replace("-", "−"))


def word(text: str) -> Markup:
    """Upright letters, such as Var or SE."""
    return Markup('<mi mathvariant="normal">{}</mi>').format(text)


def piece(part: Piece) -> Markup:
    """`part` as a MathML element."""
    if isinstance(part, Markup):
        return part
    if part in _OPERATORS:
        return Markup("<mo>{}</mo>").format("−" if part == "-" else part)
    if part[:1].isdigit():
        return number(part)
    return Markup("<mi>{}</mi>").format(part)


def row(*parts: Piece) -> Markup:
    """The parts, one after the other; rows among them are joined to it.

    No row holds more rows than it must: ziamath draws all that is in one twice.
    """
    return _one(parts)


def sub(base: Piece, *index: Piece) -> Markup:
    """`base` with a subscript of one or more parts."""
    return _element("msub", base, _one(index))


def sup(base: Piece, exponent: Piece) -> Markup:
    """`base` to the power of `exponent`."""
    return _element("msup", base, exponent)


def subsup(base: Piece, index: Piece, exponent: Piece) -> Markup:
    """`base` with a subscript and a superscript."""
    return _element("msubsup", base, index, exponent)


def frac(above: Piece, below: Piece) -> Markup:
    """A fraction."""
    return _element("mfrac", above, below)


def root(*parts: Piece) -> Markup:
    """A square root."""
    return _element("msqrt", *parts)


def hat(base: Piece) -> Markup:
    """`base` with a hat: an estimate."""
    return Markup('<mover accent="true">{}<mo>^</mo></mover>').format(piece(base))


def bar(base: Piece) -> Markup:
    """`base` with a bar: a mean."""
    return Markup('<mover accent="true">{}<mo>¯</mo></mover>').format(piece(base))


def total(index: str, upper: Piece, *parts: Piece) -> Markup:
    """The sum of `parts` over `index` from 1 to `upper`."""
    sign = Markup("<munderover><mo>∑</mo>{}{}</munderover>").format(
        row(index, "=", "1"), piece(upper)
    )
    return row(sign, *parts)


def paren(*parts: Piece) -> Markup:
    """The parts in parentheses, which are as high as the parts: a row that stays by itself."""
    return Markup(row("(", *parts, ")"))


def gap() -> Markup:
    """The space between two equations on one line."""
    return Markup('<mspace width="1.6em"/>')


def times(*factors: Piece) -> Markup:
    """The factors with ``×`` and a little space between them."""
    sign = Markup('<mspace width="0.2em"/><mo>×</mo><mspace width="0.2em"/>')
    return _element("mrow", sign.join(piece(factor) for factor in factors))


def distributed(left: Piece, right: Piece) -> Markup:
    """`left` is distributed as `right`."""
    return row(left, "∼", right)


def math(*parts: Piece) -> Markup:
    """A displayed equation of `parts`."""
    return Markup(
        '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">{}</math>'
    ).format(_joined(parts))


def _one(parts: tuple[Piece, ...]) -> Markup:
    return piece(parts[0]) if len(parts) == 1 else Row("<mrow>{}</mrow>").format(_joined(parts))


def _joined(parts: tuple[Piece, ...]) -> Markup:
    return Markup("").join(part.parts if isinstance(part, Row) else piece(part) for part in parts)


def _element(tag: str, *parts: Piece) -> Markup:
    inside = Markup("").join(piece(part) for part in parts)
    return Markup("<{0}>{1}</{0}>").format(Markup(tag), escape(inside))
