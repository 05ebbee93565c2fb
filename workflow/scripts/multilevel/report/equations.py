"""The displayed equations of the report: LaTeX of the catalogue, drawn, marked up and spoken.

`templates/text/en/equations.yaml` has each equation's LaTeX, with ``$places`` for its numbers,
and the same in words. Sources: Raudenbush & Bryk (2002), chapters 2 and 3.
"""

import re
import warnings
from functools import lru_cache
from string import Template

from latex2mathml import converter
from markupsafe import Markup

from multilevel.report.blocks import Equation
from multilevel.wording.catalogue import Catalogue

with warnings.catch_warnings():
    # ziamath 0.13 finds its own font by a deprecated function of importlib.
    warnings.filterwarnings("ignore", "path is deprecated", DeprecationWarning)
    import ziamath

SIZE = 19.0
INHERITED = "currentColor"
_EXTENT = re.compile(r' width="([^"]*)" height="([^"]*)" viewBox=')


def equation(words: Catalogue, name: str, label: Markup = Markup(), **numbers: str) -> Equation:  # noqa: B008
    """The equation `name` of the catalogue with its numbers put in.

    Parameters
    ----------
    words
        Has ``equation.NAME.latex`` and ``equation.NAME.spoken``.
    name
        Such as ``icc_value``.
    label
        Stands above the equation.
    numbers
        As they are printed, such as ``5,227`` or ``-0.4``, by the name of their place.

    Raises
    ------
    KeyError
        When there is no such equation, or a place has no number.
    """
    upright = {place: rf"\text{{{text.replace('-', '−')}}}" for place, text in numbers.items()}
    return Equation(
        latex=Template(words.raw(f"equation.{name}.latex")).substitute(upright),
        spoken=words.plain(f"equation.{name}.spoken", **numbers),
        label=label,
    )


@lru_cache(maxsize=512)
def mathml(latex: str, upright: str = "mn") -> Markup:
    """A displayed equation as presentation MathML, for those who hear the page.

    Numbers are set upright by LaTeX's ``text``; MathML has an element for them, of which Word
    would take 5,227 for two numbers: it gets them as ``mtext``.
    """
    converted = converter.convert(latex, display="block")
    return Markup(converted.replace("mtext>", f"{upright}>"))


def equation_svg(latex: str, colour: str = INHERITED, size: float = SIZE) -> str:
    """A displayed equation as a standalone SVG: outlines of STIX Two Math, without ids or styles.

    Parameters
    ----------
    latex
        Without dollar signs around it.
    colour
        Of all ink; ``currentColor`` follows the text around an inline SVG.
    size
        Font size in CSS pixels.
    """
    drawn = _drawn(latex).replace(INHERITED, colour)
    return drawn if size == SIZE else _EXTENT.sub(lambda sizes: _scaled(sizes, size / SIZE), drawn)


@lru_cache(maxsize=512)
def _drawn(latex: str) -> str:
    """At `SIZE` in the colour of the text around it; another size is this one scaled.

    Outlines stand where they are drawn: WeasyPrint takes twice as long for shared symbols.
    """
    ziamath.config.svg2 = False
    ziamath.config.precision = 2
    svg: str = ziamath.Latex(latex, size=SIZE, color=INHERITED).svg()
    return svg


def _scaled(sizes: re.Match[str], factor: float) -> str:
    width, height = (factor * float(number) for number in sizes.groups())
    return f' width="{width:.2f}" height="{height:.2f}" viewBox='
