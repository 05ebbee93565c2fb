"""What every page carries inside it: styles, fonts, the script, and the policy that pins it."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup


@dataclass(frozen=True)
class FontFace:
    """A bundled font: ``fonts/<file>.ttf`` whole; when `embedded`, ``.woff2`` is its subset."""

    family: str
    weight: int
    style: str
    file: str
    embedded: bool = True


FACES = (
    FontFace("Inter", 400, "normal", "Inter-Regular"),
    FontFace("Inter", 400, "italic", "Inter-Italic"),
    FontFace("Inter", 600, "normal", "Inter-SemiBold"),
    FontFace("STIX Two Text", 400, "normal", "STIXTwoText-Regular"),
    FontFace("STIX Two Text", 400, "italic", "STIXTwoText-Italic"),
    FontFace("STIX Two Text", 600, "normal", "STIXTwoText-SemiBold"),
    FontFace("JetBrains Mono", 400, "normal", "JetBrainsMono-Regular", embedded=False),
)


SHEETS = ("content", "screen", "index", "print")
SCRIPTS = (
    "theme",
    "tables",
    "paging",
    "copying",
    "downloads",
    "tooltips",
    "marks",
    "grouping",
    "workbook",
    "choosing",
    "start",
)


@dataclass(frozen=True)
class Assets:
    """Of an HTML page: `style` and `script` as text, `policy` for the meta element."""

    style: Markup
    script: Markup
    policy: str


@lru_cache
def environment(templates: Path) -> Environment:
    """The templates, with everything escaped and undefined names an error."""
    made = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters["sort_key"] = sort_key
    return made


def sort_key(value: float | str) -> str:
    """What a cell sorts by, as short as seven digits make it."""
    return value if isinstance(value, str) else f"{value:.7g}"


def page_assets(
    templates: Path,
    light: Mapping[str, str] | None = None,
    dark: Mapping[str, str] | None = None,
    more: str = "",
) -> Assets:
    """Styles, script and policy of an HTML page.

    Parameters
    ----------
    templates
        The templates folder.
    light, dark
        The figures' colours by name; each becomes a CSS variable ``--fig-NAME``.
    more
        Rules of this page alone.
    """
    script = _script(templates)
    style = "\n".join(
        (
            embedded_fonts(templates),
            read(templates, "css/tokens.css"),
            f":root {{{colour_variables(light or {})}}}",
            _dark_styles(read(templates, "css/dark.css"), colour_variables(dark or {})),
            *(read(templates, f"css/{name}.css") for name in SHEETS),
            more,
        )
    )
    return Assets(Markup(style), Markup(script), content_security_policy(style, script))


def content_security_policy(style: str, script: str) -> str:
    """Nothing from anywhere: only data: images and fonts, this one sheet and this one script."""
    return (
        f"default-src 'none'; style-src {_pin(style)}; script-src {_pin(script)}; "
        "img-src data:; font-src data:; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _pin(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


@lru_cache
def _script(templates: Path) -> str:
    """All parts in one function, so that nothing they name is seen outside."""
    parts = "\n".join(read(templates, f"js/{name}.js") for name in SCRIPTS)
    return f'(() => {{\n"use strict";\n{parts}}})();\n'


def colour_variables(colours: Mapping[str, str]) -> str:
    """``--fig-ink: #17222d;`` and so on."""
    return " ".join(f"--fig-{name}: {colour};" for name, colour in colours.items())


def _dark_styles(dark: str, figures: str) -> str:
    """The dark values twice: for those whose system asks for them, and for the button.

    Only on screens: paper is white.
    """
    both = f"{dark}\n:root {{ {figures} }}"
    system = both.replace(":root", ':root:not([data-theme="light"])')
    chosen = both.replace(":root", ':root[data-theme="dark"]')
    return (
        f"@media screen and (prefers-color-scheme: dark) {{\n{system}\n}}\n"
        f"@media screen {{\n{chosen}\n}}"
    )


@lru_cache
def read(templates: Path, name: str) -> str:
    """A text file of the templates folder."""
    return (templates / name).read_text(encoding="utf-8")


@lru_cache
def embedded_fonts(templates: Path) -> str:
    """``@font-face`` rules with the subsets as data."""
    return "\n".join(
        _face(face, _data_url(templates, face), "woff2") for face in FACES if face.embedded
    )


def linked_fonts(url: str) -> str:
    """``@font-face`` rules that ask for ``<url><file>.ttf``, for a renderer with our fetcher."""
    return "\n".join(_face(face, f"{url}{face.file}.ttf", "truetype") for face in FACES)


def _face(face: FontFace, url: str, form: str) -> str:
    return (
        f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight}; '
        f"font-style: {face.style}; font-display: swap; "
        f'src: url("{url}") format("{form}"); }}'
    )


def _data_url(templates: Path, face: FontFace) -> str:
    data = (templates / "fonts" / f"{face.file}.woff2").read_bytes()
    return f"data:font/woff2;base64,{base64.b64encode(data).decode()}"
