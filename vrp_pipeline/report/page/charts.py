"""Charts of published figures, as Altair charts rendered to inline SVG.

Belongs here: what each chart shows. Does not: fonts, colours and rendering (`drawing`) or reading figures (`figures`).
Text stays text, no resource is loaded, and nothing is encoded by colour alone. An absent value is a gap or a word,
never zero. Each chart is drawn for a wide and for a narrow screen, because scaling an SVG scales its text.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from vrp_pipeline.report import words
from vrp_pipeline.report.content.protected import Change
from vrp_pipeline.report.page.drawing import (
    BAR_BEFORE,
    INK,
    LABEL,
    NARROW,
    THIS_YEAR,
    WIDE,
    YEAR_BEFORE,
    Drawing,
    drawn,
)

# Direct labels closer than this share of the axis would overlap: 18 px of 300.
LABEL_GAP = 0.06
# The longest district name, "Basingstoke and Deane", has 21 characters and takes about 150 of the 158 px of a narrow
# label.
NARROW_LABEL = 21
# Placeholder for a line break within a label: a character that occurs in no name.
BREAK = "\N{SYMBOL FOR NEWLINE}"


@dataclass(frozen=True)
class Count:
    """One count in one year; if `value` is None, `gap` gives the reason. `is_accepted`: counted by decision."""

    label: str
    year: str
    value: float | None
    gap: str = ""
    is_accepted: bool = False


@dataclass(frozen=True)
class AreaChange:
    """The change of one area on the year before, in per cent; if there is none, `gap` gives the reason."""

    label: str
    change: Change | None
    gap: str = ""


@dataclass(frozen=True)
class Bounds:
    """An estimate with its lower and upper bound."""

    label: str
    lower: int
    estimate: int
    upper: int


def month_lines(counts: Sequence[Count], alternative: str) -> Drawing:
    """Draw one line per year by month; `counts` holds the months in order, the year before first."""
    return drawn(lambda width: _month_lines(counts, width), alternative)


def paired_bars(counts: Sequence[Count], alternative: str) -> Drawing:
    """Draw paired bars by category in the given order; each category has this year before the year before."""
    return drawn(lambda width: _paired_bars(counts, width), alternative)


def change_intervals(changes: Sequence[AreaChange], base_year: str, alternative: str) -> Drawing:
    """Draw a point with its confidence interval for each area, against the line of no change."""
    return drawn(lambda width: _change_intervals(changes, base_year, width), alternative)


def bounded_counts(years: Sequence[Bounds], alternative: str) -> Drawing:
    """Draw a line from the lower to the upper bound with a mark at the estimate, for each year."""
    return drawn(lambda width: _bounded_counts(years, width), alternative)


def _month_lines(counts: Sequence[Count], width: int) -> alt.LayerChart:
    labels = list(dict.fromkeys(count.label for count in counts))
    years = list(dict.fromkeys(count.year for count in counts))
    top = max((count.value for count in counts if count.value is not None), default=0.0) * 1.12 or 1.0
    x = alt.X("label:N", sort=labels, title=None, scale=alt.Scale(padding=0.3), axis=alt.Axis(labelAngle=0))
    if width == NARROW:
        x = x.axis(labelAngle=0, labelExpr="slice(datum.label, 0, 1)")
    y = alt.Y("value:Q", title=None, scale=alt.Scale(domain=[0, top], nice=False), axis=alt.Axis(tickCount=5))
    base = alt.Chart(_rows(counts)).encode(x=x, color=_year_colour(years))
    lines = base.mark_line(strokeWidth=3, invalid="break-paths-show-domains").encode(
        y=y, strokeDash=alt.StrokeDash("year:N", scale=alt.Scale(domain=years, range=[[6, 4], [1, 0]]), legend=None)
    )
    points = (
        alt.Chart(_rows([count for count in counts if count.value is not None]))
        .mark_point(size=55, strokeWidth=2, opacity=1)
        .encode(
            x=x,
            y=y,
            color=_year_colour(years),
            shape=alt.Shape("year:N", scale=alt.Scale(domain=years, range=["square", "circle"]), legend=None),
            fill=alt.Fill("year:N", scale=alt.Scale(domain=years, range=["#ffffff", THIS_YEAR]), legend=None),
        )
    )
    layers: list[Any] = [lines, points, _line_names(counts, years, top, x, width)]
    decided = [count for count in counts if count.is_accepted and count.value is not None]
    if decided:
        layers.append(
            alt.Chart(_rows(decided))
            .mark_text(dy=-14, fontSize=LABEL, fontWeight="bold", color=INK, text=words.BY_DECISION)
            .encode(x=x, y="value:Q")
        )
    gaps = _gap_rows(counts, labels, years)
    if gaps:
        layers.append(
            alt.Chart(alt.InlineData(values=gaps))
            .mark_text(angle=270, align="left", baseline="middle", color=INK, fontSize=LABEL - 1, dx=6)
            .encode(x=x, y=alt.YDatum(0), text="words:N")
        )
    return alt.layer(*layers).properties(width=width, height=330)


def _line_names(counts: Sequence[Count], years: Sequence[str], top: float, x: alt.X, width: int) -> alt.Chart:
    """Label the last point of each year's line, shifting the labels apart where they would overlap."""
    ends = {
        year: next((count for count in reversed(counts) if count.year == year and count.value is not None), None)
        for year in years
    }
    found = [(end.value or 0.0, end) for end in ends.values() if end is not None]
    found.sort(key=lambda pair: pair[0])
    rows: list[dict[str, Any]] = []
    floor = 0.0
    for height, end in found:
        at = max(height, floor)
        rows.append({"label": end.label, "year": end.year, "value": at})
        floor = at + top * LABEL_GAP
    return (
        alt.Chart(alt.InlineData(values=rows))
        .mark_text(align="left", dx=11 if width == WIDE else 8, fontSize=LABEL, fontWeight="bold")
        .encode(x=x, y="value:Q", text="year:N", color=_year_colour(years))
    )


def _gap_rows(counts: Sequence[Count], labels: Sequence[str], years: Sequence[str]) -> list[dict[str, str]]:
    """Return one row of text per month with a gap; a year without any month is explained beside the chart instead."""
    shown = [y for y in years if any(count.value is not None for count in counts if count.year == y)]
    rows: list[dict[str, str]] = []
    for label in labels:
        missing = [c for c in counts if c.label == label and c.value is None and c.year in shown]
        said = "; ".join(f"{count.year} {count.gap}" for count in missing)
        if said:
            rows.append({"label": label, "words": said})
    return rows


def _paired_bars(counts: Sequence[Count], width: int) -> alt.LayerChart:
    labels = [_broken(label, width) for label in dict.fromkeys(count.label for count in counts)]
    years = list(dict.fromkeys(count.year for count in counts))
    # Room for the number behind the longest bar: "2023-24: 23,276" takes 97 of 540 px, "23,276" alone 41 of 180 px.
    room = 1.25 if width == WIDE else 1.45
    top = max((count.value for count in counts if count.value is not None), default=0.0) * room or 1.0
    rows = [
        {
            **row,
            "label": _broken(count.label, width),
            "words": f"{count.year}: {_said(count)}" if width == WIDE else _said(count),
            "at": count.value or 0,
        }
        for row, count in zip(_values(counts), counts, strict=True)
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("label:N", sort=labels, title=None, axis=_area_axis(width)),
        yOffset=alt.YOffset("year:N", sort=years),
    )
    bars = base.mark_bar().encode(
        x=alt.X("value:Q", title=None, scale=alt.Scale(domain=[0, top], nice=False), axis=None),
        color=_bar_colour(years),
    )
    names = base.mark_text(align="left", dx=5, fontSize=LABEL - 1, color=INK).encode(x="at:Q", text="words:N")
    return alt.layer(bars, names).properties(width=width, height=46 * len(labels))


def _change_intervals(changes: Sequence[AreaChange], base_year: str, width: int) -> alt.LayerChart:
    labels = [_broken(change.label, width) for change in changes]
    known = [
        {
            "label": _broken(c.label, width),
            **c.change._asdict(),
            "clear": "clear" if c.change.direction else "not clear",
        }
        for c in changes
        if c.change is not None
    ]
    unknown = [{"label": _broken(c.label, width), "words": c.gap} for c in changes if c.change is None]
    y = alt.Y("label:N", sort=labels, title=None, scale=alt.Scale(domain=labels), axis=_area_axis(width))
    title = f"Change on {base_year}" + (", percent, with 95% interval" if width == WIDE else "")
    signed = "datum.value === 0 ? '0%' : format(datum.value, '+') + '%'"
    x_axis = alt.Axis(tickCount=7 if width == WIDE else 4, labelExpr=signed)
    data = alt.Chart(alt.InlineData(values=known))
    layers: list[Any] = [
        alt.Chart(alt.InlineData(values=[{"zero": 0}]))
        .mark_rule(color=INK, strokeWidth=1.5)
        .encode(x=alt.X("zero:Q", title=title, axis=x_axis)),
        data.mark_rule(strokeWidth=3, color=THIS_YEAR).encode(
            x=alt.X("lower:Q", title=title, axis=x_axis), x2="upper:Q", y=y
        ),
        data.mark_point(size=90, strokeWidth=2.5, color=THIS_YEAR, opacity=1).encode(
            x="percent:Q",
            y=y,
            fill=alt.Fill(
                "clear:N", scale=alt.Scale(domain=["clear", "not clear"], range=[THIS_YEAR, "#ffffff"]), legend=None
            ),
        ),
    ]
    if unknown:
        layers.append(
            alt.Chart(alt.InlineData(values=unknown))
            .mark_text(align="left", dx=6, fontSize=LABEL - 1, color=INK)
            .encode(y=y, x=alt.XDatum(0), text="words:N")
        )
    return alt.layer(*layers).properties(width=width, height=28 * len(labels) + 50)


def _bounded_counts(years: Sequence[Bounds], width: int) -> alt.LayerChart:
    labels = [year.label for year in years]
    rows = [
        {"label": year.label, "lower": year.lower, "estimate": year.estimate, "upper": year.upper,
         "words": words.count(year.estimate)}
        for year in years
    ]  # fmt: skip
    data = alt.Chart(alt.InlineData(values=rows))
    y = alt.Y("label:N", sort=labels, title=None, scale=alt.Scale(domain=labels), axis=_area_axis(width))
    # The axis starts at zero, so that the width of a range is in proportion to the count.
    x = alt.X(
        "lower:Q",
        title="Incidents" + (", from the lower to the upper bound" if width == WIDE else ""),
        scale=alt.Scale(domainMin=0),
        axis=alt.Axis(tickCount=6 if width == WIDE else 4),
    )
    return alt.layer(
        data.mark_rule(strokeWidth=5, color=THIS_YEAR).encode(x=x, x2="upper:Q", y=y),
        data.mark_point(size=110, strokeWidth=2.5, color=THIS_YEAR, fill="#ffffff", opacity=1).encode(
            x="estimate:Q", y=y
        ),
        data.mark_text(align="right", dx=-14, fontSize=LABEL, color=INK).encode(x=x, y=y, text="words:N"),
    ).properties(width=width, height=46 * len(labels) + 40)


def _broken(label: str, width: int) -> str:
    """Break a label into lines that fit beside a narrow chart."""
    return label if width == WIDE else BREAK.join(textwrap.wrap(label, NARROW_LABEL)) or label


def _said(count: Count) -> str:
    return count.gap if count.value is None else words.count(count.value)


def _area_axis(width: int) -> alt.Axis:
    return alt.Axis(
        labelLimit=320 if width == WIDE else 158,
        labelExpr=f"split(datum.value, {BREAK!r})",
        labelLineHeight=LABEL,
        ticks=False,
        domain=False,
        labelPadding=8,
    )


def _year_colour(years: Sequence[str]) -> alt.Color:
    return alt.Color("year:N", scale=alt.Scale(domain=list(years), range=[YEAR_BEFORE, THIS_YEAR]), legend=None)


def _bar_colour(years: Sequence[str]) -> alt.Color:
    return alt.Color("year:N", scale=alt.Scale(domain=list(years), range=[THIS_YEAR, BAR_BEFORE]), legend=None)


def _values(counts: Sequence[Count]) -> list[dict[str, Any]]:
    return [{"label": count.label, "year": count.year, "value": count.value} for count in counts]


def _rows(counts: Sequence[Count]) -> alt.InlineData:
    return alt.InlineData(values=_values(counts))
