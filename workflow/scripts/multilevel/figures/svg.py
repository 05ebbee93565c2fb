"""A matplotlib figure as compact SVG text that may stand inline beside others."""

import io
import re
import warnings

from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from multilevel.figures.spots import metadata

_NO_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))


def to_svg(figure: Figure) -> str:
    """The figure as SVG text; call it inside `style.settings`."""
    buffer = io.StringIO()
    with warnings.catch_warnings():
        # Labels may use any script. Text stays text, so the reader's fonts draw it.
        warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
        FigureCanvasSVG(figure).print_svg(buffer, metadata=_NO_METADATA)
    return _tidy(buffer.getvalue()).replace(">", ">" + metadata(figure), 1)


def _tidy(svg: str) -> str:
    """Without what is useless or harmful inline.

    That is: the document type, matplotlib's style rule for ``*`` (inline it would reach the
    whole page), ids that nothing refers to (they repeat from figure to figure), comments and
    decimals beyond a hundredth of a point.
    """
    head, body = _split(svg)
    used = set(re.findall(r'(?:href="#|url\(#)([\w.:-]+)', body))
    body = re.sub(
        r' id="([\w.:-]+)"(?=[^<>]*>)',
        lambda match: match.group() if match.group(1) in used else "",
        body,
    )
    body = re.sub(r'(?<= d=")[^"<>]*(?="[^<>]*>)', lambda match: _short_path(match.group()), body)
    body = re.sub(r'(?<=[\s"(-])(\d+\.\d{3,})(?=[\s",)])(?=[^<>]*>)', _short_number, body)
    body = re.sub(r' transform="rotate\(-?0 [^"<>]*"(?=[^<>]*>)', "", body)
    return head + re.sub(r">\s*\n\s*<", ">\n<", body)


def _split(svg: str) -> tuple[str, str]:
    """The opening tag, in our words, and the rest up to the end."""
    opening = re.search(r'<svg [^>]*width="([\d.]+)pt" height="([\d.]+)pt"', svg)
    start = svg.find("</defs>", svg.find('<style type="text/css">'))
    if opening is None or start < 0:
        raise ValueError("matplotlib's SVG has changed its layout.")
    width, height = opening.groups()
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' width="{width}pt" height="{height}pt" viewBox="0 0 {width} {height}"'
        ' style="stroke-linejoin: round; stroke-linecap: butt;'
        ' font-variant-numeric: tabular-nums">'
    )
    return head, svg[start + len("</defs>") :]


def _short_path(path: str) -> str:
    """Two decimals; a segment of no length as ``h0``."""
    path = re.sub(r"-?\d+\.\d{3,}", _short_number, path)
    path = re.sub(r"M (\S+ \S+) \s*L \1 ", r"M\1h0", path)
    return re.sub(r" ?\n", " ", path).strip()


def _short_number(match: re.Match[str]) -> str:
    text = f"{float(match.group()):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
