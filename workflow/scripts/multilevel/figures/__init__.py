"""Figures: results and schools in, SVG text and captions out; a module per figure.

`stage.draw_all` draws every figure of `registry.FIGURES` at the widths of `style.LAYOUTS`.
"""
