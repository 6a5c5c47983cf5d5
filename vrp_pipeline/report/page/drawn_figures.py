"""The charts of the page and the counts of its months, drawn from the figures of a protected reading."""

from vrp_pipeline.calendar.months import months_of_year
from vrp_pipeline.report import sentences, words
from vrp_pipeline.report.content.protected import ProtectedFigure, ProtectedReading
from vrp_pipeline.report.page import charts
from vrp_pipeline.report.page.drawing import Drawing
from vrp_pipeline.report.page.panels import Line

HEADLINE = "M1"


def monthly_counts(reading: ProtectedReading) -> list[tuple[str, charts.Count, charts.Count]]:
    """Return month name, count of the year before and count of this year, from April."""
    both = []
    for year, base in ((reading.base_year, True), (reading.financial_year, False)):
        held = {figure.category: figure for figure in reading.breakdown(HEADLINE, "force", "month", base=base)}
        both.append([_month_count(reading, year, month, held.get(month)) for month in months_of_year(year)])
    return [(earlier.label, earlier, this) for earlier, this in zip(*both, strict=True)]


def _month_count(reading: ProtectedReading, year: str, month: str, figure: ProtectedFigure | None) -> charts.Count:
    label = words.month_short(month)
    if figure is not None and figure.is_known and figure.value is not None:
        decided = month in reading.evidence.accepted_for(HEADLINE)
        return charts.Count(label, year, figure.value, is_accepted=decided)
    return charts.Count(label, year, None, sentences.gap_word(reading.evidence, HEADLINE, month, figure))


def month_chart(months: list[tuple[str, charts.Count, charts.Count]]) -> Drawing | None:
    """Return the chart of both years by month; None where no month has a count."""
    counts = [earlier for _, earlier, _ in months] + [this for _, _, this in months]
    if all(count.value is None for count in counts):
        return None
    return charts.month_lines(counts, sentences.months_alternative("serious violence", counts))


def kind_chart(reading: ProtectedReading, name: str, parts: list[Line]) -> Drawing | None:
    """Return the chart of a count by kind in both years; None where none has a count."""
    counts = []
    for line in parts:
        figure = line.figure
        this, base = (figure.value, figure.base_value) if figure.is_known else (None, None)
        base_gap = line.base_words.lower() or figure.status
        gap = words.IN_CONFIDENCE if figure.hides("value") else figure.status
        base_gap = words.IN_CONFIDENCE if figure.hides("base_value") else base_gap
        counts.append(charts.Count(line.label, reading.financial_year, this, gap))
        counts.append(charts.Count(line.label, reading.base_year, base, base_gap))
    if all(count.value is None for count in counts):
        return None
    return charts.paired_bars(counts, sentences.bars_alternative(name, counts))


def district_chart(reading: ProtectedReading, areas: list[Line]) -> Drawing | None:
    """Return the chart of the change of each district with its interval; None where none has a change."""
    changes = [
        charts.AreaChange(line.label, line.figure.change, sentences.no_change_word(line.figure)) for line in areas
    ]
    if all(change.change is None for change in changes):
        return None
    alternative = sentences.changes_alternative("serious violence", changes)
    return charts.change_intervals(changes, reading.base_year, alternative)


def all_sources_chart(reading: ProtectedReading) -> Drawing | None:
    """Return the chart of incidents by all sources between their bounds; None where no year is known."""
    known = []
    for year in reading.all_sources:
        held = (year.lower_incidents, year.incidents, year.upper_incidents)
        lower, estimate, upper = (each.number if each else None for each in held)
        if lower is not None and estimate is not None and upper is not None:
            known.append(charts.Bounds(year.financial_year, lower, estimate, upper))
    return charts.bounded_counts(known, sentences.bounds_alternative(known)) if known else None
