"""Rendering of charts to inline SVG, with the fonts, colours and sizes of the report.

The content of charts is in `charts`. Text stays text, and no resource is loaded.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import altair as alt
import vl_convert
from altair.utils.schemapi import debug_mode
from markupsafe import Markup, escape

# vl-convert bundles Liberation Sans, so text has the same width on every machine; its metrics are those of Arial.
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
WIDE, NARROW = 880, 344  # pixels: the text column of the page, and a 375 px phone less its margins
LABEL = 14  # pixels

# Contrast on white 10.2:1, 5.4:1, 3.6:1 and 19.6:1 (WCAG 2.2 requires 4.5:1 for text, 3:1 for lines and bars).
THIS_YEAR, YEAR_BEFORE, BAR_BEFORE, INK = "#12436d", "#636b73", "#7f878e", "#0b0c0c"
GRID = "#dee0e2"


@dataclass(frozen=True)
class Drawing:
    """One chart as SVG for wide and for narrow screens, both with the alternative text."""

    wide: Markup
    narrow: Markup


def drawn(chart_at: Callable[[int], alt.LayerChart], alternative: str) -> Drawing:
    """Draw the chart that `chart_at` makes for a width in pixels, at both widths."""
    # Altair validates every part against its schema when it is created; for our own charts that took a quarter of the
    # time.
    with debug_mode(False):
        return Drawing(wide=_svg(chart_at(WIDE), alternative), narrow=_svg(chart_at(NARROW), alternative))


def _svg(chart: alt.LayerChart, alternative: str) -> Markup:
    """Render a chart as an SVG element for HTML: without namespaces, labelled by its alternative text."""
    specification = chart.properties(autosize=alt.AutoSizeParams(type="fit", contains="padding")).configure(
        font=FONT,
        aria=False,
        background="#ffffff",
        padding=4,
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            labelFontSize=LABEL,
            titleFontSize=LABEL,
            titleFontWeight="normal",
            labelColor=INK,
            titleColor=INK,
            gridColor=GRID,
            domainColor=INK,
            tickColor=INK,
        ),
        axisX=alt.AxisConfig(grid=False),
    )
    drawn = vl_convert.vegalite_to_svg(specification.to_json())
    width, height = re.findall(r'(?:width|height)="([\d.]+)"', drawn)[:2]
    # The drawing is one image with one text: roles of its parts would be images without any.
    inner = re.sub(r' (?:role|aria-\w+)="[^"]*"', "", drawn[drawn.index(">") + 1 :])
    # vl-convert escapes all text in the drawing; the alternative text is escaped here.
    return Markup(  # noqa: S704
        f'<svg role="img" aria-label="{escape(alternative)}" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">{inner}'
    )
