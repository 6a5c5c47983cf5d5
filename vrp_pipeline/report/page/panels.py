"""Figures as grouped on the page: a panel for a figure of the whole area and year, and lines for its parts.

Only selection and order of figures: wording comes from `sentences`, mark-up from `templates/`.
"""

from collections.abc import Collection
from dataclasses import dataclass

from vrp_pipeline.report import sentences, words
from vrp_pipeline.report.content.evidence import Definition
from vrp_pipeline.report.content.protected import ProtectedFigure, ProtectedReading


@dataclass(frozen=True)
class Line:
    """One line of a table of figures: `base_words` replace the value of the year before if it has none."""

    label: str
    figure: ProtectedFigure
    base_words: str


@dataclass(frozen=True)
class Panel:
    """A figure for the whole area and year, with its evidence."""

    figure: ProtectedFigure
    said: sentences.Headline
    base_words: str
    definition: Definition | None
    months: tuple[str, ...]
    deliveries: int
    counted_by: str | None


def panel(reading: ProtectedReading, metric_id: str, *, large_count: bool = False) -> Panel | None:
    """Return the panel of a metric, or None if the release has no such figure."""
    figure = reading.figure(metric_id)
    if figure is None:
        return None
    evidence = reading.evidence
    return Panel(
        figure=figure,
        said=sentences.headline(figure, reading.base_year, large_count=large_count),
        base_words=base_words(reading, figure),
        definition=evidence.definition(figure.definition_version),
        months=tuple(
            f"{sentences.feed_title(feed)}: "
            f"{sentences.months_received(evidence, feed, reading.financial_year)}, "
            f"{sentences.months_received(evidence, feed, reading.base_year)}"
            for feed in evidence.needed_by(metric_id)
        ),
        deliveries=len(evidence.deliveries_for(metric_id)),
        counted_by=sentences.COUNTED_BY.get(metric_id),
    )


def lines(reading: ProtectedReading, metric_id: str, level: str, breakdown: str) -> list[Line]:
    """Return the lines of a table of figures, areas by name with unlocated last, categories by value."""
    found = reading.breakdown(metric_id, level, breakdown)
    by_area = breakdown == "all"
    found_lines = [
        Line(
            label=words.sentence_case((figure.area_name if by_area else figure.category) or "not recorded"),
            figure=figure,
            base_words=base_words(reading, figure),
        )
        for figure in found
    ]
    if by_area:
        return sorted(found_lines, key=lambda line: (line.figure.is_unlocated, line.label))
    return sorted(found_lines, key=lambda line: (-(line.figure.value or 0), line.label))


def measures(reading: ProtectedReading, without: Collection[str]) -> list[Line]:
    """Return the lines of all other metrics of the whole area that count something, by name of the metric."""
    found = [
        figure
        for figure in reading.figures
        if (figure.geography_level, figure.breakdown or "all") == ("force", "all")
        and figure.metric_id not in without
        and figure.unit != "percent"
    ]
    return [Line(f"{figure.metric_name} ({figure.unit})", figure, base_words(reading, figure)) for figure in found]


def base_words(reading: ProtectedReading, figure: ProtectedFigure) -> str:
    """Return the status of the year before if it has no value, the mark where it is hidden, else empty text."""
    if figure.hides("base_value"):
        return words.CONFIDENTIAL
    if figure.base_value is not None:
        return ""
    about = (figure.metric_id, figure.geography_level, figure.area_code, figure.breakdown, figure.category)
    for base in reading.base_figures:
        if (base.metric_id, base.geography_level, base.area_code, base.breakdown, base.category) == about:
            return words.state(base.status) if not base.is_known else "Not comparable"
    return "Not available"


def same_ground(one: Panel | None, other: Panel | None) -> bool:
    """Return whether two panels have the same evidence, so that the page states it once."""
    if one is None or other is None:
        return False
    return (one.definition, one.months, one.deliveries) == (other.definition, other.months, other.deliveries)
