"""From a chart to inline SVG: text stays text, nothing is loaded, and the screen may be wide or narrow.

Fonts, colours, sizes and the drawing itself; what a chart shows stands in `charts`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import altair as alt
import vl_convert
from altair.utils.schemapi import debug_mode
from markupsafe import Markup, escape

# Liberation Sans comes with vl-convert, so text is measured alike on every machine; it has Arial's widths.
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
WIDE, NARROW = 880, 344  # pixels: the page's text column, and a 375 px phone less its margins
LABEL = 14  # pixels

# On white 10.2:1, 5.4:1, 3.6:1 and 19.6:1 (WCAG 2.2 asks 4.5:1 for text, 3:1 for lines and bars).
THIS_YEAR, YEAR_BEFORE, BAR_BEFORE, INK = "#12436d", "#636b73", "#7f878e", "#0b0c0c"
GRID = "#dee0e2"


@dataclass(frozen=True)
class Drawing:
    """The same chart for wide and narrow screens, each with the alternative text."""

    wide: Markup
    narrow: Markup


def drawn(chart_at: Callable[[int], alt.LayerChart], alternative: str) -> Drawing:
    """The chart that `chart_at` makes for a width, drawn for both widths and named by its alternative text."""
    # Altair checks every part against its schema as it is made: a quarter of a report's time, for charts of our own.
    with debug_mode(False):
        return Drawing(wide=_svg(chart_at(WIDE), alternative), narrow=_svg(chart_at(NARROW), alternative))


def _svg(chart: alt.LayerChart, alternative: str) -> Markup:
    """The chart as an SVG element of an HTML page: without namespaces, named by its alternative text."""
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
    inner = drawn[drawn.index(">") + 1 :]
    # The drawing is vl-convert's, which escapes every text in it; the alternative text is escaped here.
    return Markup(  # noqa: S704
        f'<svg role="img" aria-label="{escape(alternative)}" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">{inner}'
    )
