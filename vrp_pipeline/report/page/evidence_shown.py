"""What the page shows of the evidence behind its figures: arrivals, gaps, decisions, definitions and sources."""

from collections.abc import Collection
from typing import Any

from vrp_pipeline.calendar.months import months_of_year
from vrp_pipeline.feeds import FEEDS
from vrp_pipeline.feeds.contract.periods import Cadence
from vrp_pipeline.report import sentences, words
from vrp_pipeline.report.content.evidence import Definition, place_among_feeds
from vrp_pipeline.report.content.protected import ProtectedReading
from vrp_pipeline.report.page.panels import Panel

ALL_SOURCE_DEFINITION = "ALL_SOURCE_VIOLENCE"
OPEN_LICENCE = "Open Government Licence"


def calendar_of_feeds(reading: ProtectedReading) -> list[dict[str, Any]]:
    """Return for both years the state of each feed in each month, as the table of arrivals has it."""
    evidence = reading.evidence
    return [
        {
            "year": year,
            "months": [(words.month_short(month), words.month(month)) for month in months_of_year(year)],
            "feeds": [
                {
                    "title": sentences.feed_title(feed),
                    "months": {entry.month: entry.status for entry in evidence.months(feed, year)},
                    "received": sum(e.status == "received" for e in evidence.months(feed, year)),
                }
                for feed in sorted(evidence.feeds(), key=place_among_feeds)
            ],
            "keys": months_of_year(year),
        }
        for year in (reading.financial_year, reading.base_year)
        if any(entry.financial_year == year for entry in evidence.feed_months)
    ]


def needed_gaps(reading: ProtectedReading, panels: list[Panel]) -> list[tuple[str, list[str]]]:
    """Return the months that are missing from the feeds of the panels, by the title of the feed."""
    metrics = [held.figure.metric_id for held in panels]
    feeds = dict.fromkeys(feed for metric in metrics for feed in reading.evidence.needed_by(metric))
    found = [(sentences.feed_title(feed), _gaps_of_feed(reading, feed)) for feed in feeds]
    return [(title, gaps) for title, gaps in found if gaps]


def gaps_of(reading: ProtectedReading, metric_id: str) -> list[str]:
    """Return the months that are missing from the feeds of a metric."""
    return [gap for feed in reading.evidence.needed_by(metric_id) for gap in _gaps_of_feed(reading, feed)]


def _gaps_of_feed(reading: ProtectedReading, feed: str) -> list[str]:
    return sentences.gaps(reading.evidence, feed, (reading.base_year, reading.financial_year))


def feeds_of_longer_spans(reading: ProtectedReading) -> list[str]:
    """Return the feeds in the calendar that are due less often than every month, as 'Suspensions (termly)'."""
    feeds = [feed for feed in sorted(reading.evidence.feeds(), key=place_among_feeds) if feed in FEEDS]
    longer = (Cadence.QUARTERLY, Cadence.TERMLY, Cadence.YEARLY)
    return [f"{sentences.feed_title(feed)} ({FEEDS[feed].cadence})" for feed in feeds if FEEDS[feed].cadence in longer]


def by_decision(reading: ProtectedReading, metric_id: str) -> str:
    """Return the sentence that names the months of a metric that were counted by decision; blank for none."""
    return sentences.by_decision(reading.evidence, metric_id, (reading.base_year, reading.financial_year))


def open_sources(reading: ProtectedReading) -> list[tuple[str, str]]:
    """Return title and source of each feed behind the report that is under the Open Government Licence."""
    evidence = reading.evidence
    used = dict.fromkeys([*evidence.feeds(), *(d.feed for d in evidence.deliveries if d.feed)])
    feeds = [FEEDS[feed] for feed in used if feed in FEEDS]
    return [(feed.title, feed.source.split(";")[0]) for feed in feeds if OPEN_LICENCE in feed.source]


def definitions(reading: ProtectedReading, metrics: Collection[str] | None = None) -> list[Definition]:
    """Return the definition versions that this year's figures name; of some metrics, or of all."""
    figures = reading.figures
    used = {figure.definition_version for figure in figures if metrics is None or figure.metric_id in metrics}
    linked = {ALL_SOURCE_DEFINITION} if reading.all_sources else set()
    return [
        definition
        for definition in reading.evidence.definitions
        if definition.label in used or definition.definition_id in linked
    ]
