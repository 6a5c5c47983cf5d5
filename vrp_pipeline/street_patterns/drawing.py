"""The chart of months as SVG: the line of counts, broken where a month is missing, its mean and limits."""

from collections.abc import Callable, Sequence

from markupsafe import Markup

from vrp_pipeline.street_patterns.charts import ChartMonth

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 640, 180, 48, 24, 10


def drawing_of(chart: Sequence[ChartMonth]) -> Markup:
    """Return the chart as one `svg` element without a title, text or style from elsewhere."""
    highest = max((max(month.crimes or 0, month.upper_limit or 0) for month in chart), default=0) or 1
    step = (WIDTH - LEFT - 12) / max(1, len(chart) - 1)

    def across(number: int) -> str:
        return f"{LEFT + number * step:.1f}"

    def down(value: float) -> str:
        return f"{TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / highest):.1f}"

    parts = [
        f'<line class="{name}" x1="{LEFT}" x2="{WIDTH - 12}" y1="{down(value)}" y2="{down(value)}"/>'
        for name, value in (
            ("limit", chart[-1].lower_limit),
            ("centre", chart[-1].centre),
            ("limit", chart[-1].upper_limit),
        )
        if value is not None
    ]
    parts += [f'<polyline class="line" points="{points}"/>' for points in _pieces(chart, across, down)]
    parts += [
        f'<circle class="{"call" if month.is_call else "month"}" cx="{across(number)}" cy="{down(month.crimes)}" r="'
        f'{4 if month.is_call else 2.5}"/>'
        for number, month in enumerate(chart)
        if month.crimes is not None
    ]
    parts += [
        f'<text x="4" y="{down(highest)}" dy="10">{highest:,.0f}</text><text x="4" y="{down(0)}">0</text>',
        f'<text x="{LEFT}" y="{HEIGHT - 6}">{chart[0].month}</text>',
        f'<text class="last" x="{WIDTH - 12}" y="{HEIGHT - 6}">{chart[-1].month}</text>',
    ]
    return Markup(f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img">{"".join(parts)}</svg>')  # noqa: S704 - numbers alone


def _pieces(chart: Sequence[ChartMonth], across: Callable[[int], str], down: Callable[[float], str]) -> list[str]:
    pieces: list[list[str]] = [[]]
    for number, month in enumerate(chart):
        if month.crimes is None:
            pieces.append([])
        else:
            pieces[-1].append(f"{across(number)},{down(month.crimes)}")
    return [" ".join(points) for points in pieces if points]
